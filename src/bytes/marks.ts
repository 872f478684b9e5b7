// Hot: once per line; measured by bench/log-formats.ts.
import { marksWasm } from "./marks-wasm.ts";

/** What scripts/wasm/*.as.ts export. */
interface Routine {
  readonly memory: { readonly buffer: ArrayBuffer };
  marks(from: number, length: number, base: number, a: number, b: number, c: number): number;
  pairAt(from: number, last: number, first: number, end: number, distance: number): number;
  pairs(table: number, from: number, end: number, base: number, separator: number, assign: number): void;
  extension(table: number, from: number, end: number, base: number): void;
  columns(out: number, most: number, from: number, end: number, base: number, separator: number): number;
}

/** As much of Node's `WebAssembly` as is used; its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The compiled routines and their memory; `src/bytes/key-table.ts` runs those that are not run here. */
export const routine = instantiate();
const { memory, marks: findMarks, pairAt } = routine;

/** As many bytes are searched at once. */
export const MOST_SEARCHED = 64 * 1024;
/** Room for them and for a block of sixteen behind the last; the routine's source says the same. */
const ROOM = MOST_SEARCHED + 512;
/** Bytes before them, so that looking a few bytes back never leaves the memory. */
const LEAD = 64;

/** Memory that is searched where it lies: `Lines` puts its chunks here. Any call into `Lines` may write it. */
export const searched: Buffer = Buffer.from(memory.buffer, LEAD, MOST_SEARCHED + 1);
const copied = new Uint8Array(memory.buffer, LEAD + ROOM, MOST_SEARCHED + 1);

/** What the last `marksIn` found: offsets into its bytes, ascending. */
export const marks = new Int32Array(memory.buffer, LEAD + 2 * ROOM, MOST_SEARCHED);
/** The first byte of the memory that is free for tables. */
export const FREE = LEAD + 2 * ROOM + 4 * MOST_SEARCHED;

/**
 * Finds all places in `bytes[from, to)`, at most `MOST_SEARCHED`, of up to three values: a structural index (as in G. Langdale
 * and D. Lemire, "Parsing Gigabytes of JSON per Second"), sixteen bytes at once where a loop takes 1.5 to 2 ns for each.
 * Returns how many; `marks` has them until the next call.
 */
export function marksIn(bytes: Uint8Array, from: number, to: number, a: number, b: number, c: number): number {
  if (to <= from) return 0;
  return findMarks(placed(bytes, from, to), to - from, from, a, b, c);
}

/**
 * Where in the routines' memory `bytes[from, to)` stand, at most `MOST_SEARCHED` of them: those of `searched` where they are, others are
 * copied, with a newline behind them, until the next call.
 */
export function placed(bytes: Uint8Array, from: number, to: number): number {
  if (bytes === searched) return LEAD + from;
  const part = bytes.subarray(from, to);
  copied.set(part);
  copied[part.length] = 10;
  return LEAD + ROOM;
}

/**
 * Where `text` (ASCII, 1 to 256 bytes) starts in `searched`, at `from` to `last`; or -1. Sixteen places at once are asked for its first and its
 * last byte (W. Mula, "SIMD-friendly algorithms for substring searching"); few others pass.
 */
export function textIn(text: string, from: number, last: number): number {
  const distance = text.length - 1;
  const first = text.charCodeAt(0);
  const end = text.charCodeAt(distance);
  for (let at = from; at <= last; at++) {
    at = pairAt(LEAD + at, LEAD + last, first, end, distance) - LEAD;
    if (at > last) return -1;
    let k = 1;
    while (k < distance && searched[at + k] === text.charCodeAt(k)) k++;
    if (k >= distance) return at;
  }
  return -1;
}

function instantiate(): Routine {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(marksWasm, "base64"))).exports as Routine;
}
