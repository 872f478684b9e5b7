import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Geneve (RFC 8926, section 3.4): version and option length in words, EtherType, network identifier. */
export const geneve: Tunnel = {
  title: "Geneve",
  ports: [6081],
  open(packet, at) {
    const { view, bytes, end } = packet;
    if (end - at < 8 || bytes[at]! >>> 6 !== 0 || bytes[at + 7] !== 0) return CLOSED;
    packet.etherType = view.getUint16(at + 2, false);
    const inside = at + 8 + ((bytes[at]! & 63) << 2);
    return inside < end ? inside : CLOSED;
  },
};
