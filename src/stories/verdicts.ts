import { formatAddress } from "../bytes/address.ts";
import { ActorFlag, type ActorTable, Exact, Sum, Tallied } from "../judgement/actor-table.ts";
import type { Judge } from "../judgement/judge.ts";
import type { Verdict } from "./report.ts";

/**
 * How close to the threshold the score of an undecided actor must be for it to be named a suspect. The last score counts, not
 * the highest: whoever behaved like a visitor since is one.
 */
const SUSPECT_SHARE = 0.5;

/**
 * The verdict on the actor in `row` by what it did.
 * @param lift what is added to its score for what is known of it beside that (standings.ts)
 */
export function verdictOf(judge: Judge, row: number, lift = 0): Verdict {
  const { actors } = judge;
  if (actors.is(row, ActorFlag.decided)) {
    const declared = actors.is(row, ActorFlag.research) && !actors.is(row, ActorFlag.attempted);
    return declared ? "research-scanner" : "scanner";
  }
  // One exploit attempt without a scan is no scan, but nobody wants to miss it.
  if (actors.is(row, ActorFlag.attempted)) return "suspect";
  if (actors.sum(row, Sum.refunded) >= actors.sum(row, Sum.gained) / 2) return "visitor";
  const score = actors.exact(row, Exact.score) + lift;
  if (lift > 0 && score >= judge.threshold) return "scanner";
  return score >= judge.threshold * SUSPECT_SHARE ? "suspect" : "visitor";
}

/** `203.0.113.7`, `2001:db8::7`, or `2001:db8:1::/48` for a prefix. */
export function nameOf(actors: ActorTable, row: number): string {
  const text = formatAddress(actors.wordsOf(row));
  const length = actors.get(row, Tallied.prefixLength);
  return length === 32 || length === 128 ? text : `${text}/${length}`;
}

/**
 * Rows of the actors that are more than visitors. An IPv6 prefix stands only where more specific actors do not explain most
 * of its guesses: the narrowest key that was found out is the one to name. Whoever lies in a prefix that stands is part of
 * it, and not told apart.
 */
export function rowsToReport(judge: Judge, verdictAt = (row: number) => verdictOf(judge, row)): number[] {
  const { actors } = judge;
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    if (actors.get(row, Tallied.prefixLength) !== 0 && verdictAt(row) !== "visitor") rows.push(row);
  }
  const standing = standingPrefixes(actors, rows);
  return rows
    .filter((row) => !isPrefix(actors, row) || standing.has(row))
    .filter((row) => !isWithin(standing, actors, row));
}

/** Addresses that were seen and are no more than visitors: neither told themselves nor part of a prefix that is. */
export function countVisitors(actors: ActorTable, reported: readonly number[]): number {
  const told = new Set(reported);
  const standing = new Prefixes(actors);
  for (const row of reported) if (isPrefix(actors, row)) standing.add(row);
  let count = actors.evicted;
  for (let row = 1; row < actors.end; row++) {
    if (actors.get(row, Tallied.prefixLength) === 0 || isPrefix(actors, row) || told.has(row)) continue;
    if (!isWithin(standing, actors, row)) count++;
  }
  return count;
}

function standingPrefixes(actors: ActorTable, rows: readonly number[]): Prefixes {
  const explained = new Map<string, number>();
  const standing = new Prefixes(actors);
  const decided = rows.filter(
    (row) => actors.get(row, Tallied.prefixLength) !== 32 && actors.is(row, ActorFlag.decided),
  );
  for (const row of decided.sort((a, b) => lengthOf(actors, b) - lengthOf(actors, a))) {
    const length = lengthOf(actors, row);
    const guesses = actors.get(row, Tallied.guesses);
    const known = length === 128 ? 0 : (explained.get(prefixKey(actors, row, length)) ?? 0);
    if (length < 128 && known * 2 >= guesses) continue;
    if (length < 128) standing.add(row);
    for (const bits of IPV6_PREFIXES) {
      if (bits >= length) continue;
      const key = prefixKey(actors, row, bits);
      explained.set(key, (explained.get(key) ?? 0) + Math.max(0, guesses - known));
    }
  }
  return standing;
}

const IPV6_PREFIXES = [64, 56, 48] as const;

/** IPv6 prefixes that are told. */
class Prefixes {
  readonly #actors: ActorTable;
  readonly #rows = new Set<number>();
  readonly #keys = new Set<string>();

  constructor(actors: ActorTable) {
    this.#actors = actors;
  }

  add(row: number): void {
    this.#rows.add(row);
    this.#keys.add(prefixKey(this.#actors, row, lengthOf(this.#actors, row)));
  }

  has(row: number): boolean {
    return this.#rows.has(row);
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Whether the key in `row` lies in one of them that is wider. */
  hold(row: number): boolean {
    const length = lengthOf(this.#actors, row);
    return IPV6_PREFIXES.some((bits) => bits < length && this.#keys.has(prefixKey(this.#actors, row, bits)));
  }
}

function isWithin(prefixes: Prefixes, actors: ActorTable, row: number): boolean {
  return !prefixes.isEmpty && lengthOf(actors, row) !== 32 && prefixes.hold(row);
}

function isPrefix(actors: ActorTable, row: number): boolean {
  const length = lengthOf(actors, row);
  return length !== 32 && length !== 128;
}

function lengthOf(actors: ActorTable, row: number): number {
  return actors.get(row, Tallied.prefixLength);
}

function prefixKey(actors: ActorTable, row: number, bits: number): string {
  const [w0, w1] = actors.wordsOf(row) as unknown as [number, number];
  const cut = bits === 64 ? w1 : bits === 56 ? (w1 & 0xffffff00) >>> 0 : (w1 & 0xffff0000) >>> 0;
  return `${bits} ${w0} ${cut}`;
}
