// Hot: once per packet; measured by bench/captures.ts.
import type { Packet } from "../packet.ts";
import type { Fragments } from "./fragments.ts";

const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/**
 * Reads the IPv4 header at `at` (RFC 791, section 3.1) and finds the transport. A total length of 0 is what a sender
 * with segmentation offload leaves in the packet: the frame's own length is used.
 * @returns false when nothing can be read from it, or when a fragment has to wait for the others.
 */
export function readIpv4(packet: Packet, at: number, fragments: Fragments): boolean {
  const { view, bytes } = packet;
  if (packet.end - at < 20) return false;
  const first = bytes[at]!;
  const headerLength = (first & 15) << 2;
  if (first >>> 4 !== 4 || headerLength < 20) return false;
  const totalLength = view.getUint16(at + 2, false);
  const wireEnd = totalLength === 0 ? packet.wireEnd : at + totalLength;
  const transport = at + headerLength;
  if (wireEnd < transport) return false;
  packet.isIpv6 = false;
  packet.network = at;
  packet.ipId = view.getUint16(at + 4, false);
  packet.ttl = bytes[at + 8]!;
  packet.protocol = bytes[at + 9]!;
  packet.sourceKey = view.getInt32(at + 12, false);
  packet.targetKey = view.getInt32(at + 16, false);
  packet.transport = transport;
  packet.transportWireEnd = wireEnd;
  packet.transportEnd = wireEnd < packet.end ? wireEnd : packet.end;
  const fragment = view.getUint16(at + 6, false) & (MORE_FRAGMENTS | FRAGMENT_OFFSET);
  if (fragment === 0) return packet.transportEnd >= transport;
  return fragments.add(packet, packet.ipId, (fragment & FRAGMENT_OFFSET) << 3, (fragment & MORE_FRAGMENTS) !== 0);
}
