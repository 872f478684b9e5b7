import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
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

const SERVICE = ascii("mysql");
/** First byte of the server's first packet: the protocol version, or an error. */
const VERSION_10 = 10;
const ERROR = 255;
const LONGEST_REVEAL = 512;
/** Length of the client's packet that asks for TLS, and the second octet's bit of its capabilities (CLIENT_SSL, 0x800). */
const SSL_REQUEST = 32;
const CLIENT_SSL = 8;

/**
 * MySQL and MariaDB: the version in the server's greeting, or its refusal (MySQL internals, connection phase: a packet is
 * length (3 bytes, little-endian), sequence number, payload).
 */
export const mysql: Protocol = {
  id: "mysql",
  recognise(exchange, side, bytes, start, end) {
    if (side === CLIENT || !exchange.fromBeginning || exchange.spoken & 1 || bytes[start]! < 8) return Recognition.no;
    if (end - start < 6) return bytes[start + 1] ? Recognition.no : Recognition.moreBytesNeeded;
    const isFirstPacket = bytes[start + 1]! < 2 && bytes[start + 2] === 0 && bytes[start + 3] === 0;
    const first = bytes[start + 4];
    const isGreeting = first === VERSION_10 && bytes[start + 5]! >= 48 && bytes[start + 5]! <= 57;
    return isFirstPacket && (isGreeting || first === ERROR) ? Recognition.yes : Recognition.no;
  },
  open: () => new MysqlConversation(),
};

class MysqlConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  #hasTold = false;
  #asksForTls = false;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#hasTold = false;
    this.#asksForTls = false;
    this.#exchange = exchange;
    this.#narrator = narrator;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (side === CLIENT) return this.#readClient(bytes, start, end);
    if (this.#hasTold) return end - start;
    const length = bytes[start]! | (bytes[start + 1]! << 8);
    if (end - start < 4 + length) return 0;
    const isError = bytes[start + 4] === ERROR;
    // An error is its code (2 bytes) and, from the next byte on, its text; a greeting's version ends in a zero byte.
    const textStart = isError ? start + 7 : start + 5;
    const limit = Math.min(start + 4 + length, textStart + LONGEST_REVEAL);
    let textEnd = textStart;
    while (textEnd < limit && bytes[textEnd] !== 0) textEnd++;
    this.#tell(bytes, textStart, textEnd);
    this.#hasTold = true;
    // What a client answers may be that it goes on in TLS.
    return isError ? FINISHED : end - start;
  }

  /** A short answer with the TLS capability, and TLS after it; anything else is a log-in, and nothing more is read. */
  #readClient(bytes: Uint8Array, start: number, end: number): number {
    if (this.#asksForTls) return NOT_MINE;
    if (end - start < 6) return 0;
    this.#asksForTls = bytes[start] === SSL_REQUEST && (bytes[start + 5]! & CLIENT_SSL) !== 0;
    return this.#asksForTls ? Math.min(end - start, 4 + SSL_REQUEST) : FINISHED;
  }

  #tell(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    const exchange = this.#exchange;
    const row = this.#narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(bytes, start, end);
  }

  missed(): void {}
  finished(): void {}
  waitedLong(): void {}
  close(): void {}
}
