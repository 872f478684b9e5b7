import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Bits of the first word: checksum, routing, key, sequence number; version 1 (PPTP) also has an acknowledgement. */
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGEMENT = 0x0080;
const VERSION = 0x0007;
const MOST_ROUTES = 16;

/** GRE (RFC 2784, RFC 2890), with source routes (RFC 1701), and its variant of PPTP (RFC 2637); NVGRE is the same (RFC 7637); in UDP, RFC 8086. */
export const gre: Tunnel = {
  title: "GRE, PPTP, NVGRE",
  protocols: [47],
  ports: [4754],
  open(packet, at) {
    const { view, end } = packet;
    if (end - at < 4) return CLOSED;
    const flags = view.getUint16(at, false);
    const version = flags & VERSION;
    if (version > 1) return CLOSED;
    const type = view.getUint16(at + 2, false);
    // No protocol at all: a probe, or the reply that a router's keep-alive wants (it has type 0 inside).
    if (type === 0) return CLOSED;
    // ERSPAN type I has no header of its own, and neither sequence number nor key.
    packet.etherType = type === EtherType.erspan && !(flags & SEQUENCE) ? EtherType.ethernet : type;
    let inside = at + 4;
    if (flags & (CHECKSUM | ROUTING)) inside += 4;
    if (flags & KEY) inside += 4;
    if (flags & SEQUENCE) inside += 4;
    if (version === 1 && flags & ACKNOWLEDGEMENT) inside += 4;
    if (version === 0 && flags & ROUTING) inside = skipRoutes(view, inside, end);
    return inside < end ? inside : CLOSED;
  },
};

/** Source route entries: family, offset, length; the last has neither. */
function skipRoutes(view: DataView, at: number, end: number): number {
  for (let routes = 0; routes < MOST_ROUTES && end - at >= 4; routes++) {
    const word = view.getUint32(at, false);
    at += 4 + (word & 255);
    if (word === 0) return at;
  }
  return end;
}
