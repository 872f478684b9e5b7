// Hot: once per line of a JSON log; measured by bench/log-formats.ts.
import { Cells } from "./cells.ts";
import { viewOf } from "./hash.ts";
import type { TextTable } from "./text-table.ts";

const QUOTE = 34;
const COMMA = 44;
const SLASH = 47;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** How a value was written. */
export const JsonKind = { absent: 0, string: 1, escapedString: 2, literal: 3, object: 4, array: 5 } as const;

/**
 * Finds wanted keys in the bytes of a JSON object (RFC 8259) without making objects: keys in any order, any white space,
 * at any depth that a path names. The last of several equal keys counts, as in `JSON.parse`. Values that nobody wants are
 * skipped by their brackets and quotes; raw control characters and bytes that are not UTF-8 in strings are let through.
 *
 * Want paths before the first scan: `scan.want("http/hostname")`. `null` counts as absent.
 */
export class JsonScan extends Cells {
  /** `JsonKind` of each slot's value. */
  kinds = new Uint8Array(0);
  /** The slots that the last scan found, in the order of the object, `metCount` of them; one may stand there twice. */
  met = new Uint16Array(0);
  metCount = 0;
  readonly #root = new KeyNode();
  #view: DataView = new DataView(new ArrayBuffer(0));
  #end = 0;

  /** The slot of the value at `path`: keys joined by slashes. */
  override want(path: string): number {
    const known = this.names.indexOf(path);
    if (known >= 0) return known;
    const slot = super.want(path);
    this.kinds = new Uint8Array(this.names.length);
    this.met = new Uint16Array(2 * this.names.length + 16);
    this.metCount = 0;
    let node = this.#root;
    const keys = path.split("/");
    for (const [depth, key] of keys.entries()) {
      const index = node.indexOf(key);
      if (depth === keys.length - 1) node.slots[index] = slot;
      else node = node.childAt(index);
    }
    return slot;
  }

  /**
   * Scans the object that is `bytes[start, end)`, white space around it allowed.
   * @returns false when it is malformed or no object; slots found before the fault stay set
   */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.scanFirst(bytes, start, end);
    return at >= 0 && skipSpace(bytes, at, end) === end;
  }

  /** Scans the object that `bytes[start, end)` starts with, white space before it allowed; returns what follows it, or -1. */
  scanFirst(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
    this.#end = end;
    this.#forget();
    const at = skipSpace(bytes, start, end);
    return at >= end || bytes[at] !== OPEN_BRACE ? -1 : this.#object(this.#root, at + 1);
  }

  /** Puts the slots of `met` in their own order; returns how many are noted there, the first ones when the object repeats keys endlessly. */
  sortMet(): number {
    const { met } = this;
    const count = Math.min(this.metCount, met.length);
    for (let i = 1; i < count; i++) {
      const slot = met[i]!;
      let k = i;
      for (; k > 0 && met[k - 1]! > slot; k--) met[k] = met[k - 1]!;
      met[k] = slot;
    }
    return count;
  }

  /** Forgets the last record: what it had, or all when that was too much to note. */
  #forget(): void {
    const { starts, kinds, met, metCount } = this;
    this.metCount = 0;
    if (metCount > met.length) {
      starts.fill(-1);
      kinds.fill(0);
      return;
    }
    for (let i = 0; i < metCount; i++) {
      starts[met[i]!] = -1;
      kinds[met[i]!] = 0;
    }
  }

  override isEscaped(slot: number): boolean {
    return this.kinds[slot] === JsonKind.escapedString;
  }

  override text(slot: number, texts: TextTable): number {
    if (this.kinds[slot] !== JsonKind.escapedString) return super.text(slot, texts);
    const length = unescapeJson(this.bytes, this.starts[slot]!, this.ends[slot]!);
    return texts.add(scratch, 0, length);
  }

  /** Reads the members of the object whose brace stands before `at`. Returns what follows its end, or -1. Long on purpose: a
   * tokenizer. */
  #object(node: KeyNode, at: number): number {
    const { bytes } = this;
    const end = this.#end;
    if (bytes[at]! <= 32) at = skipSpace(bytes, at, end);
    if (at < end && bytes[at] === CLOSE_BRACE) return at + 1;
    while (at < end) {
      if (bytes[at] !== QUOTE) return -1;
      const keyAt = at + 1;
      const keyEnd = stringEnd(bytes, this.#view, keyAt, end);
      if (keyEnd < 0) return -1;
      at = keyEnd + 1;
      if (bytes[at] !== COLON) {
        at = skipSpace(bytes, at, end);
        if (at >= end || bytes[at] !== COLON) return -1;
      }
      at++;
      if (bytes[at]! <= 32) at = skipSpace(bytes, at, end);
      if (at >= end) return -1;

      const key = node.find(bytes, keyAt, keyEnd);
      const slot = key < 0 ? -1 : node.slots[key]!;
      const first = bytes[at]!;
      let valueAt = at;
      let valueEnd: number;
      let kind: number;
      if (first === QUOTE) {
        valueAt = at + 1;
        valueEnd = stringEnd(bytes, this.#view, valueAt, end);
        if (valueEnd < 0) return -1;
        kind = sawEscape ? JsonKind.escapedString : JsonKind.string;
        at = valueEnd + 1;
      } else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        kind = first === OPEN_BRACE ? JsonKind.object : JsonKind.array;
        const child = key < 0 || first === OPEN_BRACKET ? undefined : node.children[key];
        at = child ? this.#object(child, at + 1) : skipContainer(bytes, this.#view, at, end);
        if (at < 0) return -1;
        valueEnd = at;
      } else {
        while (at < end && !endsLiteral(bytes[at]!)) at++;
        if (!isLiteralStart(first)) return -1;
        valueEnd = at;
        kind = first === 110 ? JsonKind.absent : JsonKind.literal;
      }
      if (slot >= 0) {
        this.starts[slot] = kind === JsonKind.absent ? -1 : valueAt;
        this.ends[slot] = valueEnd;
        this.kinds[slot] = kind;
        this.met[this.metCount++] = slot;
      }

      if (bytes[at]! <= 32) at = skipSpace(bytes, at, end);
      if (at >= end) return -1;
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at++;
      if (bytes[at]! <= 32) at = skipSpace(bytes, at, end);
    }
    return -1;
  }
}

/** The wanted keys of one object. */
class KeyNode {
  readonly slots: number[] = [];
  readonly children: (KeyNode | undefined)[] = [];
  readonly #keys: Uint8Array[] = [];
  /** Index of the key plus 1 by its hash; linear probing. */
  readonly #table = new Uint8Array(256);

  /** The index of `key`, added when it is new. */
  indexOf(key: string): number {
    const bytes = new TextEncoder().encode(key);
    const known = this.find(bytes, 0, bytes.length);
    if (known >= 0) return known;
    const index = this.#keys.push(bytes) - 1;
    this.slots.push(-1);
    this.children.push(undefined);
    let slot = hashKey(bytes, 0, bytes.length);
    while (this.#table[slot] !== 0) slot = (slot + 1) & 255;
    this.#table[slot] = index + 1;
    return index;
  }

  childAt(index: number): KeyNode {
    this.children[index] ??= new KeyNode();
    return this.children[index];
  }

  /** The index of the key `bytes[start, end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hashKey(bytes, start, end); this.#table[slot] !== 0; slot = (slot + 1) & 255) {
      const index = this.#table[slot]! - 1;
      const key = this.#keys[index]!;
      const length = key.length;
      if (length !== end - start) continue;
      let i = 0;
      while (i < length && key[i] === bytes[start + i]) i++;
      if (i === length) return index;
    }
    return -1;
  }
}

function hashKey(bytes: Uint8Array, start: number, end: number): number {
  if (end === start) return 0;
  const length = end - start;
  return (bytes[start]! * 7 + bytes[end - 1]! * 29 + bytes[start + (length >> 1)]! * 13 + length * 37) & 255;
}

/** Whether the string that `stringEnd` found has a backslash. */
let sawEscape = false;

/**
 * Where the quote that closes the string stands whose text starts at `at`; -1 when there is none before `end`. Short
 * strings byte by byte, long ones four bytes at once.
 */
function stringEnd(bytes: Uint8Array, view: DataView, at: number, end: number): number {
  sawEscape = false;
  let i = at;
  for (let near = i + 12 < end ? i + 12 : end; i < near; i++) {
    const c = bytes[i]!;
    if (c === QUOTE) return i;
    if (c === BACKSLASH) {
      sawEscape = true;
      i++;
    }
  }
  for (;;) {
    for (const stop = end - 3; i < stop; i += 4) {
      const word = view.getInt32(i, true);
      // A byte of the difference is zero if the subtraction borrows into its clear highest bit.
      const quote = word ^ 0x22222222;
      const slash = word ^ 0x5c5c5c5c;
      if (((((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) & 0x80808080) !== 0) break;
    }
    for (let near = i + 4; ; i++) {
      if (i >= end) return -1;
      const c = bytes[i]!;
      if (c === QUOTE) return i;
      if (c === BACKSLASH) {
        sawEscape = true;
        i++;
        near = i;
      } else if (i >= near) break;
    }
  }
}

/** What follows the object or array that starts at `at`; -1 when it does not end. Its inside is told by brackets only. */
function skipContainer(bytes: Uint8Array, view: DataView, at: number, end: number): number {
  let depth = 0;
  for (let i = at; i < end; i++) {
    const c = bytes[i]!;
    if (c === QUOTE) {
      i = stringEnd(bytes, view, i + 1, end);
      if (i < 0) return -1;
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return i + 1;
  }
  return -1;
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at]! <= 32) at++;
  return at;
}

function endsLiteral(c: number): boolean {
  return c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET || c <= 32;
}

/** Digits, minus, `true`, `false`, `null`. */
function isLiteralStart(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 45 || c === 116 || c === 102 || c === 110;
}

/** Where escapes are undone; grows to the longest text seen, at most a record. */
let scratch = new Uint8Array(4096);

/** The buffer that `unescapeJson` wrote last. */
export function unescapedJson(): Uint8Array {
  return scratch;
}

/**
 * Undoes the escapes of a JSON string (RFC 8259, section 7) into the bytes that `unescapedJson` shows, as UTF-8; returns how
 * many. Half a surrogate pair becomes U+FFFD; an escape that JSON does not know stays as it is.
 */
export function unescapeJson(bytes: Uint8Array, start: number, end: number): number {
  if (scratch.length < end - start + 4) scratch = new Uint8Array(2 * (end - start) + 4);
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte !== BACKSLASH || i + 1 >= end) {
      scratch[length++] = byte;
      continue;
    }
    const letter = bytes[i + 1]!;
    const plain = plainByLetter[letter]!;
    if (plain !== 0) {
      scratch[length++] = plain;
      i++;
    } else if (letter === 117 && hex4(bytes, i + 2, end) >= 0) {
      let code = hex4(bytes, i + 2, end);
      i += 5;
      if (code >= 0xd800 && code < 0xdc00 && bytes[i + 1] === BACKSLASH && bytes[i + 2] === 117) {
        const low = hex4(bytes, i + 3, end);
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + low - 0xdc00;
          i += 6;
        }
      }
      length = putUtf8(code, length);
    } else scratch[length++] = byte;
  }
  return length;
}

const plainByLetter = new Uint8Array(128 * 2);
plainByLetter[QUOTE] = QUOTE;
plainByLetter[BACKSLASH] = BACKSLASH;
plainByLetter[SLASH] = SLASH;
for (const [letter, plain] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 })) {
  plainByLetter[letter.charCodeAt(0)] = plain;
}

function putUtf8(code: number, at: number): number {
  const point = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
  if (point < 0x80) {
    scratch[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    scratch[at] = 0xc0 | (point >> 6);
    scratch[at + 1] = 0x80 | (point & 63);
    return at + 2;
  }
  if (point < 0x10000) {
    scratch[at] = 0xe0 | (point >> 12);
    scratch[at + 1] = 0x80 | ((point >> 6) & 63);
    scratch[at + 2] = 0x80 | (point & 63);
    return at + 3;
  }
  scratch[at] = 0xf0 | (point >> 18);
  scratch[at + 1] = 0x80 | ((point >> 12) & 63);
  scratch[at + 2] = 0x80 | ((point >> 6) & 63);
  scratch[at + 3] = 0x80 | (point & 63);
  return at + 4;
}

/** The number in four hexadecimal digits at `at`, or -1. */
function hex4(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const c = bytes[i]!;
    const digit = c >= 48 && c <= 57 ? c - 48 : (c | 32) >= 97 && (c | 32) <= 102 ? (c | 32) - 87 : -1;
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}
