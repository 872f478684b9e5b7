// Hot: twice per HTTP exchange; measured by bench/captures.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { BLOCK_AGENT, BLOCK_BODY_LENGTH, BLOCK_HEADERS, BLOCK_HOST, BLOCK_REFERER } from "../header-blocks.ts";
import {
  AGENT,
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
import { Gap } from "../tally-words.ts";
import { ascii, lineFeed, mayBecome, startsWith } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  NOT_MINE,
  type Protocol,
  Recognition,
  SERVER,
  type Side,
} from "./conversation.ts";
import { CHUNKED, HttpRequest, INCOMPLETE, isMethodByte, NO_REQUEST } from "./http-request.ts";
import { HttpResponse, hashReveal, RESPONSE_PREFIX, UNTIL_CLOSE } from "./http-response.ts";
import { http2 } from "./http2.ts";

/** Where one side's stream stands. */
const Stage = { head: 0, chunkSize: 1, trailer: 2, untilClose: 3, lost: 4, tunnel: 5, upgraded: 6 } as const;

/** Requests waiting for their answers in one flow; scanners pipeline forty. */
const MOST_PENDING = 128;
/** Header values of one flow that are remembered as told. */
const MOST_TOLD = 16;
/** A body longer than this is not stepped over: sequence numbers tell no more than 2 GB apart. */
const LONGEST_BODY = 1 << 30;
/** Reveals are cut to this. */
const LONGEST_REVEAL = 512;

const SERVICE = ascii("http");
const serviceHash = hashOf(SERVICE);
const GET = ascii("GET");
const getHash = hashOf(GET);
const VERSION = ascii("HTTP/");
const VERSION_2 = ascii("HTTP/2");
const commonMethods = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "CONNECT", "PATCH", "TRACE", "PROPFIND"].map(
  (method) => ascii(`${method} `),
);

/** HTTP/1.0 and 1.1 on any port: requests with their statuses, and what servers say of themselves. */
export const http: Protocol = {
  id: "http",
  recognise: (_exchange, side, bytes, start, end) =>
    side === CLIENT ? recogniseRequest(bytes, start, end) : recogniseResponse(bytes, start, end),
  open: () => new HttpConversation(),
};

const head = new HttpRequest();
const response = new HttpResponse();
const scratch = new Uint8Array(LONGEST_REVEAL);

class HttpConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  /** Requests that wait for their answers, first and last; -1: none. */
  #firstPending = -1;
  #lastPending = -1;
  #pendingCount = 0;
  #clientStage: number = Stage.head;
  #serverStage: number = Stage.head;
  /** Bytes of an unfinished head that are known not to hold its end, by side. */
  readonly #scanned: [number, number] = [0, 0];
  /** Of the latest request. */
  #bodyLength = 0;
  /** The request whose answer's body is being counted; told when it ends. */
  #answered = -1;
  #status = 0;
  #bodyBytes = 0;
  /** Hashes of the header values told, and of those of the latest head together. */
  readonly #told = new Int32Array(MOST_TOLD);
  #toldCount = 0;
  #latestTold = 0;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#clientStage = Stage.head;
    this.#serverStage = Stage.head;
    this.#scanned[0] = 0;
    this.#scanned[1] = 0;
    this.#toldCount = 0;
    this.#latestTold = 0;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    return side === CLIENT ? this.#readClient(bytes, start, end) : this.#readServer(bytes, start, end);
  }

  missed(side: Side, length: number, bytes: Uint8Array, end: number): void {
    if (end > 0) this.#takePartial(side, bytes, end);
    this.#scanned[side] = 0;
    if (side === CLIENT) this.#clientStage = Stage.lost;
    else if (this.#serverStage === Stage.untilClose) this.#bodyBytes += length;
    else {
      if (this.#answered >= 0) this.#tellAnswered(0);
      this.#serverStage = Stage.lost;
    }
  }

  finished(side: Side, bytes: Uint8Array, end: number): void {
    if (end > 0) this.#takePartial(side, bytes, end);
    if (side === SERVER && this.#answered >= 0) this.#tellAnswered(this.#bodyBytes);
  }

  waitedLong(): void {
    if (this.#answered >= 0) this.#tellAnswered(this.#bodyBytes);
    while (this.#firstPending >= 0) this.#tell(this.#shift(), 0, 0);
  }

  close(): void {
    this.waitedLong();
  }

  #readClient(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      switch (this.#clientStage) {
        case Stage.head: {
          while (at < end && (bytes[at] === 13 || bytes[at] === 10)) at++;
          if (at === end) break;
          if (!this.#mayEnd(CLIENT, bytes, at, end)) return at - start;
          const length = this.#request(bytes, at, end, false);
          if (length === INCOMPLETE) {
            this.#scanned[CLIENT] = end - at;
            return at - start;
          }
          this.#scanned[CLIENT] = 0;
          if (length === NO_REQUEST) {
            this.#clientStage = Stage.lost;
            return end - start;
          }
          at += length + this.#afterRequest();
          break;
        }
        case Stage.lost:
          if (recogniseRequest(bytes, at, end) !== Recognition.yes) return end - start;
          this.#clientStage = Stage.head;
          break;
        case Stage.tunnel:
        case Stage.upgraded:
          return at > start ? at - start : this.#afterSwitch(CLIENT, bytes, at, end);
        default: {
          const taken = this.#chunk(CLIENT, bytes, at, end);
          if (taken === 0) return at - start;
          at += taken;
        }
      }
    }
    return at - start;
  }

  /** Takes the head at `at` as a pending request. @returns its length in bytes, INCOMPLETE or NO_REQUEST. */
  #request(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
    const lineLength = head.parseLine(bytes, at, end);
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
    const length = lineLength + headersLength;
    this.#bodyLength = known < 0 ? head.bodyLength : requests.blocks.words[known + BLOCK_BODY_LENGTH]!;
    if (row < 0) return length;
    const { words } = requests;
    const to = requests.at(row);
    words[to + METHOD] = isPlainGet(bytes, at) ? book.addHashed(GET, getHash) : book.add(bytes, at, head.methodEnd);
    words[to + PATH] = book.add(bytes, head.pathStart, head.pathEnd);
    words[to + TRAITS] = (head.isHead ? Trait.head : 0) | (head.isConnect ? Trait.connect : 0);
    if (known < 0) {
      writeHeaders(words, to, book, bytes);
      const isWhole = start + headersLength === end && endsInEmptyLine(bytes, start, end);
      if (isWhole) keepHeaders(requests, to, headersLength, book.serial);
    } else copyHeaders(requests, to, known);
    if (words[to + HOST] === 0) words[to + HOST] = addAuthority(book, bytes);
    return length;
  }

  /** Adds a row at the end of the queue; -1 when there is no room. */
  #append(): number {
    if (this.#pendingCount === MOST_PENDING) this.#tell(this.#shift(), 0, 0);
    const { requests } = this.#narrator;
    const row = requests.add(this.#exchange.atMs, this.#exchange.position);
    if (row < 0) {
      this.#narrator.tally.gap(Gap.droppedRequests);
      return -1;
    }
    if (this.#lastPending >= 0) requests.words[requests.at(this.#lastPending) + NEXT] = row;
    else this.#firstPending = row;
    this.#lastPending = row;
    this.#pendingCount++;
    return row;
  }

  /** Takes the oldest pending request off the queue. */
  #shift(): number {
    const row = this.#firstPending;
    const { requests } = this.#narrator;
    this.#firstPending = requests.words[requests.at(row) + NEXT]!;
    if (this.#firstPending < 0) this.#lastPending = -1;
    this.#pendingCount--;
    return row;
  }

  /** Sets the client's stage after a head. @returns how many bytes of body to step over. */
  #afterRequest(): number {
    const bodyLength = this.#bodyLength;
    if (bodyLength === CHUNKED) this.#clientStage = Stage.chunkSize;
    else if (bodyLength > LONGEST_BODY) this.#clientStage = Stage.lost;
    else return bodyLength;
    return 0;
  }

  #readServer(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      switch (this.#serverStage) {
        case Stage.head: {
          if (!this.#mayEnd(SERVER, bytes, at, end)) return at - start;
          const length = response.parse(bytes, at, end, false);
          if (length === 0) {
            this.#scanned[SERVER] = end - at;
            return at - start;
          }
          this.#scanned[SERVER] = 0;
          if (length < 0) {
            this.#headless();
            break;
          }
          at += length + this.#afterResponse(bytes);
          break;
        }
        case Stage.lost:
          if (recogniseResponse(bytes, at, end) !== Recognition.yes) return end - start;
          // Answers were lost: this one belongs to the latest request, unless there was a pipeline.
          while (this.#pendingCount > 1) this.#tell(this.#shift(), 0, 0);
          this.#serverStage = Stage.head;
          break;
        case Stage.untilClose:
          this.#bodyBytes += end - at;
          return end - start;
        case Stage.tunnel:
        case Stage.upgraded:
          return at > start ? at - start : this.#afterSwitch(SERVER, bytes, at, end);
        default: {
          const taken = this.#chunk(SERVER, bytes, at, end);
          if (taken === 0) return at - start;
          at += taken;
        }
      }
    }
    return at - start;
  }

  /** A server that answers without a head: HTTP/0.9, or not HTTP at all. */
  #headless(): void {
    this.#serverStage = this.#pendingCount > 0 ? Stage.untilClose : Stage.lost;
  }

  /** Whoever understands what a tunnel carries reads it; of upgrades only that to HTTP/2 (RFC 7540, section 3.2) is read. */
  #afterSwitch(side: Side, bytes: Uint8Array, at: number, end: number): number {
    if (this.#clientStage === Stage.tunnel) return NOT_MINE;
    return http2.recognise(this.#exchange, side, bytes, at, end) === Recognition.no ? FINISHED : NOT_MINE;
  }

  /** Tells what the response head says and sets the server's stage. @returns bytes of body to step over. */
  #afterResponse(bytes: Uint8Array): number {
    this.#tellReveals(bytes);
    const { status } = response;
    if (status >= 100 && status < 200 && status !== 101) return 0;
    if (this.#firstPending < 0) return this.#stepOver(-1);
    const request = this.#shift();
    const { requests } = this.#narrator;
    const traits = requests.words[requests.at(request) + TRAITS]!;
    if (status === 101 || (traits & Trait.connect && status < 300)) {
      this.#tell(request, status, 0);
      this.#clientStage = this.#serverStage = status === 101 ? Stage.upgraded : Stage.tunnel;
      return 0;
    }
    if (traits & Trait.head || status === 204 || status === 304) {
      this.#tell(request, status, 0);
      return 0;
    }
    return this.#stepOver(request);
  }

  #stepOver(request: number): number {
    const { bodyLength, status } = response;
    this.#bodyBytes = 0;
    this.#status = status;
    if (bodyLength >= 0) {
      if (request >= 0) this.#tell(request, status, bodyLength);
      if (bodyLength <= LONGEST_BODY) return bodyLength;
      this.#serverStage = Stage.lost;
      return 0;
    }
    this.#answered = request;
    this.#serverStage = bodyLength === UNTIL_CLOSE ? Stage.untilClose : Stage.chunkSize;
    return 0;
  }

  /** Reads a chunk's size line or a trailer line (RFC 9112, section 7.1). @returns bytes to move on, body included. */
  #chunk(side: Side, bytes: Uint8Array, at: number, end: number): number {
    const lineEnd = lineFeed(bytes, at, end);
    if (lineEnd === end) return this.#longLine(side, end - at);
    const lineLength = lineEnd + 1 - at;
    const stage = side === CLIENT ? this.#clientStage : this.#serverStage;
    if (stage === Stage.trailer) {
      if (lineLength <= 2) this.#endOfChunks(side);
      return lineLength;
    }
    const size = hexadecimal(bytes, at, lineEnd);
    if (size < 0) return this.#loseChunks(side, end - at);
    if (size === 0) {
      if (side === CLIENT) this.#clientStage = Stage.trailer;
      else this.#serverStage = Stage.trailer;
      return lineLength;
    }
    if (side === SERVER) this.#bodyBytes += size;
    return lineLength + size + 2;
  }

  #longLine(side: Side, length: number): number {
    return length > 4096 ? this.#loseChunks(side, length) : 0;
  }

  #loseChunks(side: Side, length: number): number {
    if (side === CLIENT) this.#clientStage = Stage.lost;
    else {
      if (this.#answered >= 0) this.#tellAnswered(0);
      this.#serverStage = Stage.lost;
    }
    return length;
  }

  #endOfChunks(side: Side): void {
    if (side === CLIENT) this.#clientStage = Stage.head;
    else {
      this.#serverStage = Stage.head;
      if (this.#answered >= 0) this.#tellAnswered(this.#bodyBytes);
    }
  }

  /** A head cannot end before the line feed that new bytes must hold; saves reading it again for each segment. */
  #mayEnd(side: Side, bytes: Uint8Array, at: number, end: number): boolean {
    const scanned = this.#scanned[side]!;
    if (scanned === 0 || scanned > end - at) return true;
    for (let i = at + Math.max(scanned - 2, 0); i < end; i++) {
      if (bytes[i] !== 10) continue;
      if (bytes[i - 1] === 10 || (bytes[i - 1] === 13 && bytes[i - 2] === 10)) return true;
    }
    this.#scanned[side] = end - at;
    return false;
  }

  /** What is there of a head whose end will not come. */
  #takePartial(side: Side, bytes: Uint8Array, end: number): void {
    const stage = side === CLIENT ? this.#clientStage : this.#serverStage;
    if (stage !== Stage.head) return;
    if (side === CLIENT) this.#request(bytes, 0, end, true);
    else if (response.parse(bytes, 0, end, true) > 0) this.#afterResponse(bytes);
  }

  #tellAnswered(bodyBytes: number): void {
    const request = this.#answered;
    this.#answered = -1;
    this.#tell(request, this.#status, bodyBytes);
  }

  #tell(request: number, status: number, bodyBytes: number): void {
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
    batch.service[row] = texts.addHashed(SERVICE, 0, SERVICE.length, serviceHash.low, serviceHash.high);
    batch.detail[row] = book.idIn(texts, words[from + HEADERS]!, chunk);
    requests.remove(request);
  }

  #tellReveals(bytes: Uint8Array): void {
    if (response.revealed === 0) return;
    let all = 1;
    for (let i = 0; i < response.revealed; i++) all = Math.imul(all, 31) + hashReveal(response.reveals[i]!, bytes);
    if ((all | 0) === this.#latestTold) return;
    this.#latestTold = all | 0;
    for (let i = 0; i < response.revealed; i++) {
      const reveal = response.reveals[i]!;
      if (reveal.end === reveal.start || !this.#isNews(hashReveal(reveal, bytes))) continue;
      const { name } = reveal;
      scratch.set(name);
      let length = name.length;
      for (let at = reveal.start; at < reveal.end && length < LONGEST_REVEAL; at++) scratch[length++] = bytes[at]!;
      const exchange = this.#exchange;
      const row = this.#narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
      const { batch } = this.#narrator;
      batch.service[row] = batch.texts.addHashed(SERVICE, 0, SERVICE.length, serviceHash.low, serviceHash.high);
      batch.detail[row] = batch.texts.add(scratch, 0, length);
    }
  }

  #isNews(hash: number): boolean {
    const count = Math.min(this.#toldCount, MOST_TOLD);
    for (let i = 0; i < count; i++) if (this.#told[i] === hash) return false;
    this.#told[this.#toldCount++ % MOST_TOLD] = hash;
    return true;
  }
}

/** Shorter blocks of headers are read each time. */
const SHORTEST_BLOCK = 16;

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
}

function copyHeaders(requests: PendingRequests, to: number, known: number): void {
  const { words } = requests.blocks;
  requests.words[to + HOST] = words[known + BLOCK_HOST]!;
  requests.words[to + AGENT] = words[known + BLOCK_AGENT]!;
  requests.words[to + REFERER] = words[known + BLOCK_REFERER]!;
  requests.words[to + HEADERS] = words[known + BLOCK_HEADERS]!;
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

function hashOf(text: Uint8Array): { readonly low: number; readonly high: number } {
  hashBytes(text, 0, text.length);
  return { ...hashed };
}

function recogniseRequest(bytes: Uint8Array, start: number, end: number): Recognition {
  if (isPlainGet(bytes, start)) return Recognition.yes;
  let at = start;
  while (at < end && (bytes[at] === 13 || bytes[at] === 10)) at++;
  const methodStart = at;
  while (at < end && isMethodByte(bytes[at]!) && at - methodStart < 33) at++;
  if (at === end) return at - methodStart < 33 ? Recognition.moreBytesNeeded : Recognition.no;
  if (bytes[at] !== 32 || at === methodStart) return Recognition.no;
  const lineEnd = lineFeed(bytes, at, end);
  const isCommon = commonMethods.some((method) => startsWith(bytes, methodStart, end, method));
  const targetLooksRight = isTargetByte(bytes[at + 1]);
  if (lineEnd === end) return isCommon && targetLooksRight ? Recognition.yes : Recognition.moreBytesNeeded;
  let last = lineEnd;
  while (last > at && bytes[last - 1] !== 32) last--;
  if (startsWith(bytes, last, lineEnd, VERSION)) {
    return startsWith(bytes, last, lineEnd, VERSION_2) ? Recognition.no : Recognition.yes;
  }
  return isCommon && targetLooksRight && last === at + 1 ? Recognition.yes : Recognition.no;
}

/** `GET /`: nearly every request. */
function isPlainGet(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 71 && bytes[at + 1] === 69 && bytes[at + 2] === 84 && bytes[at + 3] === 32 && bytes[at + 4] === 47
  );
}

/** `/`, `*` and the `h` of an absolute URI. */
function isTargetByte(c: number | undefined): boolean {
  return c === 47 || c === 42 || c === 104;
}

function recogniseResponse(bytes: Uint8Array, start: number, end: number): Recognition {
  if (startsWith(bytes, start, end, RESPONSE_PREFIX)) return Recognition.yes;
  return mayBecome(bytes, start, end, RESPONSE_PREFIX) ? Recognition.moreBytesNeeded : Recognition.no;
}

/** The hexadecimal number at `bytes[at, end)`, up to a `;` or blank; -1 when it is none or too large. */
function hexadecimal(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  const first = at;
  for (; at < end; at++) {
    const c = bytes[at]!;
    const lower = c | 32;
    const digit = c >= 48 && c <= 57 ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (digit < 0) break;
    value = value * 16 + digit;
    if (value > LONGEST_BODY) return -1;
  }
  return at === first ? -1 : value;
}
