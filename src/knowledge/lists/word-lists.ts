import { entryHash } from "./entry-hash.ts";
import { entryHashes } from "./entry-hashes.ts";

/** Where somebody is in a word list that scanners use. */
export interface ListProgress {
  /** For people: `dirb's common.txt`. */
  readonly name: string;
  readonly entries: number;
  /** Entries of the list up to the last one that was asked for. */
  readonly reached: number;
}

/** One thing asked for, and its place in the order of all that was. */
export interface Asked {
  readonly number: number;
  readonly name: Uint8Array;
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

interface WordList {
  readonly name: string;
  readonly entries: number;
  /** Places of each hash, ascending. */
  readonly places: ReadonlyMap<number, readonly number[]>;
}

let read: readonly WordList[] | undefined;

/** The known list that requests follow in order, and how far they got; undefined when they follow none. */
export function listProgressOf(asked: readonly Asked[]): ListProgress | undefined {
  if (asked.length < FEWEST) return undefined;
  read ??= Object.entries(names).map(([id, name]) => readList(name, entryHashes[id as keyof typeof entryHashes]));
  let best: (ListProgress & { readonly strain: number }) | undefined;
  for (const list of read) {
    const found = follow(list, asked);
    if (found !== undefined && (best === undefined || found.strain < best.strain)) best = found;
  }
  return best && { name: best.name, entries: best.entries, reached: best.reached };
}

/** `strain`: how much farther apart requests are in the list than in time, on average; the right list has the least. */
function follow(list: WordList, asked: readonly Asked[]): (ListProgress & { readonly strain: number }) | undefined {
  let fitting = 0;
  let last = -1;
  let lastNumber = -1;
  let reached = 0;
  let strain = 0;
  for (const { number, name } of asked) {
    const place = list.places.get(entryHash(name))?.find((at) => at >= reached - DISORDER);
    if (place === undefined) continue;
    if (fitting > 0) strain += Math.abs(place - last - (number - lastNumber));
    fitting++;
    last = place;
    lastNumber = number;
    reached = Math.max(reached, place + 1);
  }
  if (fitting < FEWEST || fitting < LEAST_SHARE * asked.length) return undefined;
  return { name: list.name, entries: list.entries, reached, strain: strain / fitting };
}

function readList(name: string, base64: string): WordList {
  const bytes = Buffer.from(base64, "base64");
  const places = new Map<number, number[]>();
  const entries = bytes.length / 2;
  for (let at = 0; at < entries; at++) {
    const hash = bytes.readUInt16LE(at * 2);
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [at]);
    else known.push(at);
  }
  return { name, entries, places };
}
