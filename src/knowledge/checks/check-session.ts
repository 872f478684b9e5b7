import type { Check, CheckMatch } from "../types.ts";

/** Requests of one session that may be several checks, told apart; more change nothing. */
const MOST_TIES = 256;
/** Checks whose other requests are counted. */
const MOST_CHECKS = 2000;

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
  readonly #ties = new Map<string, readonly CheckMatch[]>();
  /** Checks that a request alone could be, and which of their requests those were: a bit each. */
  readonly #sole = new Map<string, { check: Check; steps: number }>();

  /** Takes what one request may be. Shapes of attacks stand beside what was asked for, so they share nothing with it. */
  saw(matches: readonly CheckMatch[]): void {
    let named = 0;
    for (const { check } of matches) if (!check.isShape) named++;
    for (const match of matches) if (match.check.isShape || named === 1) this.#sawSole(match);
    if (named < 2 || this.#ties.size >= MOST_TIES) return;
    const tie = named === matches.length ? matches : matches.filter(({ check }) => !check.isShape);
    this.#ties.set(tie.map(({ check, step }) => `${check.id} ${step ?? 0}`).join(), tie);
  }

  /** The checks that explain the requests with the fewest names, surest first. */
  checks(): SessionCheck[] {
    const explained = new Map<string, number>();
    for (const [id, { steps }] of this.#sole) explained.set(id, bitsOf(steps));
    for (const tie of this.#ties.values()) {
      for (const { check } of tie) explained.set(check.id, (explained.get(check.id) ?? 0) + 1);
    }
    const named = new Map<string, SessionCheck>();
    for (const [id, { check }] of this.#sole) named.set(id, { check, share: 1 });
    for (const tie of this.#ties.values()) {
      const likely = likeliest(tie, explained);
      for (const { check } of likely) {
        const known = named.get(check.id);
        if (known === undefined || known.share < 1 / likely.length) {
          named.set(check.id, { check, share: 1 / likely.length });
        }
      }
    }
    return [...named.values()].sort((a, b) => b.share - a.share || (a.check.id < b.check.id ? -1 : 1));
  }

  #sawSole({ check, step = 0 }: CheckMatch): void {
    const known = this.#sole.get(check.id);
    if (known === undefined) {
      if (this.#sole.size < MOST_CHECKS) this.#sole.set(check.id, { check, steps: bitOf(step) });
      return;
    }
    known.steps |= bitOf(step);
    if (check.intent === "exploit") known.check = check;
  }
}

/** Those of a tie that explain most of the session, and of these those whose requests were made most completely. */
function likeliest(tie: readonly CheckMatch[], explained: ReadonlyMap<string, number>): CheckMatch[] {
  const most = Math.max(...tie.map(({ check }) => explained.get(check.id)!));
  const best = tie.filter(({ check }) => explained.get(check.id) === most);
  const whole = Math.max(...best.map((match) => wholeness(match, most)));
  return best.filter((match) => wholeness(match, most) === whole);
}

/** How much of a check's requests were made. */
function wholeness({ steps = 1 }: CheckMatch, seen: number): number {
  return Math.min(1, seen / steps);
}

/** Later steps share the last bit. */
function bitOf(step: number): number {
  return 1 << Math.min(step, 30);
}

function bitsOf(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
