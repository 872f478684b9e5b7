// Hot: once per HTTP request; measured by bench/captures.ts.
import { hashBytes, hashed } from "../bytes/hash.ts";

/** Words of an entry: hash (two), length, serial of the phrase book, then what the block says. */
const ENTRY_SHIFT = 4;
const LENGTH = 2;
const BOOK = 3;
export const BLOCK_HOST = 4;
export const BLOCK_AGENT = 5;
export const BLOCK_REFERER = 6;
export const BLOCK_HEADERS = 7;
export const BLOCK_BODY_LENGTH = 8;

const ENTRIES = 1 << 10;
/** A body length beyond this is not remembered. */
const LONGEST_BODY = 0x3fffffff;

/**
 * What whole blocks of request headers said, by their hash: a client, and a scanner all the more, sends the same headers
 * with every request, and hashing them takes a fifth of the time of reading them. Direct-mapped; the latest wins.
 */
export class HeaderBlocks {
  readonly words = new Int32Array(ENTRIES << ENTRY_SHIFT);
  #low = 0;
  #high = 0;

  /** Index in `words` of what `bytes[start, end)` said when it was kept with the same book, or -1. */
  find(bytes: Uint8Array, start: number, end: number, book: number): number {
    hashBytes(bytes, start, end);
    this.#low = hashed.low;
    this.#high = hashed.high;
    const { words } = this;
    const at = (hashed.low & (ENTRIES - 1)) << ENTRY_SHIFT;
    const isSame = words[at] === hashed.low && words[at + 1] === hashed.high;
    return isSame && words[at + LENGTH] === end - start && words[at + BOOK] === book ? at : -1;
  }

  /** Makes room for the block that `find` did not find. @returns the index in `words` to write to, or -1. */
  keep(length: number, bodyLength: number, book: number): number {
    if (bodyLength > LONGEST_BODY) return -1;
    const { words } = this;
    const at = (this.#low & (ENTRIES - 1)) << ENTRY_SHIFT;
    words[at] = this.#low;
    words[at + 1] = this.#high;
    words[at + LENGTH] = length;
    words[at + BOOK] = book;
    words[at + BLOCK_BODY_LENGTH] = bodyLength;
    return at;
  }
}
