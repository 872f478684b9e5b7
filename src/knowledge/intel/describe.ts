import { kindOf } from "./kinds.ts";
import { ageDays, dateOf, type KnowledgeSet } from "./sets.ts";

const decimal = new Intl.NumberFormat("en-US");

/** `4,013 templates, 6,929 requests`. */
export function describeSet({ counts, role, ratio }: KnowledgeSet): string {
  const held = Object.entries(counts).map(
    ([what, count]) => `${decimal.format(count)} ${count === 1 ? singular(what) : what}`,
  );
  const weight = role === undefined ? [] : [ratio === undefined ? role : `${role}, likelihood ratio ${ratio}`];
  return [...held, ...weight].join(", ");
}

/** `network`, `vulnerability`, `list of scanners`. */
function singular(what: string): string {
  return what.replace(/ies\b|s\b/, (end) => (end === "ies" ? "y" : ""));
}

/**
 * A sentence when the data is older than its kind should be. Of the versions of one thing (`attack:8.2`, `attack:18.1`), which are kept side by side on
 * purpose, only the newest can be too old.
 * @param all the sets at hand
 */
export function describeStale(set: KnowledgeSet, all: readonly KnowledgeSet[], nowMs: number): string | undefined {
  const kind = kindOf(set.kind);
  const age = ageDays(set, nowMs);
  const isSuperseded =
    kind?.hasVersions === true && all.some((other) => other.kind === set.kind && ageDays(other, nowMs) < age);
  if (isSuperseded || age <= (kind?.staleAfterDays ?? Number.POSITIVE_INFINITY)) return undefined;
  return `the knowledge '${set.id}' is ${age} days old (data of ${dateOf(set)})`;
}
