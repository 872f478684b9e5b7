import type { Mitigation } from "../knowledge/advice/advice.ts";
import { advicesFor } from "../knowledge/advice/index.ts";
import type { Leak } from "../knowledge/software/leak.ts";
import type { Software } from "../knowledge/types.ts";
import type { ExposureReport, RemedyReport } from "./report.ts";

/** Names of the mitigations in MITRE ATT&CK. */
const mitigationNames: Readonly<Record<Mitigation, string>> = {
  M1042: "Disable or Remove Feature or Program",
  M1051: "Update Software",
  M1056: "Pre-compromise",
};

const MOST_NAMED = 3;

type Known = Pick<ExposureReport, "vulnerabilities">;

/** What to do about software that was revealed, first things first: to hide what can be exploited does not mend it. */
export function remediesFor(
  software: Software | undefined,
  service: string,
  known: Known,
  leaks: readonly Leak[] = [],
): RemedyReport[] {
  const update = software && updateOf(software, known);
  const changes = advicesFor(software, service, leaks).map(({ mitigation, short, change, hides, leaves, source }) => ({
    ...named(mitigation),
    do: short,
    ...change,
    hides,
    leaves,
    source,
  }));
  return update === undefined ? changes : [update, ...changes];
}

function named(mitigation: Mitigation): Pick<RemedyReport, "mitigation" | "name"> {
  return { mitigation, name: mitigationNames[mitigation] };
}

function updateOf({ product }: Software, { vulnerabilities }: Known): RemedyReport | undefined {
  const exploited = vulnerabilities.filter(({ knownExploited }) => knownExploited);
  const all =
    exploited.length > 0 ? exploited : vulnerabilities.filter(({ certainty }) => certainty !== "product-only");
  if (all.length === 0) return undefined;
  const ids = all.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = all.length > ids.length ? ` and ${all.length - ids.length} more` : "";
  const why = exploited.length > 0 ? "known to be exploited" : "known";
  const isSure = all.some(({ certainty }) => certainty === undefined || certainty === "version");
  const act = isSure ? `update ${product}` : `make sure that ${product} has the fixes of its maker or distribution`;
  return { ...named("M1051"), do: `${act}: ${ids.join(", ")}${more} ${all.length > 1 ? "are" : "is"} ${why}` };
}
