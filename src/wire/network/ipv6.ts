// Hot: once per packet; measured by bench/captures.ts.
import type { Packet } from "../packet.ts";
import type { Fragments } from "./fragments.ts";

/** Longer chains of extension headers are hostile; real ones hold one or two. */
const MOST_EXTENSIONS = 16;

/** Next-header numbers of the extension headers (RFC 8200, section 4; IANA). */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;
/** "No next header": there is no transport. */
export const NO_NEXT_HEADER = 59;

/**
 * Reads the IPv6 header at `at` and its extension headers (RFC 8200), and finds the transport.
 * @returns false when nothing can be read from it, or when a fragment has to wait for the others.
 */
export function readIpv6(packet: Packet, at: number, fragments: Fragments): boolean {
  const { view, bytes } = packet;
  if (packet.end - at < 40 || bytes[at]! >>> 4 !== 6) return false;
  const payloadLength = view.getUint16(at + 4, false);
  const wireEnd = payloadLength === 0 ? packet.wireEnd : at + 40 + payloadLength;
  packet.isIpv6 = true;
  packet.ipId = 0;
  packet.ttl = bytes[at + 7]!;
  packet.transportWireEnd = wireEnd;
  packet.transportEnd = wireEnd < packet.end ? wireEnd : packet.end;
  readAddresses(packet, at);
  return skipExtensions(packet, at + 40, bytes[at + 6]!, fragments);
}

/** Reads both addresses of the IPv6 header at `at` into `words` and the keys. */
export function readAddresses(packet: Packet, at: number): void {
  const { words, view } = packet;
  for (let i = 0; i < 8; i++) words[i] = view.getInt32(at + 8 + 4 * i, false);
  packet.sourceKey = keyOf(words, 0);
  packet.targetKey = keyOf(words, 4);
}

function skipExtensions(packet: Packet, at: number, next: number, fragments: Fragments): boolean {
  const { bytes, view } = packet;
  for (let count = 0; count < MOST_EXTENSIONS; count++) {
    if (!isExtension(next)) {
      packet.protocol = next;
      packet.transport = at;
      return packet.transportEnd >= at;
    }
    if (packet.transportEnd - at < 8) return false;
    if (next === FRAGMENT) {
      const field = view.getUint16(at + 2, false);
      packet.protocol = bytes[at]!;
      packet.transport = at + 8;
      const id = view.getInt32(at + 4, false);
      // A lone "atomic" fragment (RFC 6946) is a whole packet.
      if (field >>> 3 === 0 && (field & 1) === 0) {
        next = bytes[at]!;
        at += 8;
        continue;
      }
      return fragments.add(packet, id, field & 0xfff8, (field & 1) !== 0);
    }
    const length = next === AUTHENTICATION ? (bytes[at + 1]! + 2) << 2 : (bytes[at + 1]! + 1) << 3;
    next = bytes[at]!;
    at += length;
  }
  return false;
}

function isExtension(next: number): boolean {
  switch (next) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION:
    case MOBILITY:
    case HIP:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

/** One signed word for a whole address, for the flow table's key; equality is checked on the address itself. */
function keyOf(words: Int32Array, at: number): number {
  let key = Math.imul(words[at]! ^ 0x2545f491, 0x9e3779b1);
  key = Math.imul((key ^ (key >>> 15)) + words[at + 1]!, 0x85ebca6b);
  key = Math.imul((key ^ (key >>> 13)) + words[at + 2]!, 0xc2b2ae35);
  key = Math.imul((key ^ (key >>> 16)) + words[at + 3]!, 0x27d4eb2f);
  return key ^ (key >>> 15);
}
