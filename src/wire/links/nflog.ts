import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";

/** Linux address families, and the attribute that holds the packet (linux/netfilter/nfnetlink_log.h). */
const AF_INET = 2;
const AF_INET6 = 10;
const PAYLOAD = 9;
/** Types end here; a larger one means that the other byte order is meant. */
const MOST_TYPES = 256;

/** Packets of Linux's NFLOG target: family, version, group, then attributes, in the byte order of the host that logged. */
export const nflog: LinkLayer = {
  title: "NFLOG of Linux",
  linkTypes: [239],
  locate(packet) {
    const { view, bytes, start, end } = packet;
    if (end - start < 8) return CUT;
    const family = bytes[start]!;
    packet.toGroup = false;
    packet.etherType = family === AF_INET ? EtherType.ipv4 : family === AF_INET6 ? EtherType.ipv6 : EtherType.none;
    const order = view.getUint16(start + 6, true) < MOST_TYPES;
    for (let at = start + 4; end - at >= 4; ) {
      const length = view.getUint16(at, order);
      if (length < 4) return CUT;
      if ((view.getUint16(at + 2, order) & 0x7fff) === PAYLOAD) return at + 4;
      at += (length + 3) & ~3;
    }
    return CUT;
  },
};
