import { joinedOrder, type PathOrder, pathOrderOf } from "../judgement/path-order.ts";
import type { IncidentFacts } from "./incidents.ts";
import type { IncidentReport } from "./report.ts";
import { decimal, plural } from "./story-words.ts";

/** Most entries of one kind that are listed. */
const MOST_LISTED = 40;

/** Which products, vulnerabilities and files somebody looked for, by which tool or in which order, and how far it got. */
export function intentOf({ dossier, knowledge }: IncidentFacts): IncidentReport["intent"] {
  if (dossier === undefined) return undefined;
  const checks = [...dossier.checks.values()].filter(({ check }) => !check.id.startsWith("generic-"));
  const ids = checks.map(({ check }) => check.id);
  const tools = [...dossier.tools.values()].sort((a, b) => b.weight - a.weight);
  const order = joinedOrder(dossier.orderBefore, pathOrderOf(dossier.ledger, knowledge));
  const told = order === undefined ? undefined : wordsOf(order);
  const profile = [tools[0]?.name, told?.words].filter(Boolean).join(", ");
  if (checks.length === 0 && profile === "") return undefined;
  return {
    products: distinct(checks.filter(({ share }) => share === 1).map(({ check }) => check.product)),
    vulnerabilities: distinct(ids.filter((id) => id.startsWith("CVE-"))),
    looksFor: distinct(ids.filter((id) => !id.startsWith("CVE-"))),
    ...(profile === "" ? {} : { profile }),
    ...(told === undefined ? {} : { reached: told.reached, progress: told.progress }),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort().slice(0, MOST_LISTED);
}

/** Share of a list that may be left out of what is still called its end: the last entries may be answered, or repeated. */
const WHOLE = 0.01;

interface Told {
  readonly words: string;
  readonly reached: string;
  readonly progress: { readonly from: number; readonly to: number };
}

function wordsOf(order: PathOrder): Told {
  if (order.kind === "sorted") {
    const to = placeOf(order.last);
    return {
      words: "a sorted word list",
      reached: `from ${order.first} to ${order.last}: about ${Math.round(to * 100)} % of the alphabet`,
      progress: { from: Math.min(placeOf(order.first), to), to },
    };
  }
  const { name, entries, reached } = order;
  const isWhole = entries - reached < WHOLE * entries;
  return {
    words: `the order of ${name}`,
    reached: isWhole
      ? `came to its end, ${plural(entries, "entry", "entries")}`
      : `stopped after ${decimal.format(reached)} of ${decimal.format(entries)} entries`,
    progress: { from: 0, to: Math.min(1, reached / entries) },
  };
}

/** Place of a word in the alphabet, 0 to 1, by its first two letters. */
function placeOf(word: string): number {
  const letter = (i: number) => Math.min(25, Math.max(0, (word.charCodeAt(i) || 97) - 97));
  return (letter(0) + letter(1) / 26) / 26;
}
