// Hot: once per distinct path of a batch; measured by bench/judge.bench.ts.
import { avalanche, mix } from "../bytes/hash.ts";

/**
 * What one request target comes down to when numbers and identifiers are taken out of it: `/items/400?page=2` and
 * `/items//7?page=9` are both `/items/#?page`. Visitors and crawlers walk over many members of a template, so novelty is
 * judged per template, and a sync client that runs past the last id has not guessed anything new.
 */
export interface PathTemplate {
  /** 64-bit hash of the template, query parameter names included. */
  low: number;
  high: number;
  /** 32-bit hash of the template up to the last slash of its path: its directory. */
  directory: number;
  /** 32-bit hashes of the directory above that one, and of the one above both. */
  parent: number;
  grandparent: number;
  /** 32-bit hash of the template up to its query: whose parameters these are. */
  page: number;
  /** 32-bit hash of the names of the query's parameters; 0 without a query. */
  names: number;
  /** How many parameters the query has. */
  parameters: number;
  /** Number of slashes in the path: 1 for `/index.html`, 2 for `/a/b`. */
  depth: number;
  /** Whether some query value holds bytes that attack strings need and most values lack: quotes, brackets, `..`, `;`. */
  markedValue: boolean;
  /** Whether it holds an identifier such as no list of words has: a content hash, an object's id. Dates and numbers are none. */
  identified: boolean;
}

/** A record for `readPathTemplate` to fill. */
export function emptyTemplate(): PathTemplate {
  return {
    low: 0,
    high: 0,
    directory: 0,
    parent: 0,
    grandparent: 0,
    page: 0,
    names: 0,
    parameters: 0,
    depth: 0,
    markedValue: false,
    identified: false,
  };
}

const DASH = 45;
const SLASH = 47;
const QUESTION = 63;
const AMPERSAND = 38;
const EQUALS = 61;
const HASH_SIGN = 35;
const PERCENT = 37;
const SHORTEST_IDENTIFIER = 8;

const DIGIT = 1;
const HEX_LETTER = 2;
const LETTER = 4;
const kinds = byteKinds();

/**
 * Reads `bytes[start, end)` (a request target as sent) into `out`. A run of digits is one `#`; so is a word of at least
 * eight hexadecimal digits that holds a decimal one, and what follows it after a dash (object ids, UUIDs, content hashes). Query values are dropped.
 */
export function readPathTemplate(bytes: Uint8Array, start: number, end: number, out: PathTemplate): void {
  let low = 0x811c9dc5;
  let high = 0x7f4a7c15;
  let directory = low;
  let parent = low;
  let grandparent = low;
  let pageLow = 0;
  let pageHigh = 0;
  let depth = 0;
  let ampersands = 0;
  let marked = false;
  let identified = false;
  let inQuery = false;
  let inValue = false;
  let identifierEnd = -2;
  let i = start;
  while (i < end) {
    const c = bytes[i]!;
    if (inValue) {
      if (c === AMPERSAND) {
        inValue = false;
        ampersands++;
      } else {
        if (isMark(bytes, i, end)) marked = true;
        i++;
        continue;
      }
    }
    let kind = kinds[c]!;
    if (kind !== 0) {
      // Letters as they are, digits folded: `moved-12` and `moved-7` are one template. Four bytes are hashed at once.
      const lowBefore = low;
      const highBefore = high;
      const wordAt = i;
      let seen = 0;
      let last = 0;
      let four = 0;
      do {
        if (kind !== DIGIT || last !== DIGIT) {
          four = (four << 8) | (kind === DIGIT ? HASH_SIGN : bytes[i]!);
          if (four >>> 24 !== 0) {
            low = Math.imul(low ^ four, 0xcc9e2d51);
            low = (low << 15) | (low >>> 17);
            high = Math.imul(high + four, 0x5bd1e995) ^ (high >>> 15);
            four = 0;
          }
        }
        seen |= kind;
        last = kind;
        i++;
        if (i === end) break;
        kind = kinds[bytes[i]!]!;
      } while (kind !== 0);
      if (seen < LETTER && isIdentifier(bytes, wordAt, i, seen, identifierEnd)) {
        identifierEnd = i;
        if ((seen & HEX_LETTER) !== 0) identified = true;
        low = lowBefore;
        high = highBefore;
        four = HASH_SIGN;
      }
      low = Math.imul(low ^ four, 0xcc9e2d51);
      low = (low << 15) | (low >>> 17);
      high = Math.imul(high + four, 0x5bd1e995) ^ (high >>> 15);
      continue;
    }
    if (c === SLASH && !inQuery && bytes[i - 1] === SLASH && i > start) {
      i++;
      continue;
    }
    if (c === QUESTION && !inQuery) {
      inQuery = true;
      pageLow = low;
      pageHigh = high;
      low = 0x811c9dc5;
      high = 0x7f4a7c15;
    } else if (c === EQUALS && inQuery) inValue = true;
    low = Math.imul(low ^ c, 0xcc9e2d51);
    low = (low << 15) | (low >>> 17);
    high = Math.imul(high + c, 0x5bd1e995) ^ (high >>> 15);
    if (c === SLASH && !inQuery) {
      depth++;
      grandparent = parent;
      parent = directory;
      directory = low;
    }
    i++;
  }
  out.names = inQuery ? avalanche(low) : 0;
  out.page = avalanche(inQuery ? pageLow : low);
  out.low = inQuery ? mix(pageLow, low) : avalanche(low);
  out.high = inQuery ? mix(pageHigh, high) : avalanche(high ^ low);
  out.directory = avalanche(directory);
  out.parent = avalanche(parent);
  out.grandparent = avalanche(grandparent);
  out.parameters = inQuery ? ampersands + 1 : 0;
  out.depth = depth;
  out.markedValue = marked;
  out.identified = identified;
}

/** Quote, bracket, semicolon, pipe, dollar, backslash, dot-dot, or the percent form of one of them. */
function isMark(bytes: Uint8Array, i: number, end: number): boolean {
  const c = bytes[i]!;
  if (c === PERCENT) {
    const high = bytes[i + 1]!;
    return (
      i + 2 < end &&
      ((high === 50 && bytes[i + 2] !== 48) || (high === 51 && (bytes[i + 2]! | 32) >= 98) || high === 48)
    );
  }
  if (c === 46) return i + 1 < end && bytes[i + 1] === 46;
  return c === 39 || c === 34 || c === 60 || c === 62 || c === 59 || c === 124 || c === 36 || c === 92 || c === 40;
}

/**
 * Whether a word of hexadecimal digits alone is an identifier: long enough and with a decimal digit, or the continuation of
 * one after a dash.
 * @param seen `kinds` of its bytes, or-ed
 */
function isIdentifier(bytes: Uint8Array, from: number, to: number, seen: number, identifierEnd: number): boolean {
  if (to - from >= SHORTEST_IDENTIFIER && (seen & DIGIT) !== 0 && bytes[from - 1] !== PERCENT) return true;
  return from === identifierEnd + 1 && bytes[from - 1] === DASH;
}

/** What each byte is to a word: nothing (0), a digit, a hexadecimal letter, another letter. */
function byteKinds(): Uint8Array {
  const kinds = new Uint8Array(256);
  for (let c = 0; c < 26; c++) kinds[65 + c] = kinds[97 + c] = c < 6 ? HEX_LETTER : LETTER;
  return kinds.fill(DIGIT, 48, 58);
}
