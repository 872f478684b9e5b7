// Hot: one look at the first byte of each datagram; measured by bench/captures.ts.
import { MAPPED } from "../../bytes/address.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import type { Budget } from "../budget.ts";
import { ascii } from "../conversations/ascii.ts";
import { writeHello } from "../conversations/hello-rows.ts";
import { Pieces } from "../conversations/pieces.ts";
import {
  type InitialKeys,
  initial,
  initialKeys,
  openInitial,
  readCryptoFrames,
  readLongHeader,
} from "../conversations/quic-initial.ts";
import { tellCertificate } from "../conversations/tls-certificates.ts";
import { Message } from "../conversations/tls-handshake.ts";
import { readClientHello } from "../conversations/tls-hello.ts";
import type { FlowRows } from "../flow-rows.ts";
import { looksLikeService } from "../flow-state.ts";
import type { Packet } from "../packet.ts";

const UDP_HEADER = 8;
/** Clients whose hello is remembered: as told, or as far as it came. */
const MOST_REMEMBERED = 1024;
/** A hello with post-quantum keys has some 2,000 bytes. */
const LONGEST_HELLO = 16 * 1024;
/** Packets of one datagram that are looked at. */
const MOST_COALESCED = 4;

/** DTLS records and handshake messages (RFC 6347, sections 4.1 and 4.2.2). */
const DTLS_HANDSHAKE = 22;
const DTLS_RECORD = 13;
const DTLS_MESSAGE = 12;

const QUIC = ascii("quic");
const DTLS = ascii("dtls");

/** What came of one client's hello so far. */
interface Opening {
  pieces: Pieces | undefined;
  keys: InitialKeys | undefined;
  isTold: boolean;
}

/**
 * Client hellos in datagrams: of QUIC, whose Initial packets are sealed with keys that everybody can derive, and of DTLS,
 * whose servers show their certificates up to version 1.2. All of them may take several datagrams, so what came is remembered, the earliest forgotten first.
 */
export class DatagramHellos {
  readonly #rows: FlowRows;
  readonly #budget: Budget;
  readonly #openings = new Map<string, Opening>();

  constructor(rows: FlowRows, budget: Budget) {
    this.#rows = rows;
    this.#budget = budget;
  }

  /** Takes a UDP datagram; what comes from a service's port is its server's. */
  see(packet: Packet, sourcePort: number, targetPort: number): void {
    const start = packet.transport + UDP_HEADER;
    const { bytes, transportEnd } = packet;
    if (transportEnd - start < DTLS_RECORD + DTLS_MESSAGE) return;
    const first = bytes[start]!;
    if (first < 0xc0 && first !== DTLS_HANDSHAKE) return;
    const isServer = looksLikeService(sourcePort, targetPort);
    if (first === DTLS_HANDSHAKE) this.#dtls(packet, start, isServer ? Message.certificate : Message.clientHello);
    else if (!isServer) this.#quic(packet, start);
  }

  #quic(packet: Packet, start: number): void {
    const { bytes, transportEnd } = packet;
    let at = start;
    for (let i = 0; i < MOST_COALESCED && readLongHeader(bytes, at, transportEnd); i++, at = initial.end) {
      if (!initial.isInitial) continue;
      const opening = this.#openingOf(packet);
      if (opening === undefined) return;
      const plain = this.#unseal(bytes, at, opening);
      if (plain === undefined) continue;
      readCryptoFrames(plain, (offset, from, to) => opening.pieces?.put(offset, plain, from, to));
      this.#tellHello(packet, opening, "q", QUIC);
    }
  }

  /** Takes what the datagram's records hold of the message that is wanted. */
  #dtls(packet: Packet, start: number, wanted: number): void {
    const { bytes, transportEnd } = packet;
    let at = start;
    for (let i = 0; i < MOST_COALESCED && at + DTLS_RECORD + DTLS_MESSAGE <= transportEnd; i++) {
      const major = bytes[at + 1]!;
      // 1.0 is what OpenSSL sent before DTLS had a number.
      if (bytes[at] !== DTLS_HANDSHAKE || (major !== 0xfe && !(major === 1 && bytes[at + 2] === 0))) return;
      const message = at + DTLS_RECORD;
      at = message + ((bytes[at + 11]! << 8) | bytes[at + 12]!);
      if (bytes[message] === wanted) this.#takeFragment(packet, message, Math.min(transportEnd, at));
    }
  }

  /** Takes the piece of a handshake message at `message`. */
  #takeFragment(packet: Packet, message: number, end: number): void {
    const { bytes } = packet;
    const body = message + DTLS_MESSAGE;
    const whole = u24(bytes, message + 1);
    const offset = u24(bytes, message + 6);
    const length = u24(bytes, message + 9);
    if (body + length > end || offset + length > whole || whole > LONGEST_HELLO) return;
    const opening = this.#openingOf(packet);
    if (opening?.pieces === undefined) return;
    // Put together as TLS has it, with the shorter header.
    opening.pieces.put(0, bytes, message, message + 4);
    opening.pieces.put(4 + offset, bytes, body, body + length);
    if (bytes[message] === Message.certificate) this.#tellCertificate(packet, opening);
    else this.#tellHello(packet, opening, "d", DTLS);
  }

  /** Tells the hello once it is all there. */
  #tellHello(packet: Packet, opening: Opening, transport: "q" | "d", service: Uint8Array): void {
    const message = wholeMessage(opening);
    if (message?.[0] !== Message.clientHello || !readClientHello(message, 4, message.length, transport)) return;
    writeHello(this.#rows.batch, this.#startRow(packet, Kind.hello, 0), service, message);
  }

  #tellCertificate(packet: Packet, opening: Opening): void {
    const message = wholeMessage(opening);
    if (message === undefined) return;
    tellCertificate(this.#rows.batch, () => this.#startRow(packet, Kind.reveal, 4), message, 4, message.length, false);
  }

  /** What is remembered of the sender's hello; undefined when it is told. */
  #openingOf(packet: Packet): Opening | undefined {
    const name = nameOf(packet);
    let opening = this.#openings.get(name);
    if (opening === undefined) {
      if (this.#openings.size >= MOST_REMEMBERED) this.#forgetEarliest();
      opening = { pieces: new Pieces(LONGEST_HELLO, this.#budget), keys: undefined, isTold: false };
      this.#openings.set(name, opening);
    }
    return opening.isTold ? undefined : opening;
  }

  #forgetEarliest(): void {
    for (const [name, { pieces }] of this.#openings) {
      pieces?.forget();
      this.#openings.delete(name);
      return;
    }
  }

  /** Opens a packet with the keys of the flow's first, or, after a Retry, with those of its own connection id. */
  #unseal(bytes: Uint8Array, start: number, opening: Opening): Uint8Array | undefined {
    const known = opening.keys && openInitial(bytes, start, opening.keys);
    if (known !== undefined) return known;
    const keys = initialKeys(bytes);
    const plain = openInitial(bytes, start, keys);
    if (plain !== undefined) {
      opening.keys = keys;
      opening.pieces?.forget();
      opening.pieces = new Pieces(LONGEST_HELLO, this.#budget);
    }
    return plain;
  }

  /** @param swap 4 for a packet of the server, whose target is the row's source; 0 for one of the client */
  #startRow(packet: Packet, kind: number, swap: 0 | 4): number {
    const { batch } = this.#rows;
    const row = batch.add(kind, packet.atMs, packet.position);
    const at = row * 4;
    const { view, transport, words, isIpv6, sourceKey, targetKey } = packet;
    const [client, server] = swap === 0 ? [sourceKey, targetKey] : [targetKey, sourceKey];
    for (let i = 0; i < 4; i++) {
      batch.source[at + i] = isIpv6 ? words[i ^ swap]! : i === 2 ? MAPPED : i === 3 ? client : 0;
      batch.target[at + i] = isIpv6 ? words[i ^ swap ^ 4]! : i === 2 ? MAPPED : i === 3 ? server : 0;
    }
    batch.sourcePort[row] = view.getUint16(transport + (swap >> 1), false);
    batch.targetPort[row] = view.getUint16(transport + 2 - (swap >> 1), false);
    batch.transport[row] = Transport.udp;
    return row;
  }
}

/** The message once all of it is there, and then never again; undefined before, and when it is too long. */
function wholeMessage(opening: Opening): Uint8Array | undefined {
  const { pieces } = opening;
  if (pieces === undefined || pieces.ready < 4) return undefined;
  const { bytes, ready } = pieces;
  const end = 4 + u24(bytes, 1);
  if (end <= LONGEST_HELLO && ready < end) return undefined;
  opening.isTold = true;
  opening.pieces = undefined;
  opening.keys = undefined;
  pieces.forget();
  return end <= LONGEST_HELLO ? bytes.subarray(0, end) : undefined;
}

function nameOf(packet: Packet): string {
  const ports = packet.view.getUint32(packet.transport, false);
  return packet.isIpv6 ? `${packet.words.join()} ${ports}` : `${packet.sourceKey} ${packet.targetKey} ${ports}`;
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}
