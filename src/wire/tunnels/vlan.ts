import { skipVlanTags } from "../links/ethernet.ts";
import { EtherType } from "../links/link-layer.ts";
import type { Tunnel } from "./tunnel.ts";

/** Tags behind a header that is not Ethernet's own. */
export const vlan: Tunnel = {
  title: "802.1Q and 802.1ad tags",
  etherTypes: [EtherType.vlan, EtherType.serviceVlan, EtherType.oldVlan],
  open: skipVlanTags,
};
