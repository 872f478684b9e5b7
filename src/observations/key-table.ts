// Hot: up to four times per observation, of the first 200,000.
import { mix } from "../bytes/hash.ts";

/** Gives equal keys equal numbers, counted from 0. A key is a fixed count of 32-bit words. */
export class KeyTable {
  size = 0;
  /** The words of all keys, one key after the other. */
  keys: Uint32Array;
  readonly #width: number;
  /** Number + 1 of the key in each slot; 0 is empty. */
  #slots = new Uint32Array(1024);

  constructor(width: number) {
    this.#width = width;
    this.keys = new Uint32Array(width * 512);
  }

  /** The number of the key at `words[at]`; it is new when that is the former `size`. */
  add(words: Uint32Array, at = 0): number {
    const width = this.#width;
    const mask = this.#slots.length - 1;
    let slot = this.#hash(words, at) & mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      const start = (entry - 1) * width;
      let w = 0;
      while (w < width && this.keys[start + w] === words[at + w]) w++;
      if (w === width) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const number = this.size++;
    if (this.size * width > this.keys.length) {
      const wider = new Uint32Array(this.keys.length * 2);
      wider.set(this.keys);
      this.keys = wider;
    }
    for (let w = 0; w < width; w++) this.keys[number * width + w] = words[at + w]!;
    this.#slots[slot] = number + 1;
    if (this.size * 2 > this.#slots.length) this.#growSlots();
    return number;
  }

  #hash(words: Uint32Array, at: number): number {
    let hash = 0x3c6ef372;
    for (let w = 0; w < this.#width; w++) hash = mix(hash, words[at + w]!);
    return hash;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.#hash(this.keys, number * this.#width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}
