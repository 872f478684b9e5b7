import { DAY_MS, digitsAt, timeOfDayAt, utcMs } from "../bytes/calendar.ts";
import { LocalClock } from "../bytes/local-clock.ts";
import type { DecodeContext } from "./format.ts";

/**
 * Time stamps of Snort and of Suricata's fast.log: `11/22-19:05:16.123456` (placed in the latest year that keeps it at most
 * a day after the input's last change), `11/22/2026-…`, `26/11/22-…` (Snort's -y) and `11/22/26-…` (older Snort's).
 */
export class SnortTime {
  readonly #latestMs: number;
  readonly #clock: LocalClock;

  constructor(context: Pick<DecodeContext, "referenceMs" | "zone">) {
    this.#latestMs = context.referenceMs + DAY_MS;
    this.#clock = new LocalClock(context.zone);
  }

  /** Milliseconds since the epoch, UTC, of the stamp at `start`, or NaN. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (!isSnortTimeAt(bytes, start, end)) return Number.NaN;
    const first = digitsAt(bytes, start, 2, end);
    const second = digitsAt(bytes, start + 3, 2, end);
    if (bytes[start + 5] === 45) return this.#placed(first, second, timeWithFraction(bytes, start + 6, end));
    const hasCentury = bytes[start + 10] === 45;
    const third = digitsAt(bytes, start + 6, hasCentury ? 4 : 2, end);
    const timeMs = timeWithFraction(bytes, start + (hasCentury ? 11 : 9), end);
    const midnight = hasCentury ? utcMs(third, first, second, 0, 0, 0) : this.#midnightOf(first, second, third);
    return midnight + timeMs - this.#clock.offsetMs(midnight + timeMs);
  }

  /** Which of three pairs of digits is the year: the one nearer to the reference's; the first when both are as near. */
  #midnightOf(first: number, second: number, third: number): number {
    const yearFirst = utcMs(2000 + first, second, third, 0, 0, 0);
    const yearLast = utcMs(2000 + third, first, second, 0, 0, 0);
    const year = new Date(this.#latestMs).getUTCFullYear() - 2000;
    const isLast =
      Number.isNaN(yearFirst) || (Math.abs(year - third) < Math.abs(year - first) && !Number.isNaN(yearLast));
    return isLast ? yearLast : yearFirst;
  }

  #placed(month: number, day: number, timeMs: number): number {
    let year = new Date(this.#latestMs).getUTCFullYear() + 1;
    for (const oldest = year - 10; year >= oldest; year--) {
      const localMs = utcMs(year, month, day, 0, 0, 0) + timeMs;
      const atMs = localMs - this.#clock.offsetMs(localMs);
      if (atMs <= this.#latestMs) return atMs;
    }
    return Number.NaN;
  }
}

/** `11/22-19:05:16`, `11/22/2026-19:05:16`, `26/11/22-19:05:16`. */
export function isSnortTimeAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 14 > end || bytes[at + 2] !== 47) return false;
  const dash = bytes[at + 5] === 45 ? at + 5 : bytes[at + 8] === 45 ? at + 8 : at + 10;
  if (bytes[dash] !== 45 || (dash > at + 5 && bytes[at + 5] !== 47)) return false;
  return bytes[dash + 3] === 58 && bytes[dash + 6] === 58;
}

function timeWithFraction(bytes: Uint8Array, at: number, end: number): number {
  let micros = 0;
  let scale = 100_000;
  if (bytes[at + 8] === 46) {
    for (let i = at + 9; i < end && bytes[i]! >= 48 && bytes[i]! <= 57; i++) {
      if (scale >= 1) micros += (bytes[i]! - 48) * scale;
      scale /= 10;
    }
  }
  return timeOfDayAt(bytes, at, end) + Math.round(micros) / 1000;
}
