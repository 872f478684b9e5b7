// Hot: twice per HTTP exchange; measured by bench/captures.ts.
import type { Exchange } from "../exchange.ts";
import { TRAITS, Trait } from "../pending-requests.ts";
import { KEPT_BODY } from "../request-content.ts";
import { AnswerBody } from "./answer-body.ts";
import { lineFeed } from "./ascii.ts";
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
import { isGreeting } from "./first-words.ts";
import { recogniseRequest, recogniseResponse } from "./http-recognition.ts";
import { CHUNKED, hexadecimal, INCOMPLETE, NO_REQUEST } from "./http-request.ts";
import { Body, HttpResponse, UNTIL_CLOSE } from "./http-response.ts";
import { http2 } from "./http2.ts";
import { ICON_BLOCK, IconHash } from "./icon-hash.ts";
import { beginsAsPage, KEPT_PAGE } from "./page-words.ts";
import { RequestQueue } from "./request-queue.ts";
import { ServerWords } from "./server-words.ts";

/** Where one side's stream stands. */
const Stage = {
  head: 0,
  chunkSize: 1,
  trailer: 2,
  untilClose: 3,
  lost: 4,
  tunnel: 5,
  upgraded: 6,
  body: 7,
  content: 8,
} as const;

/** What is looked for in the body at hand. */
const Look = { nothing: 0, page: 1, icon: 2, body: 3 } as const;
/** Pages of one flow that are looked at: a product names itself on each. */
const MOST_PAGES = 2;
/** Icons are smaller. */
const LARGEST_ICON = 1 << 16;

/** The first byte of a status line. */
const HTTP_H = 72;
/** A body longer than this is not stepped over: sequence numbers tell no more than 2 GB apart. */
const LONGEST_BODY = 1 << 30;

/** HTTP/1.0 and 1.1 on any port: requests with their statuses, and what servers say of themselves. */
export const http: Protocol = {
  id: "http",
  recognise: (_exchange, side, bytes, start, end) =>
    side === CLIENT ? recogniseRequest(bytes, start, end) : recogniseResponse(bytes, start, end),
  open: () => new HttpConversation(),
};

const response = new HttpResponse();

class HttpConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  readonly #queue = new RequestQueue();
  readonly #words = new ServerWords();
  #clientStage: number = Stage.head;
  #serverStage: number = Stage.head;
  /** Bytes of an unfinished head that are known not to hold its end, by side. */
  readonly #scanned: [number, number] = [0, 0];
  /** The request whose answer's body is being counted; told when it ends. */
  #answered = -1;
  #status = 0;
  #bodyBytes = 0;
  /** What is looked for in the body that comes, how much of it is to come, and the stage behind it. */
  #look: number = Look.nothing;
  #contentLeft = 0;
  /** What is looked for once it is known what the body shows itself to be. */
  #lookAfter: number = Look.nothing;
  readonly #body = new AnswerBody();
  #stageAfter: number = Stage.head;
  #pages = 0;
  #looked = 0;
  /** Bytes of a body without a length that were counted and wait for more. */
  #waiting = 0;
  readonly #icon = new IconHash();

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#queue.begin(exchange, narrator);
    this.#words.clear();
    this.#clientStage = Stage.head;
    this.#serverStage = Stage.head;
    this.#scanned[0] = 0;
    this.#scanned[1] = 0;
    this.#look = Look.nothing;
    this.#pages = 0;
    this.#waiting = 0;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    return side === CLIENT ? this.#readClient(bytes, start, end) : this.#readServer(bytes, start, end);
  }

  missed(side: Side, length: number, bytes: Uint8Array, end: number): void {
    // Of a head that is cut short nothing tells how long its body is.
    const isHeadCut = end > 0 && this.#serverStage === Stage.head;
    if (end > 0) this.#takePartial(side, bytes, end);
    this.#scanned[side] = 0;
    if (side === CLIENT) this.#clientStage = Stage.lost;
    else if (this.#serverStage === Stage.untilClose && !isHeadCut) this.#bodyBytes += length;
    else if (this.#serverStage === Stage.content && this.#contentLeft >= end + length) {
      this.#contentLeft -= end + length;
      this.#look = Look.nothing;
    } else {
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
    this.#queue.giveUp(0);
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
          const length = this.#queue.take(bytes, at, end, false);
          if (length === INCOMPLETE) {
            this.#scanned[CLIENT] = end - at;
            return at - start;
          }
          this.#scanned[CLIENT] = 0;
          if (length === NO_REQUEST) {
            this.#clientStage = Stage.lost;
            return end - start;
          }
          at += length;
          this.#afterRequest();
          break;
        }
        case Stage.body: {
          const { bodyLength } = this.#queue;
          const kept = Math.min(bodyLength, KEPT_BODY);
          if (end - at < kept) return at - start;
          this.#queue.takeBody(bytes, at, at + kept);
          this.#clientStage = Stage.head;
          at += bodyLength;
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

  /** Sets the client's stage after a head. */
  #afterRequest(): void {
    const { bodyLength } = this.#queue;
    if (bodyLength === CHUNKED) this.#clientStage = Stage.chunkSize;
    else if (bodyLength > LONGEST_BODY) this.#clientStage = Stage.lost;
    else if (bodyLength > 0) this.#clientStage = Stage.body;
  }

  #readServer(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      switch (this.#serverStage) {
        case Stage.head: {
          if (at === start && bytes[at] !== HTTP_H && isGreeting(bytes, at, end)) return NOT_MINE;
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
          at += length;
          at += this.#afterResponse(bytes, at, end);
          break;
        }
        case Stage.lost:
          if (recogniseResponse(bytes, at, end) !== Recognition.yes) return end - start;
          // Answers were lost: this one belongs to the latest request, unless there was a pipeline.
          this.#queue.giveUp(1);
          this.#serverStage = Stage.head;
          break;
        case Stage.content: {
          const taken = this.#content(bytes, at, end);
          if (taken === 0) return at - start;
          at += taken;
          break;
        }
        case Stage.untilClose:
          this.#bodyBytes += end - at - this.#waiting;
          if (this.#look === Look.body && !this.#readBody(bytes, at, end, false)) {
            this.#waiting = end - at;
            return at - start;
          }
          if (this.#look === Look.page) at += this.#readPage(bytes, at, end);
          this.#waiting = this.#look === Look.page ? end - at : 0;
          return this.#waiting > 0 ? at - start : end - start;
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

  /** Looks at the body at hand as far as is wanted. @returns bytes to move on, the rest of the body included; 0 when more are needed. */
  #content(bytes: Uint8Array, at: number, end: number): number {
    const left = this.#contentLeft;
    const there = Math.min(end - at, left);
    const isLast = there === left;
    let taken = 0;
    if (this.#look === Look.body && !this.#readBody(bytes, at, at + there, isLast)) return 0;
    if (this.#look === Look.page) taken = this.#readPage(bytes, at, at + there);
    else if (this.#look === Look.icon) {
      taken = isLast ? left : there - (there % ICON_BLOCK);
      this.#icon.add(bytes, at, at + taken);
      if (isLast) this.#words.tellIcon(this.#icon.finish(), this.#exchange, this.#narrator);
    }
    if (isLast || this.#look === Look.nothing) {
      this.#look = Look.nothing;
      this.#serverStage = this.#stageAfter;
      return left;
    }
    this.#contentLeft -= taken;
    return taken;
  }

  /** Reads on in a page, until enough of it was seen. @returns bytes that need not be seen again */
  #readPage(bytes: Uint8Array, at: number, end: number): number {
    const isPage = this.#looked > 0 || beginsAsPage(bytes[at]!);
    const read = isPage ? this.#words.tellPage(bytes, at, end, this.#exchange, this.#narrator) : -1;
    const taken = read < 0 ? end - at : read - at;
    this.#looked += taken;
    if (read < 0 || this.#looked >= KEPT_PAGE) this.#look = Look.nothing;
    return taken;
  }

  /** Tells what the body that begins at `at` shows itself to be. @returns whether that is done with; else more is needed */
  #readBody(bytes: Uint8Array, at: number, end: number, isLast: boolean): boolean {
    if (!isLast && this.#body.needsMore(bytes, at, end)) return false;
    this.#words.tellBody(this.#body, bytes, at, end, this.#exchange, this.#narrator);
    this.#look = this.#lookAfter;
    return true;
  }

  /** No more comes of a body: what waited for more is read as it is. */
  #endBody(bytes: Uint8Array, end: number): void {
    if (this.#look !== Look.body) return;
    this.#readBody(bytes, 0, end, true);
    if (this.#lookAfter === Look.page) this.#readPage(bytes, 0, end);
  }

  /** What to look for in the body of the answer to `request`. */
  #lookFor(request: number): number {
    const { body, bodyLength, status } = response;
    if (body === Body.page && this.#pages < MOST_PAGES && bodyLength !== 0) {
      this.#pages++;
      this.#looked = 0;
      return Look.page;
    }
    const isIcon = body === Body.image && status === 200 && bodyLength > 0 && bodyLength <= LARGEST_ICON;
    return isIcon && request >= 0 && this.#queue.asksForIcon(request) ? Look.icon : Look.nothing;
  }

  /** The body, or its first chunk, of `length` bytes is looked at before what is behind it. */
  #enterContent(length: number, stageAfter: number): void {
    this.#contentLeft = length;
    this.#stageAfter = stageAfter;
    this.#serverStage = Stage.content;
  }

  /** A server that answers without a head: HTTP/0.9, or not HTTP at all. */
  #headless(): void {
    this.#serverStage = this.#queue.length > 0 ? Stage.untilClose : Stage.lost;
  }

  /** Whoever understands what a tunnel carries reads it; of upgrades only that to HTTP/2 (RFC 7540, section 3.2) is read. */
  #afterSwitch(side: Side, bytes: Uint8Array, at: number, end: number): number {
    if (this.#clientStage === Stage.tunnel) return NOT_MINE;
    return http2.recognise(this.#exchange, side, bytes, at, end) === Recognition.no ? FINISHED : NOT_MINE;
  }

  /** Tells what the response head says and sets the server's stage. @returns bytes of body to step over. */
  #afterResponse(bytes: Uint8Array, at: number, end: number): number {
    this.#words.tell(response, bytes, this.#exchange, this.#narrator);
    const { status } = response;
    if (status >= 100 && status < 200 && status !== 101) return 0;
    if (this.#queue.length === 0) return this.#stepOver(-1, bytes, at, end);
    const request = this.#queue.shift();
    const { requests } = this.#narrator;
    const traits = requests.words[requests.at(request) + TRAITS]!;
    if (status === 101 || (traits & Trait.connect && status < 300)) {
      this.#queue.tell(request, status, 0);
      this.#clientStage = this.#serverStage = status === 101 ? Stage.upgraded : Stage.tunnel;
      return 0;
    }
    if (traits & Trait.head || status === 204 || status === 304) {
      this.#queue.tell(request, status, 0);
      return 0;
    }
    return this.#stepOver(request, bytes, at, end);
  }

  /** Sets what to look for in the body at `at`, of which `bytes[at, end)` is there, and the stage. @returns bytes of it to step over */
  #stepOver(request: number, bytes: Uint8Array, at: number, end: number): number {
    const { bodyLength, status } = response;
    this.#bodyBytes = 0;
    this.#status = status;
    this.#look = response.body === Body.other ? Look.nothing : this.#lookFor(request);
    if (request >= 0 && response.isTelling && this.#queue.beginBody(request, status, this.#body)) {
      this.#lookAfter = this.#look;
      this.#look = Look.body;
      if (bodyLength > 0) this.#readBody(bytes, at, Math.min(end, at + bodyLength), at + bodyLength <= end);
    }
    if (bodyLength >= 0) {
      if (request >= 0) this.#queue.tell(request, status, bodyLength);
      if (bodyLength <= LONGEST_BODY) {
        if (this.#look === Look.nothing) return bodyLength;
        this.#icon.begin();
        this.#enterContent(bodyLength, Stage.head);
        return 0;
      }
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
    const size = hexadecimal(bytes, at, lineEnd, LONGEST_BODY);
    if (size < 0) return this.#loseChunks(side, end - at);
    if (size === 0) {
      if (side === CLIENT) this.#clientStage = Stage.trailer;
      else this.#serverStage = Stage.trailer;
      return lineLength;
    }
    if (side === SERVER) this.#bodyBytes += size;
    if (side === CLIENT || this.#look === Look.nothing) return lineLength + size + 2;
    this.#enterContent(size + 2, Stage.chunkSize);
    return lineLength;
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
    if (side === SERVER && (stage === Stage.content || stage === Stage.untilClose)) this.#endBody(bytes, end);
    if (stage === Stage.body) this.#queue.takeBody(bytes, 0, Math.min(end, this.#queue.bodyLength));
    if (stage !== Stage.head) return;
    if (side === CLIENT) this.#queue.take(bytes, 0, end, true);
    else if (response.parse(bytes, 0, end, true) > 0) this.#afterResponse(bytes, end, end);
  }

  #tellAnswered(bodyBytes: number): void {
    const request = this.#answered;
    this.#answered = -1;
    this.#queue.tell(request, this.#status, bodyBytes);
  }
}
