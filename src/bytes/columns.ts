// Hot: once per line of a table; measured by bench/log-formats.ts.
import { Cells } from "./cells.ts";

const QUOTE = 34;

/** Columns beyond this one are not looked at. */
const MOST_COLUMNS = 512;

/**
 * The wanted columns of a text table, in whatever order its header names them. Fields are separated by one byte (runs of
 * it count once when told so); a field may be in double quotes, where a doubled quote or one after a backslash does not end it.
 */
export class Columns extends Cells {
  /** The byte between fields. */
  separator = 9;
  /** Several separators in a row are one: tables padded with spaces. */
  runs = false;
  /** Fields may be in double quotes. */
  quotes = false;
  /** A field that is exactly this text is absent. */
  unset = "-";
  /** Slot of each column, -1 for those that nobody wants. */
  readonly #slots = new Int16Array(MOST_COLUMNS).fill(-1);
  #count = 0;
  #wanted = 0;
  readonly #aliases = new Map<string, number>();

  /** The slot of the column called `name` or any of `others`. */
  override want(name: string, ...others: string[]): number {
    const slot = super.want(name);
    for (const each of [name, ...others]) this.#aliases.set(each, slot);
    return slot;
  }

  /** Takes the names of the columns from a header; returns how many of them are wanted. */
  header(names: readonly string[]): number {
    this.#slots.fill(-1);
    this.#count = Math.min(names.length, MOST_COLUMNS);
    this.#wanted = 0;
    const seen = new Set<number>();
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#aliases.get(names[i]!);
      if (slot === undefined || seen.has(slot)) continue;
      seen.add(slot);
      this.#slots[i] = slot;
      this.#wanted = i + 1;
    }
    return seen.size;
  }

  /** Whether a header was taken that names wanted columns. */
  get isReady(): boolean {
    return this.#wanted > 0;
  }

  /** Cuts a line; returns how many fields it has, counting no further than the last wanted column. */
  split(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes;
    const { starts, ends, separator, runs, quotes } = this;
    for (let i = 0; i < starts.length; i++) starts[i] = -1;
    const wanted = this.#wanted;
    let at = start;
    let column = 0;
    while (column < wanted && at <= end) {
      if (runs) while (at < end && bytes[at] === separator) at++;
      let from = at;
      let to: number;
      if (quotes && bytes[at] === QUOTE && at < end) {
        from = at + 1;
        to = quotedEnd(bytes, from, end);
        at = to;
        while (at < end && bytes[at] !== separator) at++;
      } else {
        while (at < end && bytes[at] !== separator) at++;
        to = at;
      }
      const slot = this.#slots[column]!;
      if (slot >= 0 && !this.#isUnset(bytes, from, to)) {
        starts[slot] = from;
        ends[slot] = to;
      }
      column++;
      at++;
    }
    return column;
  }

  /** An empty field, or the mark for one. */
  #isUnset(bytes: Uint8Array, from: number, to: number): boolean {
    const { unset } = this;
    const length = to - from;
    if (length <= 0) return true;
    if (length !== unset.length) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== unset.charCodeAt(i)) return false;
    return true;
  }
}

function quotedEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const c = bytes[i];
    if (c === 92) i++;
    else if (c === QUOTE) {
      if (bytes[i + 1] !== QUOTE || i + 1 >= end) return i;
      i++;
    }
  }
  return end;
}

/** The names in a header line, for `Columns.header`; at most 512 of them. */
export function headerNames(bytes: Uint8Array, start: number, end: number, separator: number): string[] {
  const text = Buffer.from(bytes.subarray(start, end)).toString("latin1");
  const names = text.split(separator === 32 ? / +/ : String.fromCharCode(separator), MOST_COLUMNS);
  return names.map((name) => name.trim().replace(/^"|"$/g, "")).filter((name, i) => name !== "" || i > 0);
}
