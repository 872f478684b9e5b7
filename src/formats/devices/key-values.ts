// Hot: once per line; measured by bench/lines.ts.
import { marks, marksIn } from "../../bytes/marks.ts";
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
    const count = marksIn(bytes, from, end, assign, QUOTE, QUOTE);
    let missing = starts.length;
    /** Where the pair at hand starts, or before. */
    let floor = from;
    /** The last assignment sign that was passed by. */
    let passed = -1;
    for (let mark = 0; mark < count; mark++) {
      let at = marks[mark]!;
      if (at < floor || bytes[at] !== assign) continue;
      const before = passed;
      passed = at;
      let valueAt = at + 1;
      if (separator !== SPACE) while (bytes[valueAt] === SPACE && valueAt < end) valueAt++;
      const quote = bytes[valueAt]!;
      const isQuoted = (quote === QUOTE || quote === APOSTROPHE) && valueAt < end;
      const isCandidate = at > from && endings[endingOf(bytes[at - 1]!, bytes[at - 2]!)] === 1;
      if (!isQuoted && !isCandidate) continue;
      let slot = -1;
      if (isCandidate || before >= floor) {
        let keyAt = at;
        while (keyAt > floor && bytes[keyAt - 1] !== separator) keyAt--;
        // A sign within a value.
        if (before >= keyAt) continue;
        while (keyAt < at && bytes[keyAt] === SPACE) keyAt++;
        if (isCandidate) slot = this.#names.find(bytes, keyAt, at);
      }
      at = valueAt;
      if (isQuoted) {
        at = ++valueAt;
        if (quote === QUOTE) {
          do mark++;
          while (mark < count && (marks[mark]! < at || bytes[marks[mark]!] !== QUOTE));
          at = mark < count ? marks[mark]! : end;
        } else while (at < end && bytes[at] !== quote) at++;
        // Nearly always the first quote closes, for a separator stands behind it.
        if (bytes[at + 1] !== separator || bytes[at - 1] === BACKSLASH)
          at = closingQuote(bytes, at, end, quote, separator);
        floor = at + 1;
      } else if (slot >= 0) while (at < end && bytes[at] !== separator) at++;
      if (slot >= 0 && starts[slot]! < 0) {
        starts[slot] = valueAt;
        ends[slot] = at;
        if (--missing === 0) return;
      }
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
    const count = marksIn(bytes, from, end, EQUALS, EQUALS, EQUALS);
    let open = -1;
    for (let mark = 0; mark < count; mark++) {
      const at = marks[mark]!;
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
