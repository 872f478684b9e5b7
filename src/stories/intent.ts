import type { Dossier } from "../judgement/dossier.ts";
import { TextRole } from "../judgement/ledger.ts";
import { listProgressOf } from "../knowledge/lists/word-lists.ts";
import { Kind } from "../observations/vocabulary.ts";
import type { IncidentReport } from "./report.ts";
import { decimal, plural } from "./story-words.ts";

/** Most entries of one kind that are listed. */
const MOST_LISTED = 40;
/** Rows of evidence from which an order can be told. */
const FEWEST_IN_ORDER = 6;
const SLASH = 47;
const QUESTION_MARK = 63;

/** Which products, vulnerabilities and files somebody looked for, by which tool or in which order, and how far it got. */
export function intentOf(dossier: Dossier | undefined): IncidentReport["intent"] {
  if (dossier === undefined) return undefined;
  const checks = [...dossier.checks.values()].filter(({ check }) => !check.id.startsWith("generic-"));
  const ids = checks.map(({ check }) => check.id);
  const tools = [...dossier.tools.values()].sort((a, b) => b.weight - a.weight);
  const order = orderOf(dossier);
  const profile = [tools[0]?.name, order?.words].filter(Boolean).join(", ");
  if (checks.length === 0 && profile === "") return undefined;
  return {
    products: distinct(checks.filter(({ share }) => share === 1).map(({ check }) => check.product)),
    vulnerabilities: distinct(ids.filter((id) => id.startsWith("CVE-"))),
    looksFor: distinct(ids.filter((id) => !id.startsWith("CVE-"))),
    ...(profile === "" ? {} : { profile }),
    ...(order === undefined ? {} : { reached: order.reached }),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort().slice(0, MOST_LISTED);
}

/** The order in which paths were asked for, when it is that of a known word list, or of the alphabet. */
function orderOf({ ledger }: Dossier): { readonly words: string; readonly reached: string } | undefined {
  const rows = ledger
    .rows()
    .filter(({ kind, textIs, classIndex }) => kind === Kind.request && textIs === TextRole.path && classIndex >= 0);
  const known = listProgressOf(rows.map(({ number, text }) => ({ number, name: lastPartOf(text) })));
  if (known === undefined) return alphabetOf(rows.map(({ text }) => new TextDecoder().decode(text).toLowerCase()));
  const { name, entries, reached } = known;
  const isWhole = entries - reached < WHOLE * entries;
  return {
    words: `the order of ${name}`,
    reached: isWhole
      ? `came to its end, ${plural(entries, "entry", "entries")}`
      : `stopped after ${decimal.format(reached)} of ${decimal.format(entries)} entries`,
  };
}

/** Share of a list that may be left out of what is still called its end: the last entries may be answered, or repeated. */
const WHOLE = 0.01;

/** What a word list was put in for: what follows the last slash, or stands between the last two. */
function lastPartOf(path: Uint8Array): Uint8Array {
  const query = path.indexOf(QUESTION_MARK);
  const end = query < 0 ? path.length : query;
  const from = path.lastIndexOf(SLASH, end - 2) + 1;
  return path.subarray(from, path[end - 1] === SLASH && end > from ? end - 1 : end);
}

/**
 * Word lists are mostly sorted. When the paths come in alphabetical order, the last one tells how far the list got, without
 * knowing the list: letters stand for where in the alphabet it stopped.
 */
function alphabetOf(paths: readonly string[]): { readonly words: string; readonly reached: string } | undefined {
  const names = paths.filter((path) => /^\/[a-z][^/?]*$/.test(path)).map((path) => path.slice(1));
  if (names.length < FEWEST_IN_ORDER) return undefined;
  const steps = names.slice(1).map((name, i) => name >= names[i]!);
  if (steps.filter(Boolean).length < 0.9 * steps.length || names[0] === names.at(-1)) return undefined;
  const share = (at(names.at(-1)!) * 100) / 26;
  return {
    words: "a sorted word list",
    reached: `from ${names[0]} to ${names.at(-1)}: about ${Math.round(share)} % of the alphabet`,
  };
}

/** Place of a word in the alphabet, 0 to 26, by its first two letters. */
function at(name: string): number {
  const letter = (i: number) => Math.min(25, Math.max(0, (name.charCodeAt(i) || 97) - 97));
  return letter(0) + letter(1) / 26;
}
