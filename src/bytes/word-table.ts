// Hot: several times per line of a log of fields; measured by bench/lines.ts.

/**
 * A few known words, found by the bytes they are written in without making a string. ASCII case is ignored, for one
 * vendor's `srcip` is another's `SrcIP`.
 */
export class WordTable {
  readonly #heads = new Int16Array(256).fill(-1);
  readonly #next: Int16Array;
  readonly #starts: Int32Array;
  readonly #letters: Uint8Array;
  readonly #longest: number;

  constructor(words: readonly string[]) {
    this.#next = new Int16Array(words.length).fill(-1);
    this.#starts = new Int32Array(words.length + 1);
    this.#letters = Buffer.from(words.join(""), "latin1").map(folded);
    this.#longest = Math.max(0, ...words.map((word) => word.length));
    let at = 0;
    for (const [i, word] of words.entries()) {
      this.#starts[i] = at;
      at += word.length;
      this.#starts[i + 1] = at;
      const slot = hashOf(this.#letters, this.#starts[i]!, at);
      this.#next[i] = this.#heads[slot]!;
      this.#heads[slot] = i;
    }
  }

  /** Index of the word that is `bytes[start, end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length < 1 || length > this.#longest) return -1;
    let i = this.#heads[hashOf(bytes, start, end)]!;
    while (i >= 0) {
      const from = this.#starts[i]!;
      if (this.#starts[i + 1]! - from === length) {
        let k = 0;
        while (k < length && (bytes[start + k]! | 32) === this.#letters[from + k]) k++;
        if (k === length) return i;
      }
      i = this.#next[i]!;
    }
    return -1;
  }
}

function folded(byte: number): number {
  return byte | 32;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start]! | 32;
  const middle = bytes[start + (length >> 1)]! | 32;
  const last = bytes[end - 1]! | 32;
  return (length * 37 + first * 5 + middle * 11 + last * 3) & 255;
}
