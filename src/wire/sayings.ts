// Hot: once per reveal of an HTTP server; measured by bench/captures.ts.

/** Words of an entry: hash (two), serial of the phrase book, phrase. */
const ENTRY_SHIFT = 2;
const BOOK = 2;
const PHRASE = 3;
const ENTRIES = 1 << 8;

/** Numbers of phrases that servers say again and again, by a hash of what they sent. Direct-mapped; the latest wins. */
export class Sayings {
  readonly #words = new Int32Array(ENTRIES << ENTRY_SHIFT);

  /** The phrase of what has this hash, when it was kept with the same book, or 0. */
  find(low: number, high: number, book: number): number {
    const at = (low & (ENTRIES - 1)) << ENTRY_SHIFT;
    const words = this.#words;
    return words[at] === low && words[at + 1] === high && words[at + BOOK] === book ? words[at + PHRASE]! : 0;
  }

  keep(low: number, high: number, book: number, phrase: number): void {
    const at = (low & (ENTRIES - 1)) << ENTRY_SHIFT;
    const words = this.#words;
    words[at] = low;
    words[at + 1] = high;
    words[at + BOOK] = book;
    words[at + PHRASE] = phrase;
  }
}
