import type { CheckMatch, Knowledge } from "../../types.ts";
import type { RuleMatcher } from "./rule-matcher.ts";

/**
 * The authored checks joined by imported ones. Whoever says more of a request names it; where both name the same check, the authored
 * one is told, because it knows a look from an attempt. Shapes of attacks stay beside either.
 */
export function withRules(authored: Knowledge, matcher: RuleMatcher): Knowledge["checksOf"] {
  return (batch, row) => {
    const own = authored.checksOf(batch, row);
    const imported = matcher.checksOf(batch, row);
    if (imported.length === 0) return own;
    if (own.length === 0) return imported;
    return joined(own, imported);
  };
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

function shared(matches: readonly CheckMatch[]): CheckMatch[] {
  return matches.map((match) => ({ ...match, share: 1 / matches.length }));
}
