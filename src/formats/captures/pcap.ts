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

/** Magic numbers of the file header, read big-endian; each is also written the other way round. */
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's variant: eight more bytes in every packet header. */
const MODIFIED = 0xa1b2cd34;

/** Ixia's hardware and software: nanoseconds, and the length of all records behind the file header. */
const IXIA = [0x1c0001ac, 0x1c0001ab];

const FILE_HEADER = 24;
/** tcpdump's largest snap length. Some writers exceed it a little, none by a factor. */
export const LONGEST_PACKET = 1 << 18;
export const ABSURD_LENGTH = "the length of a packet is absurd: nothing after it can be trusted";

/** Packet captures of tcpdump and its many relatives. Source: draft-ietf-opsawg-pcap. */
export const pcap: Format = {
  id: "pcap",
  title: "packet capture (pcap: tcpdump, dumpcap -P, most devices)",
  kind: "capture",
  looksLike: (head) => (head.length >= 4 && variantOf(new DataView(head.buffer, head.byteOffset)) ? 1 : 0),
  open(context) {
    const wire = new Wire(context.tally, ordinaryWireLimits, context.secrets);
    return new FramedDecoder(new PcapFraming(wire, context.tally), wire);
  },
  cut: (show) => cutPackets((sink) => new PcapFraming(sink, new Tally()), show),
};

interface Variant {
  readonly littleEndian: boolean;
  readonly fractionsPerMs: number;
  readonly fileHeader: number;
  readonly packetHeader: number;
}

function variantOf(view: DataView): Variant | undefined {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MICROSECONDS) return { littleEndian, fractionsPerMs: 1e3, fileHeader: FILE_HEADER, packetHeader: 16 };
    if (magic === NANOSECONDS) return { littleEndian, fractionsPerMs: 1e6, fileHeader: FILE_HEADER, packetHeader: 16 };
    if (IXIA.includes(magic))
      return { littleEndian, fractionsPerMs: 1e6, fileHeader: FILE_HEADER + 4, packetHeader: 16 };
    if (magic === MODIFIED) return { littleEndian, fractionsPerMs: 1e3, fileHeader: FILE_HEADER, packetHeader: 24 };
  }
  return undefined;
}

/** Length of the file header at `at`, of which the magic number is there. */
function fileHeaderAt(view: DataView, at: number): number {
  return variantOf(new DataView(view.buffer, view.byteOffset + at, 4))?.fileHeader ?? FILE_HEADER;
}

/** Cuts the file into packets. */
export class PcapFraming implements Framing {
  readonly #wire: PacketSink;
  readonly #tally: Tally;
  readonly #count: PacketCount;
  #variant: Variant | undefined;
  #link: LinkLayer | undefined;
  #linkType = 0;
  #unread = 0;

  constructor(wire: PacketSink, tally: Tally) {
    this.#wire = wire;
    this.#tally = tally;
    this.#count = new PacketCount(tally);
  }

  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start;
    if (this.#variant === undefined) {
      if (end - at < FILE_HEADER || end - at < fileHeaderAt(view, at)) return at;
      if (!this.#readFileHeader(view, at)) return ENDED;
      at += this.#variant!.fileHeader;
    }
    const { littleEndian, fractionsPerMs, packetHeader } = this.#variant!;
    const link = this.#link;
    while (end - at >= packetHeader) {
      const captured = view.getUint32(at + 8, littleEndian);
      if (captured > LONGEST_PACKET) {
        this.#count.reject(ABSURD_LENGTH);
        return ENDED;
      }
      const data = at + packetHeader;
      const next = data + captured;
      if (next > end) return at;
      const atMs = view.getUint32(at, littleEndian) * 1e3 + view.getUint32(at + 4, littleEndian) / fractionsPerMs;
      this.#count.see(atMs);
      if (link === undefined) this.#unread++;
      else {
        const original = view.getUint32(at + 12, littleEndian);
        const wireLength = original > captured && original <= LONGEST_PACKET ? original : captured;
        this.#wire.packet(link, bytes, view, data, next, data + wireLength, atMs, this.#count.packets);
      }
      at = next;
    }
    return at;
  }

  lengthOf(view: DataView, have: number): number {
    if (this.#variant === undefined) return have < FILE_HEADER ? FILE_HEADER : fileHeaderAt(view, 0);
    const { littleEndian, packetHeader } = this.#variant;
    if (have < packetHeader) return packetHeader;
    return packetHeader + view.getUint32(8, littleEndian);
  }

  cutShort(): void {
    this.#count.reject(CUT_SHORT);
  }

  count(): void {
    this.#count.tell();
    if (this.#unread > 0) this.#tally.gap(Gap.linkType(this.#linkType), this.#unread);
    this.#unread = 0;
  }

  #readFileHeader(view: DataView, at: number): boolean {
    this.#variant = variantOf(new DataView(view.buffer, view.byteOffset + at, 4));
    if (this.#variant === undefined) {
      this.#tally.reject("this is not a pcap file: its first bytes are not the magic number", 0);
      return false;
    }
    // The upper half tells the length of frame check sequences.
    this.#linkType = view.getUint32(at + 20, this.#variant.littleEndian) & 0xffff;
    this.#link = linkLayerOf(this.#linkType);
    return true;
  }
}
