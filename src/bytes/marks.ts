// Hot: once per line; measured by bench/log-formats.ts.
import { marksWasm } from "./marks-wasm.ts";

/** What scripts/wasm/marks.as.ts exports. */
interface Routine {
  readonly memory: { readonly buffer: ArrayBuffer };
  marks(from: number, length: number, base: number, a: number, b: number, c: number): number;
  pairAt(from: number, last: number, first: number, end: number, distance: number): number;
}

/** As much of Node's `WebAssembly` as is used; its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const { memory, marks: findMarks, pairAt } = instantiate();

/** As many bytes are searched at once. */
export const MOST_SEARCHED = 64 * 1024;
/** Room for them and for a block of sixteen behind the last; the routine's source says the same. */
const ROOM = MOST_SEARCHED + 512;

/** Memory that is searched where it lies: `Lines` puts its chunks here. Any call into `Lines` may write it. */
export const searched: Buffer = Buffer.from(memory.buffer, 0, MOST_SEARCHED + 1);
const copied = new Uint8Array(memory.buffer, ROOM, MOST_SEARCHED);

/** What the last `marksIn` found: offsets into its bytes, ascending. */
export const marks = new Int32Array(memory.buffer, 2 * ROOM, MOST_SEARCHED);

/**
 * Finds all places in `bytes[from, to)`, at most `MOST_SEARCHED`, of up to three values: a structural index (as in G. Langdale
 * and D. Lemire, "Parsing Gigabytes of JSON per Second"), sixteen bytes at once where a loop takes 1.5 to 2 ns for each.
 * Returns how many; `marks` has them until the next call.
 */
export function marksIn(bytes: Uint8Array, from: number, to: number, a: number, b: number, c: number): number {
  if (to <= from) return 0;
  if (bytes === searched) return findMarks(from, to - from, from, a, b, c);
  copied.set(bytes.subarray(from, to));
  return findMarks(ROOM, to - from, from, a, b, c);
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
    at = pairAt(at, last, first, end, distance);
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
