import type { Packet } from "../packet.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { readPpp } from "./ppp.ts";

/** PPPoE session packets without Ethernet before them. */
export const pppoe: LinkLayer = {
  title: "PPPoE",
  linkTypes: [51],
  locate(packet) {
    packet.toGroup = false;
    return readPppoe(packet, packet.start);
  },
};

/** Reads the PPPoE header at `at` (RFC 2516, section 4): version and type, code 0 for a session, session, length. */
export function readPppoe(packet: Packet, at: number): number {
  if (packet.end - at < 8) return CUT;
  packet.etherType = EtherType.none;
  return packet.bytes[at + 1] === 0 ? readPpp(packet, at + 6) : at;
}
