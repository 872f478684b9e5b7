import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { ascii, lineFeed, mayBecome, startsWith } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  type Protocol,
  Recognition,
  type Side,
} from "./conversation.ts";
import { trimmed } from "./http-request.ts";

const SERVICE = ascii("ssh");
const IDENT = ascii("SSH-");
/** RFC 4253, section 4.2: 255 characters; forgiving by a factor of two. */
const LONGEST_IDENT = 512;

/** SSH: the identification strings of both sides (RFC 4253, section 4.2). */
export const ssh: Protocol = {
  id: "ssh",
  recognise(_exchange, _side, bytes, start, end) {
    if (startsWith(bytes, start, end, IDENT)) return Recognition.yes;
    return mayBecome(bytes, start, end, IDENT) ? Recognition.moreBytesNeeded : Recognition.no;
  },
  open: () => new SshConversation(),
};

class SshConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  /** Bit 1: the client's ident is done with, bit 2: the server's. */
  #done = 0;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#done = 0;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#done & (1 << side)) return end - start;
    const lineEnd = lineFeed(bytes, start, end);
    if (lineEnd === end && end - start < LONGEST_IDENT) return 0;
    if (startsWith(bytes, start, lineEnd, IDENT)) this.#tell(side, bytes, start, lineEnd);
    this.#done |= 1 << side;
    return this.#done === 3 ? FINISHED : end - start;
  }

  finished(side: Side, bytes: Uint8Array, end: number): void {
    if (!(this.#done & (1 << side)) && startsWith(bytes, 0, end, IDENT)) this.#tell(side, bytes, 0, end);
    this.#done |= 1 << side;
  }

  #tell(side: Side, bytes: Uint8Array, start: number, lineEnd: number): void {
    const exchange = this.#exchange;
    const kind = side === CLIENT ? Kind.hello : Kind.reveal;
    const row = this.#narrator.startRow(exchange, kind, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    batch.host[row] = 0;
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(bytes, start, Math.min(trimmed(bytes, start, lineEnd), start + LONGEST_IDENT));
  }

  missed(): void {}
  waitedLong(): void {}
  close(): void {}
}
