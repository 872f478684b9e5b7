import { entryHash, shortHash } from "./entry-hash.ts";
import { entryHashes } from "./entry-hashes.ts";

/** Where somebody is in a word list that scanners use. */
export interface ListProgress {
  /** For people: `dirb's common.txt`. */
  readonly name: string;
  readonly entries: number;
  /** Entries of the list before the first one that was asked for. */
  readonly from: number;
  /** Entries of the list up to the last one that was asked for. */
  readonly reached: number;
}

/** One thing asked for, and its place in the order of all that was. */
export interface Asked {
  readonly number: number;
  /** What of it may be an entry, the likeliest first: the whole path, its last part, that without its ending. */
  readonly names: readonly Uint8Array[];
}

/** A word list: the hash of each entry and its place, from 0, ordered by hash, then place. */
export interface WordList {
  readonly name: string;
  /** `shortHash` or the whole hash. */
  readonly hashes: ArrayLike<number>;
  readonly places: ArrayLike<number>;
  readonly isShort: boolean;
}

/** The lists whose order is known, as Debian 12 ships them. */
const names = {
  "dirb-common": "dirb's common.txt",
  "dirb-small": "dirb's small.txt",
  "wfuzz-common": "wfuzz's common.txt",
  "wfuzz-medium": "wfuzz's medium.txt",
} as const satisfies Record<keyof typeof entryHashes, string>;

/** Requests that must fit, and their share of all that are compared: sixteen bits fit by chance once in fourteen for the longest list. */
const FEWEST = 6;
const LEAST_SHARE = 0.8;
/** Tools ask over several connections at once, so their order is not strict. */
const DISORDER = 48;

let known: readonly WordList[] | undefined;

/**
 * The list that requests follow in order, and how far they got; undefined when they follow none.
 * @param own the user's lists
 */
export function listProgressOf(asked: readonly Asked[], own: readonly WordList[] = []): ListProgress | undefined {
  if (asked.length < FEWEST) return undefined;
  known ??= Object.entries(names).map(([id, name]) => readShort(name, entryHashes[id as keyof typeof entryHashes]));
  let best: (ListProgress & { readonly strain: number }) | undefined;
  for (const list of [...known, ...own]) {
    const found = follow(list, asked);
    if (found !== undefined && (best === undefined || found.strain < best.strain)) best = found;
  }
  return best && { name: best.name, entries: best.entries, from: best.from, reached: best.reached };
}

/** `strain`: how much farther apart requests are in the list than in time, on average; the right list has the least. */
function follow(list: WordList, asked: readonly Asked[]): (ListProgress & { readonly strain: number }) | undefined {
  let fitting = 0;
  let last = -1;
  let lastNumber = -1;
  let from = 0;
  let reached = 0;
  let strain = 0;
  /** Further endings of an entry are neither for a list nor against it; the same asked again is. */
  let endings = 0;
  let lastName = -1;
  for (const { number, names } of asked) {
    const name = entryHash(names[0]!);
    const place = placeOf(list, names, reached - DISORDER);
    if (place === last && name !== lastName) endings++;
    const isNext = place >= 0 && place !== last;
    lastName = name;
    if (!isNext) continue;
    if (fitting === 0) from = place;
    else strain += Math.abs(place - last - (number - lastNumber));
    fitting++;
    last = place;
    lastNumber = number;
    reached = Math.max(reached, place + 1);
  }
  if (fitting < FEWEST || fitting < LEAST_SHARE * (asked.length - endings)) return undefined;
  return { name: list.name, entries: list.places.length, from, reached, strain: strain / fitting };
}

/** The first place from `from` on of the first name that has one; -1 when none has. */
function placeOf(list: WordList, names: readonly Uint8Array[], from: number): number {
  for (const name of names) {
    const whole = entryHash(name);
    const hash = list.isShort ? shortHash(whole) : whole;
    for (let at = firstAt(list.hashes, hash); list.hashes[at] === hash; at++)
      if (list.places[at]! >= from) return list.places[at]!;
  }
  return -1;
}

/** Where a hash first stands among ordered ones, or would. */
function firstAt(hashes: ArrayLike<number>, hash: number): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hashes[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A list of the hashes of entries in order. */
export function orderedList(name: string, inOrder: ArrayLike<number>, isShort: boolean): WordList {
  const places = Uint32Array.from({ length: inOrder.length }, (_, place) => place);
  places.sort((a, b) => inOrder[a]! - inOrder[b]! || a - b);
  return { name, hashes: Uint32Array.from(places, (place) => inOrder[place]!), places, isShort };
}

function readShort(name: string, base64: string): WordList {
  const bytes = Buffer.from(base64, "base64");
  const inOrder = Array.from({ length: bytes.length / 2 }, (_, place) => bytes.readUInt16LE(place * 2));
  return orderedList(name, inOrder, true);
}
