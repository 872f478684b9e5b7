// Hot: once per line; measured by bench/lines.ts.
import { daysInMonth, digitsAt, monthAt, timeOfDayAt, utcMs } from "../../bytes/calendar.ts";
import { LocalClock } from "../../bytes/local-clock.ts";
import { LogTime } from "../../bytes/log-time.ts";
import type { DecodeContext } from "../format.ts";
import type { Fields } from "./fields.ts";

const SPACE = 32;

/** Time stamps of network devices: in the syslog header, behind sequence numbers and names, or in fields of their own. */
export class DeviceTime {
  readonly #time: LogTime;
  readonly #utcTime: LogTime;
  readonly #clock: LocalClock;
  /** The day of the last `date=` field, as its ten bytes, and its midnight. */
  readonly #day = new Uint8Array(10);
  #dayMs = Number.NaN;

  constructor(context: DecodeContext) {
    this.#time = new LogTime(context);
    this.#utcTime = new LogTime({ ...context, zone: 0 });
    this.#clock = new LocalClock(context.zone);
  }

  /** The first byte after the last stamp that `before` or `at` found, and the spaces behind it. */
  get next(): number {
    return this.#time.next;
  }

  /** The stamp that `bytes[start, end)` starts with, or NaN. */
  at(bytes: Uint8Array, start: number, end: number): number {
    return this.#time.parse(bytes, start, end);
  }

  /**
   * The stamp before a message that starts at `to`: at the line's start, or behind what Cisco's devices put before it
   * (`<189>43: sw1: *Nov 22 19:05:16.861 UTC: %…`, `2026 Nov 22 19:05:16 sw1 %…`). NaN when there is none.
   */
  before(bytes: Uint8Array, start: number, to: number, end: number): number {
    const atMs = this.#time.parse(bytes, start, end);
    if (!Number.isNaN(atMs)) return atMs;
    const last = Math.min(to, start + 200) - 14;
    for (let i = start; i < last; i++) {
      const c = bytes[i]!;
      const isWordStart = i === start || isBreak(bytes[i - 1]!);
      if (!isWordStart) continue;
      const found = isDigit(c) ? this.#yearFirst(bytes, i, end) : this.#named(bytes, i, end);
      if (!Number.isNaN(found)) return found;
    }
    return Number.NaN;
  }

  #named(bytes: Uint8Array, at: number, end: number): number {
    const month = monthAt(bytes, at, end);
    if (month === 0) return Number.NaN;
    if (bytes[at + 3] === SPACE) return this.#time.parse(bytes, at, end);
    if (bytes[at + 3] !== 47) return Number.NaN;
    if (bytes[at + 6] === SPACE) return this.#slashed(bytes, at, end);
    if (bytes[at + 6] !== 47 || bytes[at + 11] !== SPACE) return Number.NaN;
    // `nov/22/2026 19:05:16` (RouterOS 6)
    const midnight = utcMs(digitsAt(bytes, at + 7, 4, end), month, digitsAt(bytes, at + 4, 2, end), 0, 0, 0);
    return this.#utc(midnight + timeOfDayAt(bytes, at + 12, end));
  }

  /** `nov/22 19:05:16`, as RouterOS 6 prints the days of its own year. */
  #slashed(bytes: Uint8Array, at: number, end: number): number {
    const stamp = bytes.slice(at, Math.min(end, at + 15));
    stamp[3] = SPACE;
    return this.#time.parse(stamp, 0, stamp.length);
  }

  /** `22Nov2026 19:05:16` (Check Point). */
  #dayFirst(bytes: Uint8Array, at: number, end: number): number {
    const day = digitsAt(bytes, at, 2, end);
    const midnight = utcMs(digitsAt(bytes, at + 5, 4, end), monthAt(bytes, at + 2, end), day, 0, 0, 0);
    return this.#utc(midnight + timeOfDayAt(bytes, at + 10, end));
  }

  /** `2026 Nov 22 19:05:16.123`, `2026 11 22 19:05:16 Security +01:00` (Barracuda) and the stamps that LogTime knows. */
  #yearFirst(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at + 4] === 58 && bytes[at + 10] === 45) return this.#colons(bytes, at, end);
    if (bytes[at + 9] === SPACE && monthAt(bytes, at + 2, end) > 0) return this.#dayFirst(bytes, at, end);
    if (bytes[at + 4] !== SPACE) return this.#time.parse(bytes, at, end);
    if (bytes[at + 7] === SPACE) return this.#spaced(bytes, at, end);
    const month = monthAt(bytes, at + 5, end);
    if (month === 0 || bytes[at + 8] !== SPACE) return Number.NaN;
    const dayAt = bytes[at + 9] === SPACE ? at + 10 : at + 9;
    const dayDigits = isDigit(bytes[dayAt + 1] ?? 0) ? 2 : 1;
    const day = digitsAt(bytes, dayAt, dayDigits, end);
    const ofDay = timeOfDayAt(bytes, dayAt + dayDigits + 1, end);
    return this.#utc(utcMs(digitsAt(bytes, at, 4, end), month, day, 0, 0, 0) + ofDay);
  }

  #spaced(bytes: Uint8Array, at: number, end: number): number {
    const [year, month, day] = [
      digitsAt(bytes, at, 4, end),
      digitsAt(bytes, at + 5, 2, end),
      digitsAt(bytes, at + 8, 2, end),
    ];
    const localMs = utcMs(year, month, day, 0, 0, 0) + timeOfDayAt(bytes, at + 11, end);
    // The zone stands behind the severity.
    let sign = at + 20;
    while (sign < end && sign < at + 34 && bytes[sign] !== SPACE) sign++;
    const zoneMs = zoneAt(bytes, sign + 1, end);
    return Number.isNaN(zoneMs) ? this.#utc(localMs) : localMs - zoneMs;
  }

  /** `2026:11:22-19:05:16` (Sophos UTM). */
  #colons(bytes: Uint8Array, at: number, end: number): number {
    const [year, month, day] = [
      digitsAt(bytes, at, 4, end),
      digitsAt(bytes, at + 5, 2, end),
      digitsAt(bytes, at + 8, 2, end),
    ];
    return this.#utc(utcMs(year, month, day, 0, 0, 0) + timeOfDayAt(bytes, at + 11, end));
  }

  /** The date in one field (`2026-11-22`), the time of day in another (`19:05:16`), the zone in a third (`-0500`). */
  fromFields(fields: Fields, date: number, time: number, zone: number): number {
    const dayMs = this.#day0(fields, date);
    const timeAt = fields.starts[time]!;
    if (timeAt < 0) return Number.NaN;
    const { bytes } = fields;
    const ofDay = timeOfDayAt(bytes, timeAt, fields.ends[time]!);
    const zoneMs = zone >= 0 && fields.has(zone) ? zoneAt(bytes, fields.starts[zone]!, fields.ends[zone]!) : Number.NaN;
    return Number.isNaN(zoneMs) ? this.#utc(dayMs + ofDay) : dayMs + ofDay - zoneMs;
  }

  /** The stamp that `bytes[start, end)` is, which states no zone, in the zone that a field names. */
  inZone(bytes: Uint8Array, start: number, end: number, fields: Fields, zone: number): number {
    const zoneMs = zoneAt(fields.bytes, fields.starts[zone]!, fields.ends[zone]!);
    return Number.isNaN(zoneMs) ? this.at(bytes, start, end) : this.#utcTime.parse(bytes, start, end) - zoneMs;
  }

  #utc(localMs: number): number {
    return localMs - this.#clock.offsetMs(localMs);
  }

  #day0(fields: Fields, date: number): number {
    const at = fields.starts[date]!;
    if (at < 0 || fields.ends[date]! - at < 10) return Number.NaN;
    const { bytes } = fields;
    let i = 9;
    while (i >= 0 && bytes[at + i] === this.#day[i]) i--;
    if (i < 0) return this.#dayMs;
    const separator = bytes[at + 4];
    const [year, month, day] = [
      digitsAt(bytes, at, 4, at + 10),
      digitsAt(bytes, at + 5, 2, at + 10),
      digitsAt(bytes, at + 8, 2, at + 10),
    ];
    const isDate =
      (separator === 45 || separator === 47) && bytes[at + 7] === separator && day <= daysInMonth(year, month);
    this.#dayMs = isDate ? utcMs(year, month, day, 0, 0, 0) : Number.NaN;
    this.#day.set(bytes.subarray(at, at + 10));
    return this.#dayMs;
  }
}

/** Milliseconds of an epoch written in seconds, milliseconds, microseconds or nanoseconds, told by its digits; or NaN. */
export function epochAt(bytes: Uint8Array, start: number, end: number): number {
  let digits = 0;
  while (start + digits < end && isDigit(bytes[start + digits]!)) digits++;
  const seconds = digitsAt(bytes, start, 10, end);
  if (digits === 10) return seconds * 1000 + fractionAt(bytes, start + 10, end) * 1000;
  if (digits !== 13 && digits !== 16 && digits !== 19) return Number.NaN;
  const ms = seconds * 1000 + digitsAt(bytes, start + 10, 3, end);
  return digits > 13 ? ms + digitsAt(bytes, start + 13, 3, end) / 1000 : ms;
}

/** `.123456` as a fraction of one, to the microsecond. */
function fractionAt(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 46 || start >= end) return 0;
  let micros = 0;
  let scale = 100_000;
  for (let i = start + 1; i < end && isDigit(bytes[i]!); i++) {
    micros += (bytes[i]! - 48) * scale;
    scale = Math.trunc(scale / 10);
  }
  return micros / 1e6;
}

/** Milliseconds east of UTC that `+0100`, `-05:00`, `UTC` or `GMT` stands for; NaN for other names. */
export function zoneAt(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  if (first === 85 || first === 71 || first === 90) {
    const isUtc = end - start === 1 || bytes[start + 1] === 84 || bytes[start + 1] === 77;
    if (isUtc && end - start <= 3) return 0;
    start += 3;
  }
  const sign = bytes[start] === 45 ? -1 : bytes[start] === 43 ? 1 : Number.NaN;
  const minutesAt = bytes[start + 3] === 58 ? start + 4 : start + 3;
  return sign * (digitsAt(bytes, start + 1, 2, end) * 60 + digitsAt(bytes, minutesAt, 2, end)) * 60_000;
}

/** Space, colon, `*` and `.` (an IOS clock that is not set, or not in step), `>`. */
function isBreak(byte: number): boolean {
  return byte === SPACE || byte === 58 || byte === 42 || byte === 46 || byte === 62;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
