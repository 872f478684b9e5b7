import { CUT, type LinkLayer } from "./link-layer.ts";

/** IP over IEEE 1394 as Apple frames it: two addresses of eight bytes and an EtherType. */
export const firewire: LinkLayer = {
  title: "IP over IEEE 1394",
  linkTypes: [138],
  locate(packet) {
    const at = packet.start + 16;
    if (packet.end - at < 2) return CUT;
    packet.toGroup = packet.bytes[packet.start] === 0xff;
    packet.etherType = packet.view.getUint16(at, false);
    return at + 2;
  },
};
