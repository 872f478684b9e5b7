// Hot: once per UDP packet; measured by bench/captures.ts.
import { Known, Outcome, Transport } from "../../observations/vocabulary.ts";
import { DNS_PORT } from "../dns-message.ts";
import type { FlowLife } from "../flow-life.ts";
import {
  FIRST_SHIFT,
  INITIATOR,
  INITIATOR_SHIFT,
  KNOWN_SHIFT,
  looksLikeService,
  Phase,
  SURE,
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
  STATE,
  WINDOW_ID,
} from "../flow-table.ts";
import type { Packet } from "../packet.ts";
import { DatagramHellos } from "./datagram-hellos.ts";
import type { DatagramTalks } from "./datagram-talks.ts";
import type { DatagramQuestions } from "./questions.ts";

/** SCTP's ABORT chunk (RFC 9260, section 3.3.7): the answer to an INIT for a port that is closed. */
const SCTP_ABORT = 6;

/**
 * Follows everything that is not TCP, one contact per flow: the first datagram asks, one from the other end answers.
 * A flow whose first datagram comes from a service's port is an answer to what the capture did not show.
 */
export class DatagramContacts {
  readonly #life: FlowLife;
  readonly #questions: DatagramQuestions;
  readonly #talks: DatagramTalks;
  readonly #hellos: DatagramHellos;

  constructor(life: FlowLife, questions: DatagramQuestions, talks: DatagramTalks) {
    this.#life = life;
    this.#questions = questions;
    this.#talks = talks;
    this.#hellos = new DatagramHellos(life.rows, life.exchanges.budget);
  }

  /** Takes a UDP datagram; its eight header bytes must have been captured. */
  udp(packet: Packet): void {
    const ports = packet.view.getUint32(packet.transport, false);
    const source = ports >>> 16;
    const target = ports & 0xffff;
    const opened = this.#see(packet, Transport.udp, source, target, Outcome.answered);
    const questions = this.#questions;
    const isName = source === DNS_PORT || target === DNS_PORT;
    if (isName || packet.atMs >= questions.dueMs) questions.see(packet, source, target);
    this.#hellos.see(packet, source, target);
    if (opened >= 0 && !isName) this.#talks.open(packet, opened >> 1, opened & 1, source, target);
  }

  /** Takes an SCTP packet; its common header (12 bytes) must have been captured. */
  sctp(packet: Packet): void {
    const { bytes, transport } = packet;
    const ports = packet.view.getUint32(transport, false);
    const aborts = transport + 12 < packet.transportEnd && bytes[transport + 12] === SCTP_ABORT;
    const outcome = aborts ? Outcome.refused : Outcome.answered;
    this.#see(packet, Transport.sctp, ports >>> 16, ports & 0xffff, outcome);
  }

  /** Takes a packet of any other IP protocol: one contact per pair of hosts and protocol. */
  other(packet: Packet): void {
    this.#see(packet, packet.protocol, 0, 0, Outcome.answered);
  }

  /** Takes an ICMP query; a run of them with the same `id` is one flow. */
  query(packet: Packet, kind: number, id: number, typeAndCode: number): void {
    const found = this.#see(packet, kind, id, id, Outcome.answered);
    if (found >= 0) this.#life.table.words[((found >> 1) << RECORD_SHIFT) + OPTIONS] = typeAndCode;
  }

  /** Takes the reply to an ICMP query; one that nobody asked for is nothing. */
  reply(packet: Packet, kind: number, id: number): void {
    const found = this.#life.table.locate(packet, id, id, packet.isIpv6 ? kind | IPV6_KIND : kind);
    if (found >= 0) this.#follow(found, Outcome.answered);
  }

  /** @returns the flow (`id << 1 | direction`) when it is new, else -1. */
  #see(packet: Packet, kind: number, sourcePort: number, targetPort: number, outcome: number): number {
    const life = this.#life;
    const found = life.table.locate(packet, sourcePort, targetPort, packet.isIpv6 ? kind | IPV6_KIND : kind);
    if (found >= 0) {
      this.#follow(found, outcome);
      if (life.table.words[((found >> 1) << RECORD_SHIFT) + EXCHANGE]! < DEAF)
        this.#talks.hear(packet, found >> 1, found & 1);
      return -1;
    }
    if (packet.isGroupTraffic()) return -1;
    const opened = life.open(packet);
    this.#begin(packet, opened, looksLikeService(sourcePort, targetPort));
    return opened;
  }

  #begin(packet: Packet, opened: number, isAnswer: boolean): void {
    const { words } = this.#life.table;
    const at = (opened >> 1) << RECORD_SHIFT;
    const direction = opened & 1;
    const initiator = isAnswer ? direction ^ 1 : direction;
    const phase = isAnswer ? Phase.answerFirst : Phase.asked | SURE;
    words[at + STATE]! |=
      phase | (direction << FIRST_SHIFT) | (initiator << INITIATOR_SHIFT) | (Known.ip << KNOWN_SHIFT);
    words[at + WINDOW_ID] = packet.ipId;
    words[at + MSS_TTL_FLAGS] = packet.ttl << 8;
    words[at + EXCHANGE] = DEAF;
  }

  #follow(found: number, outcome: number): void {
    const life = this.#life;
    const { words } = life.table;
    const id = found >> 1;
    const at = id << RECORD_SHIFT;
    const state = words[at + STATE]!;
    const isInitiator = (found & 1) === (state & INITIATOR) >>> INITIATOR_SHIFT;
    words[at + LAST_TICK] = life.clock.tick;
    switch (state & Phase.mask) {
      case Phase.asked:
        if (isInitiator) words[at + STATE] = withPacket(state);
        else life.tell(id, outcome);
        return;
      case Phase.answerFirst:
        if (isInitiator) life.tell(id, Outcome.answered);
        return;
      default:
        if (!isInitiator) words[at + STATE] = state & ~UNANSWERED;
    }
  }
}
