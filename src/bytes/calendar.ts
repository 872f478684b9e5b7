/** Parts of time stamps that all logs share: months by name, digits, days since the epoch. */

export const DAY_MS = 86_400_000;

/** The first and the last millisecond that ISO 8601 writes with four digits of year. */
const EARLIEST_MS = Date.parse("0000-01-01T00:00:00.000Z");
const LATEST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether a number of milliseconds since the epoch is a moment that a report can name; NaN is none. */
export function isMoment(atMs: number): boolean {
  return atMs >= EARLIEST_MS && atMs <= LATEST_MS;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; `month` counts from 1. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  // Howard Hinnant's days_from_civil: years start in March, so that the leap day is the last.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (monthLengths[month - 1] ?? 0);
}

/** Milliseconds since the epoch, UTC, or NaN when the date or the time of day does not exist. Second 60 is let through. */
export function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec";

/** Month 1 to 12 named by the three letters at `at`, in either case; 0 when they name none. */
export function monthAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  for (let month = 0; month < 12; month++) {
    if (
      (bytes[at]! | 32) === monthNames.charCodeAt(3 * month) &&
      (bytes[at + 1]! | 32) === monthNames.charCodeAt(3 * month + 1) &&
      (bytes[at + 2]! | 32) === monthNames.charCodeAt(3 * month + 2)
    ) {
      return month + 1;
    }
  }
  return 0;
}

/** The number in exactly `count` digits at `at`, or NaN. */
export function digitsAt(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return Number.NaN;
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** `HH:MM:SS` at `at` in milliseconds since midnight, or NaN. */
export function timeOfDayAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 8 > end || bytes[at + 2] !== 58 || bytes[at + 5] !== 58) return Number.NaN;
  const hour = digitsAt(bytes, at, 2, end);
  const minute = digitsAt(bytes, at + 3, 2, end);
  const second = digitsAt(bytes, at + 6, 2, end);
  return hour < 24 && minute < 60 && second <= 60 ? hour * 3_600_000 + minute * 60_000 + second * 1000 : Number.NaN;
}
