import { Kind } from "../../observations/vocabulary.ts";
import { DNS_PORT, LONGEST_QUESTION, message, readMessage } from "../dns-message.ts";
import type { Exchange } from "../exchange.ts";
import {
  CLIENT,
  type Conversation,
  type Narrator,
  NOT_MINE,
  type Protocol,
  Recognition,
  SERVER,
  type Side,
} from "./conversation.ts";
import { revealVersion, writeAnswer, writeQuestion } from "./dns-rows.ts";

/** Each message is preceded by its length (RFC 1035, section 4.2.2). */
const LENGTH_BYTES = 2;
/** Bytes read of a message: the question and the first record behind it. */
const MOST_READ = LONGEST_QUESTION + 320;
/** Questions of one flow that may wait for their answers; resolvers send a few at a time (RFC 7766, section 6.2.1). */
const MOST_WAITING = 32;

/** A question whose answer was not seen. */
interface Asked {
  readonly id: number;
  readonly name: Uint8Array;
  readonly low: number;
  readonly high: number;
  readonly type: number;
  readonly inClass: number;
  readonly asked: number;
  readonly atMs: number;
  readonly position: number;
}

/** DNS over TCP, on a name server's port: what was asked for, as over UDP (contacts/questions.ts). */
export const dns: Protocol = {
  id: "dns",
  recognise(exchange, side, bytes, start, end) {
    if (exchange.serverPort !== DNS_PORT) return Recognition.no;
    const length = lengthAt(bytes, start);
    if (end - start < LENGTH_BYTES + Math.min(length, MOST_READ)) {
      return end - start > LENGTH_BYTES && length < 17 ? Recognition.no : Recognition.moreBytesNeeded;
    }
    const from = start + LENGTH_BYTES;
    if (!readMessage(bytes, from, Math.min(end, from + length))) return Recognition.no;
    return message.isAnswer === (side === SERVER) ? Recognition.yes : Recognition.no;
  },
  open: () => new DnsConversation(),
};

class DnsConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  #waiting: Asked[] = [];

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    if (this.#waiting.length > 0) this.#waiting = [];
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (end - at >= LENGTH_BYTES) {
      const length = lengthAt(bytes, at);
      if (end - at < LENGTH_BYTES + Math.min(length, MOST_READ)) break;
      const from = at + LENGTH_BYTES;
      if (readMessage(bytes, from, Math.min(end, from + length))) this.#take(side, bytes);
      else if (side === CLIENT && at === start) return NOT_MINE;
      // The rest of a long answer, such as a zone, is skipped unseen.
      at = from + length;
    }
    return at - start;
  }

  #take(side: Side, bytes: Uint8Array): void {
    if (message.isAnswer === (side === CLIENT)) return;
    if (!message.isAnswer) this.#ask();
    else this.#answer(bytes);
  }

  #ask(): void {
    if (this.#waiting.length === MOST_WAITING) this.#tell(this.#waiting.shift()!);
    const { id, name, low, high, type, asked } = message;
    const { atMs, position } = this.#exchange;
    const copy = name.bytes.slice(0, name.length);
    this.#waiting.push({ id, name: copy, low, high, type, inClass: message.class, asked, atMs, position });
  }

  /** A zone comes as many messages of one id: only the first is an answer to something. */
  #answer(bytes: Uint8Array): void {
    const { batch } = this.#narrator;
    const at = this.#waiting.findIndex(({ id, type }) => id === message.id && type === message.type);
    if (at >= 0) {
      const [question] = this.#waiting.splice(at, 1);
      message.asked |= question!.asked;
      writeAnswer(batch, this.#tell(question!));
    }
    // A version is told also where the question was not seen.
    if (message.textEnd <= message.textStart) return;
    const { atMs, position } = this.#exchange;
    revealVersion(batch, this.#narrator.startRow(this.#exchange, Kind.reveal, atMs, position), bytes);
  }

  #tell({ name, low, high, type, inClass, asked, atMs, position }: Asked): number {
    const row = this.#narrator.startRow(this.#exchange, Kind.question, atMs, position);
    const { batch } = this.#narrator;
    writeQuestion(batch, row, name, 0, name.length, low, high, type, inClass);
    batch.known[row] = asked;
    return row;
  }

  #tellAll(): void {
    for (const question of this.#waiting) this.#tell(question);
    this.#waiting = [];
  }

  waitedLong(): void {
    this.#tellAll();
  }

  close(): void {
    this.#tellAll();
  }

  missed(): void {}
  finished(): void {}
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
