// Hot: twice per HTTP exchange; measured by bench/captures.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import {
  BLOCK_AGENT,
  BLOCK_BODY_LENGTH,
  BLOCK_CONTENT,
  BLOCK_HEADERS,
  BLOCK_HOST,
  BLOCK_REFERER,
} from "../header-blocks.ts";
import {
  AGENT,
  CONTENT,
  HEADERS,
  HOST,
  METHOD,
  NEXT,
  PATH,
  type PendingRequests,
  REFERER,
  TRAITS,
  Trait,
} from "../pending-requests.ts";
import type { PhraseBook } from "../phrase-book.ts";
import { RequestContent } from "../request-content.ts";
import { Gap } from "../tally-words.ts";
import type { AnswerBody } from "./answer-body.ts";
import { ascii } from "./ascii.ts";
import type { Narrator } from "./conversation.ts";
import { isPlainGet } from "./http-recognition.ts";
import { HttpRequest, INCOMPLETE } from "./http-request.ts";

/** Requests waiting for their answers in one flow; scanners pipeline forty. */
const MOST_PENDING = 128;
/** Shorter blocks of headers are read each time. */
const SHORTEST_BLOCK = 16;

const ICON = ascii("favicon");
const GET = ascii("GET");
hashBytes(GET, 0, GET.length);
const getHash = { ...hashed };

const head = new HttpRequest();
const content = new RequestContent();

/** The requests of one HTTP/1 flow that wait for their answers, oldest first. */
export class RequestQueue {
  #exchange!: Exchange;
  #narrator!: Narrator;
  /** First and last; -1: none. */
  #first = -1;
  #last = -1;
  /** The request whose body comes next; -1 when it was not kept. */
  #latest = -1;
  length = 0;
  /** Length of the latest request's body, or CHUNKED. */
  bodyLength = 0;

  /** Goes on with another flow; the requests of the one before were told. */
  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
  }

  /**
   * Takes the request head at `bytes[at, end)`.
   * @param isLast no more bytes follow: a head that ends early is taken as it is.
   * @returns its length in bytes, INCOMPLETE or NO_REQUEST.
   */
  take(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
    const lineLength = head.parseLine(bytes, at, end, isLast);
    if (lineLength <= 0) return lineLength;
    const { requests } = this.#narrator;
    const book = requests.openBook();
    const start = at + lineLength;
    const known =
      head.hasVersion && endsInEmptyLine(bytes, start, end) ? requests.blocks.find(bytes, start, end, book.serial) : -1;
    let headersLength = end - start;
    if (known < 0) {
      if (!head.hasVersion) head.forgetHeaders();
      headersLength = head.hasVersion ? head.parseHeaders(bytes, start, end, isLast) : 0;
      if (head.hasVersion && headersLength === INCOMPLETE && !isLast) return INCOMPLETE;
    }
    const row = this.#append();
    this.#latest = row;
    const length = lineLength + headersLength;
    this.bodyLength = known < 0 ? head.bodyLength : requests.blocks.words[known + BLOCK_BODY_LENGTH]!;
    if (row < 0) return length;
    const { words } = requests;
    const to = requests.at(row);
    words[to + METHOD] = isPlainGet(bytes, at) ? book.addHashed(GET, getHash) : book.add(bytes, at, head.methodEnd);
    words[to + PATH] = book.add(bytes, head.pathStart, head.pathEnd);
    words[to + TRAITS] = (head.isHead ? Trait.head : 0) | (head.isConnect ? Trait.connect : 0);
    if (known < 0) {
      writeHeaders(words, to, book, bytes);
      content.readHeaders(bytes, start, start + headersLength);
      words[to + CONTENT] = book.add(content.bytes, 0, content.length);
      const isWhole = start + headersLength === end && endsInEmptyLine(bytes, start, end);
      if (isWhole) keepHeaders(requests, to, headersLength, book.serial);
    } else copyHeaders(requests, to, known);
    if (words[to + HOST] === 0) words[to + HOST] = addAuthority(book, bytes);
    return length;
  }

  /** Takes how the body of the latest request begins, unless it was told already. */
  takeBody(bytes: Uint8Array, start: number, end: number): void {
    const row = this.#latest;
    if (row < 0 || row !== this.#last || end <= start) return;
    const { requests } = this.#narrator;
    const to = requests.at(row) + CONTENT;
    const book = requests.bookOf(row);
    content.length = book.copy(requests.words[to]!, content.bytes);
    content.addBody(bytes, start, end);
    requests.words[to] = book.add(content.bytes, 0, content.length);
  }

  /** Whether a request, which may be off the queue, is for a site's icon. */
  asksForIcon(request: number): boolean {
    const { requests } = this.#narrator;
    return requests.bookOf(request).includes(requests.words[requests.at(request) + PATH]!, ICON);
  }

  /** Begins the body of the answer to a request, which may be off the queue. @returns whether it is to be looked at */
  beginBody(request: number, status: number, body: AnswerBody): boolean {
    const { requests } = this.#narrator;
    return body.begin(status, requests.bookOf(request), requests.words[requests.at(request) + PATH]!);
  }

  /** Takes the oldest request off the queue, which must not be empty. */
  shift(): number {
    const row = this.#first;
    const { requests } = this.#narrator;
    this.#first = requests.words[requests.at(row) + NEXT]!;
    if (this.#first < 0) this.#last = -1;
    this.length--;
    return row;
  }

  /** Tells a request that was taken off the queue, with its answer's status and the length of its body. */
  tell(request: number, status: number, bodyBytes: number): void {
    const narrator = this.#narrator;
    const { requests, chunk } = narrator;
    const { words, floats } = requests;
    const row = narrator.startRow(this.#exchange, Kind.request, floats[request * 2]!, floats[request * 2 + 1]!);
    const { batch } = narrator;
    const { texts } = batch;
    const from = requests.at(request);
    const book = requests.bookOf(request);
    batch.status[row] = status;
    batch.bytesSent[row] = bodyBytes;
    batch.method[row] = book.idIn(texts, words[from + METHOD]!, chunk);
    batch.path[row] = book.idIn(texts, words[from + PATH]!, chunk);
    batch.host[row] = book.idIn(texts, words[from + HOST]!, chunk);
    batch.agent[row] = book.idIn(texts, words[from + AGENT]!, chunk);
    batch.referer[row] = book.idIn(texts, words[from + REFERER]!, chunk);
    batch.service[row] = requests.serviceIn(texts, chunk);
    batch.detail[row] = book.idIn(texts, words[from + HEADERS]!, chunk);
    batch.content[row] = book.idIn(texts, words[from + CONTENT]!, chunk);
    requests.remove(request);
  }

  /** Tells the oldest requests without an answer, until `keep` are left. */
  giveUp(keep: number): void {
    while (this.length > keep) this.tell(this.shift(), 0, 0);
  }

  /** Adds a row at the end of the queue; -1 when there is no room. */
  #append(): number {
    this.giveUp(MOST_PENDING - 1);
    const { requests } = this.#narrator;
    const row = requests.add(this.#exchange.atMs, this.#exchange.position);
    if (row < 0) {
      this.#narrator.tally.gap(Gap.droppedRequests);
      return -1;
    }
    if (this.#last >= 0) requests.words[requests.at(this.#last) + NEXT] = row;
    else this.#first = row;
    this.#last = row;
    this.length++;
    return row;
  }
}

/** Whether `bytes[start, end)` is header lines and the empty line after them, or, when read, turns out to be more. */
function endsInEmptyLine(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= SHORTEST_BLOCK && bytes[end - 1] === 10 && bytes[end - 2] === 13 && bytes[end - 3] === 10;
}

/** Puts what the headers at hand say into the row at `to`. */
function writeHeaders(words: Int32Array, to: number, book: PhraseBook, bytes: Uint8Array): void {
  words[to + HOST] = book.add(bytes, head.hostStart, head.hostEnd);
  words[to + AGENT] = book.add(bytes, head.agentStart, head.agentEnd);
  words[to + REFERER] = book.add(bytes, head.refererStart, head.refererEnd);
  words[to + HEADERS] = book.add(head.names, 0, head.namesLength);
}

/** Remembers the row's headers as those of the block that was just looked for. */
function keepHeaders(requests: PendingRequests, from: number, length: number, book: number): void {
  const at = requests.blocks.keep(length, head.bodyLength, book);
  if (at < 0) return;
  const { words } = requests.blocks;
  words[at + BLOCK_HOST] = requests.words[from + HOST]!;
  words[at + BLOCK_AGENT] = requests.words[from + AGENT]!;
  words[at + BLOCK_REFERER] = requests.words[from + REFERER]!;
  words[at + BLOCK_HEADERS] = requests.words[from + HEADERS]!;
  words[at + BLOCK_CONTENT] = requests.words[from + CONTENT]!;
}

function copyHeaders(requests: PendingRequests, to: number, known: number): void {
  const { words } = requests.blocks;
  requests.words[to + HOST] = words[known + BLOCK_HOST]!;
  requests.words[to + AGENT] = words[known + BLOCK_AGENT]!;
  requests.words[to + REFERER] = words[known + BLOCK_REFERER]!;
  requests.words[to + HEADERS] = words[known + BLOCK_HEADERS]!;
  requests.words[to + CONTENT] = words[known + BLOCK_CONTENT]!;
}

/** The authority of an absolute target, for requests without a Host header (RFC 9112, section 3.2.2). */
function addAuthority(book: PhraseBook, bytes: Uint8Array): number {
  const end = head.pathEnd;
  let at = head.pathStart;
  if (head.isConnect) return book.add(bytes, at, end);
  if (bytes[at] === 47) return 0;
  while (at < end && bytes[at] !== 58) at++;
  if (at + 3 >= end || bytes[at + 1] !== 47 || bytes[at + 2] !== 47) return 0;
  at += 3;
  let stop = at;
  while (stop < end && bytes[stop] !== 47 && bytes[stop] !== 63) stop++;
  return book.add(bytes, at, stop);
}
