import { EtherType, type LinkLayer } from "./link-layer.ts";

/** Packets that begin with their MPLS labels. */
export const mplsLink: LinkLayer = {
  title: "MPLS",
  linkTypes: [219],
  locate(packet) {
    packet.toGroup = false;
    packet.etherType = EtherType.mpls;
    return packet.start;
  },
};
