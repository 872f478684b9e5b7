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
import { writeHello } from "./hello-rows.ts";
import { tellCertificate } from "./tls-certificates.ts";
import { flight, HANDSHAKE, isRecordType, joined, joinFlight, Message, messageEnd } from "./tls-handshake.ts";
import { RANDOM_AT, readClientHello, readServerHello, serverHello } from "./tls-hello.ts";
import type { SessionSecrets } from "./tls-secrets.ts";
import { TlsStream } from "./tls-stream.ts";

const SERVICE = ascii("tls");
const RANDOM = 32;
/** From here on certificates are sealed. */
const TLS_1_3 = 0x0304;
/** Drafts of it call themselves 0x7f… */
const DRAFTS = 0x7f00;

/**
 * TLS and SSL 3: the client hello with the name asked for and its fingerprints, and the server's certificate up to TLS
 * 1.2. The rest is sealed: it is read where the session's secrets are known, and skipped unseen otherwise.
 */
export const tls: Protocol = {
  id: "tls",
  recognise(_exchange, side, bytes, start, end) {
    if (bytes[start] !== HANDSHAKE) return Recognition.no;
    if (end - start < 6) return Recognition.moreBytesNeeded;
    // Of a capture of one direction the server's alone may be there.
    const hello = side === CLIENT ? Message.clientHello : Message.serverHello;
    const isHello = bytes[start + 1] === 3 && bytes[start + 2]! <= 4 && bytes[start + 5] === hello;
    return isHello ? Recognition.yes : Recognition.no;
  },
  open: () => new TlsConversation(),
};

class TlsConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  #hasTold = false;
  #secrets: SessionSecrets | undefined;
  #clientRandom: Uint8Array | undefined;
  #stream: TlsStream | undefined;
  #isLost = false;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#hasTold = false;
    this.#secrets = undefined;
    this.#clientRandom = undefined;
    this.#stream = undefined;
    this.#isLost = false;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#isLost) return FINISHED;
    if (this.#stream !== undefined) return this.#readSealed(this.#stream, side, bytes, start, end);
    return side === CLIENT ? this.#readClient(bytes, start, end) : this.#readServer(bytes, start, end);
  }

  #readSealed(stream: TlsStream, side: Side, bytes: Uint8Array, start: number, end: number): number {
    const taken = stream.read(side, bytes, start, end);
    return taken < 0 ? FINISHED : taken;
  }

  #readClient(bytes: Uint8Array, start: number, end: number): number {
    if (!this.#hasTold) {
      joinFlight(bytes, start, end);
      const whole = messageEnd(0);
      if (flight.length > 0 && joined[0] !== Message.clientHello) return FINISHED;
      if (whole < 0) return flight.hasEnded ? FINISHED : 0;
      this.#hasTold = true;
      this.#takeHello(whole);
    }
    // The server's first bytes are waited for: a plain-text server answers a hello with an error that names it. What can
    // be opened has to wait for them, too.
    return this.#secrets === undefined ? end - start : 0;
  }

  #takeHello(end: number): void {
    const narrator = this.#narrator;
    if (readClientHello(joined, 4, end)) {
      writeHello(narrator.batch, this.#startRow(Kind.hello), SERVICE, joined);
      this.#secrets = narrator.secrets.find(joined, 4 + RANDOM_AT);
    }
    if (this.#secrets === undefined) narrator.tally.gap(Gap.encrypted);
    else this.#clientRandom = joined.slice(4 + RANDOM_AT, 4 + RANDOM_AT + RANDOM);
  }

  #startRow(kind: number): number {
    const exchange = this.#exchange;
    return this.#narrator.startRow(exchange, kind, exchange.atMs, exchange.position);
  }

  #readServer(bytes: Uint8Array, start: number, end: number): number {
    if (!isRecordType(bytes[start]!)) return NOT_MINE;
    joinFlight(bytes, start, end);
    const helloEnd = messageEnd(0);
    if (helloEnd < 0) return flight.hasEnded ? FINISHED : 0;
    if (joined[0] !== Message.serverHello || !readServerHello(joined, 4, helloEnd)) return FINISHED;
    if (serverHello.version < TLS_1_3) {
      const isDone = this.#findCertificate(helloEnd);
      if (!isDone && !flight.hasEnded) return 0;
    }
    if (this.#secrets === undefined || serverHello.version >= DRAFTS) return FINISHED;
    return this.#openStream(this.#secrets, bytes, start, end);
  }

  /** Tells the server's certificate. @returns whether it is told, or none will come. */
  #findCertificate(at: number): boolean {
    for (let end = messageEnd(at); end >= 0; end = messageEnd(at)) {
      if (joined[at] === Message.certificate) {
        tellCertificate(this.#narrator.batch, () => this.#startRow(Kind.reveal), joined, at + 4, end, false);
        return true;
      }
      if (joined[at] === Message.serverHelloDone) return true;
      at = end;
    }
    return false;
  }

  #openStream(secrets: SessionSecrets, bytes: Uint8Array, start: number, end: number): number {
    const { version, suite, isMacLast } = serverHello;
    const serverRandom = joined.slice(4 + RANDOM_AT, 4 + RANDOM_AT + RANDOM);
    const agreement = { version, suite, isMacLast, clientRandom: this.#clientRandom!, serverRandom };
    this.#stream = TlsStream.open(this.#exchange, this.#narrator, agreement, secrets);
    if (this.#stream === undefined) {
      this.#narrator.tally.gap(Gap.encrypted);
      return FINISHED;
    }
    return this.#readSealed(this.#stream, 1, bytes, start, end);
  }

  /** How many records a hole held is not known, so nothing after it opens. */
  missed(): void {
    this.#isLost = true;
    this.#end();
  }

  finished(side: Side): void {
    this.#stream?.finished(side);
  }

  waitedLong(): void {
    this.#stream?.waitedLong();
  }

  close(): void {
    this.#end();
  }

  #end(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
