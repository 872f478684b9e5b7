// Hot: once or twice per flow; measured by bench/captures.ts.
import { mix } from "../bytes/hash.ts";
import type { Tally } from "../observations/tally.ts";
import { Outcome, Transport } from "../observations/vocabulary.ts";
import type { Exchanges } from "./exchanges.ts";
import type { FlowRows } from "./flow-rows.ts";
import {
  ADMITTED,
  CLOSED,
  DATA,
  FIRST,
  FIRST_SHIFT,
  INITIATOR,
  INITIATOR_SHIFT,
  KNOWN_SHIFT,
  LATE,
  Phase,
  POSITION_SHIFT,
  packetsOf,
  SURE,
  TWO_WAY,
  UNANSWERED,
  withPacket,
} from "./flow-state.ts";
import {
  EXCHANGE,
  FIRST_AT,
  FIRST_POSITION,
  type FlowTable,
  IPV6_KIND,
  KIND,
  LAST_TICK,
  RECORD_SHIFT,
  STATE,
} from "./flow-table.ts";
import type { Packet } from "./packet.ts";
import { type PacketClock, TICKS_PER_SECOND } from "./packet-clock.ts";
import { Gap } from "./tally-words.ts";
import { TimerWheel } from "./timer-wheel.ts";

const seconds = (n: number) => n * TICKS_PER_SECOND;

/** Nobody who answers at all takes longer: the slowest satellite paths need 1 s, and a second SYN follows after 1 s. */
const ANSWER_WAIT = seconds(3);
/** Retransmissions prolong the wait, so that an answer to the second or third SYN still counts, but not for ever. */
const PATIENT_PACKETS = 4;
/** Late segments of a closed connection come within this; RFC 9293's 2 MSL is 4 minutes, Linux waits 60 s. */
const CLOSED_LINGER = seconds(30);
/** The pause before the sixth SYN of Linux is 32 s; shorter would tell one attempt twice. */
const UNANSWERED_LINGER = seconds(63);
/** RFC 4787 asks NATs for two minutes; most reuse of ports is quicker. */
const DATAGRAM_IDLE = seconds(60);
const STREAM_IDLE = seconds(1800);
/** A request that nobody answered for this long is told without an answer. */
const REQUEST_WAIT = seconds(60);
/** A lone acknowledgement this soon after the capture began may be the end of what went before. */
const WARM_UP = seconds(5);
/** At most this many deadlines are worked off per packet, so that one packet costs a bounded time. */
const MOST_PER_PACKET = 8;
/** Rows told at the end of the input after which the others wait for the next batch: a full table holds a quarter million. */
const ENOUGH_ROWS = 2048;
/** Connections that went on although nobody was seen to answer, after which the capture is held to lack the answers. */
const UNHEARD = 4;
const UNHEARD_TARGETS = 4096;
/** Answers to questions that were not seen, after which the capture is held to lack the questions: so many, and so many for each one seen. */
const UNASKED = 16;
const UNASKED_SHARE = 8;
/** How many flows the search for one to evict looks at. */
const EVICTION_SAMPLE = 32;

/** Begins and ends flows: outcomes that time brings, lingering, eviction. */
export class FlowLife {
  readonly table: FlowTable;
  readonly rows: FlowRows;
  readonly exchanges: Exchanges;
  readonly clock: PacketClock;
  readonly #wheel: TimerWheel;
  readonly #tally: Tally;
  #hand = 0;
  /** At the end of the input: the flows to be told, and how many of them were. */
  #unfinished: Uint32Array | undefined;
  #settled = 0;
  /** The flow that was begun last. */
  opened = -1;
  /** TCP flows whose target was seen to answer, and those that went on without: their answers took another way. */
  heard = 0;
  #unheard = 0;
  /** TCP flows seen to begin, and answers to beginnings that were not seen. */
  asked = 0;
  unasked = 0;
  /** Targets of the latter, by a hash; a later one takes the place of an earlier one. */
  readonly #unheardTargets = new Int32Array(UNHEARD_TARGETS);

  constructor(table: FlowTable, rows: FlowRows, exchanges: Exchanges, clock: PacketClock, tally: Tally) {
    this.table = table;
    this.rows = rows;
    this.exchanges = exchanges;
    this.clock = clock;
    this.#wheel = new TimerWheel();
    this.#tally = tally;
  }

  /** Makes the flow that the table's `locate` did not find. @returns `id << 1 | direction`. */
  open(packet: Packet): number {
    const { table } = this;
    if (table.isFull) this.#evict(this.#leastValuable());
    let found = table.insert(packet);
    while (found < 0) {
      this.#evict(table.rival);
      found = table.insert(packet);
    }
    this.begin(found >> 1, packet);
    this.#wheel.set(found >> 1, this.clock.tick + ANSWER_WAIT);
    return found;
  }

  /** A closed flow's addresses and ports are used again. */
  reopen(id: number, packet: Packet): void {
    this.exchanges.close(id);
    this.begin(id, packet);
    this.#wheel.clear(id);
    this.#wheel.set(id, this.clock.tick + ANSWER_WAIT);
  }

  /** Sets what a flow's first packet starts with; the caller adds to its STATE. */
  begin(id: number, packet: Packet): void {
    this.opened = id;
    const { words, floats } = this.table;
    const at = id << RECORD_SHIFT;
    const { tick } = this.clock;
    const { position } = packet;
    const upper = position > 0xffffffff ? (position / 4294967296) << POSITION_SHIFT : 0;
    words[at + STATE] = (tick >= WARM_UP ? LATE : 0) | withPacket(upper);
    words[at + LAST_TICK] = tick;
    words[at + EXCHANGE] = 0;
    words[at + FIRST_POSITION] = position;
    floats[(at >> 1) + FIRST_AT] = packet.atMs;
  }

  /** Tells the contact of a flow that was not told yet. */
  tell(id: number, outcome: number): void {
    const { words } = this.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    words[at + STATE] = (state & ~Phase.mask) | Phase.told;
    if (outcome === Outcome.silent && (state & Phase.mask) === Phase.asked && this.#isUnheard(at))
      outcome = Outcome.unknown;
    if (state & ADMITTED && (outcome === Outcome.silent || outcome === Outcome.unknown)) outcome = Outcome.admitted;
    // The first packet's facts are the initiator's only if it was the first.
    if ((state & FIRST) >>> FIRST_SHIFT !== (state & INITIATOR) >>> INITIATOR_SHIFT) {
      words[at + STATE]! &= ~(15 << KNOWN_SHIFT);
    }
    this.rows.contact(id, outcome);
  }

  /** The initiator of TCP flow `id` goes on although its target was not seen to answer. */
  goesOnUnheard(id: number): void {
    this.#unheard++;
    const target = this.#targetOf(id << RECORD_SHIFT);
    this.#unheardTargets[mix(target, 0) & (UNHEARD_TARGETS - 1)] = target;
  }

  /** Whether the capture lacks most answers, and those of the target of the flow at `at`: then its silence says nothing. */
  #isUnheard(at: number): boolean {
    if (this.#unheard < UNHEARD || this.#unheard <= this.heard) return false;
    const target = this.#targetOf(at);
    return this.#unheardTargets[mix(target, 0) & (UNHEARD_TARGETS - 1)] === target;
  }

  /** Whether the capture shows one direction only, that of the answers: then an answer stands for its question. */
  get lacksQuestions(): boolean {
    return this.unasked >= UNASKED && this.unasked > UNASKED_SHARE * this.asked;
  }

  /** Tells the contact of a flow of which only the answer was captured. */
  tellUnasked(id: number, outcome: number): void {
    this.#tally.gap(Gap.unasked);
    this.tell(id, outcome);
  }

  #targetOf(at: number): number {
    const { words } = this.table;
    return words[at + (((words[at + STATE]! & INITIATOR) >>> INITIATOR_SHIFT) ^ 1)]!;
  }

  /** A firewall's log tells what became of the packet that began flow `id`. */
  judge(id: number, verdict: number): void {
    const { words } = this.table;
    const at = (id << RECORD_SHIFT) + STATE;
    const phase = words[at]! & Phase.mask;
    if (verdict === Outcome.admitted) words[at]! |= ADMITTED;
    else if (verdict === Outcome.denied && (phase === Phase.asked || phase === Phase.middle)) {
      this.tell(id, Outcome.denied);
      words[at]! |= UNANSWERED | CLOSED;
    }
  }

  /** Marks a flow as over or without interest; nothing is told. */
  dismiss(id: number): void {
    const { words } = this.table;
    const at = (id << RECORD_SHIFT) + STATE;
    words[at] = (words[at]! & ~Phase.mask) | Phase.told | CLOSED;
    this.exchanges.close(id);
  }

  /** Decides what a flow that was first seen in its middle was. */
  settleMiddle(id: number): void {
    const { words } = this.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    if (state & (TWO_WAY | SURE)) this.tell(id, Outcome.unknown);
    else if ((state & FIRST) >>> FIRST_SHIFT !== (state & INITIATOR) >>> INITIATOR_SHIFT) this.dismiss(id);
    else {
      const isProbe = !(state & DATA) && packetsOf(state) < 3 && (state & LATE) !== 0;
      this.tell(id, isProbe ? Outcome.silent : Outcome.unknown);
    }
  }

  /** Works off deadlines that have come. Called once per packet. */
  expire(): void {
    const { tick } = this.clock;
    for (let i = 0; i < MOST_PER_PACKET && this.#wheel.cursor <= tick; i++) {
      const id = this.#wheel.take(tick);
      if (id >= 0) this.#due(id, tick);
    }
  }

  /**
   * Tells what is still open, in the order of the first packets: about `ENOUGH_ROWS` rows a call.
   * @returns whether there is more to tell.
   */
  end(): boolean {
    if (this.#unfinished === undefined) this.#unfinished = this.#openFlows();
    const flows = this.#unfinished;
    const enough = this.rows.batch.length + ENOUGH_ROWS;
    while (this.#settled < flows.length && this.rows.batch.length < enough) {
      const id = flows[this.#settled++]!;
      this.exchanges.close(id);
      this.#settle(id, Outcome.silent);
    }
    return this.#settled < flows.length;
  }

  /** Flows of which there is something left to tell, by the positions of their first packets. */
  #openFlows(): Uint32Array {
    const { table } = this;
    const positions = new Float64Array(table.highest);
    const open = new Uint32Array(table.size);
    let count = 0;
    for (let id = 0; id < table.highest; id++) {
      if (!this.#isOpen(id)) continue;
      positions[id] = this.rows.positionOf(id);
      open[count++] = id;
    }
    return open.subarray(0, count).sort((a, b) => positions[a]! - positions[b]!);
  }

  /** Whether there is something left to tell. */
  #isOpen(id: number): boolean {
    const { words } = this.table;
    const at = id << RECORD_SHIFT;
    return words[at + STATE] !== 0 && ((words[at + STATE]! & Phase.mask) !== Phase.told || words[at + EXCHANGE]! > 0);
  }

  #due(id: number, tick: number): void {
    const { words } = this.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    const phase = state & Phase.mask;
    if (phase === Phase.asked) {
      const due = words[at + LAST_TICK]! + ANSWER_WAIT;
      if (packetsOf(state) < PATIENT_PACKETS && due > tick) {
        this.#wheel.set(id, due);
        return;
      }
      this.tell(id, Outcome.silent);
      words[at + STATE]! |= UNANSWERED | CLOSED;
    } else if (phase === Phase.middle) this.settleMiddle(id);
    else if (phase === Phase.answerFirst && this.lacksQuestions) this.tellUnasked(id, Outcome.answered);
    const idle = tick - words[at + LAST_TICK]!;
    const life = this.#lifeOf(at);
    if (idle >= life) {
      this.exchanges.close(id);
      this.table.remove(id);
      return;
    }
    const isRead = words[at + EXCHANGE]! > 0;
    if (isRead && idle >= REQUEST_WAIT) this.exchanges.waitedLong(id);
    this.#wheel.set(id, words[at + LAST_TICK]! + (isRead && idle < REQUEST_WAIT ? REQUEST_WAIT : life));
  }

  #lifeOf(at: number): number {
    const { words } = this.table;
    const state = words[at + STATE]!;
    if (state & UNANSWERED) return UNANSWERED_LINGER;
    if (state & CLOSED || (state & Phase.mask) === Phase.answerFirst) return CLOSED_LINGER;
    return (words[at + KIND]! & ~IPV6_KIND) === Transport.tcp ? STREAM_IDLE : DATAGRAM_IDLE;
  }

  #settle(id: number, outcomeIfAsked: number): void {
    const phase = this.table.words[(id << RECORD_SHIFT) + STATE]! & Phase.mask;
    if (phase === Phase.asked) this.tell(id, outcomeIfAsked);
    else if (phase === Phase.middle) this.settleMiddle(id);
    else if (phase === Phase.answerFirst && this.lacksQuestions) this.tellUnasked(id, Outcome.answered);
  }

  #evict(id: number): void {
    const state = this.table.words[(id << RECORD_SHIFT) + STATE]!;
    if (!((state & Phase.mask) === Phase.told && state & CLOSED)) this.#tally.gap(Gap.evictedFlows);
    this.exchanges.close(id);
    this.#settle(id, Outcome.unknown);
    this.#wheel.clear(id);
    this.table.remove(id);
  }

  /** Looks at a few flows and takes the one that matters least: closed, then idle, then open, then not yet told. */
  #leastValuable(): number {
    const { words, highest } = this.table;
    let best = -1;
    let bestWorth = Number.POSITIVE_INFINITY;
    for (let i = 0; i < EVICTION_SAMPLE || best < 0; i++) {
      this.#hand = this.#hand + 1 >= highest ? 0 : this.#hand + 1;
      const at = this.#hand << RECORD_SHIFT;
      const state = words[at + STATE]!;
      if (state === 0) continue;
      if ((state & Phase.mask) === Phase.told && state & CLOSED) return this.#hand;
      const worth = (state & Phase.mask) === Phase.asked ? 1e10 : words[at + LAST_TICK]!;
      if (worth >= bestWorth) continue;
      bestWorth = worth;
      best = this.#hand;
    }
    return best;
  }
}
