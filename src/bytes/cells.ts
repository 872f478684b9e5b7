// Hot: several times per line; measured by bench/log-formats.ts.
import { parseAddress } from "./address.ts";
import type { IsoTime } from "./iso-time.ts";
import type { TextTable } from "./text-table.ts";
import type { WordMap } from "./word-map.ts";

/**
 * The wanted values of one record, by slot: a slot is wanted once by name, and after each record says where its value
 * stands. What the record does not have (or has as the writer's mark for "nothing") is absent: `starts[slot]` is -1.
 */
export class Cells {
  /** Where the record lies; offsets point into it. */
  bytes: Uint8Array = new Uint8Array(0);
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  readonly names: string[] = [];

  /** The slot of the value called `name`; ask before the first record. */
  want(name: string): number {
    const known = this.names.indexOf(name);
    if (known >= 0) return known;
    this.names.push(name);
    this.starts = new Int32Array(this.names.length).fill(-1);
    this.ends = new Int32Array(this.names.length);
    return this.names.length - 1;
  }

  has(slot: number): boolean {
    return this.starts[slot]! >= 0;
  }

  /** Whether the value is exactly `text` (ASCII). */
  is(slot: number, text: string): boolean {
    const start = this.starts[slot]!;
    const length = text.length;
    if (start < 0 || this.ends[slot]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** What `words` says of the value; 0 when it is absent or none of them. */
  word(slot: number, words: WordMap): number {
    const start = this.starts[slot]!;
    return start < 0 ? 0 : words.find(this.bytes, start, this.ends[slot]!);
  }

  /** Parses the value as an address into `words[at..at+3]`; false, with unknown words, when it is none. */
  address(slot: number, words: Uint32Array, at = 0): boolean {
    const start = this.starts[slot]!;
    if (start >= 0 && parseAddress(this.bytes, start, this.ends[slot]!, words, at)) return true;
    for (let i = at; i < at + 4; i++) words[i] = 0;
    return false;
  }

  /**
   * Parses `203.0.113.7:4711`, `[2001:db8::7]:4711` or `2001:db8:0:0:0:0:0:7:4711`: the address into `words[at..at+3]`.
   * Returns the port; -1, with `words` in an unspecified state, when it is none or absent.
   */
  addressAndPort(slot: number, words: Uint32Array, at = 0): number {
    const { bytes } = this;
    let start = this.starts[slot]!;
    if (start < 0) return -1;
    const end = this.ends[slot]!;
    let colon = end - 1;
    while (colon > start && bytes[colon] !== 58) colon--;
    let addressEnd = colon;
    if (bytes[start] === 91 && bytes[colon - 1] === 93) {
      start++;
      addressEnd--;
    }
    let port = colon + 1 < end ? 0 : -1;
    for (let i = colon + 1; i < end && port <= 65_535; i++) port = port * 10 + bytes[i]! - 48;
    if (!(port >= 0 && port <= 65_535)) return -1;
    return parseAddress(bytes, start, addressEnd, words, at) ? port : -1;
  }

  /** The value as a decimal number; NaN when it is absent or none. */
  number(slot: number): number {
    const start = this.starts[slot]!;
    return start < 0 ? Number.NaN : parseDecimal(this.bytes, start, this.ends[slot]!);
  }

  /** The value as a whole number from 0 to 65535; 0 when it is absent or anything else. */
  port(slot: number): number {
    const value = this.number(slot);
    return value > 0 && value <= 65_535 ? Math.trunc(value) : 0;
  }

  /** The value as a count; 0 when it is absent or no number. */
  count(slot: number): number {
    const value = this.number(slot);
    return value > 0 ? value : 0;
  }

  /** Milliseconds since the epoch of an ISO 8601 stamp, or of epoch seconds, milli-, micro- or nanoseconds; or NaN. */
  time(slot: number, iso: IsoTime): number {
    const start = this.starts[slot]!;
    if (start < 0) return Number.NaN;
    const end = this.ends[slot]!;
    const separator = this.bytes[start + 4];
    return separator === 45 || separator === 47
      ? iso.parse(this.bytes, start, end)
      : parseEpoch(this.bytes, start, end);
  }

  /** Whether `text` undoes escapes of the value's own notation (JSON's). */
  isEscaped(_slot: number): boolean {
    return false;
  }

  /** The id of the value's text; 0 when it is absent or empty. */
  text(slot: number, texts: TextTable): number {
    const start = this.starts[slot]!;
    return start < 0 ? 0 : texts.add(this.bytes, start, this.ends[slot]!);
  }
}

/** A decimal number, sign and fraction and exponent allowed; NaN when `bytes[start, end)` is anything else. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let i = start;
  for (; i < end && i < start + 15; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === end && end > start) return value;
  return end - start > 32 || end === start ? Number.NaN : parseRareDecimal(bytes, start, end);
}

/** With sign, fraction, exponent or many digits; the strings this makes are short. */
function parseRareDecimal(bytes: Uint8Array, start: number, end: number): number {
  let text = "";
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    const isPart = (c >= 48 && c <= 57) || c === 45 || c === 43 || c === 46 || (c | 32) === 101;
    if (!isPart) return Number.NaN;
    text += String.fromCharCode(c);
  }
  return Number(text);
}

/**
 * Milliseconds since the epoch, with fraction, of a number that counts seconds, milliseconds, microseconds or nanoseconds
 * since it: its digits before the point tell which (10, 13, 16, 19 for the years from 2001 to 2286).
 */
export function parseEpoch(bytes: Uint8Array, start: number, end: number): number {
  let point = start;
  while (point < end && isDigit(bytes[point]!)) point++;
  const digits = point - start;
  if (digits === 0 || digits > 20) return Number.NaN;
  const secondDigits = digits <= 11 ? digits : digits <= 14 ? digits - 3 : digits <= 17 ? digits - 6 : digits - 9;
  let seconds = 0;
  let i = start;
  for (const stop = start + secondDigits; i < stop; i++) seconds = seconds * 10 + bytes[i]! - 48;
  let micros = 0;
  let places = 0;
  for (; i < end; i++) {
    const c = bytes[i]!;
    if (c === 46 && i === point) continue;
    if (c < 48 || c > 57) return (c | 32) === 101 ? parseDecimal(bytes, start, end) * 1000 : Number.NaN;
    if (places < 6) {
      micros = micros * 10 + c - 48;
      places++;
    }
  }
  return seconds * 1000 + (micros * scales[places]!) / 1000;
}

/** What a number of so many decimal places is multiplied with to make it millionths. */
const scales = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
