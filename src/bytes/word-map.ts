// Hot: once or twice per line; measured by bench/log-formats.ts.

/** Meanings of a writer's words (states, actions, protocol names), looked up in bytes without making strings. */
export class WordMap {
  readonly #words: Uint8Array[] = [];
  readonly #values: number[] = [];
  /** Index of the word plus 1, by hash; 0 is free. */
  readonly #slots: Uint8Array;

  /** `meanings` maps ASCII words to numbers that are not 0; at most 200. */
  constructor(meanings: Readonly<Record<string, number>>) {
    const entries = Object.entries(meanings);
    this.#slots = new Uint8Array(2 ** Math.ceil(Math.log2(4 * entries.length + 4)));
    for (const [word, value] of entries) {
      const bytes = new TextEncoder().encode(word);
      this.#words.push(bytes);
      this.#values.push(value);
      let slot = hashWord(bytes, 0, bytes.length) & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = this.#words.length;
    }
  }

  /** What the word `bytes[start, end)` means; 0 when it is none of them. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashWord(bytes, start, end) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      if (isSame(this.#words[index]!, bytes, start, end)) return this.#values[index]!;
    }
    return 0;
  }
}

function hashWord(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const hash = bytes[start]! * 5 + bytes[end - 1]! * 17 + bytes[start + (length >> 1)]! * 3 + length * 11;
  return hash ^ (hash >> 6);
}

function isSame(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false;
  return true;
}
