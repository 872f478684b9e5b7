import type { Packet } from "../packet.ts";
import { CUT, EtherType, type LinkLayer, UNREADABLE } from "./link-layer.ts";
import { readLlc } from "./llc.ts";

/** IEEE 802.11 frames, as far as they are not encrypted. */
export const ieee80211: LinkLayer = {
  title: "IEEE 802.11",
  linkTypes: [105],
  locate: (packet) => readIeee80211(packet, packet.start, false),
};

/** Frame control, first byte: type data, and of its subtypes the bits for "no data" and QoS (IEEE 802.11, section 9.2.4.1). */
const TYPE_MASK = 0x0c;
const DATA = 0x08;
const NO_DATA = 0x40;
const QOS = 0x80;
/** Second byte. */
const TO_DS = 1;
const FROM_DS = 2;
const PROTECTED = 0x40;
const HIGH_THROUGHPUT = 0x80;
/** QoS control: several Ethernet-like frames in one. */
const AGGREGATED = 0x80;

/**
 * Reads the 802.11 header at `at` and LLC behind it. Of an aggregate the first frame is read.
 * @param isPadded the radio aligned the body to four bytes
 */
export function readIeee80211(packet: Packet, at: number, isPadded: boolean): number {
  const { bytes, end } = packet;
  if (end - at < 10) return CUT;
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  packet.etherType = EtherType.none;
  packet.toGroup = false;
  if ((first & TYPE_MASK) !== DATA || first & NO_DATA) return at;
  let length = (second & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS) ? 30 : 24;
  const qos = at + length;
  if (first & QOS) length += second & HIGH_THROUGHPUT ? 6 : 2;
  if (end - at < length) return CUT;
  packet.toGroup = (bytes[at + (second & TO_DS ? 16 : 4)]! & 1) !== 0;
  if (second & PROTECTED) return UNREADABLE;
  let body = at + (isPadded ? (length + 3) & ~3 : length);
  if (first & QOS && bytes[qos]! & AGGREGATED) body += 14;
  return readLlc(packet, body);
}
