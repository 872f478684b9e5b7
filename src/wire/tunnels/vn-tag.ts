import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Tags of switches for virtual machines: four bytes, then the frame's own EtherType (IEEE 802.1BR's forerunner, VN-Tag). */
export const vnTag: Tunnel = {
  title: "VN-Tag",
  etherTypes: [0x8926],
  open(packet, at) {
    if (packet.end - at < 6) return CLOSED;
    packet.etherType = packet.view.getUint16(at + 4, false);
    return at + 6;
  },
};
