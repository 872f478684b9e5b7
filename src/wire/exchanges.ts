// Hot: once per packet with payload that somebody reads; measured by bench/captures.ts.
import type { Batch } from "../observations/batch.ts";
import type { Tally } from "../observations/tally.ts";
import type { Budget } from "./budget.ts";
import {
  CLIENT,
  type Conversation,
  type Narrator,
  NOT_MINE,
  type Protocol,
  Recognition,
  SERVER,
  type Side,
} from "./conversations/conversation.ts";
import type { TlsSecrets } from "./conversations/tls-secrets.ts";
import { Doubt, Doubts } from "./doubts.ts";
import { costOf, type EarlySegment, Exchange, type HalfStream } from "./exchange.ts";
import type { FlowRows } from "./flow-rows.ts";
import { INITIATOR, INITIATOR_SHIFT, SURE, SYNCED_SHIFT } from "./flow-state.ts";
import { DEAF, EXCHANGE, type FlowTable, PORTS, RECORD_SHIFT, STATE, WANTED } from "./flow-table.ts";
import { Checksums, Sum } from "./network/checksums.ts";
import type { Packet } from "./packet.ts";
import { PendingRequests } from "./pending-requests.ts";
import { Gap } from "./tally-words.ts";

/** Ceilings of the reassembly. */
export interface ExchangeLimits {
  /** Flows read at once. */
  readonly exchanges: number;
  /** Bytes held for one end's stream: what the longest message heads need. */
  readonly bytesPerStream: number;
  /** Segments held beyond a hole in one end's stream. */
  readonly segmentsPerStream: number;
  /** Requests waiting for their answers. */
  readonly requests: number;
}

/** Conversations that end for one segment when there is no room. */
const MOST_EVICTED = 64;
/** Conversations of each protocol that are kept for reuse. */
const MOST_IDLE = 4096;
/** First words longer than this are of no protocol that is read. */
const MOST_STRANGE_BYTES = 1024;
/** In a flow seen from its middle a message may begin at any segment; after this many that did not, nobody listens. */
const MOST_STRANGE_SEGMENTS = 8;
/** A hole wider than this is a broken sequence number. */
const WIDEST_HOLE = 1 << 24;

/**
 * The payload of TCP flows, put in order and handed to the conversation that recognises it. In-order payload is read where
 * it lies; only what has to wait is copied, within `ExchangeLimits`.
 */
export class Exchanges implements Narrator {
  readonly tally: Tally;
  readonly requests: PendingRequests;
  readonly secrets: TlsSecrets;
  readonly protocols: readonly Protocol[];
  readonly budget: Budget;
  readonly #checksums = new Checksums();
  chunk = 1;
  /** Numbers of the protocols that may begin with a byte, in the order of the list. */
  readonly #byBeginning: readonly (readonly number[])[];
  readonly #flows: FlowTable;
  readonly #rows: FlowRows;
  readonly #limits: ExchangeLimits;
  readonly #exchanges: Exchange[] = [];
  readonly #free: Exchange[] = [];
  /** Conversations without a flow, by the number of their protocol. */
  readonly #idle: readonly Conversation[][];
  readonly #doubts: Doubts;
  #hand = 0;

  constructor(
    flows: FlowTable,
    rows: FlowRows,
    protocols: readonly Protocol[],
    limits: ExchangeLimits,
    tally: Tally,
    secrets: TlsSecrets,
    budget: Budget,
  ) {
    this.#flows = flows;
    this.#rows = rows;
    this.protocols = protocols;
    this.#limits = limits;
    this.tally = tally;
    this.secrets = secrets;
    this.budget = budget;
    this.#doubts = new Doubts(budget);
    this.requests = new PendingRequests(limits.requests, budget);
    this.#idle = protocols.map(() => []);
    this.#byBeginning = Array.from({ length: 256 }, (_, byte) =>
      protocols.flatMap(({ beginnings }, number) => (beginnings?.includes(byte) === false ? [] : [number])),
    );
  }

  get batch(): Batch {
    return this.#rows.batch;
  }

  startRow(exchange: Exchange, kind: number, atMs: number, position: number): number {
    return this.#rows.start(kind, exchange.flow, atMs, position);
  }

  /** Rows go to another chunk's batch from now on. */
  nextChunk(): void {
    this.chunk = (this.chunk + 1) >>> 0;
  }

  /**
   * Takes the payload of the packet at hand, `length` bytes on the wire from `start` on, which end `direction` of flow
   * `id` sent. The caller has sorted out what was read before.
   */
  segment(packet: Packet, id: number, direction: number, sequence: number, start: number, length: number): void {
    if (this.budget.isScarce || this.requests.isScarce) this.#makeRoom(id);
    const { words } = this.#flows;
    const at = id << RECORD_SHIFT;
    const exchange = words[at + EXCHANGE]! > 0 ? this.#exchanges[words[at + EXCHANGE]!]! : this.#open(id);
    const half = exchange.halves[direction]!;
    if (!(words[at + STATE]! & (1 << (SYNCED_SHIFT + direction)))) {
      words[at + STATE]! |= 1 << (SYNCED_SHIFT + direction);
      words[at + WANTED + direction] = sequence;
    }
    if (direction === initiatorOf(words[at + STATE]!) && !this.#checksums.isCredible(packet)) {
      const doubt = this.#checksums.of(packet) === Sum.offloaded ? Doubt.halfSum : Doubt.wrongSum;
      this.doubt(packet, id, sequence, start, length, doubt);
      return;
    }
    const ahead = (sequence - words[at + WANTED + direction]!) | 0;
    const end = packet.transportEnd < start ? start : packet.transportEnd;
    if (ahead > 0) {
      this.#holdEarly(exchange, direction, packet, sequence, start, end, length, ahead);
      return;
    }
    exchange.atMs = packet.atMs;
    exchange.position = packet.position;
    const from = start - ahead;
    this.#deliver(exchange, direction, packet.bytes, from < end ? from : end, end, length + ahead);
    if (half.early.length > 0 && exchange.flow === id) this.#deliverEarly(exchange, direction, false);
  }

  /** Whether the packet at hand, which would end a stream, can be believed; counts it otherwise. */
  isCredible(packet: Packet): boolean {
    const isCredible = this.#checksums.isCredible(packet);
    if (!isCredible) this.tally.gap(Gap.wrongSums);
    return isCredible;
  }

  /** Whether segments wait for their acknowledgement: then `acknowledged` is to be called. */
  get hasDoubts(): boolean {
    return !this.#doubts.isEmpty;
  }

  /** The responder of flow `id` has taken all before `acknowledgement`. */
  acknowledged(id: number, acknowledgement: number): void {
    const segments = this.#doubts.takeAcknowledged(id, acknowledgement);
    if (segments.length === 0) return;
    const { words } = this.#flows;
    const at = id << RECORD_SHIFT;
    const client = initiatorOf(words[at + STATE]!);
    const exchange = this.#of(id) ?? this.#open(id);
    for (const segment of segments) {
      // Something else was taken in its place.
      if (((segment.sequence - words[at + WANTED + client]!) | 0) < 0) this.#countWrong(segment);
      else {
        if (segment.doubt === Doubt.halfSum) this.#checksums.confirm(segment.sender);
        this.#believe(exchange.halves[client]!, segment);
      }
    }
    this.#deliverEarly(exchange, client, false);
  }

  /** Keeps a segment at hand that the responder of flow `id` may not take. */
  doubt(packet: Packet, id: number, sequence: number, start: number, length: number, doubt: Doubt): void {
    if (!this.#doubts.hold(id, packet, sequence, start, length, doubt)) this.#countWrong({ doubt });
  }

  #countWrong({ doubt }: { readonly doubt: Doubt }): void {
    if (doubt !== Doubt.beforeAnswer) this.tally.gap(Gap.wrongSums);
  }

  /** At the end of a flow: nobody contradicts what is in doubt where the capture does not show the other side. */
  #settleDoubts(id: number, exchange: Exchange | undefined): void {
    const flow = this.#doubts.takeAll(id);
    if (flow === undefined) return;
    const client = initiatorOf(this.#flows.words[(id << RECORD_SHIFT) + STATE]!);
    for (const segment of flow.segments) {
      if (flow.isHeard || exchange === undefined) this.#countWrong(segment);
      else this.#believe(exchange.halves[client]!, segment);
    }
  }

  #believe(half: HalfStream, segment: EarlySegment): void {
    if (!this.#insertEarly(half, segment)) this.tally.gap(Gap.droppedStreams);
  }

  /** End `direction` of a flow sends no more. */
  finished(id: number, direction: number): void {
    const exchange = this.#of(id);
    if (exchange?.conversation) {
      const half = exchange.halves[direction]!;
      this.#resume(exchange, half);
      exchange.conversation.finished(this.#sideOf(id, direction), half.carry, half.carried);
      if (exchange.flow === id) this.#dropCarry(half);
    }
  }

  /** Nothing came for long. */
  waitedLong(id: number): void {
    this.#of(id)?.conversation?.waitedLong();
  }

  /** The flow is over, or nobody will read it any more. */
  close(id: number): void {
    const exchange = this.#of(id);
    this.#flows.words[(id << RECORD_SHIFT) + EXCHANGE] = DEAF;
    if (this.hasDoubts) this.#settleDoubts(id, exchange);
    if (exchange === undefined) return;
    for (let direction = 0; direction < 2; direction++) {
      if (exchange.halves[direction]!.early.length > 0) this.#deliverEarly(exchange, direction, true);
    }
    if (exchange.flow !== id) return;
    for (let direction = 0; direction < 2; direction++) {
      const half = exchange.halves[direction]!;
      if (half.carried > 0 && exchange.conversation) {
        this.#resume(exchange, half);
        exchange.conversation.finished(this.#sideOf(id, direction), half.carry, half.carried);
      }
    }
    exchange.conversation?.close();
    this.#release(exchange);
  }

  #of(id: number): Exchange | undefined {
    const number = this.#flows.words[(id << RECORD_SHIFT) + EXCHANGE]!;
    return number > 0 ? this.#exchanges[number] : undefined;
  }

  #sideOf(id: number, direction: number): Side {
    return direction === initiatorOf(this.#flows.words[(id << RECORD_SHIFT) + STATE]!) ? CLIENT : SERVER;
  }

  #open(id: number): Exchange {
    if (this.#free.length === 0 && this.#exchanges.length > this.#limits.exchanges)
      this.#evict(id, Gap.evictedExchanges);
    let exchange = this.#free.pop();
    if (exchange === undefined) {
      if (this.#exchanges.length === 0) this.#exchanges.push(new Exchange(0));
      exchange = new Exchange(this.#exchanges.length);
      this.#exchanges.push(exchange);
    }
    exchange.reset(id);
    const { words } = this.#flows;
    const at = id << RECORD_SHIFT;
    words[at + EXCHANGE] = exchange.number;
    exchange.fromBeginning = (words[at + STATE]! & SURE) !== 0;
    this.#name(exchange);
    return exchange;
  }

  /** Copies the flow's ports, by side. */
  #name(exchange: Exchange): void {
    const at = exchange.flow << RECORD_SHIFT;
    const state = this.#flows.words[at + STATE]!;
    const ports = this.#flows.words[at + PORTS]!;
    const isFirstEnd = (state & INITIATOR) === 0;
    exchange.clientPort = isFirstEnd ? ports >>> 16 : ports & 0xffff;
    exchange.serverPort = isFirstEnd ? ports & 0xffff : ports >>> 16;
  }

  /** Ends conversations until there is room again, but not that of flow `id`, of which a segment is at hand. */
  #makeRoom(id: number): void {
    for (let i = 0; i < MOST_EVICTED && (this.budget.isScarce || this.requests.isScarce); i++)
      this.#evict(id, this.budget.isScarce ? Gap.droppedStreams : Gap.evictedExchanges);
  }

  /** Ends the next conversation of the round, but not that of flow `id`. */
  #evict(id: number, gap: string): void {
    for (let i = 1; i < this.#exchanges.length; i++) {
      this.#hand = this.#hand + 1 >= this.#exchanges.length ? 1 : this.#hand + 1;
      const { flow } = this.#exchanges[this.#hand]!;
      if (flow < 0 || flow === id) continue;
      this.tally.gap(gap);
      this.close(flow);
      return;
    }
  }

  #keepIdle(protocol: number, conversation: Conversation): void {
    const idle = this.#idle[protocol]!;
    if (idle.length < MOST_IDLE) idle.push(conversation);
  }

  #release(exchange: Exchange): void {
    if (this.hasDoubts) this.#doubts.takeAll(exchange.flow);
    this.#flows.words[(exchange.flow << RECORD_SHIFT) + EXCHANGE] = DEAF;
    for (const half of exchange.halves) {
      this.budget.take(-half.carry.length);
      for (const segment of half.early) this.budget.take(-costOf(segment));
    }
    if (exchange.conversation) this.#keepIdle(exchange.protocol, exchange.conversation);
    exchange.reset(-1);
    this.#free.push(exchange);
  }

  /**
   * Hands in-order bytes to the conversation. `wireLength` may be more than was captured; WANTED moves past all of it.
   */
  #deliver(exchange: Exchange, direction: number, bytes: Uint8Array, start: number, end: number, wireLength: number) {
    const { words } = this.#flows;
    const at = exchange.flow << RECORD_SHIFT;
    const half = exchange.halves[direction]!;
    const cut = wireLength - (end - start);
    const wanted = (words[at + WANTED + direction]! + (end - start)) | 0;
    words[at + WANTED + direction] = wanted;
    if (exchange.conversation === null && half.strange > 0 && exchange.fromBeginning) {
      // The beginning is kept in case the other side's answer explains it; the rest is not needed for that.
      if (++half.strange > MOST_STRANGE_SEGMENTS) this.#release(exchange);
      return;
    }
    if (half.carried > 0) {
      if (!this.#append(half, bytes, start, end)) return this.#giveUp(exchange);
      bytes = half.carry;
      start = 0;
      end = half.carried;
      this.#resume(exchange, half);
    }
    if (end > start && !this.#read(exchange, direction, bytes, start, end)) return;
    const skipped = (words[at + WANTED + direction]! - wanted) | 0;
    if (cut > skipped) this.#skip(exchange, direction, cut - skipped);
  }

  /** @returns false when the exchange is over. */
  #read(exchange: Exchange, direction: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (exchange.conversation === null && !this.#recognise(exchange, direction, bytes, start, end)) {
      return exchange.flow >= 0;
    }
    const side = this.#sideOf(exchange.flow, direction);
    exchange.spoken |= 1 << side;
    const taken = exchange.conversation!.read(side, bytes, start, end);
    if (taken >= end - start) {
      const at = exchange.flow << RECORD_SHIFT;
      const { words } = this.#flows;
      words[at + WANTED + direction] = (words[at + WANTED + direction]! + taken - (end - start)) | 0;
      this.#dropCarry(exchange.halves[direction]!);
      return true;
    }
    if (taken >= 0) return this.#carry(exchange, direction, bytes, start + taken, end);
    if (taken === NOT_MINE) {
      this.#changeProtocol(exchange);
      return this.#read(exchange, direction, bytes, start, end);
    }
    exchange.conversation!.close();
    this.#release(exchange);
    return false;
  }

  #changeProtocol(exchange: Exchange): void {
    const conversation = exchange.conversation!;
    conversation.close();
    this.#keepIdle(exchange.protocol, conversation);
    exchange.conversation = null;
  }

  /** Finds who reads this flow. @returns whether there is a conversation now. */
  #recognise(exchange: Exchange, direction: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { words } = this.#flows;
    const at = exchange.flow << RECORD_SHIFT;
    let mayBe = false;
    const isSure = (words[at + STATE]! & SURE) !== 0;
    for (let turn = 0; turn < (isSure ? 1 : 2); turn++) {
      const side = (this.#sideOf(exchange.flow, direction) ^ turn) as Side;
      for (const protocol of this.#byBeginning[bytes[start]!]!) {
        const found = this.protocols[protocol]!.recognise(exchange, side, bytes, start, end);
        if (found === Recognition.moreBytesNeeded) mayBe = true;
        if (found !== Recognition.yes) continue;
        if (turn === 1) words[at + STATE]! ^= INITIATOR;
        words[at + STATE]! |= SURE;
        this.#name(exchange);
        this.#begin(exchange, protocol, direction);
        return true;
      }
    }
    this.#stranger(exchange, direction, bytes, start, end, mayBe);
    return false;
  }

  #begin(exchange: Exchange, protocol: number, direction: number): void {
    const conversation = this.#idle[protocol]!.pop() ?? this.protocols[protocol]!.open();
    exchange.protocol = protocol;
    exchange.conversation = conversation;
    conversation.begin(exchange, this);
    // What the other side said before was strange by itself; now somebody may understand it.
    const other = exchange.halves[direction ^ 1]!;
    if (other.carried === 0) return;
    const { atMs, position } = exchange;
    this.#resume(exchange, other);
    conversation.read(this.#sideOf(exchange.flow, direction ^ 1), other.carry, 0, other.carried);
    this.#dropCarry(other);
    exchange.atMs = atMs;
    exchange.position = position;
  }

  /** Words that no protocol recognises: kept until the other side has spoken too, or given up. */
  #stranger(exchange: Exchange, direction: number, bytes: Uint8Array, start: number, end: number, mayBe: boolean) {
    const half = exchange.halves[direction]!;
    exchange.spoken |= 1 << this.#sideOf(exchange.flow, direction);
    if (mayBe && end - start < MOST_STRANGE_BYTES) {
      this.#carry(exchange, direction, bytes, start, end);
      return;
    }
    half.strange++;
    const bothSpoke = exchange.spoken === 3;
    if (half.strange > MOST_STRANGE_SEGMENTS || (exchange.fromBeginning && bothSpoke)) this.#release(exchange);
    else if (!exchange.fromBeginning) this.#dropCarry(half);
    else if (half.carried === 0)
      this.#carry(exchange, direction, bytes, start, Math.min(end, start + MOST_STRANGE_BYTES));
  }

  /** Keeps `bytes[start, end)` for the next read. @returns false when that is more than a stream may hold. */
  #carry(exchange: Exchange, direction: number, bytes: Uint8Array, start: number, end: number): boolean {
    const half = exchange.halves[direction]!;
    if (bytes === half.carry) {
      if (start > 0) {
        half.carry.copyWithin(0, start, end);
        half.carried = end - start;
        half.carryAtMs = exchange.atMs;
        half.carryPosition = exchange.position;
      }
      return true;
    }
    half.carried = 0;
    half.carryAtMs = exchange.atMs;
    half.carryPosition = exchange.position;
    if (this.#append(half, bytes, start, end)) return true;
    this.#giveUp(exchange);
    return false;
  }

  #append(half: HalfStream, bytes: Uint8Array, start: number, end: number): boolean {
    const length = half.carried + end - start;
    if (length > this.#limits.bytesPerStream) return false;
    if (length > half.carry.length) {
      const size = Math.min(this.#limits.bytesPerStream, Math.max(1024, length * 2));
      if (!this.budget.take(size - half.carry.length)) return false;
      const grown = new Uint8Array(size);
      grown.set(half.carry.subarray(0, half.carried));
      half.carry = grown;
    }
    half.carry.set(bytes.subarray(start, end), half.carried);
    half.carried = length;
    return true;
  }

  #dropCarry(half: HalfStream): void {
    if (half.carry.length === 0) return;
    this.budget.take(-half.carry.length);
    half.carry = new Uint8Array(0);
    half.carried = 0;
  }

  /** Makes the time and position of the carried bytes those at hand. */
  #resume(exchange: Exchange, half: HalfStream): void {
    if (half.carried === 0) return;
    exchange.atMs = half.carryAtMs;
    exchange.position = half.carryPosition;
  }

  #giveUp(exchange: Exchange): void {
    this.tally.gap(Gap.droppedStreams);
    this.close(exchange.flow);
  }

  /** Steps over `length` bytes that were not captured. */
  #skip(exchange: Exchange, direction: number, length: number): void {
    const { words } = this.#flows;
    const at = exchange.flow << RECORD_SHIFT;
    const half = exchange.halves[direction]!;
    words[at + WANTED + direction] = (words[at + WANTED + direction]! + length) | 0;
    this.#resume(exchange, half);
    const side = this.#sideOf(exchange.flow, direction);
    exchange.conversation?.missed(side, length, half.carry, half.carried);
    this.#dropCarry(half);
  }

  #holdEarly(
    exchange: Exchange,
    direction: number,
    packet: Packet,
    sequence: number,
    start: number,
    end: number,
    wireLength: number,
    ahead: number,
  ): void {
    if (ahead > WIDEST_HOLE) return;
    const half = exchange.halves[direction]!;
    const { atMs, position } = packet;
    const bytes = packet.bytes.slice(start, end);
    if (!this.#insertEarly(half, { sequence, bytes, wireLength, atMs, position })) this.#giveUp(exchange);
    else if (half.early.length > this.#limits.segmentsPerStream) this.#deliverEarly(exchange, direction, true);
  }

  /** @returns false when there is no room for it */
  #insertEarly({ early }: HalfStream, segment: EarlySegment): boolean {
    if (!this.budget.take(costOf(segment))) return false;
    let at = early.length;
    while (at > 0 && ((early[at - 1]!.sequence - segment.sequence) | 0) > 0) at--;
    early.splice(at, 0, segment);
    return true;
  }

  /** Hands over held segments that are in order by now; with `overHoles` all of them. */
  #deliverEarly(exchange: Exchange, direction: number, overHoles: boolean): void {
    const { words } = this.#flows;
    const id = exchange.flow;
    const at = id << RECORD_SHIFT;
    const { early } = exchange.halves[direction]!;
    while (early.length > 0 && exchange.flow === id) {
      const segment = early[0]!;
      const ahead = (segment.sequence - words[at + WANTED + direction]!) | 0;
      if (ahead > 0) {
        if (!overHoles) return;
        this.tally.gap(Gap.holes);
        this.#skip(exchange, direction, ahead);
      }
      early.shift();
      this.budget.take(-costOf(segment));
      const known = Math.max(0, -ahead);
      if (known >= segment.wireLength) continue;
      exchange.atMs = segment.atMs;
      exchange.position = segment.position;
      const from = Math.min(known, segment.bytes.length);
      this.#deliver(exchange, direction, segment.bytes, from, segment.bytes.length, segment.wireLength - known);
    }
  }
}

function initiatorOf(state: number): number {
  return (state & INITIATOR) >>> INITIATOR_SHIFT;
}

/** What an ordinary machine affords. */
export const ordinaryLimits: ExchangeLimits = {
  exchanges: 1 << 16,
  bytesPerStream: 32 * 1024,
  segmentsPerStream: 32,
  requests: 1 << 17,
};
