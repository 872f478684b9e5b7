// Hot: once per request of every web format but `combined`; measured by bench/lines.ts.

import { type AddressWords, parseAddress } from "../bytes/address.ts";
import { addressScope } from "../bytes/address-scope.ts";
import { unescapedJson, unescapeJson } from "../bytes/json-scan.ts";
import type { TextTable } from "../bytes/text-table.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind, Transport } from "../observations/vocabulary.ts";
import { ClientChain, isAbsent, NO_CLIENT, reasonOfClient } from "./client-chain.ts";
import type { Witness } from "./define-line-format.ts";
import { addEncodedHeader } from "./encoded-header.ts";
import { undoEscapes, undone } from "./log-escapes.ts";
import { parseRequestLine, parseRequestText, requestLine } from "./request-line.ts";
import { BEHIND_PROXY, CUT_ADDRESSES, SharedProxies } from "./shared-proxies.ts";

/** What a log may say of one HTTP request. */
export const Part = {
  /** The peer that the server talked to: an address, perhaps with its port. */
  peer: 0,
  /** The peer's port, where it has a field of its own. */
  peerPort: 1,
  /** The client as the proxy before told it in one address: PROXY protocol, CF-Connecting-IP, X-Real-IP. */
  client: 2,
  /** X-Forwarded-For, Forwarded. */
  forwarded: 3,
  target: 4,
  targetPort: 5,
  /** Host asked for, perhaps with its port. */
  host: 6,
  /** The request line; instead of it, its parts. */
  request: 7,
  method: 8,
  /** Path with query; or both apart. */
  uri: 9,
  query: 10,
  status: 11,
  size: 12,
  referer: 13,
  agent: 14,
} as const;
export type Part = (typeof Part)[keyof typeof Part];
const PARTS = 15;

/** How a log writes bytes that would end or garble a field; `encoded` is JSON whose headers are percent-encoded besides. */
export type Escapes = "log" | "json" | "encoded" | "hash" | "plain" | "w3c";

const HASH = 35;
const SLASH = 47;
const QUESTION = 63;
const BACKSLASH = 92;

/**
 * The parts of one request, each a place in the bytes of its line, and the way from them to an observation. One reused
 * record per input: `begin`, `set` what the line has, `tell`.
 */
export class RequestRecord {
  /** When, in milliseconds since the epoch; NaN when the line does not say. */
  atMs = Number.NaN;
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #starts = new Int32Array(PARTS);
  readonly #ends = new Int32Array(PARTS);
  readonly #escapes: Escapes;
  readonly #chain = new ClientChain();
  readonly #proxies = new SharedProxies();
  /** Path and query put together. */
  #joined = new Uint8Array(1024);
  #plain = new Uint8Array(1024);

  constructor(escapes: Escapes) {
    this.#escapes = escapes;
  }

  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.atMs = Number.NaN;
    // A loop, for `fill` of so few costs more.
    for (let part = 0; part < PARTS; part++) {
      this.#starts[part] = 0;
      this.#ends[part] = 0;
    }
  }

  /** Says where a part stands; `-` and nothing are absent. The first place counts. */
  set(part: Part, start: number, end: number): void {
    if (this.#ends[part] !== 0 || isAbsent(this.#bytes, start, end)) return;
    this.#starts[part] = start;
    this.#ends[part] = end;
  }

  has(part: Part): boolean {
    return this.#ends[part]! > 0;
  }

  /** Adds the observation; returns why not, or undefined. */
  tell(witness: Witness): string | undefined {
    if (Number.isNaN(this.atMs)) return "no time stamp with date and time of day";
    const reason = this.#settleClient();
    if (reason !== undefined) return reason;
    if (!this.has(Part.request) && !this.has(Part.uri) && !this.has(Part.method) && !this.has(Part.status)) {
      return "no request";
    }
    const status = this.#number(Part.status, 999);
    const { address } = this.#chain;
    const cut = this.#proxies.countRequest(address, 0);
    if (cut > 0) witness.tally.gap(CUT_ADDRESSES, cut);
    if (this.#chain.length === 1 && this.#standsForOthers(address, status)) {
      if (!this.#proxies.isAnonymised) witness.tally.gap(BEHIND_PROXY);
      return undefined;
    }
    this.#addRow(witness, status);
    return undefined;
  }

  #standsForOthers(address: AddressWords, status: number): boolean {
    const proxies = this.#proxies;
    if (addressScope(address) === "private") return proxies.hidesClients(address, 0, this.#agentHash(), status);
    return proxies.watchesEdges && proxies.isEdge(address, 0, this.#agentHash(), status);
  }

  #settleClient(): string | undefined {
    const chain = this.#chain;
    const bytes = this.#bytes;
    chain.begin();
    // Whatever stands for the peer in place of an address (`unix:`, a name) is no address to blame, nor one to believe.
    chain.addList(bytes, this.#starts[Part.peer]!, this.#ends[Part.peer]!);
    const hasPeer = chain.length > 0;
    if (!hasPeer && this.has(Part.peer) && !isLocalSocket(bytes, this.#starts[Part.peer]!, this.#ends[Part.peer]!)) {
      return reasonOfClient(bytes, this.#starts[Part.peer]!, this.#ends[Part.peer]!);
    }
    if (this.has(Part.client)) chain.addHop(bytes, this.#starts[Part.client]!, this.#ends[Part.client]!);
    if (this.has(Part.forwarded)) chain.addList(bytes, this.#starts[Part.forwarded]!, this.#ends[Part.forwarded]!);
    return chain.settle(this.#proxies, this.#number(Part.status, 999)) ? undefined : NO_CLIENT;
  }

  #addRow(witness: Witness, status: number): void {
    const { batch, tally } = witness;
    const { texts } = batch;
    const row = batch.add(Kind.request, this.atMs, witness.position);
    tally.sawTime(this.atMs);
    this.#addTarget(batch, row);
    for (let w = 0; w < 4; w++) batch.source[4 * row + w] = this.#chain.address[w]!;
    const ownPort = this.#chain.length === 1 ? this.#number(Part.peerPort, 65535) : 0;
    batch.sourcePort[row] = this.#chain.port || ownPort;
    batch.transport[row] = Transport.tcp;
    batch.status[row] = status;
    batch.bytesSent[row] = this.#number(Part.size, Number.MAX_SAFE_INTEGER);
    batch.referer[row] = this.#text(texts, Part.referer);
    batch.agent[row] = this.#text(texts, Part.agent);
    batch.detail[row] = 0;
    this.#addRequest(batch, row);
    this.#addHost(batch, row);
  }

  #addTarget(batch: Batch, row: number): void {
    const { target } = batch;
    const at = 4 * row;
    const isThere =
      this.has(Part.target) &&
      parseAddress(this.#bytes, this.#starts[Part.target]!, this.#ends[Part.target]!, target, at);
    if (!isThere) for (let w = at; w < at + 4; w++) target[w] = 0;
    batch.targetPort[row] = this.#number(Part.targetPort, 65535);
  }

  #addRequest(batch: Batch, row: number): void {
    const { texts } = batch;
    requestLine.host = 0;
    if (this.has(Part.request)) {
      const [start, end] = [this.#starts[Part.request]!, this.#ends[Part.request]!];
      if (this.#addUsualRequest(batch, row, start, end)) return;
      if (this.#escapes === "log") parseRequestLine(texts, this.#bytes, start, end);
      else parseRequestText(texts, this.#undone(start, end), this.#length);
      batch.method[row] = requestLine.method;
      batch.path[row] = requestLine.path;
      batch.host[row] = requestLine.host;
      return;
    }
    batch.method[row] = this.#text(texts, Part.method);
    const isApart =
      this.has(Part.query) && !hasByte(this.#bytes, this.#starts[Part.uri]!, this.#ends[Part.uri]!, QUESTION);
    batch.path[row] = isApart ? this.#joinedPath(texts) : this.#text(texts, Part.uri);
    batch.host[row] = 0;
  }

  /** `GET /path HTTP/1.1` without escapes, nearly every request line; false when it is anything else. */
  #addUsualRequest(batch: Batch, row: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = start;
    while (bytes[at]! >= 65 && bytes[at]! <= 90) at++;
    const pathAt = at + 1;
    const pathEnd = end - 9;
    if (at === start || bytes[at] !== 32 || bytes[pathAt] !== SLASH || pathEnd <= pathAt) return false;
    const isHttp =
      bytes[pathEnd] === 32 && bytes[pathEnd + 1] === 72 && bytes[pathEnd + 5] === SLASH && bytes[pathEnd + 7] === 46;
    if (!isHttp) return false;
    for (let i = pathAt; i < pathEnd; i++) {
      const c = bytes[i]!;
      if (c === BACKSLASH || c === HASH || c === 32) return false;
    }
    batch.method[row] = batch.texts.add(bytes, start, at);
    batch.path[row] = batch.texts.add(bytes, pathAt, pathEnd);
    batch.host[row] = 0;
    return true;
  }

  /** Path and query, which some logs write apart, the query with or without its question mark. */
  #joinedPath(texts: TextTable): number {
    let length = 0;
    for (const part of [Part.uri, Part.query] as const) {
      const start = this.#starts[part]!;
      const end = this.#ends[part]!;
      const text = this.#undone(start, end);
      if (this.#joined.length < length + this.#length + 1) {
        const larger = new Uint8Array(2 * (length + this.#length + 1));
        larger.set(this.#joined.subarray(0, length));
        this.#joined = larger;
      }
      if (part === Part.query && text[0] !== QUESTION) this.#joined[length++] = QUESTION;
      for (let i = 0; i < this.#length; i++) this.#joined[length++] = text[i]!;
    }
    return texts.add(this.#joined, 0, length);
  }

  /** The Host header or virtual host, its port told as the target's when nothing else tells one. */
  #addHost(batch: Batch, row: number): void {
    if (!this.has(Part.host)) return;
    const start = this.#starts[Part.host]!;
    const end = this.#ends[Part.host]!;
    const colon = portColon(this.#bytes, start, end);
    if (end - start === 1 && this.#bytes[start] === 95) return; // nginx's catch-all name, `_`
    batch.host[row] = batch.texts.add(this.#bytes, start, colon < 0 ? end : colon);
    if (colon >= 0 && batch.targetPort[row] === 0) {
      const port = numberIn(this.#bytes, colon + 1, end);
      if (port <= 65535) batch.targetPort[row] = port;
    }
  }

  /** Length of what `#undone` gave last. */
  #length = 0;

  /** The bytes that `[start, end)` stands for: `#length` of them, until the next call. */
  #undone(start: number, end: number): Uint8Array {
    const isJson = this.#escapes === "json" || this.#escapes === "encoded";
    if (this.#escapes === "log" || (isJson && hasHexEscape(this.#bytes, start, end))) {
      this.#length = undoEscapes(this.#bytes, start, end);
      return undone();
    }
    if (isJson) {
      this.#length = unescapeJson(this.#bytes, start, end);
      return unescapedJson();
    }
    if (this.#plain.length < end - start) this.#plain = new Uint8Array(2 * (end - start));
    this.#length = this.#escapes === "hash" ? undoHashes(this.#bytes, start, end, this.#plain) : end - start;
    if (this.#escapes !== "hash") for (let i = start; i < end; i++) this.#plain[i - start] = this.#bytes[i]!;
    return this.#plain;
  }

  #text(texts: TextTable, part: Part): number {
    const start = this.#starts[part]!;
    const end = this.#ends[part]!;
    const isHeader = part === Part.agent || part === Part.referer;
    if (this.#escapes === "w3c" && part === Part.agent) return addPlusAsSpace(texts, this.#bytes, start, end);
    if (this.#escapes === "encoded" && isHeader) return addEncodedHeader(texts, this.#bytes, start, end);
    const mark = this.#escapes === "hash" ? HASH : BACKSLASH;
    const isPlain = this.#escapes === "plain" || this.#escapes === "w3c" || !hasByte(this.#bytes, start, end, mark);
    if (isPlain) return texts.add(this.#bytes, start, end);
    const text = this.#undone(start, end);
    return texts.add(text, 0, this.#length);
  }

  #number(part: Part, most: number): number {
    const value = numberIn(this.#bytes, this.#starts[part]!, this.#ends[part]!);
    return value <= most ? value : 0;
  }

  /** A cheap hash that tells programs apart: length and two places. */
  #agentHash(): number {
    const start = this.#starts[Part.agent]!;
    const end = this.#ends[Part.agent]!;
    let hash = end - start;
    for (let i = start; i < end; i += 7) hash = (Math.imul(hash, 31) + this.#bytes[i]!) | 0;
    return hash;
  }
}

/** The digits that a field starts with, fractions left out; 0 when there are none. */
function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end && i < start + 15; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

function hasByte(bytes: Uint8Array, start: number, end: number, byte: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === byte) return true;
  return false;
}

/** HAProxy writes bytes that are not printable, and `#`, as `#HH` (section 8.6). Returns how many there are. */
function undoHashes(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const value = bytes[i] === HASH && i + 2 < end ? (hexDigit(bytes[i + 1]!) << 4) | hexDigit(bytes[i + 2]!) : -1;
    into[length++] = value >= 0 ? value : bytes[i]!;
    if (value >= 0) i += 2;
  }
  return length;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Servers that write JSON with a log format of their own put `\xHH` into it, which JSON does not know. */
function hasHexEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 1 < end; i++) {
    if (bytes[i] !== 92) continue;
    if (bytes[i + 1] === 120) return true;
    i++;
  }
  return false;
}

let spaced = new Uint8Array(1024);

/** W3C logs write the spaces of a header as `+`. */
function addPlusAsSpace(texts: TextTable, bytes: Uint8Array, start: number, end: number): number {
  if (spaced.length < end - start) spaced = new Uint8Array(2 * (end - start));
  for (let i = start; i < end; i++) spaced[i - start] = bytes[i] === 43 ? 32 : bytes[i]!;
  return texts.add(spaced, 0, end - start);
}

/** Where the colon before a port stands; -1 when there is none. An IPv6 address has to be in brackets. */
function portColon(bytes: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && bytes[at]! >= 48 && bytes[at]! <= 57) at--;
  if (at <= start || at === end - 1 || bytes[at] !== 58) return -1;
  if (bytes[at - 1] === 93) return at;
  for (let i = start; i < at; i++) if (bytes[i] === 58) return -1;
  return at;
}

/** `unix:` and `unix:/path`, which nginx and HAProxy write for a client on a local socket. */
function isLocalSocket(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 5 && bytes[start] === 117 && bytes[start + 1] === 110 && bytes[start + 4] === 58;
}
