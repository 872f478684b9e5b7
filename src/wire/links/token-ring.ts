import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { readLlc } from "./llc.ts";

/** Token Ring: access control, frame control, two addresses, source routing when the source's group bit is set (IEEE 802.5). */
export const tokenRing: LinkLayer = {
  title: "Token Ring",
  linkTypes: [6],
  locate(packet) {
    const { bytes, start, end } = packet;
    if (end - start < 16) return CUT;
    packet.toGroup = (bytes[start + 2]! & 0x80) !== 0;
    packet.etherType = EtherType.none;
    const routing = bytes[start + 8]! & 0x80 ? bytes[start + 14]! & 31 : 0;
    return bytes[start + 1]! >>> 6 === 1 ? readLlc(packet, start + 14 + routing) : start + 14;
  },
};
