// Hot: once per line; measured by bench/lines.ts.
import { parseAddress } from "../../bytes/address.ts";
import type { TextTable } from "../../bytes/text-table.ts";
import type { WordTable } from "../../bytes/word-table.ts";

/** A value without its escapes; no line is longer. */
const plain = new Uint8Array(64 * 1024);

/**
 * Where the wanted fields of the line at hand stand, by slot. What fills the slots differs by the way of writing
 * (`KeyValues`, `Columns`); the questions asked of a field do not.
 */
export class Fields {
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte of each field's value; -1 when the line has no such field. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;

  constructor(starts: Int32Array, ends: Int32Array) {
    this.starts = starts;
    this.ends = ends;
  }

  /** True when the line has the field and it is not empty. */
  has(slot: number): boolean {
    return this.starts[slot]! >= 0 && this.ends[slot]! > this.starts[slot]!;
  }

  /** The decimal number that the field starts with, or -1; at most 15 digits, so that it is exact. */
  number(slot: number): number {
    const start = this.starts[slot]!;
    if (start < 0) return -1;
    const end = Math.min(this.ends[slot]!, start + 15);
    let value = 0;
    let i = start;
    for (; i < end; i++) {
      const digit = this.bytes[i]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return i === start ? -1 : value;
  }

  /** Parses the address that the field is into `words[at…at+3]`; false when it is none. */
  address(slot: number, words: Uint32Array, at: number): boolean {
    const start = this.starts[slot]!;
    return start >= 0 && parseAddress(this.bytes, start, this.ends[slot]!, words, at);
  }

  /** Index in `table` of the word that the field is, or -1. */
  word(slot: number, table: WordTable): number {
    const start = this.starts[slot]!;
    return start < 0 ? -1 : table.find(this.bytes, start, this.ends[slot]!);
  }

  /** Whether the field is exactly `text` (ASCII). */
  is(slot: number, text: string): boolean {
    return this.ends[slot]! - this.starts[slot]! === text.length && this.startsWith(slot, text);
  }

  /** Id in `texts` of the field as it stands; 0 when it is empty or absent. */
  text(slot: number, texts: TextTable): number {
    return this.has(slot) ? texts.add(this.bytes, this.starts[slot]!, this.ends[slot]!) : 0;
  }

  startsWith(slot: number, text: string): boolean {
    const start = this.starts[slot]!;
    if (start < 0 || this.ends[slot]! - start < text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Adds `bytes[start, end)` to `texts` without the bytes that only escape the next one: `mark` before any of `escaped`. */
  protected addUnescaped(start: number, end: number, mark: number, escaped: string, texts: TextTable): number {
    const { bytes } = this;
    let length = 0;
    for (let i = start; i < end && length < plain.length; i++) {
      const isEscape = bytes[i] === mark && i + 1 < end && escaped.includes(String.fromCharCode(bytes[i + 1]!));
      plain[length++] = bytes[isEscape ? ++i : i]!;
    }
    return texts.add(plain, 0, length);
  }
}
