// Hot: once per line whose stamp states no zone; measured by bench/log-formats.ts.
import { DAY_MS } from "./calendar.ts";

/** The zone of stamps that state none: minutes east of UTC, or a name of the IANA time zone database, `Europe/Berlin`. */
export type Zone = number | string;

/** One day's offsets, in milliseconds east of UTC: before and after a change of the clocks, and when that is. */
interface Day {
  readonly before: number;
  readonly after: number;
  /** Milliseconds since the epoch; NaN on a day without a change. */
  readonly changeMs: number;
}

/** How far back local time goes without the clocks having been put back: what is less is a line out of order. */
const OUT_OF_ORDER_MS = 10 * 60_000;

/**
 * Tells how far a local clock was ahead of UTC. A zone by name has daylight saving: an hour that does not exist is read as if the clocks
 * had not been put forward yet; in an hour that comes twice the first is meant, until local time goes back. So an input has a clock
 * of its own, asked in the order of its lines.
 */
export class LocalClock {
  /** Whether the day asked about last has one offset throughout. */
  isSteady = true;
  readonly #fixedMs: number;
  readonly #wall: Intl.DateTimeFormat | undefined;
  #day = Number.NaN;
  #known: Day = { before: 0, after: 0, changeMs: Number.NaN };
  /** Local time last seen in an hour that comes twice, and whether it was the second time. */
  #lastTwiceMs = Number.NaN;
  #isSecond = false;

  constructor(zone: Zone) {
    this.#fixedMs = typeof zone === "number" ? zone * 60_000 : 0;
    this.#wall = typeof zone === "number" ? undefined : wallOf(zone);
  }

  /** Milliseconds that the clock was ahead of UTC when it showed `localMs`, which is counted as if it were UTC; NaN for NaN. */
  offsetMs(localMs: number): number {
    if (this.#wall === undefined) return this.#fixedMs;
    if (Number.isNaN(localMs)) return Number.NaN;
    const day = Math.floor(localMs / DAY_MS);
    if (day !== this.#day) {
      this.#known = dayOf(this.#wall, day * DAY_MS);
      this.#day = day;
      this.isSteady = Number.isNaN(this.#known.changeMs);
    }
    return this.isSteady ? this.#known.before : this.#onChange(localMs, this.#known);
  }

  #onChange(localMs: number, { before, after, changeMs }: Day): number {
    if (localMs - before < changeMs) {
      if (localMs - after < changeMs) return before;
      if (localMs < this.#lastTwiceMs - OUT_OF_ORDER_MS) this.#isSecond = true;
      this.#lastTwiceMs = localMs;
      return this.#isSecond ? after : before;
    }
    return localMs - after < changeMs ? before : after;
  }
}

/** Whether `name` is a zone of the IANA database. */
export function isZoneName(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && wallOf(name) !== undefined;
  } catch {
    return false;
  }
}

function wallOf(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
  return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", era: "short", ...parts });
}

/** The offsets of the local day that starts at `localMs`: of the day before and the day behind, and the change between them. */
function dayOf(wall: Intl.DateTimeFormat, localMs: number): Day {
  let [low, high] = [localMs - DAY_MS, localMs + 2 * DAY_MS];
  const [before, after] = [offsetAt(wall, low), offsetAt(wall, high)];
  if (before === after) return { before, after, changeMs: Number.NaN };
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(wall, middle) === before) low = middle;
    else high = middle;
  }
  return { before, after, changeMs: high };
}

function offsetAt(wall: Intl.DateTimeFormat, atMs: number): number {
  const part = Object.fromEntries(wall.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}
