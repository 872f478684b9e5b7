// Hot: once per line of a syslog file; measured by bench/lines.ts.
import { DAY_MS, daysInMonth, digitsAt, monthAt, timeOfDayAt, utcMs } from "./calendar.ts";
import { viewOf } from "./hash.ts";
import { LocalClock, type Zone } from "./local-clock.ts";

const SPACE = 32;
const COLON = 58;
const MINUS = 45;
const BRACKET = 91;
/** Length of `2026-11-22T19:05`. */
const MINUTE_BYTES = 16;

/**
 * Finds the time stamp that a log line starts with, in the ways syslog daemons, journalctl and dmesg write it:
 * `Nov 22 19:05:16` (RFC 3164, section 4.1.2; also with fraction or year), `2026-11-22T19:05:16.123+01:00` (RFC 5424,
 * section 6.2.3; also with a space, a comma, without zone), `<4>1 ` and `<4>` before either, an octet count before that
 * (RFC 6587), a week day, epoch seconds (`journalctl -o short-unix`), `[Sun Nov 22 19:05:16 2026]` (`dmesg -T`).
 *
 * A stamp without year is placed in the latest year that keeps it at most a day after `referenceMs`, line by line, so
 * that a file that runs from December into January comes out right. 29 February takes the latest leap year.
 */
export class LogTime {
  /** After `parse`: the first byte after the stamp and the spaces that follow it. */
  next = 0;
  /** After `parse`: the line has RFC 5424's version before its stamp, so its header has RFC 5424's fields. */
  isRfc5424 = false;
  /** After `parse`: the stamp is in brackets, as dmesg writes it, so no host name follows. */
  isInBrackets = false;
  readonly #latestMs: number;
  readonly #clock: LocalClock;
  /** `Nov 22 19` of the last stamp without year. */
  readonly #lastHour = new Uint8Array(9);
  readonly #lastWords = new DataView(this.#lastHour.buffer);
  #lastHourMs = Number.NaN;
  /** `2026-11-22T19:05` of the last stamp with year, and what it is in UTC if it states no zone. */
  readonly #lastMinute = new DataView(new ArrayBuffer(MINUTE_BYTES));
  #lastMinuteMs = Number.NaN;

  constructor(context: { readonly referenceMs: number; readonly zone: Zone }) {
    this.#latestMs = context.referenceMs + DAY_MS;
    this.#clock = new LocalClock(context.zone);
  }

  /** Milliseconds since the epoch, UTC, or NaN when the line starts with no time of day that is known. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    this.isRfc5424 = false;
    this.isInBrackets = false;
    if (end - start > 16 && bytes[start + 15] === SPACE && this.#isSameHour(bytes, start)) {
      const m = (bytes[start + 10]! - 48) * 10 + bytes[start + 11]! - 48;
      const s = (bytes[start + 13]! - 48) * 10 + bytes[start + 14]! - 48;
      const hasYear = bytes[start + 20] === SPACE && isDigit(bytes[start + 16]!) && isDigit(bytes[start + 19]!);
      const isUsual = areFourDigits(bytes, start) && !hasYear && bytes[start + 16] !== SPACE;
      if (m < 60 && s <= 60 && isUsual) {
        this.next = start + 16;
        return this.#lastHourMs + m * 60_000 + s * 1000;
      }
    }
    return this.#parseAny(bytes, start, end);
  }

  #isSameHour(bytes: Uint8Array, start: number): boolean {
    const words = viewOf(bytes);
    const last = this.#lastWords;
    return (
      words.getInt32(start + 5, true) === last.getInt32(5, true) &&
      words.getInt32(start, true) === last.getInt32(0, true) &&
      words.getInt32(start + 4, true) === last.getInt32(4, true) &&
      bytes[start + 9] === COLON &&
      bytes[start + 12] === COLON
    );
  }

  #parseAny(bytes: Uint8Array, start: number, end: number): number {
    let at = skipPriority(bytes, start, end);
    if (at > start && at + 2 < end && bytes[at + 1] === SPACE && isDigit(bytes[at]!)) {
      this.isRfc5424 = true;
      at += 2;
    }
    this.isInBrackets = bytes[at] === BRACKET && at < end;
    if (this.isInBrackets) at++;
    at = skipWeekDay(bytes, at, end);
    const atMs = isDigit(bytes[at] ?? 0) ? this.#parseNumeric(bytes, at, end) : this.#parseNamed(bytes, at, end);
    if (this.isInBrackets && bytes[this.next] === 93) this.next++;
    while (this.next < end && bytes[this.next] === SPACE) this.next++;
    if (!Number.isNaN(atMs) && at === start) this.#remember(bytes, start, end, atMs);
    return atMs;
  }

  #remember(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    if (this.next !== start + 16 || bytes[start + 9] !== COLON || bytes[start + 15] !== SPACE) return;
    const [minutes, seconds] = [digitsAt(bytes, start + 10, 2, end), digitsAt(bytes, start + 13, 2, end)];
    const hourMs = atMs - minutes * 60_000 - seconds * 1000;
    const year = new Date(hourMs).getUTCFullYear();
    const nextYearMs = new Date(hourMs).setUTCFullYear(year + 1);
    // The hour in which the year is decided has two, and one on a day on which the clocks change may have: those are not remembered.
    if (!this.#clock.isSteady || this.#isDecidedWithin(hourMs) || this.#isDecidedWithin(nextYearMs)) return;
    this.#lastHour.set(bytes.subarray(start, start + 9));
    this.#lastHourMs = hourMs;
  }

  #isDecidedWithin(hourMs: number): boolean {
    return Math.abs(this.#latestMs - hourMs) < 2 * 3_600_000;
  }

  /** `Nov 22 19:05:16`, `Nov  2 19:05:16.123`, `Nov 2 2026 19:05:16`, `Nov 22 19:05:16 2026`. */
  #parseNamed(bytes: Uint8Array, start: number, end: number): number {
    const month = monthAt(bytes, start, end);
    this.next = start;
    if (month === 0 || bytes[start + 3] !== SPACE) return Number.NaN;
    let at = start + 4;
    if (bytes[at] === SPACE) at++;
    const dayDigits = isDigit(bytes[at + 1] ?? 0) ? 2 : 1;
    const day = digitsAt(bytes, at, dayDigits, end);
    at += dayDigits;
    if (bytes[at] === 44) at++;
    if (bytes[at] !== SPACE) return Number.NaN;
    at++;
    let year = bytes[at + 4] === SPACE ? digitsAt(bytes, at, 4, end) : Number.NaN;
    if (!Number.isNaN(year)) at += 5;
    const time = timeOfDayAt(bytes, at, end);
    if (Number.isNaN(time)) return Number.NaN;
    this.next = at + 8;
    const fractionMs = this.#fraction(bytes, end);
    if (Number.isNaN(year) && bytes[this.next] === SPACE && !isDigit(bytes[this.next + 5] ?? 0)) {
      year = digitsAt(bytes, this.next + 1, 4, end);
      if (year >= 1970) this.next += 5;
      else year = Number.NaN;
    }
    const midnight = !Number.isNaN(year)
      ? utcMs(year, month, day, 0, 0, 0)
      : this.#midnightWithoutYear(month, day, time);
    return midnight + time + fractionMs - this.#clock.offsetMs(midnight + time);
  }

  #midnightWithoutYear(month: number, day: number, time: number): number {
    let year = new Date(this.#latestMs).getUTCFullYear() + 1;
    for (const oldest = year - 10; year >= oldest; year--) {
      if (day > daysInMonth(year, month)) continue;
      const midnight = utcMs(year, month, day, 0, 0, 0);
      if (midnight + time - this.#clock.offsetMs(midnight + time) <= this.#latestMs || Number.isNaN(midnight))
        return midnight;
    }
    return Number.NaN;
  }

  /** `2026-11-22T19:05:16.123456+01:00` and its relatives; `1795374315.908849`. */
  #parseNumeric(bytes: Uint8Array, start: number, end: number): number {
    this.next = start;
    const separator = bytes[start + 4];
    if (separator !== MINUS && separator !== 47) return this.#parseEpoch(bytes, start, end);
    if (start + 19 > end || bytes[start + 16] !== COLON) return Number.NaN;
    const seconds = (bytes[start + 17]! - 48) * 10 + bytes[start + 18]! - 48;
    if (!isDigit(bytes[start + 17]!) || !isDigit(bytes[start + 18]!) || seconds > 60) return Number.NaN;
    const minuteMs = this.#minute(bytes, start, end);
    if (Number.isNaN(minuteMs)) return Number.NaN;
    this.next = start + 19;
    const fractionMs = this.#fraction(bytes, end);
    return minuteMs + seconds * 1000 + fractionMs - this.#zone(bytes, end, minuteMs);
  }

  /** The minute that `2026-11-22T19:05` is in UTC; remembered, for most stamps share it with the one before. */
  #minute(bytes: Uint8Array, start: number, end: number): number {
    const words = viewOf(bytes);
    const last = this.#lastMinute;
    let i = MINUTE_BYTES - 4;
    while (i >= 0 && words.getInt32(start + i, true) === last.getInt32(i, true)) i -= 4;
    if (i < 0) return this.#lastMinuteMs;
    const separator = bytes[start + 4];
    const between = bytes[start + 10];
    if (bytes[start + 7] !== separator || (between !== 84 && between !== 116 && between !== SPACE)) return Number.NaN;
    if (bytes[start + 13] !== COLON) return Number.NaN;
    const [year, month] = [digitsAt(bytes, start, 4, end), digitsAt(bytes, start + 5, 2, end)];
    const [day, hour] = [digitsAt(bytes, start + 8, 2, end), digitsAt(bytes, start + 11, 2, end)];
    const minuteMs = utcMs(year, month, day, hour, digitsAt(bytes, start + 14, 2, end), 0);
    if (Number.isNaN(minuteMs)) return minuteMs;
    for (let k = 0; k < MINUTE_BYTES; k++) last.setUint8(k, bytes[start + k]!);
    this.#lastMinuteMs = minuteMs;
    return minuteMs;
  }

  #parseEpoch(bytes: Uint8Array, start: number, end: number): number {
    const seconds = digitsAt(bytes, start, 10, end);
    if (Number.isNaN(seconds) || isDigit(bytes[start + 10] ?? 0)) return Number.NaN;
    this.next = start + 10;
    const fractionMs = this.#fraction(bytes, end);
    return bytes[this.next] === SPACE ? seconds * 1000 + fractionMs : Number.NaN;
  }

  /** Milliseconds of an optional `.123456` at `next`; whole microseconds at most, so that sums stay exact enough. */
  #fraction(bytes: Uint8Array, end: number): number {
    const mark = bytes[this.next];
    if ((mark !== 46 && mark !== 44) || !isDigit(bytes[this.next + 1] ?? 0)) return 0;
    let micros = 0;
    let scale = 100_000;
    let at = this.next + 1;
    for (; at < end && isDigit(bytes[at]!); at++) {
      micros += (bytes[at]! - 48) * scale;
      scale = Math.trunc(scale / 10);
    }
    this.next = at;
    return micros / 1000;
  }

  /** Milliseconds east of UTC of an optional zone at `next`: `Z`, ` UTC`, `+01:00`, `-0500`, `+01`; without one, the clock's at `localMs`. */
  #zone(bytes: Uint8Array, end: number, localMs: number): number {
    let at = this.next;
    if (bytes[at] === 90 || bytes[at] === 122) {
      this.next = at + 1;
      return 0;
    }
    if (bytes[at] === SPACE && bytes[at + 1] === 85 && bytes[at + 2] === 84 && bytes[at + 3] === 67) {
      this.next = at + 4;
      return 0;
    }
    if (bytes[at] === SPACE) at++;
    const sign = bytes[at] === 43 ? 1 : bytes[at] === MINUS ? -1 : 0;
    const hours = digitsAt(bytes, at + 1, 2, end);
    if (sign === 0 || Number.isNaN(hours)) return this.#clock.offsetMs(localMs);
    at += 3;
    const minutesAt = bytes[at] === COLON ? at + 1 : at;
    const minutes = digitsAt(bytes, minutesAt, 2, end);
    this.next = !Number.isNaN(minutes) ? minutesAt + 2 : at;
    return sign * (hours * 60 + (!Number.isNaN(minutes) ? minutes : 0)) * 60_000;
  }
}

/**
 * True when the line starts as some log line does: with a priority, a time stamp, or the kernel's time since boot. Such a
 * line was written by some program; one that does not is broken, or no log line at all.
 */
export function startsLikeLogLine(bytes: Uint8Array, start: number, end: number): boolean {
  let at = skipPriority(bytes, start, end);
  if (at > start) return true;
  if (bytes[at] === BRACKET) at++;
  while (at < end && bytes[at] === SPACE) at++;
  at = skipWeekDay(bytes, at, end);
  if (monthAt(bytes, at, end) > 0 && bytes[at + 3] === SPACE)
    return isDigit(bytes[at + 4] ?? 0) || bytes[at + 4] === SPACE;
  let digits = 0;
  while (at + digits < end && isDigit(bytes[at + digits]!)) digits++;
  const next = bytes[at + digits];
  if (digits === 4 && (next === MINUS || next === 47)) return isDigit(bytes[at + 5] ?? 0);
  return (
    digits > 0 && next === 46 && isDigit(bytes[at + digits + 1] ?? 0) && (digits === 10 || bytes[start] === BRACKET)
  );
}

/** Skips `<4>` and an octet count before it. Returns `start` when there is no priority. */
function skipPriority(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at < start + 6 && isDigit(bytes[at]!)) at++;
  if (at > start) {
    if (bytes[at] !== SPACE || bytes[at + 1] !== 60) return start;
    at++;
  }
  if (bytes[at] !== 60 || at >= end) return start;
  const digitsStart = ++at;
  while (at < end && at < digitsStart + 3 && isDigit(bytes[at]!)) at++;
  return at > digitsStart && at < end && bytes[at] === 62 ? at + 1 : start;
}

const weekDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const weekDayLetters = [109, 116, 119, 102, 115];

/** Skips `Sun ` and `Sun, `. */
function skipWeekDay(bytes: Uint8Array, at: number, end: number): number {
  if (at + 5 > end) return at;
  const afterName = bytes[at + 3] === 44 ? at + 4 : at + 3;
  // M, T, W, F, S: most lines start with another letter, or none.
  if (bytes[afterName] !== SPACE || !weekDayLetters.includes(bytes[at]! | 32)) return at;
  const name = String.fromCharCode(bytes[at]! | 32, bytes[at + 1]! | 32, bytes[at + 2]! | 32);
  return weekDays.includes(name) ? afterName + 1 : at;
}

function areFourDigits(bytes: Uint8Array, start: number): boolean {
  return (
    isDigit(bytes[start + 10]!) &&
    isDigit(bytes[start + 11]!) &&
    isDigit(bytes[start + 13]!) &&
    isDigit(bytes[start + 14]!)
  );
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
