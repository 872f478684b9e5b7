// Hot: once per packet; measured by bench/captures.ts.
import type { Packet } from "../packet.ts";
import { EtherType, type LinkLayer } from "./link-layer.ts";

/** Deeper stacks of tags than this are hostile or broken. */
const MOST_TAGS = 8;

/** Ethernet II, with any stack of 802.1Q and 802.1ad tags. */
export const ethernet: LinkLayer = {
  title: "Ethernet, with 802.1Q and 802.1ad tags",
  linkTypes: [1],
  locate(packet) {
    const at = packet.start;
    if (packet.end - at < 14) return -1;
    packet.toGroup = (packet.bytes[at]! & 1) !== 0;
    packet.etherType = packet.view.getUint16(at + 12, false);
    return skipVlanTags(packet, at + 14);
  },
};

/** Steps over 802.1Q (C-tag) and 802.1ad (S-tag) headers at `at`, four bytes each, updating `etherType`. */
export function skipVlanTags(packet: Packet, at: number): number {
  for (let tags = 0; isVlan(packet.etherType); tags++) {
    if (tags === MOST_TAGS || packet.end - at < 4) return -1;
    packet.etherType = packet.view.getUint16(at + 2, false);
    at += 4;
  }
  return at;
}

function isVlan(etherType: number): boolean {
  return etherType === EtherType.vlan || etherType === EtherType.serviceVlan || etherType === EtherType.oldVlan;
}
