// Hot: one look at the first byte of each datagram; measured by bench/captures.ts.
import { MAPPED } from "../../bytes/address.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
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
const CLIENT_HELLO = 1;

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
 * Client hellos in datagrams: of QUIC, whose Initial packets are sealed with keys that everybody can derive, and of DTLS.
 * Both may take several datagrams, so what came is remembered, the earliest forgotten first.
 */
export class DatagramHellos {
  readonly #rows: FlowRows;
  readonly #openings = new Map<string, Opening>();

  constructor(rows: FlowRows) {
    this.#rows = rows;
  }

  /** Takes a UDP datagram; what a service's port sends is no client's hello. */
  see(packet: Packet, sourcePort: number, targetPort: number): void {
    const start = packet.transport + UDP_HEADER;
    const { bytes, transportEnd } = packet;
    if (transportEnd - start < DTLS_RECORD + DTLS_MESSAGE) return;
    const first = bytes[start]!;
    if (first < 0xc0 && first !== DTLS_HANDSHAKE) return;
    if (looksLikeService(sourcePort, targetPort)) return;
    if (first >= 0xc0) this.#quic(packet, start);
    else this.#dtls(packet, start);
  }

  #quic(packet: Packet, start: number): void {
    const { bytes, transportEnd } = packet;
    let at = start;
    for (let i = 0; i < MOST_COALESCED && readLongHeader(bytes, at, transportEnd); i++, at = initial.end) {
      if (!initial.isInitial) continue;
      const opening = this.#openingOf(packet);
      if (opening === undefined) return;
      const plain = open(bytes, at, opening);
      if (plain === undefined) continue;
      readCryptoFrames(plain, (offset, from, to) => opening.pieces?.put(offset, plain, from, to));
      this.#tellWhole(packet, opening, "q", QUIC);
    }
  }

  #dtls(packet: Packet, start: number): void {
    const { bytes } = packet;
    const major = bytes[start + 1]!;
    // 1.0 is what OpenSSL sent before DTLS had a number.
    if (major !== 0xfe && !(major === 1 && bytes[start + 2] === 0)) return;
    const message = start + DTLS_RECORD;
    const body = message + DTLS_MESSAGE;
    if (bytes[message] !== CLIENT_HELLO) return;
    const end = Math.min(packet.transportEnd, message + ((bytes[start + 11]! << 8) | bytes[start + 12]!));
    const whole = u24(bytes, message + 1);
    const offset = u24(bytes, message + 6);
    const length = u24(bytes, message + 9);
    if (body + length > end || offset + length > whole || whole > LONGEST_HELLO) return;
    const opening = this.#openingOf(packet);
    if (opening?.pieces === undefined) return;
    // Put together as TLS has it, with the shorter header.
    opening.pieces.put(0, bytes, message, message + 4);
    opening.pieces.put(4 + offset, bytes, body, body + length);
    this.#tellWhole(packet, opening, "d", DTLS);
  }

  /** Tells the hello once it is all there. */
  #tellWhole(packet: Packet, opening: Opening, transport: "q" | "d", service: Uint8Array): void {
    const { pieces } = opening;
    if (pieces === undefined || pieces.ready < 4) return;
    const end = 4 + u24(pieces.bytes, 1);
    const isHello = pieces.bytes[0] === CLIENT_HELLO && end <= LONGEST_HELLO;
    if (isHello && pieces.ready < end) return;
    opening.isTold = true;
    opening.pieces = undefined;
    opening.keys = undefined;
    if (!isHello || !readClientHello(pieces.bytes, 4, end, transport)) return;
    writeHello(this.#rows.batch, this.#startRow(packet), service, pieces.bytes);
  }

  /** What is remembered of the sender's hello; undefined when it is told. */
  #openingOf(packet: Packet): Opening | undefined {
    const name = nameOf(packet);
    let opening = this.#openings.get(name);
    if (opening === undefined) {
      if (this.#openings.size >= MOST_REMEMBERED) this.#openings.delete(this.#openings.keys().next().value!);
      opening = { pieces: new Pieces(LONGEST_HELLO), keys: undefined, isTold: false };
      this.#openings.set(name, opening);
    }
    return opening.isTold ? undefined : opening;
  }

  #startRow(packet: Packet): number {
    const { batch } = this.#rows;
    const row = batch.add(Kind.hello, packet.atMs, packet.position);
    const at = row * 4;
    const { view, transport, words, isIpv6 } = packet;
    for (let i = 0; i < 4; i++) {
      batch.source[at + i] = isIpv6 ? words[i]! : i === 2 ? MAPPED : i === 3 ? packet.sourceKey : 0;
      batch.target[at + i] = isIpv6 ? words[4 + i]! : i === 2 ? MAPPED : i === 3 ? packet.targetKey : 0;
    }
    batch.sourcePort[row] = view.getUint16(transport, false);
    batch.targetPort[row] = view.getUint16(transport + 2, false);
    batch.transport[row] = Transport.udp;
    return row;
  }
}

/** Opens a packet with the keys of the flow's first, or, after a Retry, with those of its own connection id. */
function open(bytes: Uint8Array, start: number, opening: Opening): Uint8Array | undefined {
  const known = opening.keys && openInitial(bytes, start, opening.keys);
  if (known !== undefined) return known;
  const keys = initialKeys(bytes);
  const plain = openInitial(bytes, start, keys);
  if (plain !== undefined) {
    opening.keys = keys;
    opening.pieces = new Pieces(LONGEST_HELLO);
  }
  return plain;
}

function nameOf(packet: Packet): string {
  const ports = packet.view.getUint32(packet.transport, false);
  return packet.isIpv6 ? `${packet.words.join()} ${ports}` : `${packet.sourceKey} ${packet.targetKey} ${ports}`;
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}
