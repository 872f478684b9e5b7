import { ethernet } from "./ethernet.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";

/** Bytes before an Ethernet frame, by link type: preamble of IEEE 802.3br, netANALYZER's headers, a Broadcom switch's tag. */
const prefixByType: Readonly<Record<number, number>> = { 274: 8, 240: 4, 241: 12, 282: 4 };

/** A link layer for each number of bytes before the frame. */
export const prefixedEthernet: readonly LinkLayer[] = Object.entries(prefixByType).map(([linkType, prefix]) => ({
  title: "Ethernet behind a preamble or a switch's tag",
  linkTypes: [Number(linkType)],
  locate(packet) {
    if (packet.end - packet.start < prefix) return CUT;
    packet.start += prefix;
    return ethernet.locate(packet);
  },
}));
