import type { Packet } from "../packet.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";
import { readNlpid } from "./llc.ts";

/** Frame Relay: a Q.922 address, then a protocol identifier (RFC 2427), or Cisco's EtherType. */
export const frameRelay: LinkLayer = {
  title: "Frame Relay",
  linkTypes: [107],
  locate: (packet) => readFrameRelay(packet, packet.start),
};

export const frameRelayWithDirection: LinkLayer = {
  title: "Frame Relay with a direction byte",
  linkTypes: [206],
  locate: (packet) => readFrameRelay(packet, packet.start + 1),
};

const UNNUMBERED = 0x03;
const LONGEST_ADDRESS = 4;

function readFrameRelay(packet: Packet, start: number): number {
  const { bytes, view, end } = packet;
  packet.toGroup = false;
  let at = start;
  // The lowest bit marks the last byte of the address.
  while (at < end && (bytes[at]! & 1) === 0) if (++at - start >= LONGEST_ADDRESS) return CUT;
  at++;
  if (end - at < 3) return CUT;
  if (bytes[at] === UNNUMBERED) return readNlpid(packet, bytes[at + 1] === 0 ? at + 2 : at + 1);
  packet.etherType = view.getUint16(at, false);
  return at + 2;
}
