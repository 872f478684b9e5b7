import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { AGENT, HEADERS, HOST, METHOD, PATH, REFERER } from "../pending-requests.ts";
import { Gap } from "../tally-words.ts";
import { AnswerBody } from "./answer-body.ts";
import { ascii, startsWith } from "./ascii.ts";
import type { Narrator } from "./conversation.ts";
import type { Header } from "./hpack.ts";
import { Body, bodyOf, revealedEnd, revealingName } from "./http-response.ts";
import { said } from "./words.ts";

/** Requests of one connection that wait for their answers; servers allow a hundred or so. */
const MOST_STREAMS = 256;
/** Different reveals of one connection that are told. */
const MOST_TOLD = 16;
const LONGEST_REVEAL = 512;
/** Names of headers beyond this many bytes are not told. */
const LONGEST_NAMES = 2048;

const SERVICE = ascii("http");
const GRPC = ascii("application/grpc");
const COMMA = 44;
const COLON = 58;

/** Columns that a request's headers go to. */
const columns: Readonly<Record<string, number>> = {
  ":method": METHOD,
  ":path": PATH,
  ":authority": HOST,
  host: HOST,
  "user-agent": AGENT,
  referer: REFERER,
};

/**
 * What a gRPC status says in the terms of HTTP (google/rpc/code.proto), so that a call of a method that does not exist
 * (UNIMPLEMENTED) is a miss like any other: gRPC answers everything with 200.
 */
const statusOfGrpc: Readonly<Record<string, number>> = {
  "3": 400,
  "5": 404,
  "7": 403,
  "8": 429,
  "12": 404,
  "13": 500,
  "14": 503,
  "16": 401,
};

/** A request and what is known of its answer. */
interface Stream {
  readonly request: number;
  status: number;
  bodyBytes: number;
  isGrpc: boolean;
  /** Its body comes as it is, is no picture, style or script, and none of it was seen yet. */
  isTelling: boolean;
}

const names = new Uint8Array(LONGEST_NAMES);
const reveal = new Uint8Array(LONGEST_REVEAL);

/** Requests of one HTTP/2 connection, by stream: told when their answers end. */
export class Http2Streams {
  readonly #exchange: Exchange;
  readonly #narrator: Narrator;
  readonly #open = new Map<number, Stream>();
  readonly #told = new Set<number>();
  readonly #body = new AnswerBody();

  constructor(exchange: Exchange, narrator: Narrator) {
    this.#exchange = exchange;
    this.#narrator = narrator;
  }

  /** A client's headers on a stream; those on one that is known are trailers. */
  request(stream: number, headers: readonly Header[]): void {
    if (this.#open.has(stream) || headers.length === 0) return;
    if (this.#open.size === MOST_STREAMS) this.end(this.#open.keys().next().value!);
    const { requests } = this.#narrator;
    const book = requests.openBook();
    const request = requests.add(this.#exchange.atMs, this.#exchange.position);
    if (request < 0) {
      this.#narrator.tally.gap(Gap.droppedRequests);
      return;
    }
    const { words } = requests;
    const at = requests.at(request);
    for (const column of [METHOD, PATH, HOST, AGENT, REFERER]) words[at + column] = 0;
    let used = 0;
    for (const { name, value } of headers) {
      const column = columnOf(name);
      if (column >= 0 && words[at + column] === 0) words[at + column] = book.add(value, 0, value.length);
      if (name[0] !== COLON) used = addName(name, used);
    }
    words[at + HEADERS] = book.add(names, 0, used);
    this.#open.set(stream, { request, status: 0, bodyBytes: 0, isGrpc: false, isTelling: true });
  }

  /** A server's headers or trailers on a stream. */
  answer(stream: number, headers: readonly Header[]): void {
    const known = this.#open.get(stream);
    for (const { name, value } of headers) {
      const told = revealingName(name);
      if (told !== undefined) this.#reveal(told, value);
      if (known === undefined) continue;
      if (isText(name, ":status")) known.status = statusOf(value);
      else if (isText(name, "content-type")) {
        known.isGrpc = startsWith(value, 0, value.length, GRPC);
        known.isTelling &&= !known.isGrpc && bodyOf(value, 0) <= Body.page;
      } else if (isText(name, "content-encoding")) known.isTelling = false;
      else if (known.isGrpc && isText(name, "grpc-status")) known.status = grpcStatus(value) ?? known.status;
    }
  }

  /** `length` bytes of body on a stream, of which `bytes[start, end)` is there. @returns false when more of it is needed */
  body(stream: number, length: number, bytes: Uint8Array, start: number, end: number): boolean {
    const known = this.#open.get(stream);
    if (known === undefined) return true;
    if (known.isTelling && length > 0) {
      const { requests } = this.#narrator;
      const path = requests.words[requests.at(known.request) + PATH]!;
      if (this.#body.begin(known.status, requests.bookOf(known.request), path)) {
        if (end - start < length && this.#body.needsMore(bytes, start, end)) return false;
        if (this.#body.say(said, bytes, start, end)) this.#tellOnce(said.bytes, said.length);
      }
      known.isTelling = false;
    }
    known.bodyBytes += length;
    return true;
  }

  /** The answer on a stream is over: tells the request. */
  end(stream: number): void {
    const known = this.#open.get(stream);
    if (known === undefined) return;
    this.#open.delete(stream);
    this.#tell(known);
  }

  endAll(): void {
    for (const stream of [...this.#open.keys()]) this.end(stream);
  }

  #tell({ request, status, bodyBytes }: Stream): void {
    const narrator = this.#narrator;
    const { requests, chunk } = narrator;
    const { words, floats } = requests;
    const row = narrator.startRow(this.#exchange, Kind.request, floats[request * 2]!, floats[request * 2 + 1]!);
    const { batch } = narrator;
    const { texts } = batch;
    const from = requests.at(request);
    const book = requests.bookOf(request);
    batch.status[row] = status >= 200 ? status : 0;
    batch.bytesSent[row] = bodyBytes;
    batch.method[row] = book.idIn(texts, words[from + METHOD]!, chunk);
    batch.path[row] = book.idIn(texts, words[from + PATH]!, chunk);
    batch.host[row] = book.idIn(texts, words[from + HOST]!, chunk);
    batch.agent[row] = book.idIn(texts, words[from + AGENT]!, chunk);
    batch.referer[row] = book.idIn(texts, words[from + REFERER]!, chunk);
    batch.service[row] = texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = book.idIn(texts, words[from + HEADERS]!, chunk);
    requests.remove(request);
  }

  #reveal(name: Uint8Array, value: Uint8Array): void {
    const end = revealedEnd(name, value, 0, value.length);
    const length = Math.min(name.length + end, LONGEST_REVEAL);
    reveal.set(name);
    reveal.set(value.subarray(0, length - name.length), name.length);
    if (end > 0) this.#tellOnce(reveal, length);
  }

  #tellOnce(text: Uint8Array, length: number): void {
    hashBytes(text, 0, length);
    const { low } = hashed;
    if (this.#told.has(low) || this.#told.size === MOST_TOLD) return;
    this.#told.add(low);
    const exchange = this.#exchange;
    const row = this.#narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(text, 0, length);
  }
}

function columnOf(name: Uint8Array): number {
  const text = name.length > 10 ? "" : String.fromCharCode(...name);
  return Object.hasOwn(columns, text) ? columns[text]! : -1;
}

/** @returns the length of `names` with `name` added. */
function addName(name: Uint8Array, used: number): number {
  const at = used > 0 ? used + 1 : 0;
  if (at + name.length > LONGEST_NAMES) return used;
  if (at > 0) names[used] = COMMA;
  names.set(name, at);
  return at + name.length;
}

function isText(bytes: Uint8Array, text: string): boolean {
  if (bytes.length !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

function statusOf(value: Uint8Array): number {
  const status = Number(String.fromCharCode(...value.subarray(0, 4)));
  return status >= 100 && status <= 999 ? status : 0;
}

function grpcStatus(value: Uint8Array): number | undefined {
  const code = String.fromCharCode(...value.subarray(0, 3));
  return Object.hasOwn(statusOfGrpc, code) ? statusOfGrpc[code] : undefined;
}
