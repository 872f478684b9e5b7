import { parseAddress } from "./address.ts";
import { viewOf } from "./hash.ts";
import { searched, textIn } from "./marks.ts";

/**
 * The line being read, with the questions that formats ask of it. One reused object: `bytes`, `start` and `end` point at
 * the line where it lies, without its line ending. Hot formats read the offsets themselves.
 */
export class Line {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  includes(marker: string): boolean {
    return this.after(marker) >= 0;
  }

  /** Whether the line starts with `marker` (ASCII). */
  startsWith(marker: string): boolean {
    const { bytes, start } = this;
    if (this.end - start < marker.length) return false;
    for (let i = 0; i < marker.length; i++) if (bytes[start + i] !== marker.charCodeAt(i)) return false;
    return true;
  }

  /** Where the first byte after `marker` (ASCII) stands, or -1. */
  after(marker: string, from = this.start): number {
    const { bytes } = this;
    const length = marker.length;
    const last = this.end - length;
    if (bytes === searched) {
      const at = textIn(marker, from, last);
      return at < 0 ? -1 : at + length;
    }
    const first = marker.charCodeAt(0);
    const view = viewOf(bytes);
    const pattern = first * 0x01010101;
    for (let i = from; i <= last; i++) {
      // Four bytes at once: none of them is the first when no byte of the difference is zero.
      for (const stop = last - 2; i < stop; i += 4) {
        const x = view.getInt32(i, true) ^ pattern;
        if (((x - 0x01010101) & ~x & 0x80808080) !== 0) break;
      }
      while (i <= last && bytes[i] !== first) i++;
      if (i > last) return -1;
      let k = 1;
      while (k < length && bytes[i + k] === marker.charCodeAt(k)) k++;
      if (k === length) return i + length;
    }
    return -1;
  }

  /** Parses the address between `marker` and the next space into `words[at..at+3]`; false when there is none. */
  addressAfter(marker: string, words: Uint32Array, at = 0): boolean {
    const start = this.after(marker);
    return start >= 0 && parseAddress(this.bytes, start, this.wordEnd(start), words, at);
  }

  /** The decimal number right after `marker`, or -1; at most 15 digits, so that it is exact. */
  numberAfter(marker: string): number {
    const start = this.after(marker);
    if (start < 0) return -1;
    let value = 0;
    let i = start;
    for (; i < this.end && i < start + 15; i++) {
      const digit = this.bytes[i]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return i === start ? -1 : value;
  }

  /** Where the word that starts at `from` ends: the next space, or the line's end. */
  wordEnd(from: number): number {
    let i = from;
    while (i < this.end && this.bytes[i] !== 32) i++;
    return i;
  }
}
