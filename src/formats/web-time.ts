// Hot: once per request of every web format but `combined`; measured by bench/lines.ts.
import { AccessTime, isAccessTimeAt } from "../bytes/access-time.ts";
import { digitsAt, monthAt, utcMs } from "../bytes/calendar.ts";
import { parseEpoch } from "../bytes/cells.ts";
import { IsoTime } from "../bytes/iso-time.ts";
import { LocalClock, type Zone } from "../bytes/local-clock.ts";
import { LogTime } from "../bytes/log-time.ts";

/**
 * The time of a request in whichever way a field holds it: `22/Nov/2026:19:05:16 +0000` (also in brackets, with fraction,
 * without zone), ISO 8601, epoch seconds, milliseconds, microseconds or nanoseconds, and what syslog headers hold.
 */
export class WebTime {
  readonly #access = new AccessTime();
  readonly #log: LogTime;
  readonly #iso: IsoTime;
  readonly #clock: LocalClock;

  constructor(context: { readonly referenceMs: number; readonly zone: Zone }) {
    this.#log = new LogTime(context);
    this.#iso = new IsoTime(context);
    this.#clock = new LocalClock(context.zone);
  }

  /** Milliseconds since the epoch of `bytes[start, end)`; NaN when it is no time. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (bytes[at] === 91) at++;
    if (isAccessTimeAt(bytes, at, end) && isSign(bytes[at + 21]!) && !isSign(bytes[at + 22]!)) {
      return this.#access.parse(bytes, at, end);
    }
    if (bytes[at + 2] === 47 && bytes[at + 6] === 47) return this.#parseOtherAccess(bytes, at, end);
    if (bytes[at + 2] === 45 && bytes[at + 6] === 45) return this.#parseOtherAccess(bytes, at, end);
    const isoMs = bytes[at + 4] === 45 ? this.#iso.parse(bytes, at, end) : Number.NaN;
    if (!Number.isNaN(isoMs)) return isoMs;
    const isEpoch = end - at >= 9 && areDigits(bytes, at, at + 9);
    return isEpoch ? parseEpoch(bytes, at, end) : this.#log.parse(bytes, at, end);
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
    // ModSecurity 2 writes the sign of zones west of Greenwich twice.
    if (bytes[next] === 32 && bytes[next + 1] === 45 && bytes[next + 2] === 45) next++;
    if (
      (bytes[next] === 32 || bytes[next] === 45) &&
      next + 6 <= end &&
      isSign(bytes[next + 1]!) &&
      isDigit(bytes[next + 2]!)
    ) {
      const zone = two(next + 2) * 60 + two(next + 4);
      return midnight + fractionMs - (bytes[next + 1] === 45 ? -zone : zone) * 60_000;
    }
    return midnight + fractionMs - this.#clock.offsetMs(midnight);
  }
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(bytes[i]!)) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isSign(byte: number): boolean {
  return byte === 43 || byte === 45;
}
