import { erspan } from "./erspan.ts";
import { etherIp } from "./ether-ip.ts";
import { geneve } from "./geneve.ts";
import { gre } from "./gre.ts";
import { gtpU } from "./gtp-u.ts";
import { ipInIp } from "./ip-in-ip.ts";
import { l2tp } from "./l2tp.ts";
import { mpls } from "./mpls.ts";
import { pppFrame } from "./ppp.ts";
import { pppoeSession } from "./pppoe.ts";
import { providerBackbone } from "./provider-backbone.ts";
import { teredo } from "./teredo.ts";
import type { Tunnel } from "./tunnel.ts";
import { tzsp } from "./tzsp.ts";
import { vlan } from "./vlan.ts";
import { vnTag } from "./vn-tag.ts";
import { vxlan } from "./vxlan.ts";
import { wccp } from "./wccp.ts";

/** Every tunnel that is opened. */
export const tunnels: readonly Tunnel[] = [
  vlan,
  pppoeSession,
  pppFrame,
  mpls,
  providerBackbone,
  vnTag,
  ipInIp,
  gre,
  erspan,
  wccp,
  etherIp,
  vxlan,
  geneve,
  gtpU,
  teredo,
  l2tp,
  tzsp,
];

/** By what announces it. */
export const tunnelByEtherType = tableBy((tunnel) => tunnel.etherTypes);
export const tunnelByProtocol = tableBy((tunnel) => tunnel.protocols);
export const tunnelByPort = tableBy((tunnel) => tunnel.ports);

/** A bit for each UDP port that a tunnel is received on, in 8 KiB: asked for every datagram. */
const portBits = new Uint8Array(65536 / 8);
for (const port of tunnelByPort.keys()) portBits[port >>> 3]! |= 1 << (port & 7);

/** Whether a tunnel is received on this UDP port. */
export function isTunnelPort(port: number): boolean {
  return (portBits[port >>> 3]! & (1 << (port & 7))) !== 0;
}

function tableBy(numbersOf: (tunnel: Tunnel) => readonly number[] | undefined): ReadonlyMap<number, Tunnel> {
  return new Map(tunnels.flatMap((tunnel) => (numbersOf(tunnel) ?? []).map((number) => [number, tunnel] as const)));
}
