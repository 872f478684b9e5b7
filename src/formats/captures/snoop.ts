// Hot: once per packet; measured by bench/captures.ts.
import { Tally } from "../../observations/tally.ts";
import { linkLayerOf } from "../../wire/links/index.ts";
import type { LinkLayer } from "../../wire/links/link-layer.ts";
import { Gap } from "../../wire/tally-words.ts";
import { ordinaryWireLimits, Wire } from "../../wire/wire.ts";
import type { Format } from "../format.ts";
import {
  CUT_SHORT,
  cutPackets,
  ENDED,
  FramedDecoder,
  type Framing,
  PacketCount,
  type PacketSink,
} from "./framed-decoder.ts";
import { ABSURD_LENGTH, LONGEST_PACKET } from "./pcap.ts";

/** `snoop`, then three bytes of zero. */
const MAGIC = [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0];
const VERSION = 2;
const FILE_HEADER = 16;
const RECORD_HEADER = 24;
/** LINKTYPE_ numbers of snoop's data link types: IEEE 802.3, Token Ring, Ethernet, FDDI. */
const linkTypeOf: Readonly<Record<number, number>> = { 0: 1, 2: 6, 4: 1, 8: 10 };

const BAD_RECORD = "the length of a record is not possible: nothing after it can be trusted";

/** Packet captures of Solaris, illumos and many devices. Source: RFC 1761. */
export const snoop: Format = {
  id: "snoop",
  title: "packet capture (snoop: Solaris, illumos)",
  kind: "capture",
  looksLike: (head) => (head.length >= MAGIC.length && MAGIC.every((byte, i) => head[i] === byte) ? 1 : 0),
  open(context) {
    const wire = new Wire(context.tally, ordinaryWireLimits, context.secrets);
    return new FramedDecoder(new SnoopFraming(wire, context.tally), wire);
  },
  cut: (show) => cutPackets((sink) => new SnoopFraming(sink, new Tally()), show),
};

class SnoopFraming implements Framing {
  readonly #wire: PacketSink;
  readonly #tally: Tally;
  readonly #count: PacketCount;
  #hasHeader = false;
  #link: LinkLayer | undefined;
  #dataLink = 0;
  #unread = 0;

  constructor(wire: PacketSink, tally: Tally) {
    this.#wire = wire;
    this.#tally = tally;
    this.#count = new PacketCount(tally);
  }

  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start;
    if (!this.#hasHeader) {
      if (end - at < FILE_HEADER) return at;
      if (!this.#readFileHeader(view, at)) return ENDED;
      at += FILE_HEADER;
    }
    while (end - at >= RECORD_HEADER) {
      const captured = view.getUint32(at + 4, false);
      const length = view.getUint32(at + 8, false);
      if (captured > LONGEST_PACKET || length > 2 * LONGEST_PACKET || length < RECORD_HEADER + captured) {
        this.#count.reject(captured > LONGEST_PACKET ? ABSURD_LENGTH : BAD_RECORD);
        return ENDED;
      }
      if (length > end - at) return at;
      this.#packet(bytes, view, at, captured);
      at += length;
    }
    return at;
  }

  lengthOf(view: DataView, have: number): number {
    if (!this.#hasHeader) return FILE_HEADER;
    return have < RECORD_HEADER ? RECORD_HEADER : view.getUint32(8, false);
  }

  cutShort(): void {
    this.#count.reject(CUT_SHORT);
  }

  count(): void {
    this.#count.tell();
    if (this.#unread > 0) this.#tally.gap(Gap.snoopLink(this.#dataLink), this.#unread);
    this.#unread = 0;
  }

  #packet(bytes: Uint8Array, view: DataView, at: number, captured: number): void {
    const atMs = view.getUint32(at + 16, false) * 1e3 + view.getUint32(at + 20, false) / 1e3;
    this.#count.see(atMs);
    if (this.#link === undefined) {
      this.#unread++;
      return;
    }
    const data = at + RECORD_HEADER;
    const original = view.getUint32(at, false);
    const wireLength = original > captured && original <= LONGEST_PACKET ? original : captured;
    const { packets } = this.#count;
    this.#wire.packet(this.#link, bytes, view, data, data + captured, data + wireLength, atMs, packets);
  }

  #readFileHeader(view: DataView, at: number): boolean {
    this.#hasHeader = true;
    if (view.getUint32(at + 8, false) !== VERSION) {
      this.#tally.reject("this is not a snoop file of version 2", 0);
      return false;
    }
    this.#dataLink = view.getUint32(at + 12, false);
    const linkType = Object.hasOwn(linkTypeOf, this.#dataLink) ? linkTypeOf[this.#dataLink] : undefined;
    this.#link = linkType === undefined ? undefined : linkLayerOf(linkType);
    return true;
  }
}
