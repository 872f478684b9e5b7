import { Exchange } from "../exchange.ts";
import { type Conversation, FINISHED, type Narrator, NOT_MINE, Recognition, type Side } from "./conversation.ts";

/** Bytes held for one side of an opened stream. */
const MOST_HELD = 32 * 1024;
/** First words that no protocol recognises are waited for up to this length. */
const MOST_STRANGE = 1024;

/**
 * A stream within a stream: what TLS carries, once it is opened. It is read by the same conversations as a stream of its
 * own would be, and tells rows of the same flow.
 */
export class InnerStream {
  readonly #exchange = new Exchange(0);
  readonly #outer: Exchange;
  readonly #narrator: Narrator;
  readonly #halves = [new Uint8Array(0), new Uint8Array(0)];
  /** Bytes of each side to step over. */
  readonly #skip: [number, number] = [0, 0];
  #conversation: Conversation | undefined;

  constructor(outer: Exchange, narrator: Narrator) {
    this.#outer = outer;
    this.#narrator = narrator;
    const exchange = this.#exchange;
    exchange.reset(outer.flow);
    exchange.fromBeginning = true;
    exchange.serverPort = outer.serverPort;
    exchange.clientPort = outer.clientPort;
  }

  /** Takes what `side` said next. @returns whether anybody goes on listening. */
  take(side: Side, bytes: Uint8Array): boolean {
    const exchange = this.#exchange;
    exchange.atMs = this.#outer.atMs;
    exchange.position = this.#outer.position;
    const skipped = Math.min(this.#skip[side]!, bytes.length);
    this.#skip[side]! -= skipped;
    if (skipped === bytes.length) return true;
    const held = this.#halves[side]!;
    const whole = held.length === 0 ? bytes.subarray(skipped) : joined(held, bytes.subarray(skipped));
    return this.#read(side, whole);
  }

  finished(side: Side): void {
    const held = this.#halves[side]!;
    this.#conversation?.finished(side, held, held.length);
    this.#hold(side, held.subarray(0, 0));
  }

  waitedLong(): void {
    this.#conversation?.waitedLong();
  }

  close(): void {
    for (const side of [0, 1] as const) if (this.#halves[side]!.length > 0) this.finished(side);
    this.#conversation?.close();
    this.#conversation = undefined;
  }

  #read(side: Side, bytes: Uint8Array): boolean {
    if (this.#conversation === undefined && !this.#recognise(side, bytes)) {
      this.#exchange.spoken |= 1 << side;
      return this.#exchange.spoken !== 3 && bytes.length < MOST_STRANGE && this.#hold(side, bytes);
    }
    this.#exchange.spoken |= 1 << side;
    const taken = this.#conversation!.read(side, bytes, 0, bytes.length);
    if (taken === NOT_MINE || taken === FINISHED) return false;
    this.#skip[side] = Math.max(0, taken - bytes.length);
    return this.#hold(side, bytes.subarray(Math.min(taken, bytes.length)));
  }

  #recognise(side: Side, bytes: Uint8Array): boolean {
    const { protocols } = this.#narrator;
    const found = protocols.find(
      (protocol) => protocol.recognise(this.#exchange, side, bytes, 0, bytes.length) === Recognition.yes,
    );
    if (found === undefined) return false;
    this.#conversation = found.open();
    this.#conversation.begin(this.#exchange, this.#narrator);
    const other = (side ^ 1) as Side;
    const earlier = this.#halves[other]!;
    if (earlier.length > 0) this.#read(other, earlier);
    return true;
  }

  /** Keeps a copy of `bytes` for the next words of `side`. @returns false when that is more than may be held. */
  #hold(side: Side, bytes: Uint8Array): boolean {
    const more = bytes.length - this.#halves[side]!.length;
    if (bytes.length > MOST_HELD || !this.#narrator.budget.take(more)) return false;
    this.#halves[side] = bytes.length > 0 ? bytes.slice() : new Uint8Array(0);
    return true;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
