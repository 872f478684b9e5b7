import type { Batch } from "../../../observations/batch.ts";
import type { CheckMatch, Knowledge } from "../../types.ts";
import type { RuleMatcher } from "./rule-matcher.ts";

/**
 * The authored checks joined by those of imported sets. Whoever says more of a request names it; where both name the same check, the
 * authored one is told, because it knows a look from an attempt. Shapes of attacks stay beside either.
 */
export function withRules(authored: Knowledge, matchers: readonly RuleMatcher[]): Knowledge["checksOf"] {
  return (batch, row) => {
    const own = authored.checksOf(batch, row);
    const imported = importedOf(matchers, batch, row);
    if (imported.length === 0) return own;
    if (own.length === 0) return imported;
    return joined(own, imported);
  };
}

/** The names of the sets that say most of the request. */
function importedOf(matchers: readonly RuleMatcher[], batch: Batch, row: number): readonly CheckMatch[] {
  let best: readonly CheckMatch[] = [];
  let most = 0;
  for (const matcher of matchers) {
    const found = matcher.checksOf(batch, row);
    if (found.length === 0 || matcher.detail < most) continue;
    best = matcher.detail === most ? shared([...best, ...found]) : found;
    most = matcher.detail;
  }
  return best;
}

function joined(own: readonly CheckMatch[], imported: readonly CheckMatch[]): readonly CheckMatch[] {
  const shapes = own.filter(({ check }) => check.isShape);
  const named = own.filter(({ check }) => !check.isShape);
  const both = named.filter(({ check }) => imported.some((other) => other.check.id === check.id));
  if (both.length > 0) return [...shared(both), ...shapes];
  // A name of a vulnerability says more than that of a product.
  const isVulnerability = imported.some(({ check }) => check.id.startsWith("CVE-"));
  const rest = isVulnerability ? named.filter(({ check }) => check.id.startsWith("CVE-")) : named;
  return [...shared([...rest, ...imported]), ...shapes];
}

/** Each is one of them; the same check named twice is one. */
function shared(matches: readonly CheckMatch[]): CheckMatch[] {
  const once = matches.filter(({ check }, i) => matches.findIndex((other) => other.check.id === check.id) === i);
  return once.map((match) => ({ ...match, share: 1 / once.length }));
}
