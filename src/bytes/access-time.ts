// Hot: once per line of a web log; measured by bench/lines.ts.
import { DAY_MS, daysInMonth, daysSinceEpoch, digitsAt, monthAt } from "./calendar.ts";
import { viewOf } from "./hash.ts";

/** Length of `22/Nov/2026:19:05:16 +0000`. */
export const ACCESS_TIME_BYTES = 26;
const MINUTE_BYTES = 18;

/** Parses the time stamps of access logs (strftime's `%d/%b/%Y:%H:%M:%S %z`); remembers the last minute, for most lines
 * share it with the line before. */
export class AccessTime {
  readonly #last = new Uint8Array(ACCESS_TIME_BYTES);
  readonly #lastWords = new DataView(this.#last.buffer);
  #lastMinuteMs = Number.NaN;

  /** Milliseconds since the epoch, UTC, of the stamp at `at`; NaN when there is none. */
  parse(bytes: Uint8Array, at: number, end: number): number {
    if (at + ACCESS_TIME_BYTES > end) return Number.NaN;
    if (!this.#isSameMinute(bytes, at)) {
      const minuteMs = parseAccessMinute(bytes, at, end);
      if (Number.isNaN(minuteMs)) return Number.NaN;
      this.#lastMinuteMs = minuteMs;
      for (let i = 0; i < ACCESS_TIME_BYTES; i++) this.#last[i] = bytes[at + i]!;
    }
    const tens = bytes[at + MINUTE_BYTES]! - 48;
    const ones = bytes[at + MINUTE_BYTES + 1]! - 48;
    if (tens < 0 || tens > 6 || ones < 0 || ones > 9 || (tens === 6 && ones > 0)) return Number.NaN;
    return this.#lastMinuteMs + (tens * 10 + ones) * 1000;
  }

  #isSameMinute(bytes: Uint8Array, at: number): boolean {
    const words = viewOf(bytes);
    const last = this.#lastWords;
    // The minutes first: that is where stamps differ. All but the two digits of the second are compared.
    return (
      words.getInt32(at + 14, true) === last.getInt32(14, true) &&
      words.getInt32(at + 10, true) === last.getInt32(10, true) &&
      words.getInt32(at, true) === last.getInt32(0, true) &&
      words.getInt32(at + 4, true) === last.getInt32(4, true) &&
      words.getInt32(at + 8, true) === last.getInt32(8, true) &&
      words.getInt32(at + 20, true) === last.getInt32(20, true) &&
      words.getInt32(at + 22, true) === last.getInt32(22, true)
    );
  }
}

/** Whether `dd/Mon/yyyy:HH:MM:SS +zone` may stand at `at`, by its separators. */
export function isAccessTimeAt(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + ACCESS_TIME_BYTES <= end &&
    bytes[at + 2] === 47 &&
    bytes[at + 6] === 47 &&
    bytes[at + 11] === 58 &&
    bytes[at + 14] === 58 &&
    bytes[at + 17] === 58 &&
    bytes[at + 20] === 32
  );
}

/** The stamp at `at` without a memory, for formats that meet it now and then; NaN when there is none. */
export function parseAccessTime(bytes: Uint8Array, at: number, end: number): number {
  return new AccessTime().parse(bytes, at, end);
}

/** The stamp without its seconds. */
function parseAccessMinute(bytes: Uint8Array, at: number, end: number): number {
  if (!isAccessTimeAt(bytes, at, end)) return Number.NaN;
  const day = digitsAt(bytes, at, 2, end);
  const month = monthAt(bytes, at + 3, end);
  const year = digitsAt(bytes, at + 7, 4, end);
  const hour = digitsAt(bytes, at + 12, 2, end);
  const minute = digitsAt(bytes, at + 15, 2, end);
  const sign = bytes[at + 21] === 45 ? -1 : bytes[at + 21] === 43 ? 1 : Number.NaN;
  const zone = sign * (digitsAt(bytes, at + 22, 2, end) * 60 + digitsAt(bytes, at + 24, 2, end));
  if (!(hour < 24 && minute < 60) || month === 0 || !(day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY_MS + (hour * 60 + minute - zone) * 60_000;
}
