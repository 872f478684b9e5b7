import type { Condition, RequestRule } from "../check-rule.ts";

/** One way to fit a rule while it is being read: all conditions hold. */
export interface Alternative {
  readonly methods?: readonly string[];
  readonly conditions: readonly Condition[];
  readonly isLoose?: boolean;
}

/** Ways to fit that a rule may have when it is written out; one with more is refused. */
const MOST_ALTERNATIVES = 128;

/** What always fits, and says nothing. */
export const anything: readonly Alternative[] = [{ conditions: [] }];
/** What always fits, because the rest cannot be said. */
export const unsaid: readonly Alternative[] = [{ conditions: [], isLoose: true }];

/** Every way to fit all of the lists. */
export function allOf(lists: readonly (readonly Alternative[])[]): readonly Alternative[] {
  let result = anything;
  for (const list of lists) {
    if (result.length * list.length > MOST_ALTERNATIVES) return [];
    result = result.flatMap((a) => list.map((b) => joined(a, b)));
  }
  return result;
}

/** Every way to fit one of the lists; none when there are too many. */
export function anyOf(lists: readonly (readonly Alternative[])[]): readonly Alternative[] {
  const result = lists.flat();
  return result.length > MOST_ALTERNATIVES ? [] : result;
}

function joined(a: Alternative, b: Alternative): Alternative {
  const methods =
    a.methods && b.methods ? a.methods.filter((each) => b.methods!.includes(each)) : (a.methods ?? b.methods);
  return {
    ...(methods && { methods }),
    conditions: [...a.conditions, ...b.conditions],
    ...((a.isLoose || b.isLoose) && { isLoose: true }),
  };
}

/** The ways that say something about a request. */
export function requestsFrom(alternatives: readonly Alternative[]): RequestRule[] {
  return alternatives
    .filter(({ conditions }) => conditions.some(({ isNot, parts }) => !isNot && parts.some((part) => part.length > 1)))
    .map((alternative) => ({ ...alternative, step: 0 }));
}
