// Hot: once per segment of a conversation that is read; measured by bench/conversations.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { ascii, mayBecome, startsWith } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  NOT_MINE,
  type Protocol,
  type Recognition,
  type Side,
} from "./conversation.ts";
import { isGreeting } from "./first-words.ts";
import { said } from "./words.ts";

/** Messages of one side that are looked at: the opening tells what is wanted and what answers, the rest is work. */
const MOST_MESSAGES = 64;
/** Different wordings of one side that are told. */
const MOST_TOLD = 16;
const HTTP = ascii("HTTP/1.");

/**
 * A protocol whose messages are read one by one: what the client asks and what the server says of itself. Everything
 * else (repetition, holes, limits) is the same for all of them.
 */
export interface TalkDefinition {
  /** The protocol, and the `service` of its rows. */
  readonly id: string;
  readonly beginnings?: readonly number[];
  /** Whether its servers speak first. */
  readonly greets?: boolean;
  recognise(exchange: Exchange, side: Side, bytes: Uint8Array, start: number, end: number): Recognition;
  /**
   * Reads the message of `side` that begins at `start` and tells what it says with `talk.ask` and `talk.reveal`.
   * @returns its length, which may be more than is there (the rest is skipped unseen); 0 when more is needed to tell;
   * or FINISHED
   */
  hear(talk: Talk, side: Side, bytes: Uint8Array, start: number, end: number): number;
}

/** A protocol of the list that is read as a talk. */
export function talking(definition: TalkDefinition): Protocol {
  const service = ascii(definition.id);
  return {
    id: definition.id,
    ...(definition.beginnings && { beginnings: definition.beginnings }),
    recognise: (exchange, side, bytes, start, end) => definition.recognise(exchange, side, bytes, start, end),
    open: () => new Talk(definition, service),
  };
}

/** One flow of a talk, and what is remembered of it. */
export class Talk implements Conversation {
  exchange!: Exchange;
  /** For the protocol's own use; 0 at first. */
  stage = 0;
  /** Lines of the client that were read, where the protocol counts them. */
  lines = 0;
  /** Whether no more of this side follows what is at hand: a message that ends early is taken as it is. */
  isLast = false;
  /** Messages heard of each side. */
  readonly heard: [number, number] = [0, 0];
  readonly #definition: TalkDefinition;
  readonly #ownService: Uint8Array;
  #service: Uint8Array;
  #narrator!: Narrator;
  readonly #told = new Int32Array(2 * MOST_TOLD);
  readonly #toldCount: [number, number] = [0, 0];

  constructor(definition: TalkDefinition, service: Uint8Array) {
    this.#definition = definition;
    this.#ownService = this.#service = service;
  }

  /** Rows are told as this service's from now on. */
  set service(service: Uint8Array) {
    this.#service = service;
  }

  begin(exchange: Exchange, narrator: Narrator): void {
    this.exchange = exchange;
    this.#narrator = narrator;
    this.#service = this.#ownService;
    this.stage = 0;
    this.lines = 0;
    this.isLast = false;
    this.heard[0] = this.heard[1] = 0;
    this.#toldCount[0] = this.#toldCount[1] = 0;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.heard[side] >= MOST_MESSAGES) return FINISHED;
      // Servers of other protocols answer what they do not understand, or greet all the same, and name themselves.
      if (side !== CLIENT && this.heard[side] === 0) {
        if (!this.#definition.greets && isGreeting(bytes, at, end)) return NOT_MINE;
        if (startsWith(bytes, at, end, HTTP)) return NOT_MINE;
        if (mayBecome(bytes, at, end, HTTP)) break;
      }
      // TLS takes over: STARTTLS and its like.
      if (side === CLIENT && bytes[at] === 22 && bytes[at + 1] === 3) return at === start ? NOT_MINE : at - start;
      const taken = this.#definition.hear(this, side, bytes, at, end);
      if (taken === 0) break;
      if (taken < 0) return FINISHED;
      this.heard[side]++;
      at += taken;
    }
    return at - start;
  }

  /** Tells that the client asked for what is in `said`. */
  ask(): void {
    this.#tell(CLIENT, Kind.ask);
  }

  /** Tells that the server said what is in `said`. */
  reveal(): void {
    this.#tell(1, Kind.reveal);
  }

  #tell(side: Side, kind: number): void {
    const { bytes, length } = said;
    if (length === 0 || this.#toldCount[side] >= MOST_TOLD) return;
    hashBytes(bytes, 0, length);
    const { low, high } = hashed;
    const from = side * MOST_TOLD;
    const until = from + this.#toldCount[side];
    for (let i = from; i < until; i++) if (this.#told[i] === low) return;
    this.#told[until] = low;
    this.#toldCount[side]++;
    const { exchange } = this;
    const row = this.#narrator.startRow(exchange, kind, exchange.atMs, exchange.position);
    const { texts, service, detail } = this.#narrator.batch;
    service[row] = texts.add(this.#service, 0, this.#service.length);
    detail[row] = texts.addHashed(bytes, 0, length, low, high);
  }

  /** Half an answer is not told: half a version is a wrong one. */
  missed(side: Side, _length: number, bytes: Uint8Array, end: number): void {
    if (side === CLIENT) this.finished(side, bytes, end);
  }

  finished(side: Side, bytes: Uint8Array, end: number): void {
    if (end === 0) return;
    this.isLast = true;
    this.#definition.hear(this, side, bytes, 0, end);
    this.isLast = false;
  }

  waitedLong(): void {}
  close(): void {}
}
