import { skipVlanTags } from "./ethernet.ts";
import type { LinkLayer } from "./link-layer.ts";

/** Packet types of the cooked headers (packet(7)): 1 broadcast, 2 multicast. */
const isGroup = (packetType: number) => packetType === 1 || packetType === 2;

/** Linux "any" device, LINKTYPE_LINUX_SLL: 16 bytes, packet type first, protocol last. */
export const linuxCooked: LinkLayer = {
  title: "Linux cooked capture",
  linkTypes: [113],
  locate(packet) {
    const at = packet.start;
    if (packet.end - at < 16) return -1;
    packet.toGroup = isGroup(packet.view.getUint16(at, false));
    packet.etherType = packet.view.getUint16(at + 14, false);
    return skipVlanTags(packet, at + 16);
  },
};

/** LINKTYPE_LINUX_SLL2: 20 bytes, protocol first, packet type in byte 10. */
export const linuxCookedV2: LinkLayer = {
  title: "Linux cooked capture v2",
  linkTypes: [276],
  locate(packet) {
    const at = packet.start;
    if (packet.end - at < 20) return -1;
    packet.toGroup = isGroup(packet.bytes[at + 10]!);
    packet.etherType = packet.view.getUint16(at, false);
    return skipVlanTags(packet, at + 20);
  },
};
