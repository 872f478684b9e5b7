// Hot: once per flow record; measured by bench/log-formats.ts.
import { isMoment } from "../../bytes/calendar.ts";
import { Outcome, Transport } from "../../observations/vocabulary.ts";
import type { Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import { outcomeOfFlags, tellOneWay } from "../flow-outcome.ts";
import { Parties } from "../parties.ts";

/** What a firewall says of a flow (IANA IPFIX, firewallEvent); 0 when it says nothing. */
export const FirewallEvent = { none: 0, created: 1, deleted: 2, denied: 3 } as const;

/** biflowDirection of a flow whose source is the end that answered (RFC 5103, section 6.3). */
const REVERSE_INITIATOR = 2;

/** Records whose addresses are absent: of layer 2, of applications, of interfaces. */
const NO_ADDRESSES = "flow records without both addresses";
/** Of a flow that some exporters tell of in both directions, though nothing came back. */
const NO_PACKETS = "flow records of no packet";

/**
 * One flow as a router, firewall or collector tells it. One reused record: `clear`, set, `tell`. How it ended is inferred: a
 * firewall's word counts first; then flags and packets of both directions, where the record has both; then the record as one
 * direction (flow-outcome.ts), with the other looked up among those told before.
 */
export class FlowDraft {
  readonly parties = new Parties();
  /** NaN when not told. */
  atMs = Number.NaN;
  /** All TCP flags that the source ever set; 0 when not known. */
  flags = 0;
  /** The same of the target. */
  answerFlags = 0;
  /** Packets or bytes of the target; -1 when the record has one direction only. */
  answerPackets = -1;
  /** Packets of the source; -1 when not told. */
  packets = -1;
  /** ICMP `type << 8 | code`; -1 when not told. */
  icmp = -1;
  firewallEvent: number = FirewallEvent.none;
  /** RFC 7270, section 4.12: 128 to 191 were dropped. */
  forwardingStatus = 0;
  direction = 0;
  hasSource = false;
  hasTarget = false;
  /** One packet in this many was looked at; 1 when all were. */
  samplingRate = 1;
  readonly #memory = new FlowMemory();

  clear(): void {
    const { parties } = this;
    parties.sourcePort = 0;
    parties.targetPort = 0;
    parties.transport = 0;
    this.atMs = Number.NaN;
    this.flags = 0;
    this.answerFlags = 0;
    this.answerPackets = -1;
    this.packets = -1;
    this.icmp = -1;
    this.firewallEvent = FirewallEvent.none;
    this.forwardingStatus = 0;
    this.direction = 0;
    this.hasSource = false;
    this.hasTarget = false;
  }

  /** Adds the contact that the record tells of; a record that tells of none is counted. Returns a reject, or undefined. */
  tell(witness: Witness): string | undefined {
    const { parties } = this;
    if (!this.hasSource || !this.hasTarget) {
      witness.tally.gap(NO_ADDRESSES);
      return undefined;
    }
    if (!isMoment(this.atMs)) return "the flow has no time, or one that no calendar holds";
    if (parties.isIcmp) {
      const told = this.icmp >= 0 ? this.icmp : parties.targetPort;
      parties.setIcmp(told >> 8, told);
    }
    if (this.direction === REVERSE_INITIATOR) parties.swap();
    const { firewallEvent } = this;
    const isDenied = firewallEvent === FirewallEvent.denied || this.forwardingStatus >>> 6 === 2;
    if (isDenied) parties.addContact(witness, this.atMs, Outcome.denied);
    else if (firewallEvent === FirewallEvent.created) this.#tellCreated(witness);
    else if (this.answerPackets >= 0) parties.addContact(witness, this.atMs, this.#outcomeOfBoth());
    else if (this.packets === 0) witness.tally.gap(NO_PACKETS);
    else tellOneWay(witness, parties, this.#memory, this.atMs, this.flags);
    return undefined;
  }

  /** One sampled packet: its flags are its own, so a SYN-ACK is always the answer. */
  tellPacket(witness: Witness): number {
    const { parties, flags } = this;
    const before = witness.batch.length;
    if (parties.transport === Transport.tcp && (flags & 18) === 18) {
      parties.swap();
      parties.addContact(witness, this.atMs, Outcome.answered);
    } else tellOneWay(witness, parties, this.#memory, this.atMs, flags);
    return witness.batch.length > before ? before : -1;
  }

  /** Some firewalls tell of the beginning once for each direction. */
  #tellCreated(witness: Witness): void {
    const { parties } = this;
    const isReverse = this.#memory.isAnswer(parties);
    if (isReverse) parties.swap();
    else if (!parties.isIcmp) parties.turnAnswer();
    parties.addContact(witness, this.atMs, isReverse ? Outcome.answered : Outcome.admitted);
  }

  #outcomeOfBoth(): number {
    const isTcp = this.parties.transport === Transport.tcp;
    if (isTcp && this.answerFlags > 0 && this.flags > 0) return outcomeOfFlags(this.flags, this.answerFlags);
    if (this.answerPackets > 0) return Outcome.answered;
    // Of a sampled flow the answer may have been passed over; of a TCP flow without SYN the beginning.
    const isOver = this.firewallEvent === FirewallEvent.none || this.firewallEvent === FirewallEvent.deleted;
    const isWhole = isOver && this.samplingRate <= 1 && (!isTcp || this.flags === 0 || (this.flags & 2) !== 0);
    return isWhole ? Outcome.silent : Outcome.unknown;
  }
}
