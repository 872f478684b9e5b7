// Hot: once per line; measured by bench/log-formats.ts.
import { ColumnTable } from "../../bytes/key-table.ts";
import type { TextTable } from "../../bytes/text-table.ts";
import { Fields } from "./fields.ts";

const SPACE = 32;
const QUOTE = 34;

/**
 * Reads a line of values in a fixed order and keeps where they stand; the slot of a field is its column, from 0. One line at a time
 * is at hand, of all that ask for as many columns.
 */
export class Columns extends Fields {
  /** How many columns the line has, at most as many as were asked for. */
  count = 0;
  readonly #table: ColumnTable;

  constructor(most: number) {
    const table = tables.get(most) ?? new ColumnTable(most);
    tables.set(most, table);
    super(table.starts, table.ends);
    this.#table = table;
  }

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
    this.count = this.#table.read(bytes, from, end, separator);
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

/** Tables live as long as the program, so those of the same size share one. */
const tables = new Map<number, ColumnTable>();
