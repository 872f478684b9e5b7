// Hot: once per segment that a client sends to a conversation that is read; measured by bench/captures.ts.
import { mix } from "../../bytes/hash.ts";
import { Transport } from "../../observations/vocabulary.ts";
import type { Packet } from "../packet.ts";

/** Where a TCP header has its checksum. */
const CHECKSUM = 16;
/** Senders that are remembered, a power of two; a later one takes the place of an earlier one. */
const SENDERS = 1024;
/** A one's complement sum over what includes its own complement (RFC 1071). */
const RIGHT = 0xffff;

/** How a TCP segment's checksum, and its IPv4 header's, are. */
export const Sum = {
  right: 0,
  /** Left to the network card by the host that captures. */ offloaded: 1,
  wrong: 2,
} as const;

/**
 * Tells damaged and forged segments from those of a host that leaves checksums to its network card: such a host writes
 * the sum of the pseudo-header alone, or nothing, into all that it sends. What it sends is believed once its peer has
 * acknowledged a segment like that, which no peer does on the wire's other end.
 */
export class Checksums {
  readonly #offloading = new Int32Array(SENDERS);

  /** How the packet at hand is; `right` also where the capture does not show it whole. */
  of(packet: Packet): number {
    const { view, transport, transportEnd, transportWireEnd } = packet;
    if (transportEnd < transportWireEnd || transportEnd - transport < 20) return Sum.right;
    if (!isHeaderRight(packet)) return Sum.wrong;
    const pseudo = addressSum(packet) + Transport.tcp;
    const length = transportEnd - transport;
    if (folded(pseudo + length + sumOf(view, transport, transportEnd)) === RIGHT) return Sum.right;
    const written = view.getUint16(transport + CHECKSUM, false);
    const isPartial = written === 0 || written === folded(pseudo + length) || written === folded(pseudo);
    return isPartial ? Sum.offloaded : Sum.wrong;
  }

  /** Whether the packet at hand can be believed without its peer's word. */
  isCredible(packet: Packet): boolean {
    const sum = this.of(packet);
    return (
      sum === Sum.right || (sum === Sum.offloaded && this.#offloading[slotOf(packet.sourceKey)] === packet.sourceKey)
    );
  }

  /** A segment of `sender` with the sum of an offloading host was acknowledged. */
  confirm(sender: number): void {
    this.#offloading[slotOf(sender)] = sender;
  }
}

function slotOf(sender: number): number {
  return mix(sender, 0) & (SENDERS - 1);
}

/** An IPv4 header's own sum; 0 is one that is left to the network card. IPv6 has none. */
function isHeaderRight({ view, network, transport, isIpv6 }: Packet): boolean {
  if (isIpv6 || network < 0 || view.getUint16(network + 10, false) === 0) return true;
  return folded(sumOf(view, network, transport)) === RIGHT;
}

function addressSum({ isIpv6, words, sourceKey, targetKey }: Packet): number {
  if (!isIpv6) return halves(sourceKey) + halves(targetKey);
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += halves(words[i]!);
  return sum;
}

function halves(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}

/** The sum of `view`'s 16-bit words in `[start, end)`, big-endian, at most 64 KB; it does not exceed 32 bits. */
function sumOf(view: DataView, start: number, end: number): number {
  let upper = 0;
  let lower = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, false);
    upper += word >>> 16;
    lower += word & 0xffff;
  }
  if (at + 2 <= end) {
    upper += view.getUint16(at, false);
    at += 2;
  }
  if (at < end) lower += view.getUint8(at) << 8;
  return upper + lower;
}

function folded(sum: number): number {
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once >>> 16) + (once & 0xffff);
}
