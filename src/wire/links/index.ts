import { arcnet, arcnetOfLinux } from "./arcnet.ts";
import { atm, sunAtm } from "./atm.ts";
import { enc } from "./enc.ts";
import { ethernet } from "./ethernet.ts";
import { fddi } from "./fddi.ts";
import { firewire } from "./firewire.ts";
import { frameRelay, frameRelayWithDirection } from "./frame-relay.ts";
import { hdlc, hdlcWithDirection } from "./hdlc.ts";
import { ieee80211 } from "./ieee80211.ts";
import { ipnet } from "./ipnet.ts";
import type { LinkLayer } from "./link-layer.ts";
import { linuxCooked, linuxCookedV2 } from "./linux-cooked.ts";
import { loopback } from "./loopback.ts";
import { mplsLink } from "./mpls-link.ts";
import { nflog } from "./nflog.ts";
import { pflog } from "./pflog.ts";
import { pktap } from "./pktap.ts";
import { ppi } from "./ppi.ts";
import { ppp, pppWithDirection } from "./ppp.ts";
import { pppoe } from "./pppoe.ts";
import { prefixedEthernet } from "./prefixed-ethernet.ts";
import { prism } from "./prism.ts";
import { radiotap } from "./radiotap.ts";
import { rawIp } from "./raw-ip.ts";
import { slip } from "./slip.ts";
import { longSwitchTag, switchTag } from "./switch-tag.ts";
import { tokenRing } from "./token-ring.ts";

/** Every link layer that is read. */
export const linkLayers: readonly LinkLayer[] = [
  ethernet,
  rawIp,
  linuxCooked,
  linuxCookedV2,
  loopback,
  ppp,
  pppWithDirection,
  pppoe,
  hdlc,
  hdlcWithDirection,
  frameRelay,
  frameRelayWithDirection,
  mplsLink,
  ieee80211,
  radiotap,
  prism,
  ppi,
  pktap,
  nflog,
  pflog,
  enc,
  ipnet,
  switchTag,
  longSwitchTag,
  ...prefixedEthernet,
  tokenRing,
  fddi,
  arcnet,
  arcnetOfLinux,
  atm,
  sunAtm,
  slip,
  firewire,
];

const layerByType = new Map(linkLayers.flatMap((layer) => layer.linkTypes.map((type) => [type, layer] as const)));

/** The link layer of a LINKTYPE_ number, or undefined when it is not read. */
export function linkLayerOf(linkType: number): LinkLayer | undefined {
  return layerByType.get(linkType);
}
