// Hot: once per HTTP response; measured by bench/captures.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { ascii, equalsIgnoringCase, lineFeed, startsWith } from "./ascii.ts";
import { CHUNKED, decimal, endsInChunked, trimmed, valueStart } from "./http-request.ts";

const CONTENT_LENGTH = ascii("content-length");
const TRANSFER_ENCODING = ascii("transfer-encoding");
export const RESPONSE_PREFIX = ascii("HTTP/1.");

/** The body ends when the connection does. */
export const UNTIL_CLOSE = -2;

/** Headers in which servers, frameworks and proxies name themselves, in the casing that they are told in. */
const revealingHeaders = [
  "Server",
  "Via",
  "X-Powered-By",
  "X-AspNet-Version",
  "X-AspNetMvc-Version",
  "X-Generator",
  "X-Server",
  "X-Runtime",
  "X-Version",
  "X-Jenkins",
  "X-Hudson",
  "X-Backend-Server",
  "X-Redirect-By",
  "X-Drupal-Cache",
  "X-Varnish",
  "X-Influxdb-Version",
  "X-Influxdb-Build",
  "Liferay-Portal",
  "MicrosoftSharePointTeamServices",
  "X-Confluence-Request-Time",
  "X-Elastic-Product",
  "X-ClickHouse-Server-Display-Name",
];

interface RevealingHeader {
  readonly lower: Uint8Array;
  readonly told: Uint8Array;
}

const revealingByLength: readonly (readonly RevealingHeader[])[] = groupByLength();

/** One reveal found in a response head: `name` (with `: `) and the value at `bytes[start, end)`. */
export interface RevealedHeader {
  name: Uint8Array;
  start: number;
  end: number;
}

/** Most headers of one response that are told. */
const MOST_REVEALS = 8;

/** The head of the response at hand; one is reused for all, since nothing of it is kept. */
export class HttpResponse {
  status = 0;
  /** CHUNKED, UNTIL_CLOSE or a length. */
  bodyLength = UNTIL_CLOSE;
  readonly reveals: readonly RevealedHeader[] = Array.from({ length: MOST_REVEALS }, () => ({
    name: RESPONSE_PREFIX,
    start: 0,
    end: 0,
  }));
  revealed = 0;

  /**
   * Reads the head at `bytes[start, end)` (RFC 9112, section 4).
   * @param isLast no more bytes follow: a head that ends early is taken as it is.
   * @returns its length in bytes, 0 when it does not end there, -1 when it is none.
   */
  parse(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    if (end - start < 13) return startsWith(bytes, start, end, RESPONSE_PREFIX) || end - start < 7 ? 0 : -1;
    if (!startsWith(bytes, start, end, RESPONSE_PREFIX)) return -1;
    this.status = statusAt(bytes, start + 9);
    this.bodyLength = UNTIL_CLOSE;
    this.revealed = 0;
    let at = lineFeed(bytes, start, end) + 1;
    while (at < end) {
      const lineEnd = lineFeed(bytes, at, end);
      if (lineEnd === end && !isLast) return 0;
      if (trimmed(bytes, at, lineEnd) === at) return lineEnd + 1 - start;
      this.#header(bytes, at, lineEnd);
      at = lineEnd + 1;
    }
    return isLast ? end - start : 0;
  }

  #header(bytes: Uint8Array, at: number, lineEnd: number): void {
    const first = bytes[at]! | 32;
    // s, x, v, c, t, l, m: the first letters of all headers that matter.
    if (
      first !== 99 &&
      first !== 115 &&
      first !== 116 &&
      first !== 118 &&
      first !== 120 &&
      first !== 108 &&
      first !== 109
    ) {
      return;
    }
    let colon = at;
    while (colon < lineEnd && bytes[colon] !== 58) colon++;
    const length = colon - at;
    if (length === 14 && equalsIgnoringCase(bytes, at, CONTENT_LENGTH)) {
      if (this.bodyLength !== CHUNKED) this.bodyLength = decimal(bytes, colon, lineEnd);
    } else if (length === 17 && equalsIgnoringCase(bytes, at, TRANSFER_ENCODING)) {
      if (endsInChunked(bytes, colon, lineEnd)) this.bodyLength = CHUNKED;
    } else if (length < revealingByLength.length && colon < lineEnd) this.#reveal(bytes, at, colon, lineEnd);
  }

  #reveal(bytes: Uint8Array, at: number, colon: number, lineEnd: number): void {
    const candidates = revealingByLength[colon - at]!;
    for (let i = 0; i < candidates.length && this.revealed < MOST_REVEALS; i++) {
      if (!equalsIgnoringCase(bytes, at, candidates[i]!.lower)) continue;
      const reveal = this.reveals[this.revealed++]!;
      reveal.name = candidates[i]!.told;
      reveal.start = valueStart(bytes, colon, lineEnd);
      reveal.end = trimmed(bytes, reveal.start, lineEnd);
      return;
    }
  }
}

/** A header of that name (lower case) as it is told, with `: `; undefined when nothing reveals itself there. */
export function revealingName(name: Uint8Array): Uint8Array | undefined {
  return revealingByLength[name.length]?.find(({ lower }) => equalsIgnoringCase(name, 0, lower))?.told;
}

/** A hash of a reveal that tells repetitions within a flow. */
export function hashReveal(reveal: RevealedHeader, bytes: Uint8Array): number {
  hashBytes(bytes, reveal.start, reveal.end);
  return (hashed.low ^ (reveal.name.length << 7) ^ reveal.name[2]!) | 0;
}

function statusAt(bytes: Uint8Array, at: number): number {
  const status = (bytes[at]! - 48) * 100 + (bytes[at + 1]! - 48) * 10 + bytes[at + 2]! - 48;
  return status >= 100 && status <= 999 ? status : 0;
}

function groupByLength(): RevealingHeader[][] {
  const groups: RevealingHeader[][] = [];
  for (let length = 0; length <= 40; length++) {
    const ofLength = revealingHeaders.filter((name) => name.length === length);
    groups.push(ofLength.map((name) => ({ lower: ascii(name.toLowerCase()), told: ascii(`${name}: `) })));
  }
  return groups;
}
