// Hot: once per line; measured by bench/lines.ts.
import { DAY_MS, digitsAt, timeOfDayAt, utcMs } from "../../bytes/calendar.ts";
import type { Line } from "../../bytes/line.ts";
import { headerMeaning, type Meaning } from "../access-variables.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Part, RequestRecord } from "../request-record.ts";

/**
 * W3C extended log files of Internet Information Services and others that write requests that way: the `#Fields` line says
 * which field stands where, and may change in the middle. Sources: W3C, WD-logfile-960323; Microsoft, "W3C Logging".
 * Times are UTC. A file that was cut before its first `#Fields` line is read by IIS's own field orders.
 */
export const iis = defineLineFormat({
  id: "iis",
  title: "IIS and other W3C extended web logs (field order from #Fields)",
  looksLike: (line) => looksLikeW3c(line),
  open: () => {
    const reader = new W3cReader();
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const HASH = 35;
const QUOTE = 34;
const MINUS = 45;
const SLASH = 47;
const BRACKET = 91;
/** More fields than any server writes. */
const MOST_FIELDS = 64;

const DATE = -1;
const TIME = -2;
const SKIP = -3;

function looksLikeW3c(line: Line): boolean {
  const { bytes, start, end } = line;
  if (bytes[start] === HASH) {
    if (line.after("#Software: Microsoft Internet Information S") === start + 43) return true;
    return (
      line.after("#Fields:") === start + 8 &&
      line.includes("c-ip") &&
      line.includes("cs-method") &&
      !line.includes("x-edge")
    );
  }
  const isDated = !Number.isNaN(dateAt(bytes, start, end)) && bytes[start + 10] === SPACE;
  if (Number.isNaN(timeOfDayAt(bytes, isDated ? start + 11 : start, end))) return false;
  return hasMethodAndPath(bytes, isDated ? start + 19 : start + 8, end);
}

/** ` GET /`: a word in capitals before a path. */
function hasMethodAndPath(bytes: Uint8Array, from: number, end: number): boolean {
  let capitals = 0;
  for (let i = from; i + 1 < end; i++) {
    const c = bytes[i]!;
    if (c >= 65 && c <= 90) capitals++;
    else {
      if (c === SPACE && bytes[i + 1] === SLASH && capitals >= 3 && bytes[i - capitals - 1] === SPACE) return true;
      capitals = 0;
    }
  }
  return false;
}

/** What each name of a `#Fields` line means. */
const meanings: Readonly<Record<string, Meaning>> = {
  "c-ip": Part.peer,
  "c-port": Part.peerPort,
  "s-ip": Part.target,
  "s-port": Part.targetPort,
  "cs-method": Part.method,
  "cs-uri-stem": Part.uri,
  "cs-uri": Part.uri,
  "cs-uri-query": Part.query,
  "sc-status": Part.status,
  "sc-bytes": Part.size,
  bytes: Part.size,
  "cs-host": Part.host,
  "s-xff": Part.forwarded,
};

/** IIS's own orders: the usual fields of versions 7 and 8, and all there are, each also with X-Forwarded-For behind. */
const usual = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent)";
const rest = "sc-status sc-substatus sc-win32-status";
const all =
  "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version " +
  `cs(User-Agent) cs(Cookie) cs(Referer) cs-host ${rest} sc-bytes cs-bytes time-taken`;
const orders = [`${usual} ${rest} time-taken`, `${usual} cs(Referer) ${rest} time-taken`, all];
const ordersByLength = new Map(
  [...orders, ...orders.slice(1).map((order) => `${order} X-Forwarded-For`)].map((order) => [
    order.split(" ").length,
    order,
  ]),
);

class W3cReader {
  readonly #record = new RequestRecord("w3c");
  readonly #meanings = new Int8Array(MOST_FIELDS);
  /** Fields of a line; 0 before the first `#Fields`. */
  #count = 0;
  /** Whether `#Fields` was seen, so that lines of another length are broken. */
  #isTold = false;
  #hasDate = false;
  /** Midnight of the last date, from the line or from `#Date`, and the bytes it was read from. */
  #dateMs = Number.NaN;
  readonly #date = new Uint8Array(10);
  /** Time of the last line when only `#Date` tells the day: a smaller one is the next day's. */
  #lastTime = 0;

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (bytes[start] === HASH) return this.#readDirective(line, witness);
    if (!this.#isTold && !this.#guessOrder(bytes, start, end)) return "no #Fields line before it";
    const record = this.#record;
    record.begin(bytes);
    let at = start;
    let timeAt = -1;
    let isFtp = false;
    let field = 0;
    for (; at < end && field < this.#count; field++) {
      let valueEnd = at;
      const inQuotes = bytes[at] === QUOTE;
      if (inQuotes) {
        at++;
        valueEnd = at;
        while (valueEnd < end && (bytes[valueEnd] !== QUOTE || !isSeparator(bytes[valueEnd + 1]!))) valueEnd++;
      } else while (valueEnd < end && !isSeparator(bytes[valueEnd]!)) valueEnd++;
      const meaning = this.#meanings[field]!;
      if (meaning === Part.method && bytes[at] === BRACKET) isFtp = true; // `[7]USER`
      if (meaning >= 0) record.set(meaning as Part, at, valueEnd);
      else if (meaning === DATE) this.#setDate(bytes, at, valueEnd);
      else if (meaning === TIME) timeAt = at;
      at = inQuotes ? valueEnd + 1 : valueEnd;
      while (at < end && isSeparator(bytes[at]!)) at++;
    }
    if (field !== this.#count || at < end) {
      return this.#isTold ? "number of fields differs from #Fields" : "no #Fields line before it";
    }
    if (isFtp) return witness.other();
    record.atMs = this.#timeOf(bytes, timeAt, end);
    return record.tell(witness);
  }

  #timeOf(bytes: Uint8Array, at: number, end: number): number {
    const time = at < 0 ? Number.NaN : timeOfDayAt(bytes, at, end);
    if (!this.#hasDate) {
      if (time < this.#lastTime - DAY_MS / 2) this.#dateMs += DAY_MS;
      this.#lastTime = time;
    }
    return this.#dateMs + time + fractionMs(bytes, at + 8, end);
  }

  #setDate(bytes: Uint8Array, start: number, end: number): void {
    let i = 0;
    while (i < 10 && bytes[start + i] === this.#date[i]) i++;
    if (i === 10 && end - start === 10) return;
    this.#dateMs = end - start === 10 ? dateAt(bytes, start, end) : Number.NaN;
    for (i = 0; i < 10; i++) this.#date[i] = Number.isNaN(this.#dateMs) ? 0 : bytes[start + i]!;
  }

  #readDirective(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (line.after("#Fields:") === start + 8) {
      const names = new TextDecoder("latin1").decode(bytes.subarray(start + 8, end));
      if (!this.#setOrder(names)) return "#Fields without a client, a method or a path";
      this.#isTold = true;
    } else if (line.after("#Date: ") === start + 7 || line.after("#Start-Date: ") === start + 13) {
      const at = start + (bytes[start + 1] === 68 ? 7 : 13);
      const dateMs = dateAt(bytes, at, end);
      if (!this.#hasDate && !Number.isNaN(dateMs)) this.#dateMs = dateMs;
      this.#lastTime = 0;
    }
    witness.tally.records--; // a header is no record
    return undefined;
  }

  #guessOrder(bytes: Uint8Array, start: number, end: number): boolean {
    let words = 1;
    for (let i = start; i < end; i++) if (bytes[i] === SPACE && i + 1 < end && bytes[i + 1] !== SPACE) words++;
    const order = ordersByLength.get(words);
    return order !== undefined && this.#setOrder(order);
  }

  #setOrder(text: string): boolean {
    const names = text.trim().split(/\s+/).slice(0, MOST_FIELDS);
    const found = names.map(meaningOf);
    this.#count = names.length;
    this.#hasDate = names.includes("date");
    for (const [i, meaning] of found.entries()) this.#meanings[i] = meaning;
    return found.includes(Part.peer) && found.includes(Part.uri) && found.includes(TIME);
  }
}

function meaningOf(name: string): number {
  if (name === "date") return DATE;
  if (name === "time") return TIME;
  const header = /^(?:cs\()?([\w-]+)\)?$/.exec(name)?.[1];
  const meaning = meanings[name.toLowerCase()] ?? (header === undefined ? "skip" : headerMeaning(header));
  return typeof meaning === "number" ? meaning : SKIP;
}

function isSeparator(c: number): boolean {
  return c === SPACE || c === 9 || c === 10 || c === 13;
}

/** Midnight UTC of `2026-11-22`, or NaN. */
function dateAt(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return Number.NaN;
  const [year, month, day] = [
    digitsAt(bytes, at, 4, end),
    digitsAt(bytes, at + 5, 2, end),
    digitsAt(bytes, at + 8, 2, end),
  ];
  return utcMs(year, month, day, 0, 0, 0);
}

/** `.123` behind the seconds. */
function fractionMs(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== 46) return 0;
  const ms = digitsAt(bytes, at + 1, 3, end);
  return Number.isNaN(ms) ? 0 : ms;
}
