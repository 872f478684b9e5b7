import type { Packet } from "../packet.ts";
import { skipVlanTags } from "./ethernet.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";

/** Ethernet with the tag of a Broadcom (281) or Marvell (284) switch, four bytes, in front of the EtherType. */
export const switchTag: LinkLayer = {
  title: "Ethernet with a switch's tag (Broadcom, DSA)",
  linkTypes: [281, 284],
  locate: (packet) => readTagged(packet, 4),
};

/** Marvell's longer tag has an EtherType of its own. */
export const longSwitchTag: LinkLayer = {
  title: "Ethernet with a switch's tag (EDSA)",
  linkTypes: [285],
  locate: (packet) => readTagged(packet, 8),
};

function readTagged(packet: Packet, length: number): number {
  const at = packet.start + 12 + length;
  if (packet.end - at < 2) return CUT;
  packet.toGroup = (packet.bytes[packet.start]! & 1) !== 0;
  packet.etherType = packet.view.getUint16(at, false);
  return skipVlanTags(packet, at + 2);
}
