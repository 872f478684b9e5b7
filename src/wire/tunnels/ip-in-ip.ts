import { byIpVersion } from "../links/raw-ip.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** IP in IP (RFC 2003, RFC 2473), IPv6 in IPv4 (6in4: RFC 4213), both ways round. */
export const ipInIp: Tunnel = {
  title: "IP in IP, 6in4, 4in6",
  protocols: [4, 41],
  open(packet, at) {
    const inside = byIpVersion(packet, at);
    return packet.etherType === 0 ? CLOSED : inside;
  },
};
