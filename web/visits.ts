/** When this browser showed the console before, so that the overview can tell what is new. */

const KEY = "vedette.visit";
/** Pages opened within this time are one visit. */
const ONE_VISIT_MS = 30 * 60_000;

interface Visits {
  readonly before: string | null;
  readonly now: string;
}

export const lastVisit: string | null = note();

function note(): string | null {
  const now = new Date().toISOString();
  const known = read();
  const isSame = known !== undefined && Date.now() - Date.parse(known.now) < ONE_VISIT_MS;
  const before = known === undefined ? null : isSame ? known.before : known.now;
  try {
    localStorage.setItem(KEY, JSON.stringify({ before, now } satisfies Visits));
  } catch {
    // A browser that keeps nothing has no last visit either.
  }
  return before;
}

function read(): Visits | undefined {
  try {
    const { before, now } = JSON.parse(localStorage.getItem(KEY) ?? "null") as Visits;
    const isTime = (text: unknown) => typeof text === "string" && !Number.isNaN(Date.parse(text));
    return isTime(now) && (before === null || isTime(before)) ? { before, now } : undefined;
  } catch {
    return undefined;
  }
}
