import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { hashBytes, hashed } from "../../../bytes/hash.ts";

/**
 * A file of texts by key, made for being opened often and asked little: only the index is read when it is opened, a value when it is asked
 * for. Little-endian: `VDK1`, the number of keys, then per key (in order) two halves of its hash, where its value stands and how long it is;
 * then the values, each `key\0value` in UTF-8.
 */
const MAGIC = 0x314b4456;
const HEADER_BYTES = 8;
const ENTRY_WORDS = 4;
const MOST_VALUE_BYTES = 64 * 1024 * 1024;

/** Writes the values by their keys. */
export function writeKeyedFile(path: string, values: ReadonlyMap<string, string>): void {
  const entries = [...values].map(([key, value]) => {
    const bytes = Buffer.from(`${key}\0${value}`);
    hashBytes(bytes, 0, Buffer.byteLength(key));
    return { low: hashed.low >>> 0, high: hashed.high >>> 0, bytes };
  });
  entries.sort((a, b) => a.high - b.high || a.low - b.low);
  const index = new Uint32Array(2 + entries.length * ENTRY_WORDS);
  index[0] = MAGIC;
  index[1] = entries.length;
  let at = index.byteLength;
  entries.forEach(({ low, high, bytes }, i) => {
    index.set([low, high, at, bytes.length], 2 + i * ENTRY_WORDS);
    at += bytes.length;
  });
  writeFileSync(path, Buffer.concat([Buffer.from(index.buffer), ...entries.map(({ bytes }) => bytes)]));
}

/** An open file of `writeKeyedFile`. A file that is broken has no keys. */
export class KeyedFile {
  readonly #descriptor: number;
  readonly #index: Uint32Array;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    const header = new Uint32Array(this.#read(0, HEADER_BYTES).buffer);
    const count = header.length === 2 && header[0] === MAGIC ? header[1]! : 0;
    const bytes = this.#read(HEADER_BYTES, Math.min(count * ENTRY_WORDS * 4, MOST_VALUE_BYTES));
    this.#index = new Uint32Array(bytes.buffer, 0, (bytes.length / 16) * ENTRY_WORDS);
  }

  get size(): number {
    return this.#index.length / ENTRY_WORDS;
  }

  get(key: string): string | undefined {
    const bytes = Buffer.from(key);
    hashBytes(bytes, 0, bytes.length);
    const low = hashed.low >>> 0;
    const high = hashed.high >>> 0;
    const index = this.#index;
    for (let i = this.#firstAt(high); i < this.size && index[i * ENTRY_WORDS + 1] === high; i++) {
      if (index[i * ENTRY_WORDS] !== low) continue;
      const length = Math.min(index[i * ENTRY_WORDS + 3]!, MOST_VALUE_BYTES);
      const entry = Buffer.from(this.#read(index[i * ENTRY_WORDS + 2]!, length)).toString("utf8");
      if (entry.startsWith(`${key}\0`)) return entry.slice(key.length + 1);
    }
    return undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The first entry whose upper half is not below `high`. */
  #firstAt(high: number): number {
    let from = 0;
    let to = this.size;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#index[middle * ENTRY_WORDS + 1]! < high) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Whole words only: a file that was cut short ends before them. */
  #read(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const more = readSync(this.#descriptor, bytes, got, length - got, at + got);
      if (more === 0) return bytes.slice(0, got - (got % 16));
      got += more;
    }
    return bytes;
  }
}
