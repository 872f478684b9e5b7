import type { Check, CheckMatch } from "../types.ts";

/** Requests told apart in one session; more change nothing. */
const MOST_REQUESTS = 4096;

/** A check that a session's requests belong to, and how surely: 1 when one of them can be nothing else. */
export interface SessionCheck {
  readonly check: Check;
  readonly share: number;
}

/**
 * What a source asked, taken together. Many checks share a request (a log-in page, a version file) and differ in the next, so a request that
 * may be one of N is that one whose other requests were made as well. Whatever is as well explained stays one of N.
 */
export class CheckSession {
  readonly #requests = new Map<string, readonly CheckMatch[]>();

  /** Takes what one request may be. Shapes of attacks stand beside what was asked for, so they share nothing with it. */
  saw(matches: readonly CheckMatch[]): void {
    if (this.#requests.size >= MOST_REQUESTS) return;
    for (const match of matches) if (match.check.isShape) this.#keep([match]);
    this.#keep(matches.filter(({ check }) => !check.isShape));
  }

  #keep(matches: readonly CheckMatch[]): void {
    if (matches.length > 0) this.#requests.set(matches.map(keyOf).join(), matches);
  }

  /** The checks that explain the requests with the fewest names, surest first. */
  checks(): SessionCheck[] {
    const groups = [...this.#requests.values()];
    const groupsById = new Map<string, Set<number>>();
    const checkById = new Map<string, Check>();
    groups.forEach((matches, group) => {
      for (const { check } of matches) {
        const known = groupsById.get(check.id);
        if (known === undefined) groupsById.set(check.id, new Set([group]));
        else known.add(group);
        if (check.intent === "exploit" || !checkById.has(check.id)) checkById.set(check.id, check);
      }
    });
    const shares = new Map<string, number>();
    groups.forEach((matches) => {
      const most = Math.max(...matches.map(({ check }) => groupsById.get(check.id)!.size));
      const best = matches.filter(({ check }) => groupsById.get(check.id)!.size === most);
      const full = Math.max(...best.map((match) => wholeness(match, most)));
      const likely = best.filter((match) => wholeness(match, most) === full);
      for (const { check } of likely) {
        shares.set(check.id, Math.max(shares.get(check.id) ?? 0, 1 / likely.length));
      }
    });
    return [...shares]
      .map(([id, share]) => ({ check: checkById.get(id)!, share }))
      .sort((a, b) => b.share - a.share || (a.check.id < b.check.id ? -1 : 1));
  }
}

function keyOf({ check, step }: CheckMatch): string {
  return `${check.id} ${step ?? 0}`;
}

/** How much of a check's requests were made. */
function wholeness({ steps }: CheckMatch, seen: number): number {
  return Math.min(1, seen / (steps ?? 1));
}
