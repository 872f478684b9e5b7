import type { Packet } from "../packet.ts";
import { EtherType, type LinkLayer } from "./link-layer.ts";

/** Packets without any framing: LINKTYPE_RAW (101), what some systems write for it (12, 14), IPv4 (228), IPv6 (229). */
export const rawIp: LinkLayer = {
  title: "IP without any framing",
  linkTypes: [101, 12, 14, 228, 229],
  locate(packet) {
    packet.toGroup = false;
    return byIpVersion(packet, packet.start);
  },
};

/** Takes the first nibble at `at` as the IP version. */
export function byIpVersion(packet: Packet, at: number): number {
  if (packet.end <= at) return -1;
  const version = packet.bytes[at]! >>> 4;
  packet.etherType = version === 4 ? EtherType.ipv4 : version === 6 ? EtherType.ipv6 : 0;
  return at;
}
