import { ethernet } from "./ethernet.ts";
import { ieee80211 } from "./ieee80211.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { loopback } from "./loopback.ts";
import { rawIp } from "./raw-ip.ts";

const inner = [ethernet, rawIp, loopback, ieee80211];

/** macOS' pktap: length of the header, type of the record (1: a packet), link type of what follows, little-endian. */
export const pktap: LinkLayer = {
  title: "PKTAP of macOS",
  linkTypes: [258],
  locate(packet) {
    const { view, start, end } = packet;
    if (end - start < 12) return CUT;
    const length = view.getUint32(start, true);
    const linkType = view.getUint32(start + 8, true);
    if (length < 12 || end - start < length) return CUT;
    packet.start = start + length;
    const layer = inner.find(({ linkTypes }) => linkTypes.includes(linkType));
    if (layer !== undefined) return layer.locate(packet);
    packet.etherType = EtherType.none;
    return packet.start;
  },
};
