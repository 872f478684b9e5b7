// Hot: up to five times per request; measured by bench/lines.ts.
import { hashBytes, hashed } from "./hash.ts";

const decoder = new TextDecoder("utf-8");

/** A text longer than this is kept by its first bytes only; its hash still covers all of it. */
export const LONGEST_TEXT_BYTES = 8192;

/** Up to this length a loop copies faster than `set` of a subarray, which costs some 150 ns before the first byte. */
const WORTH_A_COPY = 160;

/**
 * A byte dictionary: equal texts get equal ids. Id 0 is "absent". Texts are whatever bytes the input held, so they need
 * not be UTF-8; `text` decodes them for people, and nothing may print it without escaping.
 */
export class TextTable {
  /** Number of ids given out, id 0 included. */
  size = 1;
  /** The two halves of each text's 64-bit hash, by id: equal in every table for equal texts. */
  hashLow = new Uint32Array(1024);
  hashHigh = new Uint32Array(1024);
  /** Where each text lies in `bytes`, by id. */
  starts = new Uint32Array(1024);
  lengths = new Uint32Array(1024);
  bytes = new Uint8Array(64 * 1024);
  #used = 0;
  #slots = new Uint32Array(4096);

  /** The id of `source[start, end)`; an empty text is id 0. */
  add(source: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    hashBytes(source, start, end);
    return this.addHashed(source, start, end, hashed.low, hashed.high);
  }

  /** The same for a text that is not empty and whose hash (of `hashBytes`) is known. */
  addHashed(source: Uint8Array, start: number, end: number, low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (let id = this.#slots[slot]!; id !== 0; id = this.#slots[slot]!) {
      if ((this.hashLow[id]! | 0) === low && (this.hashHigh[id]! | 0) === high) return id;
      slot = (slot + 1) & mask;
    }
    return this.#insert(source, start, end, low, high, slot);
  }

  /** The id of a text that the program itself names. */
  addText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** The text of an id, decoded as UTF-8 with replacement characters; empty for id 0. */
  text(id: number): string {
    const start = this.starts[id]!;
    return decoder.decode(this.bytes.subarray(start, start + this.lengths[id]!));
  }

  /** Forgets all texts, keeps the memory unless one odd batch made it large. */
  clear(): void {
    if (this.#used > 1 << 22) this.bytes = new Uint8Array(64 * 1024);
    if (this.#slots.length > 1 << 16) this.#slots = new Uint32Array(4096);
    else this.#slots.fill(0);
    this.size = 1;
    this.#used = 0;
  }

  #insert(source: Uint8Array, start: number, end: number, low: number, high: number, slot: number): number {
    const id = this.size++;
    if (id === this.starts.length) this.#growIds();
    const length = Math.min(end - start, LONGEST_TEXT_BYTES);
    if (this.#used + length > this.bytes.length) this.bytes = enlarged(this.bytes, this.#used + length);
    const bytes = this.bytes;
    const used = this.#used;
    if (length > WORTH_A_COPY) bytes.set(source.subarray(start, start + length), used);
    else for (let i = 0; i < length; i++) bytes[used + i] = source[start + i]!;
    this.starts[id] = used;
    this.lengths[id] = length;
    this.hashLow[id] = low;
    this.hashHigh[id] = high;
    this.#used = used + length;
    this.#slots[slot] = id;
    if (id * 2 > this.#slots.length) this.#growSlots();
    return id;
  }

  #growIds(): void {
    const wider = (column: Uint32Array<ArrayBuffer>) => {
      const next = new Uint32Array(column.length * 2);
      next.set(column);
      return next;
    };
    this.hashLow = wider(this.hashLow);
    this.hashHigh = wider(this.hashHigh);
    this.starts = wider(this.starts);
    this.lengths = wider(this.lengths);
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id < this.size; id++) {
      let slot = this.hashLow[id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

function enlarged(bytes: Uint8Array<ArrayBuffer>, atLeast: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(Math.max(bytes.length * 2, atLeast));
  next.set(bytes);
  return next;
}
