// Hot: once per DNS datagram; measured by bench/captures.ts.
import { MAPPED } from "../../bytes/address.ts";
import { mix } from "../../bytes/hash.ts";
import type { Batch } from "../../observations/batch.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { revealVersion, writeAnswer, writeQuestion } from "../conversations/dns-rows.ts";
import { DNS_HEADER, DNS_PORT, LONGEST_NAME, message, readMessage } from "../dns-message.ts";
import type { FlowRows } from "../flow-rows.ts";
import type { Packet } from "../packet.ts";

/** Questions that may wait for their answers at once, a power of two. */
const SLOTS = 1024;
/** Places that a question can stand in. */
const PROBES = 4;
/** Resolvers give a server up after about this long (BIND: 1.2 s and more; RFC 1035 clients: 5 s). */
const ANSWER_WAIT_MS = 5000;
const UDP_HEADER = 8;

/** Cells of a slot: its tag (0 is free), addresses, ports and what was asked. */
const CELLS = 16;
/** Four words of the source's address, and four of the target's. */
const ENDS = 1;
const PORT_ID = 9;
const NAME_LOW = 10;
const TYPE_CLASS = 11;
const LENGTH_ASKED = 12;
const NAME_HIGH = 13;

/**
 * Questions to name servers over UDP (RFC 1035, section 4.2.1): told with their answer, or without one after a while.
 * One flow may carry many, so they wait in a table of their own, in fixed memory that is made for the first one.
 */
export class DatagramQuestions {
  /** When the next look at what waits for too long is due. */
  dueMs = Number.POSITIVE_INFINITY;
  readonly #rows: FlowRows;
  #cells = new Int32Array(0);
  /** Time and position of each slot's question. */
  #floats = new Float64Array(0);
  #names = new Uint8Array(0);
  /** What this packet's addresses are, in words of the batch. */
  readonly #ends = new Int32Array(8);
  #waiting = 0;

  constructor(rows: FlowRows) {
    this.#rows = rows;
  }

  /** Takes a UDP datagram of which a port is a name server's, or any when it is later than `dueMs`. */
  see(packet: Packet, sourcePort: number, targetPort: number): void {
    if (packet.atMs >= this.dueMs) this.#sweep(packet.atMs);
    const start = packet.transport + UDP_HEADER;
    if (packet.transportEnd - start < DNS_HEADER || packet.isGroupTraffic()) return;
    if (sourcePort !== DNS_PORT && targetPort !== DNS_PORT) return;
    if (!readMessage(packet.bytes, start, packet.transportEnd)) return;
    if (message.isAnswer) {
      if (sourcePort === DNS_PORT) this.#answer(packet, targetPort);
    } else if (targetPort === DNS_PORT) this.#ask(packet, sourcePort);
  }

  /** Tells what still waits, in the order of the questions. */
  end(): void {
    this.#giveUp(Number.POSITIVE_INFINITY);
  }

  #ask(packet: Packet, port: number): void {
    if (this.#cells.length === 0) this.#make();
    const tag = this.#identify(packet, port, 0);
    const base = (tag & (SLOTS - 1) & ~(PROBES - 1)) >>> 0;
    let slot = -1;
    let oldest = base;
    for (let i = base; i < base + PROBES; i++) {
      if (this.#isAt(i, tag, port)) return;
      if (this.#cells[i * CELLS] === 0) {
        if (slot < 0) slot = i;
      } else if (this.#floats[i * 2]! < this.#floats[oldest * 2]!) oldest = i;
    }
    if (slot < 0) {
      this.#tellUnanswered(oldest);
      slot = oldest;
    }
    this.#keep(slot, tag, packet, port);
  }

  #keep(slot: number, tag: number, packet: Packet, port: number): void {
    const cells = this.#cells;
    const at = slot * CELLS;
    cells[at] = tag;
    for (let i = 0; i < 8; i++) cells[at + ENDS + i] = this.#ends[i]!;
    cells[at + PORT_ID] = (port << 16) | message.id;
    cells[at + NAME_LOW] = message.low;
    cells[at + NAME_HIGH] = message.high;
    cells[at + TYPE_CLASS] = (message.type << 16) | message.class;
    const { bytes, length } = message.name;
    cells[at + LENGTH_ASKED] = (length << 8) | message.asked;
    for (let i = 0, to = slot * LONGEST_NAME; i < length; i++) this.#names[to + i] = bytes[i]!;
    this.#floats[slot * 2] = packet.atMs;
    this.#floats[slot * 2 + 1] = packet.position;
    this.#waiting++;
    if (this.dueMs === Number.POSITIVE_INFINITY) this.dueMs = packet.atMs + ANSWER_WAIT_MS;
  }

  /** An answer to what the capture did not show is told by itself: it repeats the question. */
  #answer(packet: Packet, port: number): void {
    let atMs = packet.atMs;
    let { position } = packet;
    const tag = this.#identify(packet, port, 4);
    if (this.#waiting > 0) {
      const base = (tag & (SLOTS - 1) & ~(PROBES - 1)) >>> 0;
      for (let slot = base; slot < base + PROBES; slot++) {
        if (!this.#isAt(slot, tag, port)) continue;
        atMs = this.#floats[slot * 2]!;
        position = this.#floats[slot * 2 + 1]!;
        // What the client wants counts as it asked for it; servers copy the bit, most of them.
        message.asked |= this.#cells[slot * CELLS + LENGTH_ASKED]! & 1;
        this.#free(slot);
        break;
      }
    }
    const { batch } = this.#rows;
    const row = this.#startRow(Kind.question, atMs, position, this.#ends, 0, port);
    const { name, low, high, type } = message;
    writeQuestion(batch, row, name.bytes, 0, name.length, low, high, type, message.class);
    writeAnswer(batch, row);
    if (message.textEnd > message.textStart) {
      const reveal = this.#startRow(Kind.reveal, packet.atMs, packet.position, this.#ends, 0, port);
      revealVersion(batch, reveal, packet.bytes);
    }
  }

  #tellUnanswered(slot: number): void {
    const cells = this.#cells;
    const at = slot * CELLS;
    const { batch } = this.#rows;
    const port = cells[at + PORT_ID]! >>> 16;
    const floats = this.#floats;
    const row = this.#startRow(Kind.question, floats[slot * 2]!, floats[slot * 2 + 1]!, cells, at + ENDS, port);
    const name = slot * LONGEST_NAME;
    const typeClass = cells[at + TYPE_CLASS]!;
    const length = cells[at + LENGTH_ASKED]! >>> 8;
    const low = cells[at + NAME_LOW]!;
    const high = cells[at + NAME_HIGH]!;
    writeQuestion(batch, row, this.#names, name, name + length, low, high, typeClass >>> 16, typeClass & 0xffff);
    batch.known[row] = cells[at + LENGTH_ASKED]! & 255;
    this.#free(slot);
  }

  #free(slot: number): void {
    this.#cells[slot * CELLS] = 0;
    if (--this.#waiting === 0) this.dueMs = Number.POSITIVE_INFINITY;
  }

  #sweep(nowMs: number): void {
    this.#giveUp(nowMs - ANSWER_WAIT_MS);
    if (this.#waiting > 0) this.dueMs = nowMs + ANSWER_WAIT_MS;
  }

  /** Tells all questions up to a moment without their answers. */
  #giveUp(untilMs: number): void {
    const slots: number[] = [];
    for (let slot = 0; slot * CELLS < this.#cells.length; slot++) {
      if (this.#cells[slot * CELLS] !== 0 && this.#floats[slot * 2]! <= untilMs) slots.push(slot);
    }
    const positions = this.#floats;
    slots.sort((a, b) => positions[a * 2 + 1]! - positions[b * 2 + 1]!);
    for (const slot of slots) this.#tellUnanswered(slot);
  }

  /**
   * Writes who asks whom into `#ends`.
   * @param swap 4 for an answer, whose target asked; 0 for a question
   * @returns the tag of address, port and id
   */
  #identify(packet: Packet, port: number, swap: 0 | 4): number {
    const ends = this.#ends;
    if (packet.isIpv6) for (let i = 0; i < 8; i++) ends[i] = packet.words[i ^ swap]!;
    else {
      ends[0] = ends[1] = ends[4] = ends[5] = 0;
      ends[2] = ends[6] = MAPPED;
      ends[3] = swap === 0 ? packet.sourceKey : packet.targetKey;
      ends[7] = swap === 0 ? packet.targetKey : packet.sourceKey;
    }
    const asker = mix(ends[3]! ^ ends[1]!, ends[2]! ^ ends[0]!);
    return mix(mix(asker, ends[7]! ^ ends[5]!), ((port << 16) | message.id) ^ message.low) | 0 || 1;
  }

  #isAt(slot: number, tag: number, port: number): boolean {
    const cells = this.#cells;
    const at = slot * CELLS;
    if (cells[at] !== tag || cells[at + PORT_ID] !== ((port << 16) | message.id)) return false;
    if (cells[at + NAME_LOW] !== message.low) return false;
    if (cells[at + TYPE_CLASS] !== ((message.type << 16) | message.class)) return false;
    for (let i = 0; i < 8; i++) if (cells[at + ENDS + i] !== this.#ends[i]) return false;
    return true;
  }

  #startRow(kind: number, atMs: number, position: number, ends: Int32Array, from: number, port: number): number {
    const { batch } = this.#rows;
    const row = batch.add(kind, atMs, position);
    writeAddresses(batch, row, ends, from);
    batch.sourcePort[row] = port;
    batch.targetPort[row] = DNS_PORT;
    batch.transport[row] = Transport.udp;
    return row;
  }

  #make(): void {
    this.#cells = new Int32Array(SLOTS * CELLS);
    this.#floats = new Float64Array(SLOTS * 2);
    this.#names = new Uint8Array(SLOTS * LONGEST_NAME);
  }
}

function writeAddresses(batch: Batch, row: number, ends: Int32Array, from: number): void {
  const at = row * 4;
  for (let i = 0; i < 4; i++) {
    batch.source[at + i] = ends[from + i]!;
    batch.target[at + i] = ends[from + 4 + i]!;
  }
}
