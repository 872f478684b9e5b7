import { ethernet } from "./ethernet.ts";
import { ieee80211 } from "./ieee80211.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { ppp } from "./ppp.ts";
import { rawIp } from "./raw-ip.ts";

const inner = [ethernet, ieee80211, rawIp, ppp];

/** Per-packet information: version, flags, length and the link type of what follows, little-endian (CACE Technologies, PPI 1.0.10). */
export const ppi: LinkLayer = {
  title: "PPI, with IEEE 802.11, Ethernet, PPP or IP inside",
  linkTypes: [192],
  locate(packet) {
    const { view, start, end } = packet;
    if (end - start < 8) return CUT;
    const length = view.getUint16(start + 2, true);
    const linkType = view.getUint32(start + 4, true);
    if (length < 8 || end - start < length) return CUT;
    packet.start = start + length;
    const layer = inner.find(({ linkTypes }) => linkTypes.includes(linkType));
    if (layer !== undefined) return layer.locate(packet);
    packet.etherType = EtherType.none;
    return packet.start;
  },
};
