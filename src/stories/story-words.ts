const MOST_NAMED = 4;
export const decimal = new Intl.NumberFormat("en-US");

/** The first few of them, and how many there are besides. */
export function someOf(items: readonly string[]): string {
  const named = items.slice(0, MOST_NAMED).join(", ");
  return items.length > MOST_NAMED ? `${named} and ${items.length - MOST_NAMED} more` : named;
}

/** A count and what is counted: `1 path`, `1,204 paths`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${decimal.format(count)} ${count === 1 ? one : many}`;
}

/** A length of time as people say it: `40 s`, `12 min`, `5 h`, `9 days`. */
export function timeSpan(lengthMs: number): string {
  const seconds = lengthMs / 1000;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
