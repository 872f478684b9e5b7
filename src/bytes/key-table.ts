// Hot: once per line of a log of fields; measured by bench/log-formats.ts.
import { FREE, MOST_SEARCHED, placed, routine } from "./marks.ts";

// How a table lies in the routines' memory: scripts/wasm/fields.as.ts says the same.
/** Number of the first key, from 1, by the hash of its last two letters; then by the letter of keys that are one letter. */
const ONES = 1024;
/** How many slots, how many roles. */
const COUNTS = 1280;
/** Each key: its length, the next key of the same hash, its slot, its role; its last eight letters, and the mask that they count by; all. */
const KEYS = 1288;
const KEY_BYTES = 64;
const TAIL = 8;
const MASK = 16;
const LETTERS = 24;
const MOST_KEYS = 96;
const LONGEST_KEY = KEY_BYTES - LETTERS;
const STARTS = 7432;
const ENDS = 7816;
const NUMBERS = 8200;
const IPV4 = 8968;
const IS_IPV4 = 9352;
const FIRSTS = 9448;
const MOST_ROLES = 64;
const TABLE_BYTES = FIRSTS + 4 * MOST_ROLES;

/**
 * Wanted keys, and where their values stand in the line that was read last. Reading goes through the line once: signs, quotes and
 * separators are found sixteen bytes at a time, keys by the hash of their last two letters, and numbers and IPv4 addresses are
 * read in passing. The slot of a value is the place of its key in the list.
 */
export class KeyTable {
  /** First byte of each value; -1 when the line has none. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The number that a value starts with, or -1, of at most 15 digits; only where there is a value. */
  readonly numbers: Float64Array;
  /** A value that is an IPv4 address, where `isIpv4` says so. */
  readonly ipv4: Uint32Array;
  readonly isIpv4: Uint8Array;
  /** By role: the slot of its first key that the line has with a value; -1 when it has none. */
  readonly firsts: Int32Array;
  readonly #at: number;

  constructor(keys: readonly string[], roles: readonly number[]) {
    if (keys.length > MOST_KEYS || keys.some((key) => key.length > LONGEST_KEY)) throw new RangeError("keys");
    this.#at = allocate(TABLE_BYTES);
    const { buffer } = routine.memory;
    const slots = keys.length;
    const roleCount = Math.max(0, ...roles) + 1;
    this.starts = new Int32Array(buffer, this.#at + STARTS, slots).fill(-1);
    this.ends = new Int32Array(buffer, this.#at + ENDS, slots);
    this.numbers = new Float64Array(buffer, this.#at + NUMBERS, slots);
    this.ipv4 = new Uint32Array(buffer, this.#at + IPV4, slots);
    this.isIpv4 = new Uint8Array(buffer, this.#at + IS_IPV4, slots);
    this.firsts = new Int32Array(buffer, this.#at + FIRSTS, MOST_ROLES).fill(-1);
    new Uint32Array(buffer, this.#at + COUNTS, 2).set([slots, roleCount]);
    const table = new Uint8Array(buffer, this.#at, STARTS);
    // The last first, so that of two keys that differ in case only the first is found.
    for (let slot = slots - 1; slot >= 0; slot--) addKey(table, keys[slot]!, slot, roles[slot]!);
  }

  /** `key=value` pairs between `separator`s, with `assign` for the sign. */
  readPairs(bytes: Uint8Array, from: number, end: number, separator: number, assign: number): void {
    const stop = Math.min(end, from + MOST_SEARCHED);
    const at = placed(bytes, from, stop);
    routine.pairs(this.#at, at, at + stop - from, at - from, separator, assign);
  }

  /** The extension of a CEF record. */
  readExtension(bytes: Uint8Array, from: number, end: number): void {
    const stop = Math.min(end, from + MOST_SEARCHED);
    const at = placed(bytes, from, stop);
    routine.extension(this.#at, at, at + stop - from, at - from);
  }
}

/** Values in a fixed order, up to a number of them, and where they stand in the line that was read last. */
export class ColumnTable {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #at: number;

  constructor(most: number) {
    this.#at = allocate(8 * most);
    this.starts = new Int32Array(routine.memory.buffer, this.#at, most).fill(-1);
    this.ends = new Int32Array(routine.memory.buffer, this.#at + 4 * most, most);
  }

  /** Values with `separator` between them, in quotes where they hold one (RFC 4180). Returns how many there are. */
  read(bytes: Uint8Array, from: number, end: number, separator: number): number {
    const stop = Math.min(end, from + MOST_SEARCHED);
    const at = placed(bytes, from, stop);
    return routine.columns(this.#at, this.starts.length, at, at + stop - from, at - from, separator);
  }
}

let free = FREE;

/** Memory for a table, for good: there is one for each list of keys in the program, and no more. */
function allocate(bytes: number): number {
  const at = free;
  free += (bytes + 15) & ~15;
  if (free > routine.memory.buffer.byteLength) throw new RangeError("tables");
  return at;
}

function addKey(table: Uint8Array, key: string, slot: number, role: number): void {
  const at = KEYS + KEY_BYTES * slot;
  const letters = Array.from(key, (letter) => letter.charCodeAt(0) | 32);
  const last = letters[letters.length - 1]!;
  const two = (last << 8) | (letters[letters.length - 2] ?? 0);
  const head = key.length === 1 ? ONES + last : Math.imul(two, 0x9e3779b1) >>> 22;
  table.set([letters.length, table[head]!, slot, role], at);
  const tail = letters.slice(-8);
  table.set(tail, at + TAIL + 8 - tail.length);
  table.fill(255, at + MASK + 8 - tail.length, at + MASK + 8);
  table.set(letters, at + LETTERS);
  table[head] = slot + 1;
}
