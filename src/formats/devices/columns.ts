// Hot: once per line; measured by bench/lines.ts.
import { marks, marksIn } from "../../bytes/marks.ts";
import type { TextTable } from "../../bytes/text-table.ts";
import { Fields } from "./fields.ts";

const SPACE = 32;
const QUOTE = 34;

/** Reads a line of values in a fixed order and keeps where they stand; the slot of a field is its column, from 0. */
export class Columns extends Fields {
  /** How many columns the line has, at most as many as were asked for. */
  count = 0;

  /** Doubled quotes are undone. */
  override text(slot: number, texts: TextTable): number {
    if (!this.has(slot)) return 0;
    const start = this.starts[slot]!;
    const end = this.ends[slot]!;
    if (this.bytes[start - 1] !== QUOTE) return texts.add(this.bytes, start, end);
    return this.addUnescaped(start, end, QUOTE, '"', texts);
  }

  /** Values with `separator` between them, in quotes where they hold one (RFC 4180). */
  read(bytes: Uint8Array, from: number, end: number, separator: number): void {
    this.bytes = bytes;
    const { starts, ends } = this;
    const most = starts.length;
    const separators = marksIn(bytes, from, end, separator, separator, separator);
    let mark = 0;
    let count = 0;
    let at = from;
    while (count < most && at <= end) {
      let i = at;
      if (bytes[i] === QUOTE && i < end) {
        i = quotedEnd(bytes, i + 1, end, separator);
        starts[count] = at + 1;
        ends[count] = Math.min(i, end);
        i++;
      } else {
        // Separators within quotes lie behind.
        while (mark < separators && marks[mark]! < at) mark++;
        i = mark < separators ? marks[mark++]! : end;
        starts[count] = at;
        ends[count] = i;
      }
      count++;
      at = i + 1;
    }
    this.count = count;
    for (let slot = count; slot < most; slot++) starts[slot] = -1;
  }

  /** Words with one or more spaces between them. */
  readWords(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes;
    const { starts, ends } = this;
    let count = 0;
    let at = from;
    while (count < starts.length) {
      while (at < end && bytes[at] === SPACE) at++;
      if (at >= end) break;
      starts[count] = at;
      while (at < end && bytes[at] !== SPACE) at++;
      ends[count++] = at;
    }
    this.count = count;
    for (let slot = count; slot < starts.length; slot++) starts[slot] = -1;
  }
}

/** Where the quote stands that a separator, or the line's end, follows. */
function quotedEnd(bytes: Uint8Array, from: number, end: number, separator: number): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] !== QUOTE) continue;
    if (i + 1 >= end || bytes[i + 1] === separator) return i;
    if (bytes[i + 1] === QUOTE) i++;
  }
  return end;
}
