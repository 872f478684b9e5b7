import { EtherType, type LinkLayer } from "./link-layer.ts";

/** Values of AF_INET6 on the systems that write this framing: NetBSD/OpenBSD 24, FreeBSD 28, macOS 30, Linux 10. */
const AF_INET6 = [24, 28, 30, 10];

/** BSD loopback: a four-byte address family, in the writer's byte order (0) or network order (108). */
export const loopback: LinkLayer = {
  title: "BSD null and loop",
  linkTypes: [0, 108],
  locate(packet) {
    const at = packet.start;
    if (packet.end - at < 4) return -1;
    packet.toGroup = false;
    const big = packet.view.getUint32(at, false);
    const family = big > 0xffff ? packet.view.getUint32(at, true) : big;
    packet.etherType = familyOf(family);
    return at + 4;
  },
};

/** The EtherType of an address family as BSD systems number them; 0 for all but IP. */
export function familyOf(family: number): number {
  return family === 2 ? EtherType.ipv4 : AF_INET6.includes(family) ? EtherType.ipv6 : EtherType.none;
}
