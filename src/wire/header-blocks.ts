// Hot: once per HTTP request; measured by bench/captures.ts.
import { avalanche, viewOf } from "../bytes/hash.ts";

/** Words of an entry: hash (two), length, serial of the phrase book, then what the block says. */
const ENTRY_SHIFT = 4;
const LENGTH = 2;
const BOOK = 3;
export const BLOCK_HOST = 4;
export const BLOCK_AGENT = 5;
export const BLOCK_REFERER = 6;
export const BLOCK_HEADERS = 7;
export const BLOCK_BODY_LENGTH = 8;
export const BLOCK_CONTENT = 9;

const ENTRIES = 1 << 10;
/** A body length beyond this is not remembered. */
const LONGEST_BODY = 0x3fffffff;

/**
 * What whole blocks of request headers said, by their hash: a client, and a scanner all the more, sends the same headers
 * with every request, and hashing them takes a tenth of the time of reading them. Direct-mapped; the latest wins.
 */
export class HeaderBlocks {
  readonly words = new Int32Array(ENTRIES << ENTRY_SHIFT);
  #low = 0;
  #high = 0;

  /** Index in `words` of what `bytes[start, end)`, sixteen bytes at least, said when it was kept with the same book, or -1. */
  find(bytes: Uint8Array, start: number, end: number, book: number): number {
    this.#hash(bytes, start, end);
    const { words } = this;
    const at = (this.#low & (ENTRIES - 1)) << ENTRY_SHIFT;
    const isSame = words[at] === this.#low && words[at + 1] === this.#high;
    return isSame && words[at + LENGTH] === end - start && words[at + BOOK] === book ? at : -1;
  }

  /**
   * Four lanes of the construction that bytes/hash.ts has two of: blocks are long, and a lane waits for its own last
   * word (170 to 60 ns at 300 bytes). The last words overlap, so that there is no tail.
   */
  #hash(bytes: Uint8Array, start: number, end: number): void {
    const view = viewOf(bytes);
    let a = end - start;
    let b = 0x5ab3d9c1;
    let c = 0x2f0b4c47;
    let d = 0x165667b1;
    for (let i = start; i < end; i += 16) {
      const at = i + 16 <= end ? i : end - 16;
      a = Math.imul(a ^ view.getInt32(at, true), 0xcc9e2d51);
      b = Math.imul(b ^ view.getInt32(at + 4, true), 0x1b873593);
      c = Math.imul(c ^ view.getInt32(at + 8, true), 0x85ebca6b);
      d = Math.imul(d ^ view.getInt32(at + 12, true), 0xc2b2ae35);
      a = (a << 15) | (a >>> 17);
      b = (b << 13) | (b >>> 19);
      c = (c << 17) | (c >>> 15);
      d = (d << 11) | (d >>> 21);
    }
    this.#low = (avalanche(a ^ Math.imul(c, 0x9e3779b1)) ^ avalanche(b + d)) | 0;
    this.#high = (avalanche(b ^ Math.imul(d, 0x9e3779b1)) ^ avalanche((a - c) | 0)) | 0;
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
