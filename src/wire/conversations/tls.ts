import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { Gap } from "../tally-words.ts";
import { ascii } from "./ascii.ts";
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
import { ja4 } from "./ja4.ts";
import { hello, readClientHello } from "./tls-hello.ts";

const SERVICE = ascii("tls");
/** Record types (RFC 8446, section 5.1). */
const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
/** A record's fragment is at most 2^14 bytes, plus what old versions add when they encrypt. */
const LONGEST_RECORD = 16384 + 2048;
const LONGEST_HELLO = 32 * 1024;

/** TLS and SSL 3: the client hello, with the name asked for and its JA4 fingerprint. The rest is encrypted. */
export const tls: Protocol = {
  id: "tls",
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== HANDSHAKE) return Recognition.no;
    if (end - start < 6) return Recognition.moreBytesNeeded;
    const isHello = bytes[start + 1] === 3 && bytes[start + 2]! <= 4 && bytes[start + 5] === CLIENT_HELLO;
    return isHello ? Recognition.yes : Recognition.no;
  },
  open: () => new TlsConversation(),
};

/** A hello that spans several records is put together here. */
const joined = new Uint8Array(LONGEST_HELLO);

class TlsConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  #told = false;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#told = false;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (side !== CLIENT) return isRecord(bytes[start]!) ? FINISHED : NOT_MINE;
    // The server's first bytes are waited for: a plain-text server answers a hello with an error that names it.
    if (this.#told) return end - start;
    const length = joinHandshake(bytes, start, end);
    if (length === 0) return 0;
    if (length < 0) return FINISHED;
    this.#told = true;
    this.#tell(length);
    return end - start;
  }

  #tell(length: number): void {
    this.#narrator.tally.gap(Gap.encrypted);
    if (!readClientHello(joined, 4, length)) return;
    const exchange = this.#exchange;
    const row = this.#narrator.startRow(exchange, Kind.hello, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    const fingerprint = ja4(hello.facts);
    batch.host[row] = batch.texts.add(joined, hello.nameStart, hello.nameEnd);
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(fingerprint, 0, fingerprint.length);
  }

  missed(): void {}
  finished(): void {}
  waitedLong(): void {}
  close(): void {}
}

function isRecord(first: number): boolean {
  return first >= CHANGE_CIPHER_SPEC && first <= HANDSHAKE + 2;
}

/**
 * Copies the first handshake message of `bytes[start, end)` out of its records into `joined`.
 * @returns its length, 0 when it is not all there, -1 when it is none or too long.
 */
function joinHandshake(bytes: Uint8Array, start: number, end: number): number {
  let used = 0;
  for (let at = start; at + 5 <= end; ) {
    const length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
    if (bytes[at] !== HANDSHAKE || length === 0 || length > LONGEST_RECORD) return -1;
    at += 5;
    const stop = Math.min(at + length, end);
    if (used + stop - at > LONGEST_HELLO) return -1;
    joined.set(bytes.subarray(at, stop), used);
    used += stop - at;
    if (used >= 4) {
      const whole = 4 + ((joined[1]! << 16) | (joined[2]! << 8) | joined[3]!);
      if (joined[0] !== CLIENT_HELLO || whole > LONGEST_HELLO) return -1;
      if (used >= whole) return whole;
    }
    at = stop;
  }
  return 0;
}
