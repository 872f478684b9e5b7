import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Provider backbone bridges: a service tag, then a customer's whole frame (IEEE 802.1ah). */
export const providerBackbone: Tunnel = {
  title: "802.1ah",
  etherTypes: [0x88e7],
  open(packet, at) {
    packet.etherType = EtherType.ethernet;
    return packet.end - at > 4 ? at + 4 : CLOSED;
  },
};
