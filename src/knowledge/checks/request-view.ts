// Hot for requests that are not plain; measured by bench/knowledge.ts. The decoder is one state machine per part and
// keeps its state in fields, because a request target is normalised in place, without a copy per step.

/** How a request target was disguised; bits of `RequestView.evasions`. */
export const Evasion = {
  /** A dot or slash of the path was percent-encoded. */
  encodedDot: 1,
  /** A letter or digit of the path was percent-encoded, which no client needs to do. */
  encodedLetter: 2,
  /** A part had to be decoded twice or more. */
  doubleEncoded: 4,
  /** A path parameter, `;x`, stood in a segment. */
  semicolon: 8,
  backslash: 16,
  /** `//` or `/./`. */
  emptySegment: 32,
  /** A `..` segment. */
  climb: 64,
  nul: 128,
  /** ASCII written as two or three bytes of UTF-8 (forbidden by RFC 3629, section 3). */
  overlong: 256,
  /** `%u002e`, an encoding that only IIS knew. */
  unicodeEscape: 512,
  /** The target was an absolute URI, as asked of a proxy. */
  absolute: 1024,
  /** A path that climbs above its root. */
  aboveRoot: 2048,
  /** An `&` or line break was encoded within a query part. */
  hiddenSeparator: 4096,
  /** A tab in the path, which some servers take for the end of it. */
  tab: 8192,
  /** Letters of the path change case as often as a coin does, `/wP-LoGiN.PhP`. */
  mixedCase: 16_384,
} as const;

/** What turns one way to ask into another that looks different, and means the same to many servers. */
export const DISGUISES =
  Evasion.encodedLetter |
  Evasion.encodedDot |
  Evasion.doubleEncoded |
  Evasion.semicolon |
  Evasion.backslash |
  Evasion.emptySegment |
  Evasion.nul |
  Evasion.overlong |
  Evasion.unicodeEscape |
  Evasion.tab |
  Evasion.mixedCase;

const MOST_SEGMENTS = 96;
const MOST_PARAMS = 96;
/** Decoding is repeated this often; deeper nesting is not found in practice. */
const MOST_PASSES = 3;
const LONGEST_TARGET = 8192;
const SCRATCH_BYTES = 16384;

/**
 * One request target, normalised: percent-decoded until nothing is left to decode, `\` as `/`, lower case, without empty and
 * `.` segments. The path is given twice. The *written* segments keep `..` and `;x`, because some checks are made of them.
 * The *resolved* ones are what a lenient server would open: `..` applied, `;x`, a NUL and what follows it, and trailing
 * dots removed. Both are offsets into `text`, which reads `/seg/seg?name=value&name=value`.
 */
export class RequestView {
  readonly text = Buffer.alloc(SCRATCH_BYTES);
  length = 0;
  /** End of the path in `text`. */
  pathEnd = 0;
  evasions = 0;
  /** Most `..` segments that stood in a row in the path. */
  climbs = 0;
  readonly writtenStart = new Uint16Array(MOST_SEGMENTS);
  readonly writtenEnd = new Uint16Array(MOST_SEGMENTS);
  written = 0;
  readonly resolvedStart = new Uint16Array(MOST_SEGMENTS);
  readonly resolvedEnd = new Uint16Array(MOST_SEGMENTS);
  resolved = 0;
  /** The resolved segments are not simply the written ones. */
  isRewritten = false;
  readonly nameStart = new Uint16Array(MOST_PARAMS);
  readonly nameEnd = new Uint16Array(MOST_PARAMS);
  readonly valueStart = new Uint16Array(MOST_PARAMS);
  readonly valueEnd = new Uint16Array(MOST_PARAMS);
  params = 0;

  /** Reads the target `bytes[start, end)`, at most 8 KiB of it. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.length = 0;
    this.evasions = 0;
    this.climbs = 0;
    this.params = 0;
    if (end - start > LONGEST_TARGET) end = start + LONGEST_TARGET;
    start = this.#skipAuthority(bytes, start, end);
    let question = start;
    while (question < end && bytes[question] !== 63) question++;
    this.#readPath(bytes, start, question);
    this.pathEnd = this.length;
    this.#resolve();
    if (question < end) this.#readQuery(bytes, question + 1, end);
  }

  /** Reads `bytes[start, end)` as the query of an empty path: how forms are written in bodies. */
  readQuery(bytes: Uint8Array, start: number, end: number): void {
    this.length = 0;
    this.evasions = 0;
    this.params = 0;
    this.pathEnd = 0;
    this.#readQuery(bytes, start, Math.min(end, start + LONGEST_TARGET));
  }

  /** Makes a plus sign of the query a blank, however it was written: rules do not keep them apart. */
  mergeBlanks(): void {
    for (let i = this.pathEnd; i < this.length; i++) if (this.text[i] === 43) this.text[i] = 32;
  }

  /** `http://host/path` → `/path`. */
  #skipAuthority(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] === 47 || start === end) return start;
    const limit = Math.min(end, start + 10);
    for (let i = start; i + 2 < limit; i++) {
      if (bytes[i] !== 58 || bytes[i + 1] !== 47 || bytes[i + 2] !== 47) continue;
      this.evasions |= Evasion.absolute;
      i += 3;
      while (i < end && bytes[i] !== 47 && bytes[i] !== 63) i++;
      return i;
    }
    return start;
  }

  #readPath(bytes: Uint8Array, start: number, end: number): void {
    const text = this.text;
    const at = bytes[start] === 47 ? 0 : 1;
    text[0] = 47;
    if (isMixedCase(bytes, start, end)) this.evasions |= Evasion.mixedCase;
    const last = this.#decode(bytes, start, end, at, true);
    // Segments are moved left in place: what is written never overtakes what is read.
    let out = 0;
    let from = 0;
    let row = 0;
    this.written = 0;
    for (let i = 0; i <= last; i++) {
      if (i < last && text[i] !== 47) continue;
      const length = i - from;
      if (length === 0 || (length === 1 && text[from] === 46)) {
        if (i > 0 && i < last) this.evasions |= Evasion.emptySegment;
      } else if (this.written < MOST_SEGMENTS) {
        if (length === 2 && text[from] === 46 && text[from + 1] === 46) {
          this.evasions |= Evasion.climb;
          if (++row > this.climbs) this.climbs = row;
        } else row = 0;
        text[out++] = 47;
        this.writtenStart[this.written] = out;
        text.copyWithin(out, from, i);
        out += length;
        this.writtenEnd[this.written++] = out;
      }
      from = i + 1;
    }
    if (out === 0) text[out++] = 47;
    this.length = out;
  }

  /** Decodes `bytes[start, end)` to `text[at…)`, lower-cased; gives the new end. */
  #decode(bytes: Uint8Array, start: number, end: number, at: number, isPath: boolean): number {
    let to = this.#decodeOnce(bytes, start, end, at, isPath, true);
    for (let pass = 1; pass < MOST_PASSES && this.#again; pass++) {
      const before = to;
      to = this.#decodeOnce(this.text, at, to, at, isPath, false);
      if (to === before) break;
      this.evasions |= Evasion.doubleEncoded;
    }
    if (this.#wide) to = this.#foldOverlong(at, to, isPath);
    return to;
  }

  #again = false;
  #wide = false;

  /** One pass of percent decoding, in place when `bytes` is `text`. The fields tell whether another could find more. */
  #decodeOnce(bytes: Uint8Array, start: number, end: number, at: number, isPath: boolean, isFirst: boolean): number {
    const text = this.text;
    let evasions = this.evasions;
    let percents = 0;
    let decoded = 0;
    if (isFirst) this.#wide = false;
    for (let i = start; i < end; i++) {
      let c = bytes[i]!;
      if (c === 37) {
        const escaped = escapeAt(bytes, i, end);
        if (escaped >= 0) {
          c = escaped & 0xff;
          i += escaped >> 8;
          decoded++;
          if (escaped >> 8 === 5) evasions |= Evasion.unicodeEscape;
          if (isPath) {
            if (c === 46 || c === 47 || c === 92) evasions |= Evasion.encodedDot;
            else if (isAlphanumeric(c)) evasions |= Evasion.encodedLetter;
          } else if (c === 38 || c === 10) evasions |= Evasion.hiddenSeparator;
          if (c === 37) percents++;
        } else percents++;
      } else if (c === 43 && !isPath && isFirst) c = 32;
      if (c >= 65 && c <= 90) c |= 32;
      else if (c === 92 && isPath) {
        evasions |= Evasion.backslash;
        c = 47;
      } else if (c === 0) evasions |= Evasion.nul;
      else if (c === 9 && isPath) evasions |= Evasion.tab;
      else if (c === 0xc0 || c === 0xc1 || c === 0xe0) this.#wide = true;
      text[at++] = c;
    }
    this.#again = percents > 0 && decoded > 0;
    this.evasions = evasions;
    return at;
  }

  #foldOverlong(from: number, end: number, isPath: boolean): number {
    const text = this.text;
    let out = from;
    for (let i = from; i < end; i++) {
      let c = text[i]!;
      const next = i + 1 < end ? text[i + 1]! : 0;
      if ((c === 0xc0 || c === 0xc1) && next >= 0x80 && next < 0xc0) {
        c = ((c & 3) << 6) | (next & 0x3f);
        i++;
        this.evasions |= Evasion.overlong;
      } else if (c === 0xe0 && (next === 0x80 || next === 0x81) && i + 2 < end && text[i + 2]! >> 6 === 2) {
        c = ((next & 1) << 6) | (text[i + 2]! & 0x3f);
        i += 2;
        this.evasions |= Evasion.overlong;
      }
      if (c >= 65 && c <= 90) c |= 32;
      text[out++] = c === 92 && isPath ? 47 : c;
    }
    return out;
  }

  /** Fills the resolved segments from the written ones. */
  #resolve(): void {
    const text = this.text;
    let count = 0;
    let isRewritten = false;
    for (let i = 0; i < this.written; i++) {
      const start = this.writtenStart[i]!;
      let end = this.writtenEnd[i]!;
      let isCut = false;
      for (let k = start; k < end; k++) {
        if (text[k] === 59) {
          this.evasions |= Evasion.semicolon;
          end = k;
        } else if (text[k] === 0) {
          end = k;
          isCut = true;
        }
      }
      const isParent = end - start === 2 && text[start] === 46 && text[start + 1] === 46;
      if (isParent) {
        isRewritten = true;
        if (count > 0) count--;
        else this.evasions |= Evasion.aboveRoot;
        continue;
      }
      while (end > start && (text[end - 1] === 46 || text[end - 1] === 32)) end--;
      if (end !== this.writtenEnd[i]) isRewritten = true;
      if (end > start) {
        this.resolvedStart[count] = start;
        this.resolvedEnd[count++] = end;
      }
      if (isCut) {
        isRewritten = true;
        break;
      }
    }
    this.resolved = count;
    this.isRewritten = isRewritten;
  }

  #readQuery(bytes: Uint8Array, start: number, end: number): void {
    const text = this.text;
    let from = start;
    text[this.length++] = 63;
    for (let i = start; i <= end; i++) {
      if (i < end && bytes[i] !== 38) continue;
      if (this.params === MOST_PARAMS) return;
      if (from > start) text[this.length++] = 38;
      let equals = from;
      while (equals < i && bytes[equals] !== 61) equals++;
      this.nameStart[this.params] = this.length;
      this.length = this.#decode(bytes, from, equals, this.length, false);
      this.nameEnd[this.params] = this.length;
      if (equals < i) text[this.length++] = 61;
      this.valueStart[this.params] = this.length;
      if (equals < i) this.length = this.#decode(bytes, equals + 1, i, this.length, false);
      this.valueEnd[this.params++] = this.length;
      from = i + 1;
    }
  }
}

/**
 * The byte that a percent escape at `i` stands for, plus 256 times how many bytes follow the percent sign in it; -1 when it
 * is none. `%u00XX` counts for code points below 128 only.
 */
function escapeAt(bytes: Uint8Array, i: number, end: number): number {
  if (i + 2 >= end) return -1;
  const first = bytes[i + 1]!;
  const high = HEX[first]!;
  const low = HEX[bytes[i + 2]!]!;
  if (high < 16 && low < 16) return (2 << 8) | (high << 4) | low;
  if ((first | 32) !== 117 || i + 5 >= end || low !== 0 || HEX[bytes[i + 3]!] !== 0) return -1;
  const c = (HEX[bytes[i + 4]!]! << 4) | HEX[bytes[i + 5]!]!;
  return c < 0x80 ? (5 << 8) | c : -1;
}

const HEX = new Uint8Array(256).fill(16);
for (let i = 0; i < 10; i++) HEX[48 + i] = i;
for (let i = 0; i < 6; i++) {
  HEX[65 + i] = 10 + i;
  HEX[97 + i] = 10 + i;
}

function isAlphanumeric(c: number): boolean {
  const lower = c | 32;
  return (c >= 48 && c <= 57) || (lower >= 97 && lower <= 122);
}

/** Neighbouring letters that must differ in case, and their least share of all that are neighbours: names in camel case have fewer. */
const FEWEST_CHANGES = 4;
const LEAST_CHANGES = 0.5;

/** Whether the letters of a path change case as nobody writes them. Escapes end a word. */
function isMixedCase(bytes: Uint8Array, start: number, end: number): boolean {
  let changes = 0;
  let neighbours = 0;
  let before = 0;
  for (let i = start; i < end && bytes[i] !== 63; i++) {
    const c = bytes[i]!;
    const isLetter = (c | 32) >= 97 && (c | 32) <= 122;
    if (isLetter && before !== 0) {
      neighbours++;
      if (((c ^ before) & 32) !== 0) changes++;
    }
    if (c === 37) i += 2;
    before = isLetter ? c : 0;
  }
  return changes >= FEWEST_CHANGES && changes >= neighbours * LEAST_CHANGES;
}
