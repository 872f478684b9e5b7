import type { Exchange } from "../exchange.ts";
import { ascii, mayBecome, startsWith } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  type Protocol,
  Recognition,
  SERVER,
  type Side,
} from "./conversation.ts";
import { type Header, HpackDecoder } from "./hpack.ts";
import { Http2Streams } from "./http2-streams.ts";

/** What a client says first (RFC 9113, section 3.4). */
const PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const FRAME_HEADER = 9;
/** Frame types (RFC 9113, section 6). */
const Frame = { data: 0, headers: 1, reset: 3, settings: 4, pushPromise: 5, continuation: 9 } as const;
const Flag = { endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
/** Headers of one message, over all its frames. */
const LONGEST_BLOCK = 64 * 1024;
/** Frames that are looked at whole: what a stream's reassembly can hold. */
const LONGEST_FRAME = 30 * 1024;

/**
 * HTTP/2, in clear text or opened: requests with their statuses, and what servers say of themselves. gRPC is HTTP/2, too:
 * its path is `/package.Service/Method`.
 */
export const http2: Protocol = {
  id: "http2",
  recognise(_exchange, side, bytes, start, end) {
    if (side === CLIENT) {
      if (startsWith(bytes, start, end, PREFACE)) return Recognition.yes;
      return mayBecome(bytes, start, end, PREFACE) ? Recognition.moreBytesNeeded : Recognition.no;
    }
    // A server's settings may come before the client's preface, which tells for sure.
    return isSettings(bytes, start, end) ? Recognition.moreBytesNeeded : Recognition.no;
  },
  open: () => new Http2Conversation(),
};

/** Whether `bytes[start, end)` begins with a SETTINGS frame as the first on a connection is. */
function isSettings(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < FRAME_HEADER || bytes[start] !== 0 || bytes[start + 1] !== 0 || bytes[start + 2]! % 6 !== 0) {
    return false;
  }
  for (let i = 4; i < FRAME_HEADER; i++) if (bytes[start + i] !== 0) return false;
  return bytes[start + 3] === Frame.settings;
}

/** One direction of a connection. */
interface Half {
  readonly decoder: HpackDecoder;
  /** Header block under way: its pieces so far, and the flags of the frame that began it. */
  block: Uint8Array;
  blockStream: number;
  blockFlags: number;
  /** The block belongs to a promise, so it only counts for the decoder. */
  isPromise: boolean;
}

const NOTHING = new Uint8Array(0);

class Http2Conversation implements Conversation {
  #narrator!: Narrator;
  #streams!: Http2Streams;
  #halves!: readonly [Half, Half];
  #hasPreface = false;
  #isLost = false;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#narrator = narrator;
    this.#streams = new Http2Streams(exchange, narrator);
    this.#halves = [this.#half(), this.#half()];
    this.#hasPreface = false;
    this.#isLost = false;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#isLost) return FINISHED;
    let at = start;
    if (side === CLIENT && !this.#hasPreface) {
      this.#hasPreface = true;
      at += PREFACE.length;
    }
    while (at + FRAME_HEADER <= end) {
      const taken = this.#frame(side, bytes, at, end);
      if (taken <= 0) return taken < 0 ? FINISHED : at - start;
      at += taken;
    }
    return at - start;
  }

  /** Takes the frame at `at`. @returns its length, also beyond `end`; 0 when more of it is needed, -1 when it cannot be read. */
  #frame(side: Side, bytes: Uint8Array, at: number, end: number): number {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    const type = bytes[at + 3]!;
    const flags = bytes[at + 4]!;
    const stream = ((bytes[at + 5]! & 127) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!;
    const body = at + FRAME_HEADER;
    const isBlock = type === Frame.headers || type === Frame.continuation || type === Frame.pushPromise;
    if (isBlock) {
      if (length > LONGEST_FRAME) return -1;
      if (body + length > end) return 0;
      if (!this.#headers(side, type, flags, stream, bytes, body, body + length)) return -1;
    } else if (type === Frame.data && side === SERVER) {
      if (!this.#streams.body(stream, length, bytes, body, Math.min(end, body + length))) return 0;
      if (flags & Flag.endStream) this.#streams.end(stream);
    } else if (type === Frame.reset) this.#streams.end(stream);
    return FRAME_HEADER + length;
  }

  #headers(
    side: Side,
    type: number,
    flags: number,
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const half = this.#halves[side];
    let from = start;
    let to = end;
    if (type !== Frame.continuation) {
      if (flags & Flag.padded) to -= bytes[from++] ?? 0;
      if (type === Frame.headers && flags & Flag.priority) from += 5;
      if (type === Frame.pushPromise) from += 4;
      half.blockStream = stream;
      half.blockFlags = flags;
      half.isPromise = type === Frame.pushPromise;
      this.#drop(half);
    } else if (stream !== half.blockStream) return false;
    if (from > to) return false;
    if (half.block.length === 0 && flags & Flag.endHeaders) return this.#block(side, half, bytes, from, to);
    if (half.block.length + to - from > LONGEST_BLOCK || !this.#narrator.budget.take(to - from)) return false;
    const block = new Uint8Array(half.block.length + to - from);
    block.set(half.block);
    block.set(bytes.subarray(from, to), half.block.length);
    half.block = block;
    if (!(flags & Flag.endHeaders)) return true;
    this.#drop(half);
    return this.#block(side, half, block, 0, block.length);
  }

  #block(side: Side, half: Half, bytes: Uint8Array, start: number, end: number): boolean {
    const headers: Header[] = [];
    if (!half.decoder.decode(bytes, start, end, (header) => headers.push(header))) return false;
    if (half.isPromise) return true;
    if (side === CLIENT) this.#streams.request(half.blockStream, headers);
    else {
      this.#streams.answer(half.blockStream, headers);
      if (half.blockFlags & Flag.endStream) this.#streams.end(half.blockStream);
    }
    return true;
  }

  #half(): Half {
    const decoder = new HpackDecoder(this.#narrator.budget);
    return { decoder, block: NOTHING, blockStream: 0, blockFlags: 0, isPromise: false };
  }

  /** Without all header blocks before it, none can be decoded. */
  missed(): void {
    this.#isLost = true;
    this.close();
  }

  finished(): void {}

  waitedLong(): void {
    this.#streams.endAll();
  }

  close(): void {
    this.#streams.endAll();
    for (const half of this.#halves) {
      half.decoder.forget();
      this.#drop(half);
    }
  }

  #drop(half: Half): void {
    this.#narrator.budget.take(-half.block.length);
    half.block = NOTHING;
  }
}
