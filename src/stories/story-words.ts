const MOST_NAMED = 4;
const decimal = new Intl.NumberFormat("en-US");

/** The first few of them, and how many there are besides. */
export function someOf(items: readonly string[]): string {
  const named = items.slice(0, MOST_NAMED).join(", ");
  return items.length > MOST_NAMED ? `${named} and ${items.length - MOST_NAMED} more` : named;
}

/** A count and what is counted: `1 path`, `1,204 paths`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${decimal.format(count)} ${count === 1 ? one : many}`;
}
