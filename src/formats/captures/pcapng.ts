// Hot: once per packet; measured by bench/captures.ts.
import { isMoment } from "../../bytes/calendar.ts";
import { NO_MOMENT, Tally } from "../../observations/tally.ts";
import type { TlsSecrets } from "../../wire/conversations/tls-secrets.ts";
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
import { type CaptureInterface, readInterface } from "./pcapng-interface.ts";

/** Block types (draft-ietf-opsawg-pcapng, section 11.1). */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
/** Secrets type of TLS key logs (section 4.7). */
const TLS_KEY_LOG = 0x544c534b;
/** Key logs beyond this are stepped over and counted. */
const LONGEST_SECRETS = 1 << 22;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** A packet block with its options; longer blocks are stepped over unread. */
const LONGEST_BLOCK = LONGEST_PACKET + (1 << 16);
/** A section with more interfaces is made up. */
const MOST_INTERFACES = 65536;

const BAD_BLOCK = "the length of a block is not possible: nothing after it can be trusted";
const BAD_PACKET = "a packet is longer than its block, or of an interface that is not described";
const BAD_SECRETS = "a block of decryption secrets is cut short or too long";
const BAD_INTERFACE = "an interface description is cut short";

/** Packet captures of Wireshark and dumpcap. Source: draft-ietf-opsawg-pcapng. */
export const pcapng: Format = {
  id: "pcapng",
  title: "packet capture (pcapng: Wireshark, dumpcap)",
  kind: "capture",
  looksLike(head) {
    if (head.length < 12) return 0;
    const view = new DataView(head.buffer, head.byteOffset);
    return view.getUint32(0, false) === SECTION_HEADER && orderOf(view, 8) !== undefined ? 1 : 0;
  },
  open(context) {
    const wire = new Wire(context.tally, ordinaryWireLimits, context.secrets);
    return new FramedDecoder(new PcapngFraming(wire, context.tally, wire.secrets), wire);
  },
  cut: (show) => cutPackets((sink) => new PcapngFraming(sink, new Tally()), show),
};

/** Whether the section whose magic is at `at` is little-endian. */
function orderOf(view: DataView, at: number): boolean | undefined {
  if (view.getUint32(at, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at, false) === BYTE_ORDER_MAGIC ? false : undefined;
}

/** Cuts the file into packets. */
export class PcapngFraming implements Framing {
  readonly #wire: PacketSink;
  readonly #tally: Tally;
  readonly #count: PacketCount;
  readonly #secrets: TlsSecrets | undefined;
  #littleEndian = true;
  #hasSection = false;
  #interfaces: CaptureInterface[] = [];
  /** Simple packets have no time: they are told with that of the packet before. */
  #latestMs = 0;

  /** @param secrets where the session keys that the capture itself brings are kept */
  constructor(wire: PacketSink, tally: Tally, secrets?: TlsSecrets) {
    this.#secrets = secrets;
    this.#wire = wire;
    this.#tally = tally;
    this.#count = new PacketCount(tally);
  }

  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start;
    while (end - at >= 12) {
      const isHeader = view.getUint32(at, false) === SECTION_HEADER;
      if (isHeader || !this.#hasSection) {
        if (!isHeader || !this.#startSection(view, at)) return this.#end();
      }
      const type = view.getUint32(at, this.#littleEndian);
      const length = view.getUint32(at + 4, this.#littleEndian);
      if (length < 12 || (length & 3) !== 0) return this.#end();
      const isOfInterest = type === ENHANCED_PACKET || type <= SIMPLE_PACKET || type === DECRYPTION_SECRETS;
      if (length > (type === DECRYPTION_SECRETS ? LONGEST_SECRETS : LONGEST_BLOCK)) {
        if (type === DECRYPTION_SECRETS) this.#tally.reject(BAD_SECRETS, this.#count.packets);
        if (!isOfInterest || isHeader || type === DECRYPTION_SECRETS) return at + length;
        this.#count.reject(ABSURD_LENGTH);
        return ENDED;
      }
      if (at + length > end) return isOfInterest ? at : at + length;
      this.#block(type, bytes, view, at + 8, at + length - 4);
      at += length;
    }
    return at;
  }

  lengthOf(view: DataView, have: number): number {
    if (have < 12) return 12;
    const isHeader = view.getUint32(0, false) === SECTION_HEADER;
    const order = isHeader ? (orderOf(view, 8) ?? true) : this.#littleEndian;
    return view.getUint32(4, order);
  }

  cutShort(): void {
    this.#count.reject(CUT_SHORT);
  }

  count(): void {
    this.#count.tell();
    for (const captureInterface of this.#interfaces) {
      if (captureInterface.unread > 0)
        this.#tally.gap(Gap.linkType(captureInterface.linkType), captureInterface.unread);
      captureInterface.unread = 0;
    }
  }

  #startSection(view: DataView, at: number): boolean {
    const order = orderOf(view, at + 8);
    if (order === undefined) return false;
    this.count();
    this.#littleEndian = order;
    this.#hasSection = true;
    this.#interfaces = [];
    return true;
  }

  #end(): number {
    this.#tally.reject(
      this.#hasSection ? BAD_BLOCK : "this is not a pcapng file: it has no section header",
      this.#count.packets,
    );
    return ENDED;
  }

  #block(type: number, bytes: Uint8Array, view: DataView, body: number, bodyEnd: number): void {
    const order = this.#littleEndian;
    switch (type) {
      case INTERFACE: {
        const described = this.#interfaces.length < MOST_INTERFACES && readInterface(view, body, bodyEnd, order);
        if (described) this.#interfaces.push(described);
        else this.#tally.reject(BAD_INTERFACE, this.#count.packets);
        return;
      }
      case DECRYPTION_SECRETS:
        this.#keepSecrets(bytes, view, body, bodyEnd);
        return;
      case ENHANCED_PACKET:
      case OLD_PACKET: {
        if (bodyEnd - body < 20) {
          this.#count.reject(BAD_PACKET);
          return;
        }
        const number = type === ENHANCED_PACKET ? view.getUint32(body, order) : view.getUint16(body, order);
        const ticks = view.getUint32(body + 4, order) * 4294967296 + view.getUint32(body + 8, order);
        const from = this.#interfaces[number];
        const captured = view.getUint32(body + 12, order);
        if (from) this.#setTime(ticks * from.msPerTick + from.offsetMs);
        this.#packet(from, bytes, view, body + 20, bodyEnd, captured, view.getUint32(body + 16, order));
        return;
      }
      case SIMPLE_PACKET: {
        if (bodyEnd - body < 4) {
          this.#count.reject(BAD_PACKET);
          return;
        }
        const from = this.#interfaces[0];
        const original = view.getUint32(body, order);
        const room = Math.min(bodyEnd - body - 4, from?.snapLength || LONGEST_PACKET);
        this.#packet(from, bytes, view, body + 4, bodyEnd, Math.min(original, room), original);
      }
    }
  }

  #keepSecrets(bytes: Uint8Array, view: DataView, body: number, bodyEnd: number): void {
    const length = bodyEnd - body >= 8 ? view.getUint32(body + 4, this.#littleEndian) : Number.POSITIVE_INFINITY;
    if (length > bodyEnd - body - 8) this.#tally.reject(BAD_SECRETS, this.#count.packets);
    else if (view.getUint32(body, this.#littleEndian) === TLS_KEY_LOG)
      this.#secrets?.addKeyLog(bytes.subarray(body + 8, body + 8 + length));
  }

  #setTime(atMs: number): void {
    if (isMoment(atMs)) this.#latestMs = atMs;
    else this.#tally.gap(NO_MOMENT);
  }

  #packet(
    from: CaptureInterface | undefined,
    bytes: Uint8Array,
    view: DataView,
    data: number,
    blockEnd: number,
    captured: number,
    original: number,
  ): void {
    if (from === undefined || captured > blockEnd - data) {
      this.#count.reject(BAD_PACKET);
      return;
    }
    this.#count.see(this.#latestMs);
    if (from.link === undefined) {
      from.unread++;
      return;
    }
    const wireLength = original > captured && original <= LONGEST_PACKET ? original : captured;
    const position = this.#count.packets;
    this.#wire.packet(from.link, bytes, view, data, data + captured, data + wireLength, this.#latestMs, position);
  }
}
