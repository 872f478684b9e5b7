import { formatAddress } from "../bytes/address.ts";
import { ActorFlag, type ActorTable } from "../judgement/actor-table.ts";
import type { Judge } from "../judgement/judge.ts";
import type { Verdict } from "./report.ts";

/** How close to the threshold a score must have come for its actor to be named a suspect. */
const SUSPECT_SHARE = 0.5;

/** The verdict on the actor in `row`. */
export function verdictOf(judge: Judge, row: number): Verdict {
  const flags = judge.actors.flags[row]!;
  if (flags & ActorFlag.decided) {
    const declared = (flags & ActorFlag.research) !== 0 && (flags & ActorFlag.attempted) === 0;
    return declared ? "research-scanner" : "scanner";
  }
  const { peak, gained, refunded } = judge.actors;
  if (refunded[row]! >= gained[row]! / 2) return "visitor";
  return peak[row]! >= judge.threshold * SUSPECT_SHARE ? "suspect" : "visitor";
}

/** `203.0.113.7`, `2001:db8::7`, or `2001:db8:1::/48` for a prefix. */
export function nameOf(actors: ActorTable, row: number): string {
  const text = formatAddress(actors.words, row * 4);
  const length = actors.prefixLength[row]!;
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
    if (actors.prefixLength[row] !== 0 && verdictOf(judge, row) !== "visitor") rows.push(row);
  }
  const named = new Set<string>();
  const narrowestFirst = rows.toSorted((a, b) => actors.prefixLength[b]! - actors.prefixLength[a]!);
  const kept = new Set<number>();
  for (const row of narrowestFirst) {
    const length = actors.prefixLength[row]!;
    const decided = (actors.flags[row]! & ActorFlag.decided) !== 0;
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
  if (actors.prefixLength[row] !== 128 || actors.flags[row]! & ActorFlag.decided) return false;
  for (const other of kept) {
    const bits = actors.prefixLength[other]!;
    if (bits < 128 && bits > 32 && prefixKey(actors, row, bits) === prefixKey(actors, other, bits)) return true;
  }
  return false;
}

function prefixKey(actors: ActorTable, row: number, bits: number): string {
  const w1 = actors.words[row * 4 + 1]!;
  const cut = bits === 64 ? w1 : bits === 56 ? (w1 & 0xffffff00) >>> 0 : (w1 & 0xffff0000) >>> 0;
  return `${bits} ${actors.words[row * 4]} ${cut}`;
}
