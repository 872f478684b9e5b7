import { byIpVersion } from "../links/raw-ip.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** First byte: version 1 and "GTP, not GTP'"; then extension header, sequence number, N-PDU number. */
const VERSION_1 = 0x30;
const VERSION_MASK = 0xf0;
const OPTIONAL = 0x07;
const EXTENDED = 0x04;
/** Message type of what carries a subscriber's packet. */
const DATA = 255;
const MOST_EXTENSIONS = 8;

/** User data of mobile networks (3GPP TS 29.281, section 5.1). */
export const gtpU: Tunnel = {
  title: "GTP-U",
  ports: [2152],
  open(packet, at) {
    const { bytes, end } = packet;
    if (end - at < 12 || (bytes[at]! & VERSION_MASK) !== VERSION_1 || bytes[at + 1] !== DATA) return CLOSED;
    let inside = at + (bytes[at]! & OPTIONAL ? 12 : 8);
    if (bytes[at]! & EXTENDED) {
      // Each extension tells its length in words first, and the next one's type last.
      for (let next = bytes[inside - 1], count = 0; next !== 0; count++) {
        const length = inside < end ? bytes[inside]! << 2 : 0;
        if (length === 0 || end - inside < length || count === MOST_EXTENSIONS) return CLOSED;
        inside += length;
        next = bytes[inside - 1];
      }
    }
    byIpVersion(packet, inside);
    return packet.etherType === 0 ? CLOSED : inside;
  },
};
