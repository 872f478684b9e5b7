import { EtherType } from "../links/link-layer.ts";
import { byIpVersion } from "../links/raw-ip.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

const HEADER = 8;
const HEADER_III = 12;
/** Of type III's last byte: a platform's own eight bytes follow. */
const HAS_MORE = 1;
/** Bits 10 to 6 of its last two bytes tell what was mirrored: 0 Ethernet, 2 IP. */
const frameTypeOf = (field: number) => (field >>> 10) & 31;

/** Mirrored frames of Cisco and others inside GRE: ERSPAN types II and III (draft-foschiano-erspan). Type I is GRE alone. */
export const erspan: Tunnel = {
  title: "ERSPAN types I, II and III",
  etherTypes: [EtherType.erspan, EtherType.erspanIii],
  open(packet, at) {
    const { view, end } = packet;
    if (packet.etherType === EtherType.erspan) {
      packet.etherType = EtherType.ethernet;
      return end - at > HEADER ? at + HEADER : CLOSED;
    }
    if (end - at <= HEADER_III) return CLOSED;
    const field = view.getUint16(at + 10, false);
    const inside = at + HEADER_III + (field & HAS_MORE ? 8 : 0);
    if (frameTypeOf(field) === 2) return byIpVersion(packet, inside);
    packet.etherType = EtherType.ethernet;
    return inside < end ? inside : CLOSED;
  },
};
