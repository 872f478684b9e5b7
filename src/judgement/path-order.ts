import type { Asked, ListProgress } from "../knowledge/lists/word-lists.ts";
import type { Knowledge } from "../knowledge/types.ts";
import { Kind } from "../observations/vocabulary.ts";
import { type Ledger, TextRole } from "./ledger.ts";

/** The order in which somebody asked for paths: that of a known word list, or of the alphabet. */
export type PathOrder =
  | ({ readonly kind: "list" } & ListProgress)
  /** `first` and `last` as they were asked for. */
  | { readonly kind: "sorted"; readonly first: string; readonly last: string };

/** Rows of evidence from which an alphabetical order can be told, and the share of steps that must go on. */
const FEWEST_SORTED = 6;
const LEAST_ASCENDING = 0.9;
const SLASH = 47;
const DOT = 46;
const QUESTION_MARK = 63;

/** The order that a ledger's rows show; undefined when they show none. Its first and last rows are enough. */
export function pathOrderOf(ledger: Ledger, knowledge: Pick<Knowledge, "listProgressOf">): PathOrder | undefined {
  const rows = ledger
    .rows()
    .filter(({ kind, textIs, classIndex }) => kind === Kind.request && textIs === TextRole.path && classIndex >= 0);
  const known = knowledge.listProgressOf(rows.map(({ number, text }): Asked => ({ number, names: namesOf(text) })));
  if (known !== undefined) return { kind: "list", ...known };
  return sortedOrderOf(rows.map(({ text }) => new TextDecoder().decode(text).toLowerCase()));
}

/** What is known of one order after two runs: the list that was told, as far as it was followed in either. */
export function joinedOrder(before: PathOrder | undefined, after: PathOrder | undefined): PathOrder | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  if (before.kind === "list" && after.kind === "list")
    return before.name === after.name ? joinedProgress(before, after) : after;
  if (before.kind === "sorted" && after.kind === "sorted") return { ...after, first: before.first };
  return before.kind === "list" ? before : after;
}

function joinedProgress<T extends ListProgress>(before: T, after: T): T {
  return { ...after, from: Math.min(before.from, after.from), reached: Math.max(before.reached, after.reached) };
}

/** What a word of a list may have been put in for: all of a path, its last part, and that without an ending that the tool added. */
function namesOf(path: Uint8Array): Uint8Array[] {
  const query = path.indexOf(QUESTION_MARK);
  const end = query < 0 ? path.length : query;
  const to = path[end - 1] === SLASH && end > 1 ? end - 1 : end;
  const from = path.lastIndexOf(SLASH, to - 1) + 1;
  const dot = path.lastIndexOf(DOT, to - 1);
  const names = [path.subarray(from, to)];
  if (from > 1) names.unshift(path.subarray(1, to));
  if (dot > from) names.push(path.subarray(from, dot));
  return names;
}

/** Word lists are mostly sorted. When paths come in alphabetical order, the last one tells how far a list got that nobody knows. */
function sortedOrderOf(paths: readonly string[]): PathOrder | undefined {
  const names = paths.filter((path) => /^\/[a-z][^/?]*$/.test(path)).map((path) => path.slice(1));
  if (names.length < FEWEST_SORTED || names[0] === names.at(-1)) return undefined;
  const ascending = names.slice(1).filter((name, i) => name >= names[i]!).length;
  if (ascending < LEAST_ASCENDING * (names.length - 1)) return undefined;
  return { kind: "sorted", first: names[0]!, last: names.at(-1)! };
}
