import type { Packet } from "../packet.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";

/** ARCNET as the BSDs frame it: source, destination, system code, and for RFC 1201 flag and sequence number. */
export const arcnet: LinkLayer = {
  title: "ARCNET",
  linkTypes: [7],
  locate: (packet) => readArcnet(packet, packet.start + 2),
};

/** Linux adds two bytes of offset. */
export const arcnetOfLinux: LinkLayer = {
  title: "ARCNET, as Linux frames it",
  linkTypes: [129],
  locate: (packet) => readArcnet(packet, packet.start + 4),
};

/** System codes: IP in RFC 1201 and in the older RFC 1051. */
const IP = 212;
const OLD_IP = 240;

function readArcnet(packet: Packet, at: number): number {
  const { bytes, start, end } = packet;
  if (end - at < 4) return CUT;
  packet.toGroup = bytes[start + 1] === 0;
  const code = bytes[at]!;
  packet.etherType = EtherType.none;
  if (code === OLD_IP) packet.etherType = EtherType.ipv4;
  // A flag other than 0 marks one of several parts.
  if (code === IP && bytes[at + 1] === 0) packet.etherType = EtherType.ipv4;
  return code === OLD_IP ? at + 1 : at + 4;
}
