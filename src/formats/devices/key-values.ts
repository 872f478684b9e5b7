// Hot: once per line; measured by bench/lines.ts.
import type { TextTable } from "../../bytes/text-table.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Fields } from "./fields.ts";

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const APOSTROPHE = 39;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * Reads a line of `key=value` pairs and keeps where the wanted values stand. The slot of a field is its index in the list
 * of names. Of a key that comes twice the first counts: what a stranger sent (a URL, a user name) stands behind what the
 * device itself knows.
 */
export class KeyValues extends Fields {
  readonly #names: WordTable;
  /** For the five low bits of a first letter: the lengths of the names that start with it, a bit each. */
  readonly #lengths = new Int32Array(32);

  constructor(names: readonly string[]) {
    super(names.length);
    this.#names = new WordTable(names);
    for (const name of names) this.#lengths[name.charCodeAt(0) & 31]! |= 1 << name.length;
  }

  /** Backslashes before `=`, `"`, `|` and themselves are undone. */
  override text(slot: number, texts: TextTable): number {
    if (!this.has(slot)) return 0;
    const start = this.starts[slot]!;
    const end = this.ends[slot]!;
    let i = start;
    while (i < end && this.bytes[i] !== BACKSLASH) i++;
    if (i === end) return texts.add(this.bytes, start, end);
    return this.addUnescaped(start, end, BACKSLASH, '="|\\', texts);
  }

  /** `key=value key="a value"`: as FortiGate, Sophos, SonicWall, Meraki, Juniper and many others write. */
  readSpaced(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, SPACE, EQUALS);
  }

  /** `key=value,key="a value"`. */
  readCommas(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, COMMA, EQUALS);
  }

  /** `Key: a value, Another key: value`, as Cisco's Firepower and Nexus write. */
  readColons(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, COMMA, COLON);
  }

  /** `key:"value"; key:"value"`, as Check Point's exporter writes. */
  readSemicolons(bytes: Uint8Array, from: number, end: number, assign = COLON): void {
    this.#read(bytes, from, end, SEMICOLON, assign);
  }

  /** `key=a value<TAB>key=value`, with the tab or another delimiter (LEEF). */
  readDelimited(bytes: Uint8Array, from: number, end: number, delimiter = TAB): void {
    this.#read(bytes, from, end, delimiter, EQUALS);
  }

  // Long on purpose: a tokenizer. Most keys are not wanted, and are told by their first byte and length alone.
  #read(bytes: Uint8Array, from: number, end: number, separator: number, assign: number): void {
    this.begin(bytes);
    const { starts, ends } = this;
    const lengths = this.#lengths;
    let missing = starts.length;
    let at = from;
    while (at < end) {
      while (at < end && bytes[at] === SPACE) at++;
      const keyAt = at;
      let c = 0;
      for (; at < end; at++) {
        c = bytes[at]!;
        if (c === assign || c === separator) break;
      }
      if (c !== assign || at >= end) {
        at++;
        continue;
      }
      const length = at - keyAt;
      let slot = -1;
      if (((lengths[bytes[keyAt]! & 31]! >>> length) & 1) !== 0 && length < 32)
        slot = this.#names.find(bytes, keyAt, at);
      at++;
      if (separator !== SPACE) while (at < end && bytes[at] === SPACE) at++;
      const quote = bytes[at];
      let valueAt = at;
      if ((quote === QUOTE || quote === APOSTROPHE) && at < end) {
        valueAt++;
        at = valueAt;
        while (at < end && bytes[at] !== quote) at++;
        // Nearly always the first quote closes, for a separator stands behind it.
        if (bytes[at + 1] !== separator || bytes[at - 1] === BACKSLASH)
          at = closingQuote(bytes, at, end, quote, separator);
      } else while (at < end && bytes[at] !== separator) at++;
      if (slot >= 0 && starts[slot]! < 0) {
        starts[slot] = valueAt;
        ends[slot] = at;
        if (--missing === 0) return;
      }
      at += valueAt > keyAt + length + 1 && bytes[at] === quote ? 2 : 1;
    }
  }

  /**
   * The extension of a CEF record: values hold spaces without quotes, so a value ends before the next word that is a key.
   * `=` and `\` within a value are escaped (ArcSight, Common Event Format, "Extension").
   */
  readExtension(bytes: Uint8Array, from: number, end: number): void {
    this.begin(bytes);
    const { starts, ends } = this;
    let open = -1;
    let wordAt = from;
    for (let i = from; i < end; i++) {
      const c = bytes[i];
      if (c === SPACE) wordAt = i + 1;
      else if (c === BACKSLASH) i++;
      else if (c === EQUALS && isKey(bytes, wordAt, i)) {
        if (open >= 0) ends[open] = Math.max(starts[open]!, wordAt - 1);
        const slot = this.#names.find(bytes, wordAt, i);
        open = slot >= 0 && starts[slot]! < 0 ? slot : -1;
        if (open >= 0) starts[open] = i + 1;
      }
    }
    if (open >= 0) ends[open] = end;
  }
}

/** The quote that ends the value; one that is escaped, or that more text follows, belongs to the value. */
function closingQuote(bytes: Uint8Array, from: number, end: number, quote: number, separator: number): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] !== quote) continue;
    const next = bytes[i + 1];
    const isLast = i + 1 >= end || next === separator || next === SPACE || next === 93 || next === 40 || next === COMMA;
    if (isLast && bytes[i - 1] !== BACKSLASH) return i;
  }
  return end;
}

function isKey(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    const isWord =
      (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 46 || c === 45;
    if (!isWord) return false;
  }
  return end > start;
}
