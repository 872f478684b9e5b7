import type { Labels } from "./labelled-sets.ts";

const SECONDS_A_MONTH = 30 * 86_400;

/** How many wrong incidents a month a recording suggests. */
export interface FalseAlarms {
  readonly wrong: number;
  /** Seconds that the labelled ordinary clients were at work. */
  readonly periodSeconds: number;
  readonly perMonth: number;
  /** 95 % interval of `perMonth`, from the count alone (exact Poisson). */
  readonly low: number;
  readonly high: number;
}

/**
 * Wrong incidents scaled to a month: `wrong * 30 days / period`. The count is taken as Poisson, so even none in a short
 * recording leaves up to 3.7 in that period, and the scale multiplies them.
 */
export function falseAlarmsOf(wrong: number, labels: Labels): FalseAlarms | undefined {
  const benign = labels.actors.filter((actor) => actor.kind === "benign");
  if (benign.length === 0) return undefined;
  const periodSeconds = workingSeconds(benign);
  const scale = SECONDS_A_MONTH / periodSeconds;
  const [low, high] = poissonInterval(wrong);
  return { wrong, periodSeconds, perMonth: wrong * scale, low: low * scale, high: high * scale };
}

/** Length of the union of the actors' times: recordings of several days do not count the nights between. */
function workingSeconds(actors: readonly { start: number; end: number }[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { start, end } of [...actors].sort((a, b) => a.start - b.start)) {
    total += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return Math.max(1, total);
}

/** Exact 95 % interval of a Poisson mean when `count` was seen (Garwood 1936): the means whose tails are 2.5 %. */
export function poissonInterval(count: number): [low: number, high: number] {
  const low = count === 0 ? 0 : meanWhere((mean) => 1 - atMost(count - 1, mean), 0.025);
  return [low, meanWhere((mean) => 1 - atMost(count, mean), 0.975)];
}

/** P(X <= count) for a Poisson variable. */
function atMost(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return sum;
}

/** The mean at which a rising function reaches `level`, by halving. */
function meanWhere(rising: (mean: number) => number, level: number): number {
  let low = 0;
  let high = 1;
  while (rising(high) < level) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
