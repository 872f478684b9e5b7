// Hot: once per line; measured by bench/log-formats.ts.
import { digitsAt, utcMs } from "./calendar.ts";
import { viewOf } from "./hash.ts";
import { LocalClock, type Zone } from "./local-clock.ts";

/** Length of `2026-11-22T19:05`. */
const MINUTE_BYTES = 16;

/**
 * Parses ISO 8601 stamps that stand alone (RFC 3339 and its relatives): `2026-11-22T19:05:16.123456+01:00`, a space for
 * the `T`, slashes in the date, no zone, `Z`, ` UTC`, `+0100`. Remembers the last minute, for most lines share it with the line before.
 */
export class IsoTime {
  readonly #clock: LocalClock;
  readonly #last = new DataView(new ArrayBuffer(MINUTE_BYTES));
  #lastMinuteMs = Number.NaN;

  constructor(context: { readonly zone: Zone }) {
    this.#clock = new LocalClock(context.zone);
  }

  /** Milliseconds since the epoch, UTC, of the stamp that is `bytes[at, end)`; NaN when it is none. */
  parse(bytes: Uint8Array, at: number, end: number): number {
    if (at + MINUTE_BYTES > end) return Number.NaN;
    if (!this.#isSameMinute(bytes, at)) {
      const minuteMs = parseMinute(bytes, at, end);
      if (Number.isNaN(minuteMs)) return Number.NaN;
      this.#lastMinuteMs = minuteMs;
      for (let i = 0; i < MINUTE_BYTES; i++) this.#last.setUint8(i, bytes[at + i]!);
    }
    let i = at + MINUTE_BYTES;
    let ms = this.#lastMinuteMs;
    if (bytes[i] === 58 && i < end) {
      const seconds = digitsAt(bytes, i + 1, 2, end);
      if (!(seconds <= 60)) return Number.NaN;
      ms += seconds * 1000;
      i += 3;
      if (i < end && (bytes[i] === 46 || bytes[i] === 44)) {
        let micros = 0;
        let places = 0;
        for (i++; i < end && bytes[i]! >= 48 && bytes[i]! <= 57; i++) {
          if (places === 6) continue;
          micros = micros * 10 + bytes[i]! - 48;
          places++;
        }
        ms += (micros * scales[places]!) / 1000;
      }
    }
    if (i === end) return ms - this.#clock.offsetMs(ms);
    if (bytes[i] === 90 && i + 1 === end) return ms;
    return ms - zoneAt(bytes, i, end);
  }

  #isSameMinute(bytes: Uint8Array, at: number): boolean {
    const words = viewOf(bytes);
    const last = this.#last;
    return (
      words.getInt32(at + 12, true) === last.getInt32(12, true) &&
      words.getInt32(at + 8, true) === last.getInt32(8, true) &&
      words.getInt32(at + 4, true) === last.getInt32(4, true) &&
      words.getInt32(at, true) === last.getInt32(0, true)
    );
  }
}

/** What a number of so many decimal places is multiplied with to make it millionths. */
const scales = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

function parseMinute(bytes: Uint8Array, at: number, end: number): number {
  const between = bytes[at + 10];
  const separator = bytes[at + 4];
  if ((separator !== 45 && separator !== 47) || bytes[at + 7] !== separator || bytes[at + 13] !== 58) return Number.NaN;
  if (between !== 84 && between !== 116 && between !== 32 && between !== 46) return Number.NaN;
  const [year, month] = [digitsAt(bytes, at, 4, end), digitsAt(bytes, at + 5, 2, end)];
  const [day, hour] = [digitsAt(bytes, at + 8, 2, end), digitsAt(bytes, at + 11, 2, end)];
  return utcMs(year, month, day, hour, digitsAt(bytes, at + 14, 2, end), 0);
}

/** Milliseconds east of UTC of the zone that is `bytes[at, end)`; NaN when it is none. */
function zoneAt(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === 32) at++;
  const length = end - at;
  if (length === 3 && bytes[at] === 85 && bytes[at + 1] === 84 && bytes[at + 2] === 67) return 0;
  if (length === 1 && (bytes[at] === 90 || bytes[at] === 122)) return 0;
  const sign = bytes[at] === 43 ? 1 : bytes[at] === 45 ? -1 : Number.NaN;
  const hours = digitsAt(bytes, at + 1, 2, end);
  const minutesAt = bytes[at + 3] === 58 ? at + 4 : at + 3;
  const minutes = length === 3 ? 0 : minutesAt + 2 === end ? digitsAt(bytes, minutesAt, 2, end) : Number.NaN;
  return sign * (hours * 60 + minutes) * 60_000;
}
