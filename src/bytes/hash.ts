// Hot: once per text and per table look-up; measured by bench/lines.ts.

/**
 * The 64-bit hash of the last `hashBytes` call, as two signed 32-bit halves: V8 keeps those as plain integers, while
 * unsigned ones above 2³¹ would be boxed on every store. A reused pair, because returning an object would allocate.
 */
export const hashed = { low: 0, high: 0 };

/**
 * Hashes `bytes[start, end)` into `hashed`. Two multiply-rotate lanes over little-endian words (the construction of
 * MurmurHash3's x86 body, Austin Appleby, public domain), finished with its avalanche step. Same bytes, same hash, on
 * every machine: reports must not depend on a run's seed.
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number): void {
  let low = 0x2f0b4c47;
  let high = 0x5ab3d9c1;
  let i = start;
  if (bytes === viewed || end - start >= WORTH_A_VIEW) {
    const words = viewOf(bytes);
    for (const stop = end - 3; i < stop; i += 4) {
      const word = words.getInt32(i, true);
      low = Math.imul(low ^ word, 0xcc9e2d51);
      low = (low << 15) | (low >>> 17);
      high = Math.imul(high + word, 0x1b873593);
      high = (high << 13) | (high >>> 19);
    }
  } else {
    for (const stop = end - 3; i < stop; i += 4) {
      const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
      low = Math.imul(low ^ word, 0xcc9e2d51);
      low = (low << 15) | (low >>> 17);
      high = Math.imul(high + word, 0x1b873593);
      high = (high << 13) | (high >>> 19);
    }
  }
  let tail = 0;
  for (; i < end; i++) tail = (tail << 8) | bytes[i]!;
  low = Math.imul(low ^ tail, 0xcc9e2d51) ^ (end - start);
  high = Math.imul(high + tail, 0x1b873593) ^ (end - start);
  hashed.low = avalanche(low ^ ((high << 7) | (high >>> 25))) | 0;
  hashed.high = avalanche(high ^ ((low << 11) | (low >>> 21))) | 0;
}

/**
 * Hashes, as `hashBytes` does, the text from `start` up to the first byte that may end or change it: a backslash, or one
 * below `#` (space, `"`, `!`, controls). Finding the end and hashing share their loads: four bytes at once.
 * @returns where that byte stands, or `end`
 */
export function hashPlain(bytes: Uint8Array, start: number, end: number): number {
  const words = viewOf(bytes);
  let low = 0x2f0b4c47;
  let high = 0x5ab3d9c1;
  let i = start;
  for (const stop = end - 3; i < stop; i += 4) {
    const word = words.getInt32(i, true);
    // A byte of `x` is zero, or one of `word` below 0x23, if the subtraction borrows into its clear highest bit.
    const x = word ^ 0x5c5c5c5c;
    if (((((word - 0x23232323) & ~word) | ((x - 0x01010101) & ~x)) & 0x80808080) !== 0) break;
    low = Math.imul(low ^ word, 0xcc9e2d51);
    low = (low << 15) | (low >>> 17);
    high = Math.imul(high + word, 0x1b873593);
    high = (high << 13) | (high >>> 19);
  }
  let tail = 0;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x23 || byte === 0x5c) break;
    tail = (tail << 8) | byte;
  }
  low = Math.imul(low ^ tail, 0xcc9e2d51) ^ (i - start);
  high = Math.imul(high + tail, 0x1b873593) ^ (i - start);
  hashed.low = avalanche(low ^ ((high << 7) | (high >>> 25))) | 0;
  hashed.high = avalanche(high ^ ((low << 11) | (low >>> 21))) | 0;
  return i;
}

/** From this length on, one load a word pays for making a view: 50 instead of 106 ns at 110 bytes. */
const WORTH_A_VIEW = 96;

let viewed = new Uint8Array(0);
let view = new DataView(viewed.buffer);

/** A view of the same bytes, for loads of four at once; remembered, for one chunk is hashed many times. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== viewed) {
    viewed = bytes as Uint8Array<ArrayBuffer>;
    view = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  }
  return view;
}

/** Spreads every bit of `x` over all 32 (MurmurHash3's finalizer); unsigned. */
export function avalanche(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Mixes two 32-bit values into one; order matters; unsigned. */
export function mix(a: number, b: number): number {
  return avalanche(Math.imul(a, 0x9e3779b1) ^ ((b << 16) | (b >>> 16)));
}

/** The same bits as those of `mix`, signed: where most calls are real ones, unsigned results would be boxed. */
export function mixSigned(a: number, b: number): number {
  let x = Math.imul(a, 0x9e3779b1) ^ ((b << 16) | (b >>> 16));
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}
