// Hot: once per line; measured by bench/lines.ts.
import { ACCESS_TIME_BYTES, AccessTime, isAccessTimeAt } from "../../bytes/access-time.ts";
import { MAPPED } from "../../bytes/address.ts";
import { addressScope } from "../../bytes/address-scope.ts";
import { hashBytes, hashed, hashPlain, viewOf } from "../../bytes/hash.ts";
import type { Line } from "../../bytes/line.ts";
import { startsLikeLogLine } from "../../bytes/log-time.ts";
import type { TextTable } from "../../bytes/text-table.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { AccessClient } from "../access-client.ts";
import { ClientChain } from "../client-chain.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { LastFields } from "../last-fields.ts";
import { addEscaped } from "../log-escapes.ts";
import { parseRequestLine, requestLine } from "../request-line.ts";
import { BEHIND_PROXY, CUT_ADDRESSES, SharedProxies } from "../shared-proxies.ts";

/**
 * Access logs of web servers as nginx, Apache and most others write them: the common log format, combined, either behind a
 * virtual host (`vhost_combined`), either with more fields behind it. Sources: Apache HTTP Server, mod_log_config; nginx,
 * ngx_http_log_module.
 */
export const combined = defineLineFormat({
  id: "combined",
  title: "Web access log (common, combined, with virtual host, with extra fields)",
  looksLike: (line) => looksLikeAccess(line.bytes, line.start, line.end),
  programs: ["nginx", "httpd", "apache", "apache2", "lighttpd", "varnishncsa", "logger"],
  open: () => {
    const reader = new AccessReader();
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const SLASH = 47;
const BRACKET = 91;
const BACKSLASH = 92;

/** ` [22/Nov/2026:19:05:16 +0000] "`, and a status after some later quote. */
function looksLikeAccess(bytes: Uint8Array, start: number, end: number): boolean {
  const at = findTime(bytes, start, end);
  return at > start && bytes[at + ACCESS_TIME_BYTES + 2] === QUOTE && closingQuote(bytes, at + 29, end, true) >= 0;
}

/** Where the time stamp's first byte stands, after ` [`; -1 when there is none. */
function findTime(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 1; i < end; i++) {
    if (bytes[i] === BRACKET && bytes[i - 1] === SPACE && isAccessTimeAt(bytes, i + 1, end)) return i + 1;
  }
  return -1;
}

/**
 * The quote that ends the field whose text starts at `from`. A quote after a backslash belongs to the text, and so does
 * one that is not followed as a closing one is: servers told to write raw bytes (`escape=none`) do not mark them.
 */
function closingQuote(bytes: Uint8Array, from: number, end: number, beforeStatus: boolean): number {
  for (let i = from; i < end; i++) {
    const c = bytes[i];
    if (c === BACKSLASH) i++;
    else if (
      c === QUOTE &&
      (beforeStatus ? isStatusAfter(bytes, i + 1, end) : i + 1 === end || bytes[i + 1] === SPACE)
    ) {
      return i;
    }
  }
  return -1;
}

/** ` 200 `, ` 200` at the line's end, or ` - `. */
function isStatusAfter(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== SPACE || at + 1 >= end) return false;
  if (bytes[at + 1] === DASH) return at + 2 === end || bytes[at + 2] === SPACE;
  if (!isDigit(bytes[at + 1]) || !isDigit(bytes[at + 2]) || !isDigit(bytes[at + 3]) || at + 4 > end) return false;
  return at + 4 === end || bytes[at + 4] === SPACE;
}

class AccessReader {
  readonly #time = new AccessTime();
  readonly #proxies = new SharedProxies();
  readonly #client = new AccessClient(this.#proxies);
  readonly #chain = new ClientChain();
  readonly #agents = new LastFields();
  /** The last method of three letters, with the space behind it, as four bytes. */
  #lastMethod = 0;
  #lastMethodLow = 0;
  #lastMethodHigh = 0;

  // Long on purpose: one pass over the line, the usual layout first, every turn off it into a function of its own.
  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;

    // Client, ident, user: nearly always `192.0.2.7 - - [`.
    let ipv4 = 0;
    let octet = 0;
    let shape = 0; // dots, or more than 3 when it is not dotted IPv4
    let at = start;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit >= 0 && digit <= 9) octet = octet * 10 + digit;
      else if (digit === -2 && octet < 256 && bytes[at - 1] !== 46) {
        ipv4 = (ipv4 << 8) | octet;
        octet = 0;
        shape++;
      } else break;
    }
    const isUsual =
      shape === 3 &&
      octet < 256 &&
      bytes[at - 1] !== 46 &&
      at - start >= 7 &&
      bytes[at] === SPACE &&
      bytes[at + 1] === DASH &&
      bytes[at + 2] === SPACE &&
      bytes[at + 3] === DASH &&
      bytes[at + 4] === SPACE &&
      bytes[at + 5] === BRACKET;
    let client: AccessClient | undefined;
    if (isUsual) {
      ipv4 = ((ipv4 << 8) | octet) >>> 0;
      at += 6;
    } else {
      at = findTime(bytes, start, end);
      if (at < 0) {
        return startsLikeLogLine(bytes, start, end) ? witness.other() : "not a line of an access log";
      }
      client = this.#client;
      const reason = client.parse(bytes, start, at - 2);
      if (reason !== undefined) return reason;
    }

    const atMs = this.#time.parse(bytes, at, end);
    if (Number.isNaN(atMs)) return "no such date or time of day";
    at += ACCESS_TIME_BYTES;
    if (bytes[at] !== 93 || bytes[at + 1] !== SPACE || bytes[at + 2] !== QUOTE) {
      return "no request in quotes after the time stamp";
    }
    at += 3;

    // Request line and status: `GET /path HTTP/1.1" 200 `, without escapes.
    const requestAt = at;
    while (bytes[at]! >= 65 && bytes[at]! <= 90) at++;
    const methodEnd = at;
    const pathAt = at + 1;
    let pathEnd = pathAt;
    let pathLow = 0;
    let pathHigh = 0;
    let isPlain = false;
    if (bytes[at] === SPACE && at > requestAt && bytes[pathAt] === SLASH) {
      pathEnd = hashPlain(bytes, pathAt, end);
      pathLow = hashed.low;
      pathHigh = hashed.high;
      at = pathEnd + 9;
      isPlain =
        at < end &&
        bytes[pathEnd] === SPACE &&
        bytes[pathEnd + 1] === 72 &&
        bytes[pathEnd + 5] === SLASH &&
        isDigit(bytes[pathEnd + 6]) &&
        bytes[pathEnd + 7] === 46 &&
        bytes[at] === QUOTE &&
        isStatusAfter(bytes, at + 1, end);
    }
    if (!isPlain) {
      at = closingQuote(bytes, requestAt, end, true);
      if (at < 0) return "no status after the request";
    }
    const requestEnd = at;
    let status = 0;
    at += 2;
    for (let digit = bytes[at]! - 48; digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) status = status * 10 + digit;
    if (bytes[at] === DASH) at++;
    at++;
    let bytesSent = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      bytesSent = bytesSent * 10 + digit;
    }
    if (at < end && bytes[at] === DASH) at++;

    const batch = witness.batch;
    const texts = batch.texts;
    const row = batch.add(Kind.request, atMs, witness.position);
    witness.tally.sawTime(atMs);

    // Referer and agent: the first two quoted fields after the size; fields without quotes between are skipped.
    let referer = 0;
    let agent = 0;
    const hasBareDash = bytes[at] === SPACE && bytes[at + 1] === DASH && bytes[at + 2] === SPACE;
    at = nextQuote(bytes, at, end);
    if (at < end && hasBareDash && endsInMilliseconds(bytes, end)) {
      // Traefik writes an absent referer without quotes.
      agent = addField(texts, bytes, at + 1, fieldEnd(bytes, at + 1, end));
    } else if (at < end) {
      const refererAt = at + 1;
      if (bytes[refererAt] === DASH && bytes[refererAt + 1] === QUOTE) at = refererAt + 1;
      else {
        at = hashPlain(bytes, refererAt, end);
        if (bytes[at] === QUOTE && bytes[at + 1] === SPACE && at > refererAt) {
          referer = texts.addHashed(bytes, refererAt, at, hashed.low, hashed.high);
        } else {
          at = fieldEnd(bytes, refererAt, end);
          referer = addField(texts, bytes, refererAt, at);
        }
      }
      at = nextQuote(bytes, at + 1, end);
      if (at < end) {
        agent = this.#agents.add(texts, bytes, at + 1, end);
        if (agent < 0) agent = addField(texts, bytes, at + 1, fieldEnd(bytes, at + 1, end));
      } else referer = 0;
    }
    batch.referer[row] = referer;
    batch.agent[row] = agent;
    batch.status[row] = status;
    batch.bytesSent[row] = bytesSent;

    if (isPlain) {
      batch.method[row] = this.#addMethod(texts, bytes, requestAt, methodEnd);
      batch.path[row] = texts.addHashed(bytes, pathAt, pathEnd, pathLow, pathHigh);
      batch.host[row] = 0;
    } else {
      parseRequestLine(texts, bytes, requestAt, requestEnd);
      batch.method[row] = requestLine.method;
      batch.path[row] = requestLine.path;
      batch.host[row] = requestLine.host;
    }

    const { source, target } = batch;
    const four = row * 4;
    target[four] = 0;
    target[four + 1] = 0;
    target[four + 2] = 0;
    target[four + 3] = 0;
    if (client === undefined) {
      source[four] = 0;
      source[four + 1] = 0;
      source[four + 2] = MAPPED;
      source[four + 3] = ipv4;
      batch.sourcePort[row] = 0;
      batch.targetPort[row] = 0;
    } else {
      for (let i = 0; i < 4; i++) source[four + i] = client.address[i]!;
      batch.sourcePort[row] = client.port;
      batch.targetPort[row] = client.hostPort;
      if (client.hostEnd > client.hostAt) batch.host[row] = texts.add(bytes, client.hostAt, client.hostEnd);
    }
    batch.transport[row] = Transport.tcp;
    batch.detail[row] = 0;
    const cut = this.#proxies.countRequest(source, four);
    if (cut > 0) witness.tally.gap(CUT_ADDRESSES, cut);
    return client?.isForwarded === true ? undefined : this.#lookBehind(line, requestEnd, row, witness);
  }

  /**
   * The client may be a proxy: the list of X-Forwarded-For stands behind the user agent (nginx's `main`), or it is not logged
   * at all.
   */
  #lookBehind(line: Line, requestEnd: number, row: number, witness: Witness): undefined {
    const { batch } = witness;
    const { bytes, end } = line;
    const listAt = lastAddresses(bytes, requestEnd, end);
    if (listAt >= 0) {
      const chain = this.#chain;
      chain.begin();
      chain.addAddress(batch.source, 4 * row, batch.sourcePort[row]!);
      chain.addList(bytes, listAt, end - 1);
      chain.settle(this.#proxies, batch.status[row]!);
      for (let w = 0; w < 4; w++) batch.source[4 * row + w] = chain.address[w]!;
      batch.sourcePort[row] = chain.port;
      if (chain.length > 1) return;
    }
    const isPrivate = addressScope(batch.source, 4 * row) === "private";
    if (!isPrivate && !this.#proxies.watchesEdges) return;
    const agent = batch.texts.hashLow[batch.agent[row]!]!;
    const hides = isPrivate
      ? this.#proxies.hidesClients(batch.source, 4 * row, agent, batch.status[row]!)
      : this.#proxies.isEdge(batch.source, 4 * row, agent, batch.status[row]!);
    if (!hides) return;
    batch.length = row;
    if (!this.#proxies.isAnonymised) witness.tally.gap(BEHIND_PROXY);
  }

  /** Nearly every line has the method of the line before. */
  #addMethod(texts: TextTable, bytes: Uint8Array, start: number, end: number): number {
    const word = viewOf(bytes).getInt32(start, true);
    if (end !== start + 3 || word !== this.#lastMethod) {
      hashBytes(bytes, start, end);
      if (end !== start + 3) return texts.addHashed(bytes, start, end, hashed.low, hashed.high);
      this.#lastMethod = word;
      this.#lastMethodLow = hashed.low;
      this.#lastMethodHigh = hashed.high;
    }
    return texts.addHashed(bytes, start, end, this.#lastMethodLow, this.#lastMethodHigh);
  }
}

/**
 * Where the last field's text starts when it is a list of addresses in quotes, and stands behind a referer and a user agent;
 * -1 when it does not. Most last fields are user agents, which end this within a few bytes.
 */
function lastAddresses(bytes: Uint8Array, requestEnd: number, end: number): number {
  if (bytes[end - 1] !== QUOTE) return -1;
  let at = end - 1;
  while (at > requestEnd && isOfAddresses(bytes[at - 1]!)) at--;
  if (bytes[at - 1] !== QUOTE || at >= end - 3) return -1;
  let quotes = 0;
  for (let i = requestEnd; i < at; i++) if (bytes[i] === QUOTE) quotes++;
  return quotes >= 6 ? at : -1;
}

/** Hexadecimal digits, dots, colons, commas, spaces. */
function isOfAddresses(c: number): boolean {
  return (c >= 48 && c <= 58) || ((c | 32) >= 97 && (c | 32) <= 102) || c === 46 || c === 44 || c === SPACE;
}

/** ` 247ms`: how Traefik's lines end, and no other server's. */
function endsInMilliseconds(bytes: Uint8Array, end: number): boolean {
  return bytes[end - 1] === 115 && bytes[end - 2] === 109 && isDigit(bytes[end - 3]);
}

function nextQuote(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at++;
  return at;
}

/** Where the quoted field whose text starts at `from` ends; the line's end when it was cut. */
function fieldEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const c = bytes[i];
    if (c === QUOTE) {
      if (i + 1 === end || bytes[i + 1] === SPACE) return i;
    } else if (c === BACKSLASH) i++;
  }
  return end;
}

/** The text of a field; `-` is absent. */
function addField(texts: TextTable, bytes: Uint8Array, at: number, end: number): number {
  if (end - at === 1 && bytes[at] === DASH) return 0;
  return addEscaped(texts, bytes, at, end);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
