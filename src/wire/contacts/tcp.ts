// Hot: once per TCP packet; measured by bench/captures.ts.
import { Known, Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { Doubt } from "../doubts.ts";
import type { FlowLife } from "../flow-life.ts";
import {
  BEGAN,
  CLOSED,
  DATA,
  FIN_BOTH,
  FIN_SHIFT,
  FIRST,
  FIRST_SHIFT,
  INITIATOR,
  INITIATOR_SHIFT,
  KNOWN_SHIFT,
  looksLikeService,
  Phase,
  SURE,
  SYNCED_SHIFT,
  TWO_WAY,
  UNANSWERED,
  withPacket,
} from "../flow-state.ts";
import {
  DEAF,
  EXCHANGE,
  IPV6_KIND,
  LAST_TICK,
  MSS_TTL_FLAGS,
  OPTIONS,
  RECORD_SHIFT,
  SEQUENCE,
  STATE,
  WANTED,
  WINDOW_ID,
} from "../flow-table.ts";
import type { Packet } from "../packet.ts";
import { TICKS_PER_SECOND } from "../packet-clock.ts";
import { readTcpOptions, tcpOptions } from "./tcp-options.ts";

const { fin: FIN, syn: SYN, rst: RST, ack: ACK } = TcpFlag;
/** A new SYN on an open connection this long after its last packet is a new connection whose predecessor's end was missed. */
const REUSE_AFTER = 2 * TICKS_PER_SECOND;
/** Data that a SYN can bring (TCP Fast Open). */
const LONGEST_SYN = 1460;

/**
 * Follows TCP flows, one contact each: a state machine over the phases of flow-state.ts.
 * Checksums are looked at where a wrong one could end or feed a conversation that is read: a probe with a bad one is a probe.
 */
export class TcpContacts {
  readonly #life: FlowLife;

  constructor(life: FlowLife) {
    this.#life = life;
  }

  /** Takes a TCP packet; at least 14 bytes of its header must have been captured. */
  see(packet: Packet): void {
    const { view, bytes, transport } = packet;
    const life = this.#life;
    const { words } = life.table;
    let flags = bytes[transport + 13]! & (FIN | SYN | RST | ACK);
    const kind = packet.isIpv6 ? Transport.tcp | IPV6_KIND : Transport.tcp;
    const ports = view.getUint32(transport, false);
    const found = life.table.locate(packet, ports >>> 16, ports & 0xffff, kind);
    if (found < 0) {
      if (!(flags & RST) || flags & SYN) this.#first(packet, flags);
      else if (flags === (RST | ACK)) this.#refusal(packet);
      return;
    }
    const id = found >> 1;
    const at = id << RECORD_SHIFT;
    const direction = found & 1;
    if (flags & SYN && !(flags & ACK)) {
      if (!(flags & RST)) this.#syn(packet, id, direction, flags);
      return;
    }
    words[at + LAST_TICK] = life.clock.tick;
    let isExpected = true;
    if (flags & (RST | FIN) && words[at + EXCHANGE]! > 0 && this.#isOfInitiator(at, direction)) {
      // The server drops what has a wrong checksum, and what does not follow on what it has.
      if (life.exchanges.isCredible(packet)) isExpected = this.#isExpected(packet, at, direction);
      else flags &= ~(RST | FIN);
    }
    if (flags & RST) this.#reset(id, direction, isExpected);
    else if (flags & SYN) this.#synAck(packet, id, direction);
    else this.#segment(packet, id, direction, flags, isExpected);
  }

  /** A packet that neither begins nor resets: acknowledgement, data, FIN. */
  #segment(packet: Packet, id: number, direction: number, flags: number, isExpected: boolean): void {
    const life = this.#life;
    const { words } = life.table;
    const { view, bytes, transport } = packet;
    const at = id << RECORD_SHIFT;
    const payload = transport + ((bytes[transport + 12]! >>> 4) << 2);
    const length = packet.transportWireEnd - payload;
    if ((words[at + STATE]! & Phase.mask) !== Phase.told) this.#evidence(packet, id, direction, flags, length);
    if (flags & ACK && life.exchanges.hasDoubts && !this.#isOfInitiator(at, direction))
      life.exchanges.acknowledged(id, view.getInt32(transport + 8, false));
    if (length > 0 && words[at + EXCHANGE] !== DEAF) {
      const sequence = view.getInt32(transport + 4, false);
      const state = words[at + STATE]!;
      const isOld =
        (state >>> SYNCED_SHIFT) & (1 << direction) && ((sequence + length - words[at + WANTED + direction]!) | 0) <= 0;
      if (!isOld) life.exchanges.segment(packet, id, direction, sequence, payload, length);
    }
    if (flags & FIN) this.#fin(id, direction, isExpected);
  }

  /** Whether a segment begins at or before the next byte that is wanted of its sender, and does not end before it. */
  #isExpected({ view, bytes, transport, transportWireEnd }: Packet, at: number, direction: number): boolean {
    const ahead = (view.getInt32(transport + 4, false) - this.#life.table.words[at + WANTED + direction]!) | 0;
    const length = transportWireEnd - transport - ((bytes[transport + 12]! >>> 4) << 2);
    return ahead <= 0 && ahead + length >= 0;
  }

  #isOfInitiator(at: number, direction: number): boolean {
    return direction === (this.#life.table.words[at + STATE]! & INITIATOR) >>> INITIATOR_SHIFT;
  }

  #first(packet: Packet, flags: number): void {
    if (packet.isGroupTraffic()) return;
    const life = this.#life;
    const { bytes, view, transport } = packet;
    const found = life.open(packet);
    const id = found >> 1;
    this.#begin(packet, id, found & 1, flags);
    if ((life.table.words[(id << RECORD_SHIFT) + STATE]! & Phase.mask) !== Phase.middle) return;
    const payload = transport + ((bytes[transport + 12]! >>> 4) << 2);
    const length = packet.transportWireEnd - payload;
    if (length <= 0 || payload < transport + 20) return;
    life.table.words[(id << RECORD_SHIFT) + STATE]! |= DATA;
    life.exchanges.segment(packet, id, found & 1, view.getInt32(transport + 4, false), payload, length);
    if (flags & FIN) this.#fin(id, found & 1, true);
  }

  /** A refusal without its question. Only a SYN is refused with sequence number zero (RFC 9293, section 3.10.7.1). */
  #refusal(packet: Packet): void {
    const life = this.#life;
    if (packet.view.getInt32(packet.transport + 4, false) !== 0 || packet.isGroupTraffic()) return;
    life.unasked++;
    if (!life.lacksQuestions) return;
    const found = life.open(packet);
    const direction = found & 1;
    const at = ((found >> 1) << RECORD_SHIFT) + STATE;
    life.table.words[at]! |= Phase.asked | SURE | (direction << FIRST_SHIFT) | ((direction ^ 1) << INITIATOR_SHIFT);
    life.tellUnasked(found >> 1, Outcome.refused);
    life.table.words[at]! |= CLOSED;
  }

  /** Sets phase, initiator and facts from the first packet. */
  #begin(packet: Packet, id: number, direction: number, flags: number): void {
    const { words } = this.#life.table;
    const { view, transport } = packet;
    const at = id << RECORD_SHIFT;
    let initiator = direction;
    let state = direction << FIRST_SHIFT;
    if (flags === (SYN | ACK)) {
      initiator = direction ^ 1;
      state |= Phase.answerFirst | SURE;
      this.#life.unasked++;
    } else if (flags & ACK && !(flags & SYN)) {
      if (looksLikeService(view.getUint16(transport, false), view.getUint16(transport + 2, false))) initiator ^= 1;
      state |= Phase.middle;
    } else {
      state |= Phase.asked | SURE;
      this.#life.asked++;
      if (flags === SYN) state |= BEGAN;
      else words[at + EXCHANGE] = DEAF;
    }
    words[at + STATE]! |= state | (initiator << INITIATOR_SHIFT) | (keepFacts(packet, words, at) << KNOWN_SHIFT);
    if (flags & SYN) this.#synchronise(packet, id, direction);
  }

  /** After a SYN the sender's data starts one further; that in a client's SYN is read when the server takes it. */
  #synchronise(packet: Packet, id: number, direction: number): void {
    const { words } = this.#life.table;
    const { view, bytes, transport } = packet;
    const at = id << RECORD_SHIFT;
    const sequence = (view.getInt32(transport + 4, false) + 1) | 0;
    words[at + WANTED + direction] = sequence;
    words[at + STATE]! |= 1 << (SYNCED_SHIFT + direction);
    const payload = transport + ((bytes[transport + 12]! >>> 4) << 2);
    const length = packet.transportWireEnd - payload;
    if (length > 0 && this.#isOfInitiator(at, direction))
      this.#life.exchanges.doubt(packet, id, sequence, payload, length, Doubt.beforeAnswer);
  }

  /** A SYN on a known flow: a retransmission, or the same ports used again. */
  #syn(packet: Packet, id: number, direction: number, flags: number): void {
    const life = this.#life;
    const { words } = life.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    const phase = state & Phase.mask;
    const isInitiator = direction === (state & INITIATOR) >>> INITIATOR_SHIFT;
    const isRepeat = isInitiator && words[at + SEQUENCE] === packet.view.getInt32(packet.transport + 4, false);
    const idle = life.clock.tick - words[at + LAST_TICK]!;
    if (phase === Phase.asked || (phase === Phase.told && (isRepeat || !(state & CLOSED || idle >= REUSE_AFTER)))) {
      words[at + LAST_TICK] = life.clock.tick;
      words[at + STATE] = withPacket(state);
      return;
    }
    if (phase === Phase.middle) life.settleMiddle(id);
    life.reopen(id, packet);
    this.#begin(packet, id, direction, flags);
  }

  #synAck(packet: Packet, id: number, direction: number): void {
    const life = this.#life;
    const { words } = life.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    if (direction === (state & INITIATOR) >>> INITIATOR_SHIFT) return;
    if ((state & Phase.mask) === Phase.asked) {
      life.heard++;
      life.tell(id, Outcome.answered);
    } else if (state & UNANSWERED) words[at + STATE] = state & ~(UNANSWERED | CLOSED);
    else return;
    this.#synchronise(packet, id, direction);
    const acknowledgement = packet.view.getInt32(packet.transport + 8, false);
    if (life.exchanges.hasDoubts) life.exchanges.acknowledged(id, acknowledgement);
    this.#follow(at, direction ^ 1, acknowledgement, 0);
  }

  /**
   * The next byte of the initiator is `sequence`, whatever its SYN said: scanners and evaders send others with the same ports,
   * of which the target took one.
   * @param slack bytes by which it may be further: data that came in the SYN
   */
  #follow(at: number, initiator: number, sequence: number, slack: number): void {
    const { words } = this.#life.table;
    const ahead = (sequence - words[at + WANTED + initiator]!) | 0;
    if (ahead >= 0 && ahead <= slack) return;
    words[at + WANTED + initiator] = sequence;
    words[at + SEQUENCE] = (sequence - 1) | 0;
  }

  /** @param isExpected whether the target takes it; otherwise what follows is still read */
  #reset(id: number, direction: number, isExpected: boolean): void {
    const life = this.#life;
    const { words } = life.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    const phase = state & Phase.mask;
    const isInitiator = direction === (state & INITIATOR) >>> INITIATOR_SHIFT;
    if (phase === Phase.asked) {
      // The initiator's own reset leaves the question open: the answer may just not have been captured.
      if (isInitiator) return;
      life.heard++;
      life.tell(id, Outcome.refused);
    } else if (phase === Phase.middle) {
      const isRefusal = !(state & (DATA | TWO_WAY)) && direction !== (state & FIRST) >>> FIRST_SHIFT && !isInitiator;
      if (isRefusal) life.tell(id, Outcome.refused);
      else life.settleMiddle(id);
    } else if (phase === Phase.answerFirst) life.dismiss(id);
    words[at + STATE]! |= CLOSED;
    // Scanners with a TCP of their own go on although their host's kernel, which knows nothing of the connection, resets it.
    const hasAsked = words[at + EXCHANGE] !== 0;
    if (isExpected && (hasAsked || !isInitiator)) life.exchanges.close(id);
  }

  /** An acknowledgement, data or FIN on a flow whose contact is not told yet. */
  #evidence(packet: Packet, id: number, direction: number, flags: number, length: number): void {
    const life = this.#life;
    const { words } = life.table;
    const at = id << RECORD_SHIFT;
    const state = withPacket(words[at + STATE]!);
    const isInitiator = direction === (state & INITIATOR) >>> INITIATOR_SHIFT;
    words[at + STATE] = state;
    switch (state & Phase.mask) {
      case Phase.asked:
        // From the initiator it means that it saw an answer which this one-sided capture did not.
        if (isInitiator && !(state & BEGAN && flags & ACK)) return;
        if (isInitiator) life.goesOnUnheard(id);
        else life.heard++;
        life.tell(id, Outcome.answered);
        if (isInitiator) this.#follow(at, direction, packet.view.getInt32(packet.transport + 4, false), LONGEST_SYN);
        else if (flags & ACK)
          this.#follow(at, direction ^ 1, packet.view.getInt32(packet.transport + 8, false), LONGEST_SYN);
        return;
      case Phase.answerFirst:
        // The asker goes on, or the answerer sends what it sends only after a handshake: a real flow, seen late.
        if (isInitiator || length > 0 || flags & FIN) life.tell(id, Outcome.answered);
        return;
      default:
        if (direction !== (state & FIRST) >>> FIRST_SHIFT) words[at + STATE]! |= TWO_WAY;
        if (length > 0) words[at + STATE]! |= DATA;
    }
  }

  /** @param isExpected whether the target takes it; otherwise what follows is still read */
  #fin(id: number, direction: number, isExpected: boolean): void {
    const life = this.#life;
    const { words } = life.table;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]! | (1 << (FIN_SHIFT + direction));
    words[at + STATE] = state;
    if ((state & FIN_BOTH) === FIN_BOTH) {
      if ((state & Phase.mask) === Phase.middle) life.settleMiddle(id);
      words[at + STATE]! |= CLOSED;
      if (isExpected) life.exchanges.close(id);
    } else if (isExpected && words[at + EXCHANGE]! > 0) life.exchanges.finished(id, direction);
  }
}

/** Keeps the facts of a flow's first packet in its record. @returns which are known (bits of `Known`). */
function keepFacts(packet: Packet, words: Int32Array, at: number): number {
  const { view, bytes, transport } = packet;
  words[at + SEQUENCE] = view.getInt32(transport + 4, false);
  words[at + OPTIONS] = 0;
  const flags = bytes[transport + 13]!;
  const hasWindow = packet.transportEnd - transport >= 16;
  words[at + WINDOW_ID] = packet.ipId | (hasWindow ? view.getUint16(transport + 14, false) << 16 : 0);
  readTcpOptions(packet, transport + 20, transport + ((bytes[transport + 12]! >>> 4) << 2));
  words[at + MSS_TTL_FLAGS] = (tcpOptions.mss << 16) | (packet.ttl << 8) | flags;
  words[at + OPTIONS] = tcpOptions.kinds;
  return Known.ip | Known.sequence | (hasWindow ? Known.tcp : 0) | (tcpOptions.complete ? Known.options : 0);
}
