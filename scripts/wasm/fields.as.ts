// AssemblyScript: `npm run wasm` compiles it with the others into src/bytes/marks-wasm.ts; src/bytes/key-table.ts runs it.

// A table of wanted keys: src/bytes/key-table.ts says the same.
const ONES: usize = 1024;
const COUNTS: usize = 1280;
const KEYS: usize = 1288;
const KEY_BYTES: usize = 64;
const TAIL: usize = 8;
const MASK: usize = 16;
const LETTERS: usize = 24;
const STARTS: usize = 7432;
const ENDS: usize = 7816;
const NUMBERS: usize = 8200;
const IPV4: usize = 8968;
const IS_IPV4: usize = 9352;
const FIRSTS: usize = 9448;

const SPACE: u32 = 32;
const QUOTE: u32 = 34;
const APOSTROPHE: u32 = 39;
const COMMA: u32 = 44;
const EQUALS: u32 = 61;
const BACKSLASH: u32 = 92;

/**
 * Reads `key=value` pairs from `from` to `end`, with `separator` between them and `assign` for the sign, values in quotes where
 * they hold a separator. Of each wanted key the first value counts. Offsets are told from `base` on.
 */
export function pairs(table: usize, from: usize, end: usize, base: usize, separator: u32, assign: u32): void {
  let missing = begin(table);
  /** Where the pair at hand starts, or before. */
  let floor = from;
  /** The last sign that was passed by, and no value had. */
  let passed: usize = 0;
  const signs = i8x16.splat(<i8>assign);
  let at = findByte(from, end, signs);
  for (; at < end; at = findByte(at, end, signs)) {
    const before = passed;
    passed = at;
    let valueAt = at + 1;
    if (separator != SPACE) while (valueAt < end && load<u8>(valueAt) == SPACE) valueAt++;
    const quote = valueAt < end ? <u32>load<u8>(valueAt) : 0;
    const isQuoted = quote == QUOTE || quote == APOSTROPHE;
    const key = find(table, floor, at, separator);
    if (key == 0) {
      // A sign within a value does not start one.
      if (!isQuoted || (before >= floor && before >= startOf(floor, at, separator))) {
        at++;
        continue;
      }
    }
    let stop: usize;
    if (isQuoted) {
      stop = findByte(++valueAt, end, i8x16.splat(<i8>quote));
      // Nearly always the first quote closes, for a separator stands behind it.
      if (load<u8>(stop + 1) != separator || load<u8>(stop - 1) == BACKSLASH)
        stop = closingQuote(stop, end, quote, separator);
      floor = stop + 1;
      at = floor;
    } else {
      stop = findByte(valueAt, end, i8x16.splat(<i8>separator));
      at = stop;
    }
    if (key == 0 || has(table, key)) continue;
    put(table, key, valueAt, stop, base);
    if (--missing == 0) return;
  }
}

/**
 * Reads the extension of a CEF record: values hold spaces without quotes, so a value ends before the next word that is a key;
 * `=` and `\` within a value are escaped (ArcSight, "Common Event Format", "Extension").
 */
export function extension(table: usize, from: usize, end: usize, base: usize): void {
  begin(table);
  let open: usize = 0;
  let openAt: usize = 0;
  const signs = i8x16.splat(<i8>EQUALS);
  for (let at = findByte(from, end, signs); at < end; at = findByte(at + 1, end, signs)) {
    const isCandidate = candidates(table, at) != 0;
    if (open == 0 && !isCandidate) continue;
    const keyAt = keyStart(from, at);
    if (keyAt == at) continue;
    if (open != 0) put(table, open, openAt, keyAt > openAt ? keyAt - 1 : openAt, base);
    open = isCandidate ? find(table, keyAt, at, SPACE) : 0;
    if (open != 0 && has(table, open)) open = 0;
    openAt = at + 1;
  }
  if (open != 0) put(table, open, openAt, end, base);
}

/**
 * Reads up to `most` values with `separator` between them, in quotes where they hold one (RFC 4180). Writes their starts, and behind
 * those their ends, to `out`; -1 is the start of those that are absent. Returns how many there are.
 */
export function columns(out: usize, most: u32, from: usize, end: usize, base: usize, separator: u32): u32 {
  const separators = i8x16.splat(<i8>separator);
  const ends = 4 * <usize>most;
  let count: u32 = 0;
  let at = from;
  while (count < most && at <= end) {
    let start = at;
    let stop: usize;
    if (at < end && load<u8>(at) == QUOTE) {
      start++;
      stop = quotedEnd(start, end, separator);
      at = stop + 2;
    } else {
      stop = findByte(at, end, separators);
      at = stop + 1;
    }
    const place = out + 4 * <usize>count;
    count++;
    store<i32>(place, <i32>(start - base));
    store<i32>(place + ends, <i32>(stop - base));
  }
  for (let i = count; i < most; i++) store<i32>(out + 4 * <usize>i, -1);
  return count;
}

/** Forgets the last line's values. Returns how many are wanted. */
function begin(table: usize): u32 {
  const slots = load<u32>(table + COUNTS);
  const roles = load<u32>(table + COUNTS, 4);
  const none = i32x4.splat(-1);
  for (let i: u32 = 0; i < slots; i += 4) v128.store(table + 4 * <usize>i, none, STARTS);
  for (let i: u32 = 0; i < roles; i += 4) v128.store(table + 4 * <usize>i, none, FIRSTS);
  return slots;
}

/** Where the first of the bytes stands that `wanted` has sixteen times, or `end`. */
// @ts-ignore: decorator
@inline
function findByte(from: usize, end: usize, wanted: v128): usize {
  for (let i = from; i < end; i += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(i), wanted));
    if (bits) {
      const at = i + <usize>ctz(bits);
      return at < end ? at : end;
    }
  }
  return end;
}

/** The first wanted key that ends in the two letters before `at`, or is the one: most keys are passed over by this alone. */
// @ts-ignore: decorator
@inline
function candidates(table: usize, at: usize): u32 {
  const two = <u32>load<u16>(at - 2) | 0x2020;
  const many = <u32>load<u8>(table + <usize>(((two * 0x9e3779b1) >> 22) & 1023));
  return many != 0 ? many : <u32>load<u8>(table + <usize>(two >> 8), ONES);
}

/** The wanted key that stands before the sign at `at`, behind a separator or at `floor`, as its address; 0 when none does. */
function find(table: usize, floor: usize, at: usize, separator: u32): usize {
  if (at == floor) return 0;
  let number = candidates(table, at);
  let isLast = false;
  const tail = load<u64>(at - 8) | 0x2020202020202020;
  while (number != 0) {
    const key = table + KEYS + KEY_BYTES * <usize>(number - 1);
    const length = <usize>load<u8>(key);
    const isAlike = (tail & load<u64>(key, MASK)) == load<u64>(key, TAIL) && at - floor >= length;
    if (isAlike && isAt(key, at - length, length) && startsPair(floor, at - length, separator)) return key;
    number = <u32>load<u8>(key, 1);
    if (number == 0 && !isLast) {
      isLast = true;
      number = <u32>load<u8>(table + <usize>(<u32>load<u8>(at - 1) | 32), ONES);
    }
  }
  return 0;
}

/** Whether the letters at `at`, but for the last eight, are the key's; small and capital letters are the same. */
// @ts-ignore: decorator
@inline
function isAt(key: usize, at: usize, length: usize): bool {
  if (length <= 8) return true;
  let i: usize = 0;
  while (i < length - 8 && (load<u8>(at + i) | 32) == load<u8>(key + i, LETTERS)) i++;
  return i == length - 8;
}

/** Whether a separator stands before `at`, but for spaces. */
// @ts-ignore: decorator
@inline
function startsPair(floor: usize, at: usize, separator: u32): bool {
  if (separator != SPACE) while (at > floor && load<u8>(at - 1) == SPACE) at--;
  return at == floor || load<u8>(at - 1) == separator;
}

/** Behind the last separator before `at`. */
function startOf(floor: usize, at: usize, separator: u32): usize {
  while (at > floor && load<u8>(at - 1) != separator) at--;
  return at;
}

/** Whether the line at hand had the key. */
// @ts-ignore: decorator
@inline
function has(table: usize, key: usize): bool {
  return load<i32>(table + 4 * <usize>load<u8>(key, 2), STARTS) >= 0;
}

/** Keeps where a key's value stands, the number that it starts with, and the IPv4 address that it is. */
function put(table: usize, key: usize, start: usize, stop: usize, base: usize): void {
  const slot = <usize>load<u8>(key, 2);
  store<i32>(table + 4 * slot, <i32>(start - base), STARTS);
  store<i32>(table + 4 * slot, <i32>(stop - base), ENDS);
  let number: u64 = 0;
  let i = start;
  const last = stop < start + 15 ? stop : start + 15;
  for (; i < last; i++) {
    const digit = <u32>load<u8>(i) - 48;
    if (digit > 9) break;
    number = number * 10 + digit;
  }
  store<f64>(table + 8 * slot, i == start ? -1 : <f64>number, NUMBERS);
  const isDotted = i < stop && load<u8>(i) == 46 && i != start && i - start <= 3 && number < 256;
  store<u8>(table + slot, isDotted && putIpv4(table, slot, <u32>number, i + 1, stop) ? 1 : 0, IS_IPV4);
  if (stop == start) return;
  const first = table + 4 * <usize>load<u8>(key, 3);
  const known = load<i32>(first, FIRSTS);
  if (known < 0 || <i32>slot < known) store<i32>(first, <i32>slot, FIRSTS);
}

/** Reads the three octets behind the first; false when they are not all. */
function putIpv4(table: usize, slot: usize, first: u32, from: usize, stop: usize): bool {
  let value = first;
  let octet: u32 = 0;
  let digits = 0;
  let dots = 1;
  for (let i = from; i < stop; i++) {
    const digit = <u32>load<u8>(i) - 48;
    if (digit <= 9) {
      octet = octet * 10 + digit;
      if (++digits > 3 || octet > 255) return false;
    } else {
      if (digit != <u32>-2 || digits == 0 || ++dots > 3) return false;
      value = (value << 8) | octet;
      octet = 0;
      digits = 0;
    }
  }
  if (dots != 3 || digits == 0) return false;
  store<u32>(table + 4 * slot, (value << 8) | octet, IPV4);
  return true;
}

/** The quote that ends the value; one that is escaped, or that more text follows, belongs to the value. */
function closingQuote(from: usize, end: usize, quote: u32, separator: u32): usize {
  const quotes = i8x16.splat(<i8>quote);
  for (let i = findByte(from, end, quotes); i < end; i = findByte(i + 1, end, quotes)) {
    const next = <u32>load<u8>(i + 1);
    const isLast = i + 1 >= end || next == separator || next == SPACE || next == 93 || next == 40 || next == COMMA;
    if (isLast && load<u8>(i - 1) != BACKSLASH) return i;
  }
  return end;
}

/** Where the quote stands that a separator, or the line's end, follows. */
function quotedEnd(from: usize, end: usize, separator: u32): usize {
  const quotes = i8x16.splat(<i8>QUOTE);
  for (let i = findByte(from, end, quotes); i < end; i = findByte(i + 1, end, quotes)) {
    const next = <u32>load<u8>(i + 1);
    if (i + 1 >= end || next == separator) return i;
    if (next == QUOTE) i++;
  }
  return end;
}

/** Where the key starts that stands before the sign at `at`, behind a space; `at` when what stands there is none, or escaped. */
function keyStart(from: usize, at: usize): usize {
  let i = at;
  while (i > from && load<u8>(i - 1) != SPACE) {
    const c = <u32>load<u8>(--i);
    const isWord = (c | 32) - 97 < 26 || c - 48 < 10 || c == 95 || c == 46 || c == 45;
    if (!isWord) return at;
  }
  // An escaped space belongs to the value.
  return i == at || isEscaped(i - 1, from) ? at : i;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(at: usize, from: usize): bool {
  let i = at;
  while (i > from && load<u8>(i - 1) == BACKSLASH) i--;
  return ((at - i) & 1) == 1;
}
