// Hot: once per distinct request; measured by bench/knowledge.ts.

/**
 * A request target is seen as tokens: a run of letters, digits, `-`, `_` and bytes above ASCII, together with the one
 * delimiter before it. `/.env?a=b` is `.env`, `&a`, `=b`. Every way to ask for a check contains at least one whole token
 * that ordinary requests lack, so looking up token hashes in a small table tells an ordinary request from a candidate in one pass
 * over its bytes.
 */

/** Lower-cased byte of a token, or 0 for a delimiter. */
export const FOLDED: Uint8Array = new Uint8Array(256);
/** What a delimiter counts as: `?` and `&` are one, and so are `+` and the space that it means in a query. */
const DELIMITER = new Uint8Array(256);
/** `Sign` bits of a byte. */
export const SIGNS: Uint8Array = new Uint8Array(256);

/** What a scan noticed besides tokens. */
export const Sign = {
  /** Percent sign, semicolon, backslash, control byte, a lead byte of overlong UTF-8: to be normalised first. */
  encoded: 1,
  /** `//`, `/./`, `..` or a segment that ends in a dot. */
  dotted: 2,
  /** A byte that attack strings are made of: quote, bracket, dollar, backtick, pipe, angle bracket … */
  special: 4,
  /** Two dots in a row: a climb, or an ellipsis. */
  climb: 8,
} as const;

for (let c = 0; c < 256; c++) {
  const isUpper = c >= 65 && c <= 90;
  const isWord = (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 45 || c === 95 || c >= 0x80;
  FOLDED[c] = isUpper ? c | 32 : isWord ? c : 0;
  DELIMITER[c] = c === 63 ? 38 : c === 43 ? 32 : c;
  if (c < 32 || c === 127 || c === 0xc0 || c === 0xc1 || c === 0xe0) SIGNS[c] = Sign.encoded;
}
for (const c of "%;\\") SIGNS[c.charCodeAt(0)] = Sign.encoded;
for (const c of "'\"`$|<>({*") SIGNS[c.charCodeAt(0)] = SIGNS[c.charCodeAt(0)]! | Sign.special;
// A word byte cannot also be a delimiter, so the three lead bytes are taken out of words.
for (const c of [0xc0, 0xc1, 0xe0]) FOLDED[c] = 0;

const SLASH = 47;
const DOT = 46;
const QUESTION = 63;
const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5 | 0;

/** Hash of an empty token after delimiter `c`. */
function opening(c: number): number {
  return Math.imul(FNV_BASIS ^ DELIMITER[c]!, FNV_PRIME);
}

const OPENING = new Int32Array(256);
for (let c = 0; c < 256; c++) OPENING[c] = opening(c);

/** Most tokens of one request that are remembered. Only a request made to have more has more; `hitCount` tells. */
export const MOST_HITS = 256;

/** A token is also known by its first letters, for asks such as `/phpmyadmin*`; that hash is inverted to be told apart. */
const HEAD_LENGTH = 6;

/** A set of token hashes, with the request's hits of the last scan. */
export class TokenSet {
  /** Hashes that the last `scan` found in the set, and how many; past `MOST_HITS` the first are overwritten. */
  readonly hits = new Int32Array(MOST_HITS);
  hitCount = 0;
  /** Open addressing; 0 is an empty slot, and no token is remembered whose hash is 0. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(hashes: Iterable<number>) {
    const list = [...hashes];
    let size = 1 << 12;
    while (size < list.length * 16) size *= 2;
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    for (const hash of list) this.#insert(hash);
  }

  #insert(hash: number): void {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = hash;
  }

  #has(hash: number): boolean {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (let found = this.#slots[slot]!; found !== 0; found = this.#slots[slot]!) {
      if (found === hash) return true;
      slot = (slot + 1) & this.#mask;
    }
    return false;
  }

  /** Looks up every token of `bytes[start, end)`, and gives the `Sign` bits seen. */
  scan(bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let hits = 0;
    // What does not begin with a slash is an absolute URI, a host and port, or no HTTP at all.
    let signs = end > start && bytes[start] !== SLASH ? Sign.encoded : 0;
    let hash = OPENING[SLASH]!;
    let before = 0;
    let inQuery = false;
    for (let i = start; ; i++) {
      const from = i;
      const headEnd = from + HEAD_LENGTH < end ? from + HEAD_LENGTH : end;
      for (let folded = 0; i < headEnd; i++) {
        folded = FOLDED[bytes[i]!]!;
        if (folded === 0) break;
        hash = Math.imul(hash ^ folded, FNV_PRIME);
      }
      if (i - from === HEAD_LENGTH) {
        const head = ~hash;
        if (slots[(head ^ (head >>> 15)) & mask] !== 0 && this.#has(head)) this.hits[hits++ & (MOST_HITS - 1)] = head;
        for (let folded = 0; i < end; i++) {
          folded = FOLDED[bytes[i]!]!;
          if (folded === 0) break;
          hash = Math.imul(hash ^ folded, FNV_PRIME);
        }
      }
      const c = i < end ? bytes[i]! : SLASH;
      if (i > from) {
        if (slots[(hash ^ (hash >>> 15)) & mask] !== 0 && this.#has(hash)) this.hits[hits++ & (MOST_HITS - 1)] = hash;
      } else if (before === DOT) {
        if (c === DOT) signs |= Sign.dotted | Sign.climb;
        else if (c === SLASH && !inQuery) signs |= Sign.dotted;
      } else if (before === SLASH && c === SLASH && i < end && !inQuery) signs |= Sign.dotted;
      if (i >= end) break;
      signs |= SIGNS[c]!;
      if (c === QUESTION) inQuery = true;
      hash = OPENING[c]!;
      before = c;
    }
    this.hitCount = hits;
    return signs;
  }
}

/** A whole token of a text, and its hash. */
export interface Token {
  readonly text: string;
  readonly hash: number;
}

/**
 * The tokens of a literal piece of a pattern that are sure to be found in any request that contains it. An open end may
 * go on with more letters, so of a token that touches it only the head is sure.
 */
export function wholeTokens(literal: Uint8Array, openStart: boolean, openEnd: boolean): Token[] {
  const tokens: Token[] = [];
  let from = openStart ? -1 : 0;
  for (let i = 0; i <= literal.length; i++) {
    if (i < literal.length && FOLDED[literal[i]!] !== 0) continue;
    if (from >= 0 && i - from > 1) {
      if (i < literal.length || !openEnd) tokens.push(tokenOf(literal, from, i));
      else if (i - from > HEAD_LENGTH) tokens.push(headOf(literal, from));
    }
    from = i;
  }
  return tokens;
}

function headOf(literal: Uint8Array, from: number): Token {
  const { text, hash } = tokenOf(literal, from, from + 1 + HEAD_LENGTH);
  return { text, hash: ~hash };
}

function tokenOf(literal: Uint8Array, from: number, to: number): Token {
  let hash = OPENING[literal[from]!]!;
  let text = String.fromCharCode(literal[from]!);
  for (let i = from + 1; i < to; i++) text += String.fromCharCode(FOLDED[literal[i]!]!);
  for (let i = from + 1; i < to; i++) hash = Math.imul(hash ^ FOLDED[literal[i]!]!, FNV_PRIME);
  return { text, hash };
}
