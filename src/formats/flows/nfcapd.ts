import { zstdDecompressSync } from "node:zlib";
import type { Batch } from "../../observations/batch.ts";
import { ENDED, FramedDecoder, type Framing } from "../captures/framed-decoder.ts";
import type { DecodeContext, Format } from "../format.ts";
import { unpackBzip2 } from "./bzip2.ts";
import { ExportWitness } from "./export-witness.ts";
import { FlowDraft } from "./flow-draft.ts";
import { readNfcapdRecord } from "./nfcapd-record.ts";
import { SamplingRates } from "./sampling-rates.ts";
import { unpackLz4, unpackLzo } from "./unpack.ts";

const MAGIC = 0xa50c;
/** Header lengths: version 1 has its statistics behind it, version 2 in an appendix. */
const HEADER_V1 = 276;
const HEADER_V2 = 40;
const BLOCK_HEADER = 12;
/** nfdump's own buffers hold 5 MiB. */
const LARGEST_BLOCK = 16 * 1024 * 1024;
/** Flag of a block that is not compressed in a file that is. */
const PLAIN_BLOCK = 1;

const CONVERT = "print it with `nfdump -r FILE -o csv`";
const ENCRYPTED = `this nfcapd file is encrypted: ${CONVERT}`;
const UNKNOWN = `an nfcapd file of a layout or compression that is not read: ${CONVERT}`;
const BROKEN_BLOCK = "a block of flows is broken";
const BROKEN_RECORD = "a flow record is longer than its block";
const ABSURD_BLOCK = "the length of a block is absurd: nothing after it can be trusted";
const CUT_SHORT = "cut short: the file ends in the middle of a block";

/**
 * Files that nfcapd, nfpcapd and `nfdump -w` write, layouts 1 (nfdump 1.6) and 2 (1.7), of either byte order, plain or compressed
 * with LZO, bzip2, LZ4 or zstd. Source: nfdump, nffile.h and nfxV3.h.
 */
export const nfcapd: Format = {
  id: "nfcapd",
  title: "nfdump's own files (nfcapd)",
  kind: "flow",
  looksLike: (head) =>
    head.length >= 4 && orderOf(new DataView(head.buffer, head.byteOffset, head.length)) !== undefined ? 1 : 0,
  open(context) {
    const blocks = new Blocks(context);
    return new FramedDecoder(blocks, blocks);
  },
};

/** Whether the file is little-endian; undefined when it is none of nfdump's. */
function orderOf(view: DataView): boolean | undefined {
  for (const order of [true, false]) {
    const version = view.getUint16(2, order);
    if (view.getUint16(0, order) === MAGIC && version >= 1 && version <= 3) return order;
  }
  return undefined;
}

type Unpack = (from: Uint8Array, to: Uint8Array) => number;

const unpackers: Readonly<Record<number, Unpack | undefined>> = {
  1: unpackLzo,
  2: unpackBzip2,
  3: unpackLz4,
  4: unpackZstd,
};

function unpackZstd(from: Uint8Array, to: Uint8Array): number {
  try {
    const plain = zstdDecompressSync(from, { maxOutputLength: to.length });
    to.set(plain);
    return plain.length;
  } catch {
    return -1; // the library's way to say that the data is broken
  }
}

/** Where blocks are unpacked, one at a time: shared by all inputs. */
let plain: Uint8Array | undefined;

class Blocks implements Framing {
  readonly #witness: ExportWitness;
  readonly #flow = new FlowDraft();
  readonly #rates = new SamplingRates();
  #order = true;
  #hasHeader = false;
  #isCompressed = false;
  #unpack: Unpack | undefined;
  /** Blocks of flows still to come; what follows them is an appendix. */
  #left = 0;

  constructor(context: DecodeContext) {
    this.#witness = new ExportWitness(context.tally);
  }

  begin(batch: Batch): void {
    this.#witness.batch = batch;
  }

  settle(): void {
    this.#rates.tell(this.#witness.tally);
  }

  end(batch: Batch): void {
    this.begin(batch);
    this.settle();
  }

  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start;
    if (!this.#hasHeader) {
      if (end - at < 4) return at;
      const length = this.#headerLength(view, at);
      if (length < 0) return this.#refuse(UNKNOWN);
      if (end - at < length) return at;
      const reason = this.#readHeader(view, at);
      if (reason !== undefined) return this.#refuse(reason);
      this.#hasHeader = true;
      at += length;
    }
    while (end - at >= BLOCK_HEADER) {
      if (this.#left === 0) return end;
      const size = view.getUint32(at + 4, this.#order);
      if (size > LARGEST_BLOCK) return this.#refuse(ABSURD_BLOCK);
      const next = at + BLOCK_HEADER + size;
      if (next > end) return at;
      this.#block(bytes, view, at, next);
      this.#left--;
      at = next;
    }
    return at;
  }

  lengthOf(view: DataView, have: number): number {
    if (!this.#hasHeader) return have < 4 ? 4 : Math.max(this.#headerLength(view, 0), have + 1);
    if (have < BLOCK_HEADER) return BLOCK_HEADER;
    return Math.max(BLOCK_HEADER + Math.min(view.getUint32(4, this.#order), LARGEST_BLOCK), have + 1);
  }

  cutShort(): void {
    if (!this.#hasHeader || this.#left > 0) this.#reject(CUT_SHORT);
  }

  count(): void {}

  /** -1 when the layout is not known. */
  #headerLength(view: DataView, at: number): number {
    const order = orderOf(new DataView(view.buffer, view.byteOffset + at, 4));
    const version = order === undefined ? 0 : view.getUint16(at + 2, order);
    return version === 1 ? HEADER_V1 : version === 2 ? HEADER_V2 : -1;
  }

  /** Returns why the file cannot be read, or undefined. */
  #readHeader(view: DataView, at: number): string | undefined {
    const order = orderOf(new DataView(view.buffer, view.byteOffset + at, 4))!;
    this.#order = order;
    let compression: number;
    if (view.getUint16(at + 2, order) === 1) {
      // Bits, not numbers: LZO 1, bzip2 8, LZ4 16.
      const flags = view.getUint32(at + 4, order);
      compression = flags & 1 ? 1 : flags & 8 ? 2 : flags & 16 ? 3 : 0;
      this.#left = view.getUint32(at + 8, order);
    } else {
      compression = view.getUint8(at + 16);
      if (view.getUint8(at + 17) !== 0) return ENCRYPTED;
      this.#left = view.getUint32(at + 36, order);
    }
    this.#isCompressed = compression !== 0;
    this.#unpack = unpackers[compression];
    return this.#isCompressed && !this.#unpack ? UNKNOWN : undefined;
  }

  #block(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const records = view.getUint32(at, this.#order);
    const isPlain = !this.#isCompressed || (view.getUint16(at + 10, this.#order) & PLAIN_BLOCK) !== 0;
    if (isPlain) {
      this.#records(view, at + BLOCK_HEADER, end, records);
      return;
    }
    plain ??= new Uint8Array(LARGEST_BLOCK);
    const length = this.#unpack!(bytes.subarray(at + BLOCK_HEADER, end), plain);
    if (length < 0) this.#reject(BROKEN_BLOCK);
    else this.#records(new DataView(plain.buffer), 0, length, records);
  }

  #records(view: DataView, from: number, end: number, count: number): void {
    const witness = this.#witness;
    const flow = this.#flow;
    let at = from;
    for (let i = 0; i < count && end - at >= 4; i++) {
      const size = view.getUint16(at + 2, this.#order);
      if (size < 4 || at + size > end) {
        this.#reject(BROKEN_RECORD);
        return;
      }
      if (readNfcapdRecord(view, at, at + size, this.#order, flow)) {
        witness.tally.records++;
        witness.position++;
        if (flow.samplingRate > 1) this.#rates.sampled(0);
        const reject = flow.tell(witness);
        if (reject !== undefined) witness.tally.reject(reject, witness.position);
      }
      at += size;
    }
  }

  #refuse(reason: string): number {
    this.#reject(reason);
    return ENDED;
  }

  #reject(reason: string): void {
    this.#witness.tally.records++;
    this.#witness.tally.reject(reason, ++this.#witness.position);
  }
}
