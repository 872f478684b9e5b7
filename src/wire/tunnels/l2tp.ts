import { readPpp } from "../links/ppp.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Bits of the first word (RFC 2661, section 3.1): control message, length, sequence numbers, offset; version. */
const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const VERSION = 0x000f;

/** L2TP's data messages: PPP in UDP. */
export const l2tp: Tunnel = {
  title: "L2TP",
  ports: [1701],
  open(packet, at) {
    const { view, end } = packet;
    if (end - at < 8) return CLOSED;
    const flags = view.getUint16(at, false);
    if (flags & CONTROL || (flags & VERSION) !== 2) return CLOSED;
    let inside = at + 6;
    if (flags & LENGTH) inside += 2;
    if (flags & SEQUENCE) inside += 4;
    if (flags & OFFSET) inside += end - inside >= 2 ? 2 + view.getUint16(inside, false) : 2;
    return inside < end ? readPpp(packet, inside) : CLOSED;
  },
};
