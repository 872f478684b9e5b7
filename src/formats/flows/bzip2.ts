// Hot: once per block of a compressed nfcapd file.

/** Says that the data is broken. */
const BROKEN = -1;
const LONGEST_BLOCK = 900_000;
/** Symbols of one Huffman table before the next is chosen. */
const GROUP = 50;
const LONGEST_CODE = 20;

/**
 * Undoes a bzip2 stream (Julian Seward's format; "BZIP2: Format Specification", Joe Tsai, 2016) into `to`: Huffman codes, move
 * to front, Burrows-Wheeler transform, run lengths. Check sums are not looked at. Returns the length, or -1 when it is broken
 * or does not fit.
 */
export function unpackBzip2(from: Uint8Array, to: Uint8Array): number {
  if (from.length < 14 || from[0] !== 66 || from[1] !== 90 || from[2] !== 104) return BROKEN;
  const bits = new Bits(from, 4);
  let length = 0;
  while (!bits.isOver) {
    const high = bits.take(24);
    const low = bits.take(24);
    if (high === 0x177245 && low === 0x385090) return length;
    if (high !== 0x314159 || low !== 0x265359) return BROKEN;
    bits.take(16);
    bits.take(16);
    // Randomised blocks are of versions before 1996.
    if (bits.take(1) === 1) return BROKEN;
    const origin = bits.take(24);
    const block = readBlock(bits);
    if (!block || origin >= block.length) return BROKEN;
    length = writeBlock(block, origin, to, length);
    if (length < 0) return BROKEN;
  }
  return BROKEN;
}

class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length + 4;
  }

  /** The next `count` bits, at most 24; zeros behind the end. */
  take(count: number): number {
    while (this.#count < count) {
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at] ?? 0)) & 0x7fffffff;
      this.#at++;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }
}

/** Canonical codes of one table: for each length the first code, and where its symbols start. */
interface Codes {
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** The block before its transform is undone: bytes in the low 8 bits. */
function readBlock(bits: Bits): Uint32Array | undefined {
  const alphabet = readAlphabet(bits);
  const symbolCount = alphabet.length + 2;
  const tables = bits.take(3);
  const selectorCount = bits.take(15);
  if (alphabet.length === 0 || tables < 2 || tables > 6 || selectorCount === 0) return undefined;
  const selectors = readSelectors(bits, selectorCount, tables);
  const codes: Codes[] = [];
  for (let t = 0; selectors && t < tables; t++) {
    const lengths = readLengths(bits, symbolCount);
    if (!lengths) return undefined;
    codes.push(codesOf(lengths));
  }
  return selectors && readSymbols(bits, selectors, codes, alphabet);
}

/** Which bytes the block uses, in order: 16 bits say which of 16 ranges have any. */
function readAlphabet(bits: Bits): Uint8Array {
  const ranges = bits.take(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if (!(ranges & (0x8000 >> range))) continue;
    const members = bits.take(16);
    for (let i = 0; i < 16; i++) if (members & (0x8000 >> i)) used.push(range * 16 + i);
  }
  return Uint8Array.from(used);
}

function readSelectors(bits: Bits, count: number, tables: number): Uint8Array | undefined {
  const order = Uint8Array.from({ length: tables }, (_, i) => i);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= tables) return undefined;
    selectors[i] = moveToFront(order, place);
  }
  return selectors;
}

function readLengths(bits: Bits, count: number): Uint8Array | undefined {
  const lengths = new Uint8Array(count);
  let length = bits.take(5);
  for (let i = 0; i < count; i++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE || bits.isOver) return undefined;
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
  }
  return lengths;
}

function codesOf(lengths: Uint8Array): Codes {
  const limits = new Int32Array(LONGEST_CODE + 2).fill(-1);
  const bases = new Int32Array(LONGEST_CODE + 2);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    bases[length] = placed - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[placed++] = symbol;
      code++;
    }
    limits[length] = code - 1;
    code <<= 1;
  }
  return { limits, bases, symbols };
}

/** The next symbol, or -1. */
function takeSymbol(bits: Bits, codes: Codes): number {
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code = (code << 1) | bits.take(1);
    if (code > codes.limits[length]!) continue;
    const place = code + codes.bases[length]!;
    return place >= 0 && place < codes.symbols.length ? codes.symbols[place]! : -1;
  }
  return -1;
}

function readSymbols(
  bits: Bits,
  selectors: Uint8Array,
  codes: readonly Codes[],
  alphabet: Uint8Array,
): Uint32Array | undefined {
  const block = new Uint32Array(LONGEST_BLOCK);
  const end = alphabet.length + 1;
  let length = 0;
  let run = 0;
  let runBit = 1;
  for (let read = 0; ; read++) {
    const table = codes[selectors[Math.floor(read / GROUP)] ?? -1];
    const symbol = table ? takeSymbol(bits, table) : -1;
    if (symbol < 0 || bits.isOver) return undefined;
    if (symbol <= 1) {
      // Runs of the front byte, in a base of two with the digits 1 and 2.
      run += runBit << symbol;
      if (run > LONGEST_BLOCK) return undefined;
      runBit <<= 1;
      continue;
    }
    if (length + run >= LONGEST_BLOCK) return undefined;
    if (run > 0) block.fill(alphabet[0]!, length, length + run);
    length += run;
    run = 0;
    runBit = 1;
    if (symbol === end) return block.subarray(0, length);
    block[length++] = moveToFront(alphabet, symbol - 1);
  }
}

/** Takes what stands at `place` to the front, and returns it. */
function moveToFront(list: Uint8Array, place: number): number {
  const found = list[place]!;
  list.copyWithin(1, 0, place);
  list[0] = found;
  return found;
}

/** Undoes the transform, and the run lengths that stand before it; returns the new length, or -1. */
function writeBlock(block: Uint32Array, origin: number, to: Uint8Array, from: number): number {
  const starts = new Uint32Array(256);
  for (const entry of block) starts[entry]!++;
  for (let byte = 0, sum = 0; byte < 256; byte++) {
    const count = starts[byte]!;
    starts[byte] = sum;
    sum += count;
  }
  // The upper 24 bits of an entry become the place of the byte that follows.
  for (let i = 0; i < block.length; i++) block[starts[block[i]! & 255]!++]! |= i << 8;
  let place = block[origin]! >>> 8;
  let length = from;
  let last = -1;
  let repeats = 0;
  for (let i = 0; i < block.length; i++) {
    const entry = block[place]!;
    const byte = entry & 255;
    place = entry >>> 8;
    if (repeats === 4) {
      if (length + byte > to.length) return BROKEN;
      to.fill(last, length, length + byte);
      length += byte;
      repeats = 0;
      continue;
    }
    repeats = byte === last ? repeats + 1 : 1;
    last = byte;
    if (length >= to.length) return BROKEN;
    to[length++] = byte;
  }
  return length;
}
