// Hot: one reused object describes the packet at hand; measured by bench/captures.ts.
import { Transport } from "../observations/vocabulary.ts";

/**
 * The packet at hand: where its parts lie in `bytes`. One object is filled again for every packet, so nothing is
 * allocated per packet and nothing may keep it. All offsets are into `bytes`; a `wire…` end may lie past what was
 * captured, since captures cut packets short.
 */
export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  /** Over the same memory as `bytes`, with the same offsets. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Captured bytes: `bytes[start, end)`. */
  start = 0;
  end = 0;
  /** End of the packet as it was on the wire. */
  wireEnd = 0;
  /** Milliseconds since the Unix epoch. */
  atMs = 0;
  /** Number in the input, from 1. */
  position = 0;

  /** Set by the link layer: an EtherType (IEEE 802 numbers). */
  etherType = 0;
  /** The link layer sent it to a group (multicast or broadcast). */
  toGroup = false;
  /** Set by a link layer whose `etherType` is `filtered`: an Outcome, and the EtherType of what the frame carries. */
  verdict = 0;
  inner = 0;

  // Set by the network layer.
  isIpv6 = false;
  /** Where the IPv4 header begins; -1 when it is not there any more. */
  network = -1;
  /** IP protocol number of the transport. */
  protocol = 0;
  ttl = 0;
  /** IPv4 identification; 0 for IPv6. */
  ipId = 0;
  /** Source and target: the address itself for IPv4, a hash of `words` for IPv6. Signed 32-bit. */
  sourceKey = 0;
  targetKey = 0;
  /** IPv6 source and target, four words each. */
  readonly words = new Int32Array(8);
  /** Transport header and payload: captured `bytes[transport, transportEnd)`, on the wire up to `transportWireEnd`. */
  transport = 0;
  transportEnd = 0;
  transportWireEnd = 0;

  /**
   * Whether the target is a group, a broadcast address, or the source is none that could get an answer. Clusters that
   * share an address are sent TCP by a group's link-layer address.
   */
  isGroupTraffic(): boolean {
    if (this.toGroup && this.protocol !== Transport.tcp) return true;
    if (this.isIpv6) {
      const words = this.words;
      const unspecified = (words[0]! | words[1]! | words[2]! | words[3]!) === 0;
      return words[4]! >>> 24 === 0xff || unspecified;
    }
    const target = this.targetKey >>> 28;
    return target === 0xe || this.targetKey === -1 || this.sourceKey === 0 || this.sourceKey >>> 28 === 0xe;
  }
}
