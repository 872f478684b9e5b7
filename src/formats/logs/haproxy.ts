// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { startsLikeLogLine } from "../../bytes/log-time.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { NO_CLIENT } from "../client-chain.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { Part, RequestRecord } from "../request-record.ts";
import { WebTime } from "../web-time.ts";

/**
 * HAProxy's own formats, through syslog or alone: `httplog` and `httpslog` (a request), `tcplog`, the connection and error
 * lines (a contact). Source: HAProxy, Configuration Manual, sections 8.2 and 8.6.
 */
export const haproxy = defineLineFormat({
  id: "haproxy",
  title: "HAProxy (httplog, tcplog, connection errors)",
  looksLike: (line) => findTime(line.bytes, line.start, line.end) >= 0 || line.includes(" haproxy["),
  programs: ["haproxy"],
  open: (context) => {
    const reader = new HaproxyReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const QUOTE = 34;
const SLASH = 47;
const COLON = 58;
const BRACKET = 91;
/** Length of `22/Nov/2026:19:05:16.123`. */
const TIME_BYTES = 24;

/** Where `22/Nov/2026:19:05:16.123]` starts, behind `address:port [`; -1 when there is none. */
function findTime(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 3; i + TIME_BYTES < end; i++) {
    if (bytes[i] !== BRACKET || bytes[i - 1] !== SPACE) continue;
    const at = i + 1;
    const isTime =
      bytes[at + 2] === SLASH &&
      bytes[at + 6] === SLASH &&
      bytes[at + 11] === COLON &&
      bytes[at + 20] === 46 &&
      bytes[at + TIME_BYTES] === 93;
    if (isTime && isDigit(bytes[i - 2]!)) return at;
  }
  return -1;
}

class HaproxyReader {
  readonly #time: WebTime;
  readonly #record = new RequestRecord("hash");
  readonly #contact = new ContactRecord();

  constructor(context: DecodeContext) {
    this.#time = new WebTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const timeAt = findTime(bytes, start, end);
    if (timeAt < 0) return this.#readConnect(line, witness);
    const clientEnd = timeAt - 2;
    let clientAt = clientEnd;
    while (clientAt > start && bytes[clientAt - 1] !== SPACE) clientAt--;
    const timers = findTimers(bytes, timeAt + TIME_BYTES + 1, end);
    const atMs = this.#time.parse(bytes, timeAt, timeAt + TIME_BYTES);
    if (timers < 0) return this.#tellContact(bytes, clientAt, clientEnd, atMs, witness);
    const isHttp = timerCount >= 5;
    if (!isHttp) return this.#tellContact(bytes, clientAt, clientEnd, atMs, witness);
    return this.#tellRequest(bytes, clientAt, clientEnd, atMs, timers, end, witness);
  }

  /** `5-part timers, status, bytes, …, "request"`. */
  #tellRequest(
    bytes: Uint8Array,
    clientAt: number,
    clientEnd: number,
    atMs: number,
    timersEnd: number,
    end: number,
    witness: Witness,
  ): string | undefined {
    const record = this.#record;
    record.begin(bytes);
    record.atMs = atMs;
    record.set(Part.peer, clientAt, clientEnd);
    const statusEnd = wordEnd(bytes, timersEnd + 1, end);
    record.set(Part.status, timersEnd + 1, statusEnd);
    const sizeAt = bytes[statusEnd + 1] === 43 ? statusEnd + 2 : statusEnd + 1;
    record.set(Part.size, sizeAt, wordEnd(bytes, sizeAt, end));
    let quote = statusEnd;
    while (quote < end && (bytes[quote] !== QUOTE || bytes[quote - 1] !== SPACE)) quote++;
    let close = quote + 1;
    while (close < end && bytes[close] !== QUOTE) close++;
    // HAProxy cuts lines at its log length, so the closing quote may be missing; `<BADREQ>` stands for what it could not read.
    if (quote < end && bytes[quote + 1] !== 60) record.set(Part.request, quote + 1, close);
    return record.tell(witness);
  }

  #tellContact(bytes: Uint8Array, at: number, end: number, atMs: number, witness: Witness): string | undefined {
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    const contact = this.#contact;
    contact.begin(atMs);
    const colon = lastColon(bytes, at, end);
    if (colon < 0 || !contact.setSource(bytes, at, colon)) return NO_CLIENT;
    contact.sourcePort = portAt(bytes, colon + 1, end);
    contact.tell(witness, Outcome.answered);
    return undefined;
  }

  /** `Connect from 192.0.2.7:51234 to 198.51.100.4:443 (www/HTTP)`, which has the time of its syslog header only. */
  #readConnect(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const from = line.after("Connect from ");
    const to = from < 0 ? -1 : line.after(" to ", from);
    if (to < 0) {
      return startsLikeLogLine(bytes, start, end) ? witness.other() : "not a line of HAProxy's formats";
    }
    const atMs = this.#time.parse(bytes, start, end);
    const contact = this.#contact;
    contact.begin(atMs);
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    const fromColon = lastColon(bytes, from, to - 4);
    const targetEnd = wordEnd(bytes, to, end);
    const toColon = lastColon(bytes, to, targetEnd);
    if (fromColon < 0 || !contact.setSource(bytes, from, fromColon)) return NO_CLIENT;
    contact.sourcePort = portAt(bytes, fromColon + 1, to - 4);
    if (toColon >= 0) {
      contact.setTarget(bytes, to, toColon);
      contact.targetPort = portAt(bytes, toColon + 1, targetEnd);
    }
    contact.tell(witness, Outcome.answered);
    return undefined;
  }
}

/** How many timers the word has that `findTimers` found. */
let timerCount = 0;

/** Where the word ends that holds only numbers with slashes between: `0/0/1/2/3`, `-1/-1/1`; -1 when there is none. */
function findTimers(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    while (at < end && bytes[at] === SPACE) at++;
    const stop = wordEnd(bytes, at, end);
    let slashes = 0;
    let i = at;
    for (; i < stop; i++) {
      const c = bytes[i]!;
      if (c === SLASH) slashes++;
      else if (!isDigit(c) && c !== 45 && c !== 43) break;
    }
    if (i === stop && slashes >= 2 && stop > at) {
      timerCount = slashes + 1;
      return stop;
    }
    if (bytes[at] === QUOTE || bytes[at] === 123) return -1;
    at = stop + 1;
  }
  return -1;
}

function lastColon(bytes: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && bytes[at] !== COLON) at--;
  return at > start ? at : -1;
}

function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at++;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
