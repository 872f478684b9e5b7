import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { ascii, lineFeed, mayBecome, startsWith } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  NOT_MINE,
  type Protocol,
  Recognition,
  type Side,
} from "./conversation.ts";
import { isGreeting } from "./first-words.ts";
import { hasshOf, kexLength } from "./hassh.ts";
import { trimmed } from "./http-request.ts";

const SERVICE = ascii("ssh");
const HTTP = ascii("HTTP/1.");
const HASSH = ascii("hassh");
const IDENT = ascii("SSH-");
/** A server may send other lines before its ident. */
const MOST_LINES_BEFORE = 64;
/** RFC 4253, section 4.2: 255 characters; forgiving by a factor of two. */
const LONGEST_IDENT = 512;

/**
 * SSH: the identification strings of both sides (RFC 4253, section 4.2), and HASSH fingerprints of what they offer in the key
 * exchange, with the lists themselves in a hello's `agent`.
 */
export const ssh: Protocol = {
  id: "ssh",
  beginnings: [IDENT[0]!],
  recognise(_exchange, _side, bytes, start, end) {
    if (startsWith(bytes, start, end, IDENT)) return Recognition.yes;
    return mayBecome(bytes, start, end, IDENT) ? Recognition.moreBytesNeeded : Recognition.no;
  },
  open: () => new SshConversation(),
};

/**
 * Whether a side's first words are of another protocol: clients may ask for something else; servers may greet as they always do,
 * answer an ident that they do not understand, or write lines before their own.
 */
function isForeign(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
  if (startsWith(bytes, start, end, IDENT.subarray(0, end - start))) return false;
  return side === CLIENT || startsWith(bytes, start, end, HTTP) || isGreeting(bytes, start, end);
}

class SshConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  /** Bit 1: the client's ident is done with, bit 2: the server's; 4 and 8: the key exchanges. */
  #done = 0;
  #linesBefore = 0;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#done = 0;
    this.#linesBefore = 0;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (!(this.#done & (1 << side))) {
      if (this.#linesBefore === 0 && isForeign(side, bytes, at, end)) return NOT_MINE;
      const lineEnd = lineFeed(bytes, at, end);
      if (lineEnd === end && end - at < LONGEST_IDENT) return at - start;
      const isIdent = startsWith(bytes, at, lineEnd, IDENT);
      if (isIdent) this.#tell(side, bytes, at, lineEnd);
      if (isIdent || ++this.#linesBefore > MOST_LINES_BEFORE) this.#done |= 1 << side;
      at = Math.min(lineEnd + 1, end);
    }
    if (at === end || this.#done & (4 << side)) return end - start;
    const length = kexLength(bytes, at, end);
    if (length === 0) return at - start;
    if (length > 0) this.#tellExchange(side, bytes, at, at + length);
    this.#done |= 4 << side;
    return this.#done === 15 ? FINISHED : end - start;
  }

  finished(side: Side, bytes: Uint8Array, end: number): void {
    if (!(this.#done & (1 << side)) && startsWith(bytes, 0, end, IDENT)) this.#tell(side, bytes, 0, end);
    this.#done |= 1 << side;
  }

  #tellExchange(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const hassh = hasshOf(side, bytes, start, end);
    if (hassh === undefined) return;
    const exchange = this.#exchange;
    const kind = side === CLIENT ? Kind.hello : Kind.reveal;
    const row = this.#narrator.startRow(exchange, kind, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    const { fingerprint, lists } = hassh;
    batch.host[row] = 0;
    batch.agent[row] = 0;
    batch.service[row] = batch.texts.add(HASSH, 0, HASSH.length);
    batch.detail[row] = batch.texts.add(fingerprint, 0, fingerprint.length);
    batch.agent[row] = batch.texts.add(lists, 0, lists.length);
  }

  #tell(side: Side, bytes: Uint8Array, start: number, lineEnd: number): void {
    const exchange = this.#exchange;
    const kind = side === CLIENT ? Kind.hello : Kind.reveal;
    const row = this.#narrator.startRow(exchange, kind, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    batch.host[row] = 0;
    batch.agent[row] = 0;
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(bytes, start, Math.min(trimmed(bytes, start, lineEnd), start + LONGEST_IDENT));
  }

  missed(): void {}
  waitedLong(): void {}
  close(): void {}
}
