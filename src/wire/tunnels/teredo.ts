import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Indicators before the packet (RFC 4380, section 5.1.1): authentication, origin. */
const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;

/** IPv6 through translators of addresses: in UDP, perhaps behind an authentication and an origin (RFC 4380). */
export const teredo: Tunnel = {
  title: "Teredo",
  ports: [3544],
  open(packet, at) {
    const { view, bytes, end } = packet;
    let inside = at;
    if (end - inside >= 13 && view.getUint16(inside, false) === AUTHENTICATION)
      inside += 13 + bytes[inside + 2]! + bytes[inside + 3]!;
    if (end - inside >= 8 && view.getUint16(inside, false) === ORIGIN) inside += 8;
    if (end - inside < 40 || bytes[inside]! >>> 4 !== 6) return CLOSED;
    packet.etherType = EtherType.ipv6;
    return inside;
  },
};
