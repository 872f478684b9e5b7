import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

const HEADER = 8;
/** "The network identifier is valid", and bits that may stand beside it: group policy, and of GPE's header its own. */
const VALID = 0x08000000;
const GENERIC = 0x04000000;
const RESERVED = 0x00000000;
/** GPE: next protocol in the fourth byte (RFC draft-ietf-nvo3-vxlan-gpe, section 3.2), by EtherType. */
const byNextProtocol = [
  EtherType.none,
  EtherType.ipv4,
  EtherType.ipv6,
  EtherType.ethernet,
  EtherType.none,
  EtherType.mpls,
];

/** VXLAN (RFC 7348), on its own port and on the one that Linux used before; with the group policy extension, and GPE. */
export const vxlan: Tunnel = {
  title: "VXLAN, VXLAN-GPE",
  ports: [4789, 4790, 8472],
  open(packet, at) {
    const { view, end, bytes } = packet;
    if (end - at <= HEADER) return CLOSED;
    const flags = view.getUint32(at, false);
    if (!(flags & VALID) || bytes[at + 7] !== RESERVED) return CLOSED;
    packet.etherType = flags & GENERIC ? (byNextProtocol[flags & 255] ?? EtherType.none) : EtherType.ethernet;
    return packet.etherType === EtherType.none ? CLOSED : at + HEADER;
  },
};
