import { formatAddress } from "../bytes/address.ts";
import { ActorFlag, type ActorTable, Sum, Tallied } from "../judgement/actor-table.ts";
import type { Judge } from "../judgement/judge.ts";
import type { Verdict } from "./report.ts";

/** How close to the threshold a score must have come for its actor to be named a suspect. */
const SUSPECT_SHARE = 0.5;

/** The verdict on the actor in `row`. */
export function verdictOf(judge: Judge, row: number): Verdict {
  const { actors } = judge;
  if (actors.is(row, ActorFlag.decided)) {
    const declared = actors.is(row, ActorFlag.research) && !actors.is(row, ActorFlag.attempted);
    return declared ? "research-scanner" : "scanner";
  }
  if (actors.sum(row, Sum.refunded) >= actors.sum(row, Sum.gained) / 2) return "visitor";
  return actors.sum(row, Sum.peak) >= judge.threshold * SUSPECT_SHARE ? "suspect" : "visitor";
}

/** `203.0.113.7`, `2001:db8::7`, or `2001:db8:1::/48` for a prefix. */
export function nameOf(actors: ActorTable, row: number): string {
  const text = formatAddress(actors.wordsOf(row));
  const length = actors.get(row, Tallied.prefixLength);
  return length === 32 || length === 128 ? text : `${text}/${length}`;
}

/**
 * Rows of the actors that are more than visitors. An IPv6 prefix stands only where no more specific actor explains it:
 * the narrowest key that was found out is the one to name.
 */
export function rowsToReport(judge: Judge): number[] {
  const { actors } = judge;
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    if (actors.get(row, Tallied.prefixLength) !== 0 && verdictOf(judge, row) !== "visitor") rows.push(row);
  }
  const named = new Set<string>();
  const narrowestFirst = rows.toSorted(
    (a, b) => actors.get(b, Tallied.prefixLength) - actors.get(a, Tallied.prefixLength),
  );
  const kept = new Set<number>();
  for (const row of narrowestFirst) {
    const length = actors.get(row, Tallied.prefixLength);
    const decided = actors.is(row, ActorFlag.decided);
    if (length !== 32) {
      const key = (bits: number) => prefixKey(actors, row, bits);
      if (length < 128 && (named.has(key(length)) || !decided)) continue;
      if (decided) for (const bits of [64, 56, 48]) if (bits <= length) named.add(key(bits));
    }
    kept.add(row);
  }
  return rows.filter((row) => kept.has(row) && !isCovered(actors, row, kept));
}

/** Whether an undecided address lies in a prefix that is reported. */
function isCovered(actors: ActorTable, row: number, kept: ReadonlySet<number>): boolean {
  if (actors.get(row, Tallied.prefixLength) !== 128 || actors.is(row, ActorFlag.decided)) return false;
  for (const other of kept) {
    const bits = actors.get(other, Tallied.prefixLength);
    if (bits < 128 && bits > 32 && prefixKey(actors, row, bits) === prefixKey(actors, other, bits)) return true;
  }
  return false;
}

function prefixKey(actors: ActorTable, row: number, bits: number): string {
  const [w0, w1] = actors.wordsOf(row) as unknown as [number, number];
  const cut = bits === 64 ? w1 : bits === 56 ? (w1 & 0xffffff00) >>> 0 : (w1 & 0xffff0000) >>> 0;
  return `${bits} ${w0} ${cut}`;
}
