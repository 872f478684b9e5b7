// Hot: once per record of a flow export; measured by bench/log-formats.ts.
import { Outcome, TcpFlag, Transport } from "../observations/vocabulary.ts";
import type { Witness } from "./define-line-format.ts";
import type { FlowMemory } from "./flow-memory.ts";
import type { Parties } from "./parties.ts";

/**
 * Tells one direction of a flow that a router saw: its flags are all that this end ever set, 0 when not known. What was
 * answered shows in three ways: the record is the answer (SYN with ACK, the reverse of one told before, from a well-known
 * port); the end went on after its SYN, which takes an answer; or it only asked, and then it was let through, no more.
 */
export function tellOneWay(
  witness: Witness,
  parties: Parties,
  memory: FlowMemory,
  atMs: number,
  flags: number,
  isTypeKnown = true,
): void {
  if (parties.isIcmp && isTypeKnown) {
    tellIcmp(witness, parties, atMs);
    return;
  }
  const isTcp = parties.transport === Transport.tcp && flags > 0;
  const synAck = TcpFlag.syn | TcpFlag.ack;
  if (isTcp && flags & TcpFlag.syn && !(flags & TcpFlag.ack)) {
    memory.isAnswer(parties);
    // A SYN that its own end reset: what came in between was a SYN-ACK that nobody had asked for but a scanner.
    parties.addContact(witness, atMs, flags & TcpFlag.rst ? Outcome.answered : Outcome.admitted);
    return;
  }
  const isReverse = memory.isAnswer(parties);
  if (isReverse) parties.swap();
  const isAnswer = isReverse || (!parties.isIcmp && (parties.turnAnswer() || (isTcp && turnEphemeral(parties, flags))));
  let outcome: number = isAnswer ? Outcome.answered : Outcome.admitted;
  if (isTcp) {
    if (isAnswer) outcome = answerOutcome(flags);
    else outcome = (flags & synAck) === synAck ? Outcome.answered : Outcome.unknown;
  }
  parties.addContact(witness, atMs, outcome);
}

/**
 * Both ends of an answered connection send SYN and ACK. Clients' ports are chosen from 32768 on (Linux) or 49152 on (RFC
 * 6335), and hardly anything listens there.
 */
function turnEphemeral(parties: Parties, flags: number): boolean {
  const isOpen = (flags & (TcpFlag.syn | TcpFlag.ack)) === (TcpFlag.syn | TcpFlag.ack);
  const isAnswer = isOpen && parties.sourcePort > 0 && parties.sourcePort < 32768 && parties.targetPort >= 32768;
  if (isAnswer) parties.swap();
  return isAnswer;
}

/** Requests by the types of their replies (RFC 792, RFC 4443). */
const icmpRequests = new Map([
  [0, 8],
  [14, 13],
  [16, 15],
  [18, 17],
]);
const icmpv6Requests = new Map([
  [129, 128],
  [136, 135],
  [134, 133],
]);

/** A reply tells that its request was answered. What a router says of packets that it could not deliver is no contact. */
function tellIcmp(witness: Witness, parties: Parties, atMs: number): void {
  const isIpv4 = parties.transport === Transport.icmp;
  const type = parties.targetPort >> 8;
  const isError = isIpv4 ? type === 3 || type === 4 || type === 5 || type === 11 || type === 12 : type < 128;
  if (isError) {
    witness.tally.gap("ICMP errors");
    return;
  }
  const request = (isIpv4 ? icmpRequests : icmpv6Requests).get(type);
  if (request !== undefined) {
    parties.swap();
    parties.setIcmp(request, 0);
  }
  parties.addContact(witness, atMs, request !== undefined ? Outcome.answered : Outcome.admitted);
}

/** How a TCP flow ended, by all flags that each end ever set. */
export function outcomeOfFlags(sent: number, answer: number): number {
  if ((answer & (TcpFlag.syn | TcpFlag.ack)) === (TcpFlag.syn | TcpFlag.ack)) return Outcome.answered;
  if (!(sent & TcpFlag.syn)) return Outcome.unknown;
  if (answer & TcpFlag.rst) return Outcome.refused;
  return answer === 0 ? Outcome.silent : Outcome.unknown;
}

/** What the answering end's flags say: a RST without SYN refused; without either it was seen from its middle. */
function answerOutcome(flags: number): number {
  if (flags & TcpFlag.syn) return Outcome.answered;
  return flags & TcpFlag.rst && !(flags & (TcpFlag.fin | TcpFlag.psh)) ? Outcome.refused : Outcome.answered;
}

/** The flags in a record's letters, whatever stands for those that are not set: `...AP.SF`, `.A..S.`, `CEUAPRSF`. */
export function flagsOfLetters(bytes: Uint8Array, start: number, end: number): number {
  let flags = 0;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c === 83) flags |= TcpFlag.syn;
    else if (c === 65) flags |= TcpFlag.ack;
    else if (c === 82) flags |= TcpFlag.rst;
    else if (c === 70) flags |= TcpFlag.fin;
    else if (c === 80) flags |= TcpFlag.psh;
    else if (c === 85) flags |= TcpFlag.urg;
  }
  return flags;
}
