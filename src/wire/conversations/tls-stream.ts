import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { CLIENT, type Narrator, type Side } from "./conversation.ts";
import { InnerStream } from "./inner-stream.ts";
import { cbcOpeners } from "./tls-cbc.ts";
import { tellCertificate } from "./tls-certificates.ts";
import { CHANGE_CIPHER_SPEC, HANDSHAKE, Message, readRecord, record } from "./tls-handshake.ts";
import { keyBlock, suiteOf } from "./tls-keys.ts";
import { APPLICATION_DATA, type OpenedRecord, type RecordOpener, Tls12Opener, Tls13Opener } from "./tls-opener.ts";
import type { SessionSecrets } from "./tls-secrets.ts";

const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
/** Records that do not open before a stream is given up; some secrets may be missing (early data, the handshake's). */
const MOST_UNREADABLE = 64;

/** What both hellos agreed on. */
export interface Agreement {
  readonly version: number;
  readonly suite: number;
  readonly isMacLast: boolean;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** The records of a connection whose secrets are known, opened, and what they carry, read. */
export class TlsStream {
  readonly #exchange: Exchange;
  readonly #narrator: Narrator;
  readonly #inner: InnerStream;
  readonly #openers: readonly [RecordOpener, RecordOpener];
  readonly #isTls13: boolean;
  /** Sides whose records are sealed: bit 1 the client's, bit 2 the server's. */
  #sealed: number;
  #unreadable = 0;

  private constructor(exchange: Exchange, narrator: Narrator, isTls13: boolean, openers: [RecordOpener, RecordOpener]) {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#inner = new InnerStream(exchange, narrator);
    this.#openers = openers;
    this.#isTls13 = isTls13;
    this.#sealed = isTls13 ? 3 : 0;
  }

  /** The stream of a connection; undefined when its cipher suite or its secrets are not of those that can be used. */
  static open(
    exchange: Exchange,
    narrator: Narrator,
    agreement: Agreement,
    secrets: SessionSecrets,
  ): TlsStream | undefined {
    const { version, isMacLast, clientRandom, serverRandom } = agreement;
    const suite = suiteOf(agreement.suite);
    if (version === TLS_1_3) {
      if (suite === undefined) return undefined;
      const { clientEarly, clientHandshake, clientTraffic, serverHandshake, serverTraffic } = secrets;
      if (clientTraffic === undefined && serverTraffic === undefined) return undefined;
      return new TlsStream(exchange, narrator, true, [
        new Tls13Opener(suite, [clientEarly, clientHandshake, clientTraffic]),
        new Tls13Opener(suite, [serverHandshake, serverTraffic]),
      ]);
    }
    const { master } = secrets;
    if (version !== TLS_1_2 || master === undefined) return undefined;
    const keys = suite && keyBlock(suite, master, clientRandom, serverRandom);
    const openers = keys
      ? ([new Tls12Opener(suite, keys[0]), new Tls12Opener(suite, keys[1])] satisfies [RecordOpener, RecordOpener])
      : cbcOpeners(agreement.suite, isMacLast, master, clientRandom, serverRandom);
    return openers && new TlsStream(exchange, narrator, false, openers);
  }

  /** Takes whole records of `bytes[start, end)`. @returns how many bytes that is, or -1 when there is nothing more to read. */
  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    for (let found = readRecord(bytes, at, end); found !== 0; found = readRecord(bytes, at, end)) {
      if (found < 0) return -1;
      at = record.end;
      const { type, start: from, end: to } = record;
      if (type === CHANGE_CIPHER_SPEC) this.#sealed |= 1 << side;
      else if (this.#isSealed(side, type) && !this.#open(side, type, bytes, from, to)) return -1;
    }
    return at - start;
  }

  finished(side: Side): void {
    this.#inner.finished(side);
  }

  waitedLong(): void {
    this.#inner.waitedLong();
  }

  close(): void {
    this.#inner.close();
  }

  /** TLS 1.3 hides types: what calls itself anything but application data is in the clear. */
  #isSealed(side: Side, type: number): boolean {
    return this.#isTls13 ? type === APPLICATION_DATA : (this.#sealed & (1 << side)) !== 0;
  }

  #open(side: Side, type: number, bytes: Uint8Array, start: number, end: number): boolean {
    const opened = this.#openers[side].open(type, bytes, start, end);
    if (opened === undefined) return ++this.#unreadable < MOST_UNREADABLE;
    if (opened.type === APPLICATION_DATA) return opened.bytes.length === 0 || this.#inner.take(side, opened.bytes);
    if (opened.type === HANDSHAKE && this.#isTls13 && side !== CLIENT) this.#findCertificate(opened);
    return true;
  }

  /** The server's certificate, when one record holds it whole. */
  #findCertificate({ bytes }: OpenedRecord): void {
    for (let at = 0; at + 4 <= bytes.length; ) {
      const end = at + 4 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (bytes[at] === Message.certificate) {
        const exchange = this.#exchange;
        const { batch } = this.#narrator;
        const startRow = () => this.#narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
        tellCertificate(batch, startRow, bytes, at + 4, Math.min(end, bytes.length), true);
        return;
      }
      at = end;
    }
  }
}
