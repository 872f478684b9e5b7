import type { Packet } from "../packet.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";

/** PPP, bare or in HDLC-like framing (RFC 1661, RFC 1662), and PPPoE session packets. */
export const ppp: LinkLayer = {
  title: "PPP",
  linkTypes: [9, 50],
  locate: (packet) => locatePpp(packet, packet.start),
};

/** A byte that tells the direction comes before the frame, or takes the place of the address. */
export const pppWithDirection: LinkLayer = {
  title: "PPP with a direction byte",
  linkTypes: [166, 204],
  locate: (packet) => locatePpp(packet, packet.start + (packet.bytes[packet.start + 1] === CONTROL ? 2 : 1)),
};

const ADDRESS = 0xff;
const CONTROL = 0x03;

/** Protocol numbers (IANA) by what they carry. */
const IPV4 = 0x0021;
const IPV6 = 0x0057;
const MPLS = 0x0281;
/** Multilink with long sequence numbers (RFC 1990): only a frame that is its own first and last part is read. */
const MULTILINK = 0x003d;

function locatePpp(packet: Packet, at: number): number {
  packet.toGroup = false;
  return readPpp(packet, at);
}

/** Reads the PPP header at `at`, with or without address and control, its protocol number compressed or not. */
export function readPpp(packet: Packet, at: number): number {
  const { bytes, view, end } = packet;
  for (let nested = 0; nested < 2; nested++) {
    if (end - at >= 2 && bytes[at] === ADDRESS && bytes[at + 1] === CONTROL) at += 2;
    if (end - at < 2) return CUT;
    const isCompressed = (bytes[at]! & 1) !== 0;
    const protocol = isCompressed ? bytes[at]! : view.getUint16(at, false);
    at += isCompressed ? 1 : 2;
    packet.etherType = etherTypeOf(protocol);
    if (protocol !== MULTILINK || end - at < 4 || (bytes[at]! & 0xc0) !== 0xc0) return at;
    at += 4;
  }
  return at;
}

function etherTypeOf(protocol: number): number {
  switch (protocol) {
    case IPV4:
      return EtherType.ipv4;
    case IPV6:
      return EtherType.ipv6;
    case MPLS:
      return EtherType.mpls;
    default:
      return EtherType.none;
  }
}
