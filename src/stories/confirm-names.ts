import { formatAddress } from "../bytes/address.ts";
import { addressScope } from "../bytes/address-scope.ts";
import { Exact, Tallied } from "../judgement/actor-table.ts";
import type { Judge } from "../judgement/judge.ts";

/** Looks a name up and confirms it: the name of an address that leads back to it, lower case; undefined when there is none. */
export type ConfirmName = (address: string) => Promise<string | undefined>;

/** Addresses that are asked about, those with the highest scores first: each question tells a name server whom one looks at. */
const MOST_ASKED = 256;
const ASKED_AT_ONCE = 8;

/** Asks for the names of the single public addresses that may be more than visitors, and lets the judge know those that are confirmed. */
export async function confirmNames(judge: Judge, confirm: ConfirmName, signal?: AbortSignal): Promise<void> {
  const { actors, names, threshold } = judge;
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    const words = actors.wordsOf(row);
    const length = actors.get(row, Tallied.prefixLength);
    const isOne = length === 32 || length === 128;
    if (!isOne || addressScope(words) !== "public" || names.nameOf(words) !== undefined) continue;
    if (names.claimOf(words) !== undefined || scoreOf(row) >= threshold / 2) rows.push(row);
  }
  rows.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  const waiting = rows.slice(0, MOST_ASKED);
  const ask = async () => {
    for (let row = waiting.shift(); row !== undefined && !signal?.aborted; row = waiting.shift()) {
      const words = actors.wordsOf(row);
      const name = await confirm(formatAddress(words));
      if (name !== undefined) names.confirm(words, name);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));

  function scoreOf(row: number): number {
    return actors.exact(row, Exact.score);
  }
}
