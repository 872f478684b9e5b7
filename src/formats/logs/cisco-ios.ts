// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortAt } from "../devices/host-port.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";
import { endpoint, endpointAt } from "../devices/words-after.ts";
import type { DecodeContext } from "../format.ts";

/**
 * What access lists and the zone firewall logged on Cisco IOS, IOS-XE, IOS-XR and NX-OS: `%SEC-6-IPACCESSLOGP: list 101 denied tcp
 * 192.0.2.7(51234) -> 198.51.100.5(22), 1 packet`. Sources: Cisco, "System Message Guide" (SEC, IPV6, FMANFP, FW); Nexus 9000,
 * "ACL Logging".
 */
export const ciscoIos = defineLineFormat({
  id: "cisco-ios",
  title: "Cisco IOS, IOS-XE, IOS-XR and NX-OS access lists",
  looksLike: (line) =>
    tagAt(line) >= 0 && (line.includes("ACCESSLOG") || line.includes("ACLLOG") || line.includes("%FW-6-")),
  programs: [],
  open(context) {
    const reader = new IosReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const PERCENT = 37;

/** Where `%FACILITY-6-NAME` stands; -1 when there is none. */
function tagAt(line: Line): number {
  const { bytes, end } = line;
  for (let i = line.start; i < end - 8; i++) {
    if (bytes[i] !== PERCENT || bytes[i + 1]! < 65 || bytes[i + 1]! > 90) continue;
    for (let k = i + 2; k < end - 2 && bytes[k] !== SPACE && bytes[k] !== 58; k++) {
      if (bytes[k] === 45 && bytes[k + 2] === 45 && bytes[k + 1]! >= 48 && bytes[k + 1]! <= 55) return i;
    }
  }
  return -1;
}

// Newer versions write the words in full.
const nexusNames = [
  ["Src IP", 0],
  ["Source IP", 0],
  ["Dst IP", 1],
  ["Destination IP", 1],
  ["Src Port", 2],
  ["Source Port", 2],
  ["Dst Port", 3],
  ["Destination Port", 3],
  ["Protocol", 4],
  ["ACE Action", 5],
] as const;

class IosReader {
  readonly #time: DeviceTime;
  readonly #nexus = new KeyValues(
    nexusNames.map(([name]) => name),
    nexusNames.map(([, role]) => role),
  );

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const tag = tagAt(line);
    if (tag < 0) return notOurs(line, witness);
    contact.clear();
    const reason = this.#message(line, tag, witness);
    if (reason !== undefined) return reason;
    if (contact.transport === NONE) return undefined;
    return contact.add(witness, this.#time.before(line.bytes, line.start, tag, line.end));
  }

  #message(line: Line, tag: number, witness: Witness): string | undefined {
    const list = line.after("ACCESSLOG", tag);
    if (list >= 0) {
      // RL: `rate-limited or missed 18 packets`; S: a standard list, which shows no target.
      const missed = line.after("or missed ", list);
      if (missed >= 0) return skip(witness, "packets that access lists did not log", countAt(line, missed));
      return this.#accessList(line, list, witness);
    }
    if (line.after("ACLLOG", tag) >= 0) return this.#nexusFlow(line, tag, witness);
    const audit = line.after("SESS_AUDIT_TRAIL", tag);
    if (audit >= 0) return sessionAudit(line, audit, witness);
    const dropped = line.after("DROP_PKT: Dropping ", tag);
    if (dropped >= 0) return droppedPacket(line, dropped);
    return skip(witness, NO_CONTACT, 1);
  }

  /** `list 101 denied tcp 192.0.2.7(51234) (Gi0/0 0001.0203.0405) -> 198.51.100.5(22), 1 packet` and its relatives. */
  #accessList(line: Line, from: number, witness: Witness): string | undefined {
    const { bytes, end } = line;
    let at = line.after("list ", from);
    if (at < 0) return "no name of an access list";
    at = line.wordEnd(at) + 1;
    // IOS-XR puts the number of the entry behind the name: `access-list in (10) deny tcp …`.
    if (bytes[at] === 40) at = line.wordEnd(at) + 1;
    const verb = line.wordEnd(at);
    const action = actionAt(bytes, at, verb);
    contact.outcome = action === Action.denied ? Outcome.denied : Outcome.admitted;
    if (action === Action.unknown) return "neither permitted nor denied";
    const protocol = verb + 1;
    const arrow = line.after("-> ", protocol);
    if (arrow < 0) return skip(witness, "packets whose target the access list does not log", 1);
    contact.transport = transportAt(bytes, protocol, line.wordEnd(protocol));
    // `0` is any protocol of IP, and `ipv6` likewise.
    if (contact.transport === 41) contact.transport = 0;
    if (!this.#source(line, line.wordEnd(protocol) + 1, arrow)) return NO_SOURCE;
    if (!endpointAt(bytes, arrow, end, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = Math.max(endpoint.port, 0);
    if (contact.transport === 1 || contact.transport === 58) takeIcmp(line, endpoint.next);
    return undefined;
  }

  /** The first word before the arrow that is an address: IOS-XE may put a hardware address before it. */
  #source(line: Line, from: number, to: number): boolean {
    for (let at = from; at < to; at = line.wordEnd(at) + 1) {
      if (endpointAt(line.bytes, at, to, contact.addresses, 0)) {
        contact.sourcePort = Math.max(endpoint.port, 0);
        return true;
      }
    }
    return false;
  }

  /** `Src IP: 192.0.2.7, Dst IP: 198.51.100.5, Src Port: 51234, Dst Port: 22, …, Protocol: "TCP"(6), …, ACE Action: Deny`. */
  #nexusFlow(line: Line, tag: number, witness: Witness): string | undefined {
    const at = line.after(": ", tag);
    if (at < 0) return skip(witness, NO_CONTACT, 1);
    const fields = this.#nexus;
    fields.readColons(line.bytes, at, line.end);
    const [source, target, sourcePort, targetPort, protocol, verb] = [0, 1, 2, 3, 4, 5].map((role) =>
      fields.first(role),
    );
    if (source! < 0 || target! < 0 || protocol! < 0) return skip(witness, NO_CONTACT, 1);
    const reason = contact.takeAddresses(fields, source!, target!);
    if (reason !== undefined) return reason;
    contact.takePorts(fields, sourcePort!, targetPort!, protocol!);
    const action = verb! < 0 ? Action.unknown : actionAt(line.bytes, fields.starts[verb!]!, fields.ends[verb!]!);
    if (action !== Action.unknown) contact.outcome = action === Action.denied ? Outcome.denied : Outcome.admitted;
    return undefined;
  }
}

/** In `contact.transport`: the message tells of no contact, which was counted. */
const NONE = -2;

function skip(witness: Witness, what: string, count: number): undefined {
  contact.transport = NONE;
  witness.tally.gap(what, count);
}

/** `: Stop tcp session: initiator (192.0.2.7:51234) sent 48 bytes -- responder (198.51.100.5:22) sent 40 bytes`. */
function sessionAudit(line: Line, from: number, witness: Witness): string | undefined {
  const { bytes, end } = line;
  const source = line.after("initiator (", from);
  const target = line.after("responder (", from);
  if (source < 0 || target < 0) return skip(witness, NO_CONTACT, 1);
  if (!hostPortAt(bytes, source, closing(bytes, source, end), contact.addresses, 0)) return NO_SOURCE;
  contact.sourcePort = hostPort;
  const targetEnd = closing(bytes, target, end);
  if (!hostPortAt(bytes, target, targetEnd, contact.addresses, 4)) return NO_TARGET;
  contact.targetPort = hostPort;
  // The protocol, or the name of an application above it: dns over UDP, all others over TCP.
  const word = line.after("session", from) >= 0 ? wordBefore(bytes, line.after(" session: ", from) - 10, from) : -1;
  const named = word < 0 ? -1 : transportAt(bytes, word, line.wordEnd(word));
  contact.transport = named >= 0 ? named : contact.targetPort === 53 ? 17 : 6;
  const sent = line.after("sent ", targetEnd);
  contact.outcome = sent < 0 ? Outcome.admitted : bytes[sent] === 48 ? Outcome.silent : Outcome.answered;
  return undefined;
}

/** `tcp pkt from GigabitEthernet1/0/2.6 192.0.2.7:51234 => 198.51.100.5:80(target:class)-(…) due to …`. */
function droppedPacket(line: Line, at: number): string | undefined {
  const { bytes, end } = line;
  contact.transport = transportAt(bytes, at, line.wordEnd(at));
  const arrow = line.after(" => ", at);
  if (arrow < 0) return droppedSession(line, at);
  let source = arrow - 4;
  while (source > at && bytes[source - 1] !== SPACE) source--;
  if (!hostPortAt(bytes, source, arrow - 4, contact.addresses, 0)) return NO_SOURCE;
  contact.sourcePort = hostPort;
  let stop = arrow;
  while (stop < end && bytes[stop] !== 40 && bytes[stop] !== SPACE) stop++;
  if (!hostPortAt(bytes, arrow, stop, contact.addresses, 4)) return NO_TARGET;
  contact.targetPort = hostPort;
  contact.outcome = Outcome.denied;
  return undefined;
}

/** `tcp session 192.0.2.7:51234 198.51.100.5:80 on zone-pair … due to …`, as IOS writes it. */
function droppedSession(line: Line, at: number): string | undefined {
  const source = line.after(" session ", at);
  const space = source < 0 ? -1 : line.wordEnd(source);
  if (space < 0 || !hostPortAt(line.bytes, source, space, contact.addresses, 0)) return NO_SOURCE;
  contact.sourcePort = hostPort;
  if (!hostPortAt(line.bytes, space + 1, line.wordEnd(space + 1), contact.addresses, 4)) return NO_TARGET;
  contact.targetPort = hostPort;
  contact.outcome = Outcome.denied;
  return undefined;
}

/** ` (3/4)`: type and code. */
function takeIcmp(line: Line, from: number): void {
  const { bytes, end } = line;
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  if (bytes[at] !== 40) return;
  const slash = line.after("/", at);
  contact.icmpType = countAt(line, at + 1);
  if (slash >= 0 && slash < at + 6) contact.icmpCode = countAt(line, slash);
}

function countAt(line: Line, at: number): number {
  let value = 0;
  for (let i = at; i < line.end && i < at + 9; i++) {
    const digit = line.bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

function closing(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 41) at++;
  return at;
}

function wordBefore(bytes: Uint8Array, stop: number, from: number): number {
  let at = stop;
  while (at > from && bytes[at - 1] !== SPACE && bytes[at - 1] !== 58) at--;
  return at;
}
