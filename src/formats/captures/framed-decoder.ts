// Hot: once per chunk; measured by bench/captures.ts.
import { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import type { LinkLayer } from "../../wire/links/link-layer.ts";
import type { Decoder, RecordCutter, ShowRecord } from "../format.ts";

/** How a capture file is cut into frames: a file header, packets, blocks. */
export interface Framing {
  /**
   * Takes all whole frames of `bytes[start, end)`.
   * @returns the offset after the last one; beyond `end` when the bytes up to there are of no interest; or ENDED.
   */
  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number;
  /** Length of the frame of which `bytes[0, have)` is the beginning, as far as it tells; more than `have`. */
  lengthOf(view: DataView, have: number): number;
  /** The input ended inside a frame. */
  cutShort(): void;
  /** Counts what was taken since the last call. */
  count(): void;
}

/** Who takes what the frames hold: between `begin` and `settle` of each chunk; the wire, mostly. */
export interface FrameSink {
  begin(batch: Batch): void;
  settle(): void;
  end(batch: Batch): void;
  /** After `end`: there is more, and `end` is to be called again with another batch. Default: no. */
  readonly hasMore?: boolean;
}

/** Takes packets, as the wire does. */
export interface PacketSink extends FrameSink {
  packet(
    link: LinkLayer,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    wireEnd: number,
    atMs: number,
    position: number,
  ): void;
}

/** `takeFrames` returns this when nothing after this point can be believed. */
export const ENDED = -1;

export const CUT_SHORT = "cut short: the file ends in the middle of a packet";

/** Pushes chunks through a framing: frames are read where they lie, only one that straddles two chunks is copied. */
export class FramedDecoder implements Decoder {
  readonly #framing: Framing;
  readonly #wire: FrameSink;
  #tail = new Uint8Array(4096);
  #tailView = new DataView(this.#tail.buffer);
  #tailLength = 0;
  /** Bytes to step over. */
  #skip = 0;
  #hasEnded = false;

  constructor(framing: Framing, wire: FrameSink) {
    this.#framing = framing;
    this.#wire = wire;
  }

  decode(given: Uint8Array, batch: Batch): void {
    // Pipes give `Buffer`s; one class of arrays keeps every load in the hot path monomorphic.
    const chunk =
      given.constructor === Uint8Array ? given : new Uint8Array(given.buffer, given.byteOffset, given.length);
    this.#wire.begin(batch);
    let at = this.#tailLength > 0 ? this.#completeTail(chunk) : 0;
    if (!this.#hasEnded && this.#tailLength === 0) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      at = this.#advance(this.#framing.takeFrames(chunk, view, at, chunk.length), chunk.length);
    }
    this.#wire.settle();
    this.#framing.count();
    if (!this.#hasEnded && this.#tailLength === 0) this.#keep(chunk, at, chunk.length);
  }

  end(batch: Batch): void {
    if (!this.#hasEnded && (this.#tailLength > 0 || this.#skip > 0)) this.#framing.cutShort();
    this.#hasEnded = true;
    this.#wire.end(batch);
    this.#framing.count();
  }

  get hasMore(): boolean {
    return this.#wire.hasMore === true;
  }

  /** Fills up the straddling frame from the chunk and takes it. @returns how much of the chunk that used. */
  #completeTail(chunk: Uint8Array): number {
    let at = 0;
    for (;;) {
      const length = this.#framing.lengthOf(this.#tailView, this.#tailLength);
      const taken = Math.min(length - this.#tailLength, chunk.length - at);
      this.#keep(chunk, at, at + taken);
      at += taken;
      if (this.#tailLength < length) return at;
      const next = this.#framing.takeFrames(this.#tail, this.#tailView, 0, this.#tailLength);
      if (next === 0) continue;
      this.#advance(next, this.#tailLength);
      this.#tailLength = 0;
      return at;
    }
  }

  #advance(next: number, end: number): number {
    if (next === ENDED) this.#hasEnded = true;
    else if (next > end) this.#skip = next - end;
    return next;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    const length = this.#tailLength + end - start;
    if (length > this.#tail.length) {
      const grown = new Uint8Array(Math.max(length, this.#tail.length * 2));
      grown.set(this.#tail.subarray(0, this.#tailLength));
      this.#tail = grown;
      this.#tailView = new DataView(grown.buffer);
    }
    this.#tail.set(bytes.subarray(start, end), this.#tailLength);
    this.#tailLength = length;
  }
}

/** Shows each packet of a capture instead of taking it apart. */
export function cutPackets(framingOf: (sink: PacketSink) => Framing, show: ShowRecord): RecordCutter {
  const sink: PacketSink = {
    begin() {},
    settle() {},
    end() {},
    packet: (_link, bytes, _view, start, end, _wireEnd, _atMs, position) => show(bytes, start, end, position),
  };
  const decoder = new FramedDecoder(framingOf(sink), sink);
  const empty = new Batch();
  return { push: (chunk) => decoder.decode(chunk, empty), end: () => decoder.end(empty) };
}

/** Packets and times of one chunk, counted in locals of the decoder and told to the tally once. */
export class PacketCount {
  packets = 0;
  #earliestMs = Number.POSITIVE_INFINITY;
  #latestMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  see(atMs: number): void {
    this.packets++;
    if (atMs < this.#earliestMs) this.#earliestMs = atMs;
    if (atMs > this.#latestMs) this.#latestMs = atMs;
  }

  /** Tells the tally what came since the last call. */
  tell(): void {
    this.#tally.records += this.packets - this.#told;
    this.#told = this.packets;
    if (this.#earliestMs > this.#latestMs) return;
    this.#tally.sawTime(this.#earliestMs);
    this.#tally.sawTime(this.#latestMs);
  }

  /** Counts a packet that could not be read. */
  reject(reason: string): void {
    this.packets++;
    this.#tally.reject(reason, this.packets);
  }
}
