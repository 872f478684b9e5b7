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

/** A sentence when the data is older than its kind should be. */
export function describeStale(set: KnowledgeSet, nowMs: number): string | undefined {
  const limit = kindOf(set.kind)?.staleAfterDays ?? Number.POSITIVE_INFINITY;
  const age = ageDays(set, nowMs);
  return age > limit ? `the knowledge '${set.id}' is ${age} days old (data of ${dateOf(set)})` : undefined;
}
