import { EtherType } from "../links/link-layer.ts";
import { readPpp } from "../links/ppp.ts";
import type { Tunnel } from "./tunnel.ts";

/** PPP frames, as GRE carries them for PPTP. */
export const pppFrame: Tunnel = {
  title: "PPP",
  etherTypes: [EtherType.ppp],
  open: readPpp,
};
