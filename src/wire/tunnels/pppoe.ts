import { EtherType } from "../links/link-layer.ts";
import { readPppoe } from "../links/pppoe.ts";
import type { Tunnel } from "./tunnel.ts";

/** PPPoE sessions (RFC 2516). */
export const pppoeSession: Tunnel = {
  title: "PPPoE",
  etherTypes: [EtherType.pppoe],
  open: readPppoe,
};
