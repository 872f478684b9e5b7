import { EtherType } from "../links/link-layer.ts";
import { byIpVersion } from "../links/raw-ip.ts";
import type { Packet } from "../packet.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Stacks deeper than this are hostile or broken. */
const MOST_LABELS = 16;
/** The bottom of the stack (RFC 3032, section 2.1). */
const BOTTOM = 0x100;
/** Bytes of the control word of pseudowires (RFC 4385). */
const CONTROL_WORD = 4;

/** MPLS label stacks, behind a link's header, in IP (RFC 4023) or in UDP (RFC 7510), with IP or Ethernet inside. */
export const mpls: Tunnel = {
  title: "MPLS",
  etherTypes: [EtherType.mpls, EtherType.mplsUpstream],
  protocols: [137],
  ports: [6635],
  open(packet, at) {
    const { view, end } = packet;
    for (let labels = 0; labels < MOST_LABELS && end - at >= 4; labels++) {
      const isBottom = (view.getUint32(at, false) & BOTTOM) !== 0;
      at += 4;
      if (isBottom) return inside(packet, at);
    }
    return CLOSED;
  },
};

/** Labels do not tell what they carry: the first nibble does, and for Ethernet the EtherType with or without a control word. */
function inside(packet: Packet, at: number): number {
  byIpVersion(packet, at);
  if (packet.etherType !== EtherType.none) return at;
  packet.etherType = EtherType.ethernet;
  if (isEthernet(packet, at + CONTROL_WORD)) return at + CONTROL_WORD;
  return isEthernet(packet, at) ? at : CLOSED;
}

function isEthernet(packet: Packet, at: number): boolean {
  if (packet.end - at < 14) return false;
  const type = packet.view.getUint16(at + 12, false);
  return (
    type === EtherType.ipv4 || type === EtherType.ipv6 || type === EtherType.vlan || type === EtherType.serviceVlan
  );
}
