// Hot: once per request of every web format but `combined`; measured by bench/lines.ts.
import { AccessTime, isAccessTimeAt } from "../bytes/access-time.ts";
import { digitsAt, monthAt, utcMs } from "../bytes/calendar.ts";
import { LogTime } from "../bytes/log-time.ts";

/**
 * The time of a request in whichever way a field holds it: `22/Nov/2026:19:05:16 +0000` (also in brackets, with fraction,
 * without zone), ISO 8601, epoch seconds, milliseconds, microseconds or nanoseconds, and what syslog headers hold.
 */
export class WebTime {
  readonly #access = new AccessTime();
  readonly #log: LogTime;
  readonly #zoneMs: number;

  constructor(context: { readonly referenceMs: number; readonly zoneMinutes: number }) {
    this.#log = new LogTime(context);
    this.#zoneMs = context.zoneMinutes * 60_000;
  }

  /** Milliseconds since the epoch of `bytes[start, end)`; NaN when it is no time. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (bytes[at] === 91) at++;
    if (isAccessTimeAt(bytes, at, end) && isSign(bytes[at + 21]!)) return this.#access.parse(bytes, at, end);
    if (bytes[at + 2] === 47 && bytes[at + 6] === 47) return this.#parseOtherAccess(bytes, at, end);
    if (bytes[at + 2] === 45 && bytes[at + 6] === 45) return this.#parseOtherAccess(bytes, at, end);
    const epochMs = parseEpoch(bytes, at, end);
    return Number.isNaN(epochMs) ? this.#log.parse(bytes, at, end) : epochMs;
  }

  /** `22/Nov/2026:19:05:16.123 +0000`, `22/Nov/2026 19:05:16`, `22-Nov-2026 19:05:16.123` without zone or with one. */
  #parseOtherAccess(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < 20) return Number.NaN;
    const two = (i: number) => digitsAt(bytes, i, 2, end);
    const month = monthAt(bytes, at + 3, end);
    const year = two(at + 7) * 100 + two(at + 9);
    const midnight = utcMs(year, month, two(at), two(at + 12), two(at + 15), two(at + 18));
    let next = at + 20;
    let fractionMs = 0;
    if (bytes[next] === 46 || bytes[next] === 44) {
      let scale = 100;
      for (next++; next < end && isDigit(bytes[next]!); next++) {
        fractionMs += (bytes[next]! - 48) * scale;
        scale /= 10;
      }
    }
    if (bytes[next] === 32 && next + 6 <= end && isSign(bytes[next + 1]!) && isDigit(bytes[next + 2]!)) {
      const zone = two(next + 2) * 60 + two(next + 4);
      return midnight + fractionMs - (bytes[next + 1] === 45 ? -zone : zone) * 60_000;
    }
    return midnight + fractionMs - this.#zoneMs;
  }
}

/** Seconds since 1970 with or without fraction, or whole milli-, micro- or nanoseconds, told apart by their digits. */
export function parseEpoch(bytes: Uint8Array, start: number, end: number): number {
  let whole = 0;
  let at = start;
  for (; at < end && at < start + 19 && isDigit(bytes[at]!); at++) whole = whole * 10 + bytes[at]! - 48;
  const digits = at - start;
  if (digits < 9 || digits > 19) return Number.NaN;
  if (digits > 16) return at === end ? Math.round(whole / 1000) / 1000 : Number.NaN;
  if (digits > 14) return at === end ? whole / 1000 : Number.NaN;
  if (digits > 11) return at === end || bytes[at] === 46 ? whole : Number.NaN;
  if (at === end) return whole * 1000;
  if (bytes[at] !== 46) return Number.NaN;
  let fraction = 0;
  let scale = 100_000;
  for (at++; at < end && isDigit(bytes[at]!); at++) {
    fraction += (bytes[at]! - 48) * scale;
    scale = Math.trunc(scale / 10);
  }
  return at === end ? whole * 1000 + fraction / 1000 : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isSign(byte: number): boolean {
  return byte === 43 || byte === 45;
}
