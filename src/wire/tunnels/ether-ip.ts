import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Ethernet in IP (RFC 3378): version 3 and twelve bits of zero. */
export const etherIp: Tunnel = {
  title: "EtherIP",
  protocols: [97],
  open(packet, at) {
    if (packet.end - at < 16 || packet.view.getUint16(at, false) !== 0x3000) return CLOSED;
    packet.etherType = EtherType.ethernet;
    return at + 2;
  },
};
