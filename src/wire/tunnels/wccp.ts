import { byIpVersion } from "../links/raw-ip.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Packets redirected to a web cache inside GRE: version 2 puts four bytes before IP (draft-wilson-wrec-wccp-v2, section 4.12). */
export const wccp: Tunnel = {
  title: "WCCP",
  etherTypes: [0x883e],
  open(packet, at) {
    if (byIpVersion(packet, at) > 0 && packet.etherType !== 0) return at;
    const inside = byIpVersion(packet, at + 4);
    return packet.etherType === 0 ? CLOSED : inside;
  },
};
