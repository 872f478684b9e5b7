// Hot: once per line; measured by bench/lines.ts.
import { viewOf } from "../../bytes/hash.ts";
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
  /** Whether a name ends in these two bytes, by `endingOf`: most keys are not wanted, and are passed over by this alone. */
  readonly #endings = new Uint8Array(1024);

  constructor(names: readonly string[]) {
    super(names.length);
    this.#names = new WordTable(names);
    for (const name of names) {
      const last = name.charCodeAt(name.length - 1);
      if (name.length > 1) this.#endings[endingOf(last, name.charCodeAt(name.length - 2))] = 1;
      else for (let before = 0; before < 256; before++) this.#endings[endingOf(last, before)] = 1;
    }
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

  // Long on purpose: a tokenizer. It goes from one assignment sign to the next and looks back from there at the key.
  #read(bytes: Uint8Array, from: number, end: number, separator: number, assign: number): void {
    this.begin(bytes);
    const { starts, ends } = this;
    const endings = this.#endings;
    const view = viewOf(bytes);
    const pattern = assign * 0x01010101;
    let missing = starts.length;
    /** Where the pair at hand starts, or before. */
    let floor = from;
    for (let at = from; ; ) {
      at = nextByte(view, bytes, at, end, assign, pattern);
      if (at >= end) return;
      let valueAt = at + 1;
      if (separator !== SPACE) while (bytes[valueAt] === SPACE && valueAt < end) valueAt++;
      const quote = bytes[valueAt]!;
      const isQuoted = (quote === QUOTE || quote === APOSTROPHE) && valueAt < end;
      const isCandidate = at > from && endings[endingOf(bytes[at - 1]!, bytes[at - 2]!)] === 1;
      if (!isQuoted && !isCandidate) {
        at++;
        continue;
      }
      let keyAt = at;
      let hasAssign = false;
      while (keyAt > floor && bytes[keyAt - 1] !== separator) if (bytes[--keyAt] === assign) hasAssign = true;
      // A sign within a value.
      if (hasAssign) {
        at++;
        continue;
      }
      while (keyAt < at && bytes[keyAt] === SPACE) keyAt++;
      const slot = isCandidate ? this.#names.find(bytes, keyAt, at) : -1;
      at = valueAt;
      if (isQuoted) {
        at = ++valueAt;
        while (at < end && bytes[at] !== quote) at++;
        // Nearly always the first quote closes, for a separator stands behind it.
        if (bytes[at + 1] !== separator || bytes[at - 1] === BACKSLASH)
          at = closingQuote(bytes, at, end, quote, separator);
      } else if (slot >= 0) while (at < end && bytes[at] !== separator) at++;
      if (slot >= 0 && starts[slot]! < 0) {
        starts[slot] = valueAt;
        ends[slot] = at;
        if (--missing === 0) return;
      }
      if (isQuoted) floor = ++at;
    }
  }

  /**
   * The extension of a CEF record: values hold spaces without quotes, so a value ends before the next word that is a key.
   * `=` and `\` within a value are escaped (ArcSight, Common Event Format, "Extension").
   */
  readExtension(bytes: Uint8Array, from: number, end: number): void {
    this.begin(bytes);
    const { starts, ends } = this;
    const endings = this.#endings;
    const view = viewOf(bytes);
    let open = -1;
    for (let at = from; ; at++) {
      at = nextByte(view, bytes, at, end, EQUALS, EQUALS * 0x01010101);
      if (at >= end) break;
      const isCandidate = at > from && endings[endingOf(bytes[at - 1]!, bytes[at - 2]!)] === 1;
      if (open < 0 && !isCandidate) continue;
      const keyAt = keyStart(bytes, from, at);
      if (keyAt < 0) continue;
      if (open >= 0) ends[open] = Math.max(starts[open]!, keyAt - 1);
      const slot = isCandidate ? this.#names.find(bytes, keyAt, at) : -1;
      open = slot >= 0 && starts[slot]! < 0 ? slot : -1;
      if (open >= 0) starts[open] = at + 1;
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

/** Where the key starts that stands before the sign at `at`, behind a space; -1 when what stands there is none, or escaped. */
function keyStart(bytes: Uint8Array, from: number, at: number): number {
  let i = at;
  while (i > from && bytes[i - 1] !== SPACE) {
    const c = bytes[--i]!;
    const isWord =
      (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 46 || c === 45;
    if (!isWord) return -1;
  }
  // An escaped space belongs to the value.
  return i === at || isEscaped(bytes, i - 1, from) ? -1 : i;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(bytes: Uint8Array, at: number, from: number): boolean {
  let i = at;
  while (i > from && bytes[i - 1] === BACKSLASH) i--;
  return ((at - i) & 1) === 1;
}

function endingOf(last: number, before: number): number {
  return ((last | 32) * 31 + (before | 32) * 5) & 1023;
}

/**
 * Where `byte` stands at or behind `from`, or `end`; four bytes at once. A byte of the difference with `pattern`, four times
 * the byte, is zero if the subtraction borrows into its clear highest bit; of several the lowest is exact.
 */
function nextByte(view: DataView, bytes: Uint8Array, from: number, end: number, byte: number, pattern: number): number {
  let at = from;
  for (const stop = end - 3; at < stop; at += 4) {
    const x = view.getInt32(at, true) ^ pattern;
    const found = (x - 0x01010101) & ~x & 0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
  while (at < end && bytes[at] !== byte) at++;
  return at;
}
