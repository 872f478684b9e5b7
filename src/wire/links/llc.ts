import type { Packet } from "../packet.ts";
import { CUT, EtherType } from "./link-layer.ts";

/** Service access points (IEEE 802.2): SNAP, IP, ISO network layers. */
const SNAP = 0xaa;
const IP = 0x06;
const ISO = 0xfe;
const UNNUMBERED = 0x03;

/** Organisations of SNAP (RFC 1042; IEEE 802.1H; RFC 2684 for bridged frames). */
const ETHERNET = 0x000000;
const BRIDGE_TUNNEL = 0x0000f8;
const BRIDGED = 0x0080c2;

/** Network layer protocol identifiers (RFC 2427, section 3). */
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;

/** Reads the LLC header at `at`, and SNAP behind it (RFC 1042). */
export function readLlc(packet: Packet, at: number): number {
  const { bytes, end } = packet;
  if (end - at < 4) return CUT;
  packet.etherType = EtherType.none;
  if (bytes[at + 2] !== UNNUMBERED) return at;
  if (bytes[at] === SNAP && bytes[at + 1] === SNAP) return readSnap(packet, at + 3);
  if (bytes[at] === IP && bytes[at + 1] === IP) packet.etherType = EtherType.ipv4;
  if (bytes[at] === ISO && bytes[at + 1] === ISO) return readNlpid(packet, at + 3);
  return at + 3;
}

/** Reads a network layer protocol identifier and what it says (RFC 2427). */
export function readNlpid(packet: Packet, at: number): number {
  if (packet.end - at < 1) return CUT;
  const identifier = packet.bytes[at]!;
  packet.etherType =
    identifier === NLPID_IPV4 ? EtherType.ipv4 : identifier === NLPID_IPV6 ? EtherType.ipv6 : EtherType.none;
  return identifier === NLPID_SNAP ? readSnap(packet, at + 1) : at + 1;
}

function readSnap(packet: Packet, at: number): number {
  const { bytes, view, end } = packet;
  if (end - at < 5) return CUT;
  const organisation = (bytes[at]! << 16) | view.getUint16(at + 1, false);
  const type = view.getUint16(at + 3, false);
  packet.etherType = EtherType.none;
  if (organisation === ETHERNET || organisation === BRIDGE_TUNNEL) packet.etherType = type;
  else if (organisation === BRIDGED && (type === 1 || type === 7)) {
    packet.etherType = EtherType.ethernet;
    return at + 7;
  }
  return at + 5;
}
