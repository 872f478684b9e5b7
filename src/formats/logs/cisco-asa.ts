// Hot: once per line; measured by bench/lines.ts.
import { parseAddress } from "../../bytes/address.ts";
import { digitsAt } from "../../bytes/calendar.ts";
import type { Line } from "../../bytes/line.ts";
import { Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { ConnectionStarts, Opener } from "../devices/connection-starts.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { FirepowerEvents } from "../devices/firepower-events.ts";
import { notOurs } from "../devices/other-lines.ts";
import { transportAt } from "../devices/words.ts";
import { endpoint, endpointAt } from "../devices/words-after.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Messages of Cisco's firewalls: ASA, Firepower Threat Defense (FTD), and the PIX and FWSM before them. Sources: Cisco,
 * "Cisco Secure Firewall ASA Series Syslog Messages"; "Secure Firewall Threat Defense Syslog Messages".
 */
export const ciscoAsa = defineLineFormat({
  id: "cisco-asa",
  title: "Cisco ASA and Firepower Threat Defense",
  looksLike: (line) => tagAt(line.bytes, line.start, line.end) >= 0,
  programs: [],
  open(context) {
    const reader = new AsaReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const PERCENT = 37;
const MINUS = 45;
const COLON = 58;

/** Where `%ASA-`, `%FTD-`, `%PIX-` or `%FWSM-` stands; -1 when there is none. */
function tagAt(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i + 12 < end; i++) {
    if (bytes[i] !== PERCENT) continue;
    const [a, b, c] = [bytes[i + 1], bytes[i + 2], bytes[i + 3]];
    if (bytes[i + 4] === MINUS) {
      if (a === 65 && b === 83 && c === 65) return i;
      if (a === 70 && b === 84 && c === 68) return i;
      if (a === 80 && b === 73 && c === 88) return i;
    } else if (bytes[i + 5] === MINUS && a === 70 && b === 87 && c === 83 && bytes[i + 4] === 77) return i;
  }
  return -1;
}

/** Where the message number's first digit stands: `%ASA-6-302013: `, `%ASA-session-5-106100: `; -1 when there is none. */
function numberAt(bytes: Uint8Array, tag: number, end: number): number {
  const last = Math.min(end - 6, tag + 30);
  for (let i = tag + 5; i <= last; i++) {
    if (bytes[i] !== MINUS || Number.isNaN(digitsAt(bytes, i + 1, 6, end))) continue;
    return i + 1;
  }
  return -1;
}

class AsaReader {
  readonly #time: DeviceTime;
  readonly #starts = new ConnectionStarts();
  readonly #events = new FirepowerEvents();

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const tag = tagAt(bytes, start, end);
    if (tag < 0) return notOurs(line, witness);
    const number = numberAt(bytes, tag, end);
    if (number < 0) return "no message number after the tag";
    let at = number + 6;
    while (at < end && (bytes[at] === COLON || bytes[at] === SPACE)) at++;
    contact.clear();
    const id = digitsAt(bytes, number, 6, end);
    const reason = this.#message(id, line, at, witness);
    if (reason !== undefined) return reason;
    if (contact.transport === NONE) return undefined;
    const atMs = this.#time.before(bytes, start, tag, end);
    return contact.add(witness, atMs - this.#durationMs);
  }

  /** How long before the message the contact began. */
  #durationMs = 0;

  #message(id: number, line: Line, at: number, witness: Witness): string | undefined {
    this.#durationMs = 0;
    switch (id) {
      case 302013:
      case 302015:
      case 302303:
        return this.#built(id, line, at);
      case 605004:
      case 605005:
        contact.outcome = Outcome.answered;
        contact.transport = Transport.tcp;
        return sourceTo(line, at);
      case 302014:
      case 302016:
      case 302304:
        return this.#teardown(id, line, at, witness);
      case 106023:
      case 106010:
      case 106011:
      case 106014:
      case 305005:
      case 305006:
        contact.outcome = Outcome.denied;
        return sourceAndTarget(line, at);
      case 106100:
      case 106102:
      case 106103:
        return accessList(line, at);
      case 106001:
      case 106006:
      case 106007:
      case 106015:
      case 106021:
      case 710003:
      case 710005:
        contact.outcome = Outcome.denied;
        if (id === 106015) contact.outcome = outcomeWithoutConnection(line);
        return fromTo(line, at, id < 700000 && id !== 106021 && id !== 106015);
      case 710002:
        contact.outcome = Outcome.admitted;
        return fromTo(line, at, false);
      case 302020:
        return icmpBuilt(line, at);
      case 313001:
      case 313004:
      case 313008:
        return icmpToDevice(line, at, id === 313008 ? Transport.icmpv6 : Transport.icmp);
      case 313005:
        contact.outcome = Outcome.denied;
        return sourceAndTarget(line, at);
      case 430001:
      case 430002:
      case 430003:
        this.#durationMs = this.#events.read(line, at, id);
        return this.#events.reason;
      default:
        return toldNothing(witness);
    }
  }

  /** `Built inbound TCP connection 4711 for outside:192.0.2.7/1234 (…) to inside:10.0.0.5/80 (…)`. */
  #built(id: number, line: Line, at: number): string | undefined {
    const { bytes, end } = line;
    // `Built TCP state-bypass connection 4711 from INITIATOR to RESPONDER`
    const isBypass = id === 302303;
    const isInbound = isBypass || (at + 6 < end && bytes[at + 6] === 105);
    if (!isInbound && (at + 6 >= end || bytes[at + 6] !== 111)) return "neither inbound nor outbound";
    const first = isBypass ? line.after(" from ", at) : line.after(" for ", at);
    const number = numberBefore(bytes, first - (isBypass ? 6 : 5));
    const reason = twoEnds(line, first, isInbound);
    if (reason !== undefined) return reason;
    if (number >= 0) this.#starts.opened(number, isInbound ? Opener.first : Opener.second);
    contact.transport = id === 302015 ? Transport.udp : Transport.tcp;
    contact.outcome = Outcome.admitted;
    return end > at ? undefined : NO_TARGET;
  }

  /** `Teardown TCP connection 4711 for outside:192.0.2.7/1234 to inside:10.0.0.5/80 duration 0:00:30 bytes 0 SYN Timeout`. */
  #teardown(id: number, line: Line, at: number, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const isTcp = id !== 302016;
    const isBypass = id === 302304;
    const first = isBypass ? line.after(" from ", at) : line.after(" for ", at);
    const number = numberBefore(bytes, first - (isBypass ? 6 : 5));
    let opener = number >= 0 ? this.#starts.close(number) : Opener.unknown;
    const startWasTold = opener !== Opener.unknown;
    const reason = twoEnds(line, first, true);
    if (reason !== undefined) return reason;
    if (opener === Opener.unknown) opener = likelyOpener();
    if (opener === Opener.unknown) {
      contact.transport = NONE;
      witness.tally.gap("ends of connections whose start was not seen");
      return undefined;
    }
    if (opener === Opener.second) swapEnds();
    contact.transport = isTcp ? Transport.tcp : Transport.udp;
    const duration = line.after(" duration ", endpoint.next);
    contact.outcome = isTcp && duration >= 0 ? outcomeOfEnd(line, duration, opener) : Outcome.admitted;
    // An end that says no more than the start did is not told twice.
    if (startWasTold && contact.outcome === Outcome.admitted) return toldNothing(witness);
    this.#durationMs = durationMsAt(bytes, duration, end);
    return undefined;
  }
}

/** In `contact.transport`: the message tells of no contact, which was counted. */
const NONE = -2;

function toldNothing(witness: Witness): undefined {
  contact.transport = NONE;
  witness.tally.gap(NO_CONTACT);
}

/** Reads `END to END` at `first`, the words in parentheses behind either end aside. */
function twoEnds(line: Line, first: number, firstIsSource: boolean): string | undefined {
  if (first < 0) return NO_SOURCE;
  const { bytes, end } = line;
  const [a, b] = firstIsSource ? [0, 4] : [4, 0];
  if (!endpointAt(bytes, first, end, contact.addresses, a, true)) return firstIsSource ? NO_SOURCE : NO_TARGET;
  const firstPort = Math.max(endpoint.port, 0);
  const second = line.after(" to ", endpoint.next);
  if (second < 0 || !endpointAt(bytes, second, end, contact.addresses, b, true))
    return firstIsSource ? NO_TARGET : NO_SOURCE;
  const secondPort = Math.max(endpoint.port, 0);
  contact.sourcePort = firstIsSource ? firstPort : secondPort;
  contact.targetPort = firstIsSource ? secondPort : firstPort;
  return undefined;
}

const spare = new Uint32Array(4);

function swapEnds(): void {
  const { addresses } = contact;
  spare.set(addresses.subarray(0, 4));
  addresses.copyWithin(0, 4, 8);
  addresses.set(spare, 4);
  const port = contact.sourcePort;
  contact.sourcePort = contact.targetPort;
  contact.targetPort = port;
}

/**
 * The end that opened a connection, judged by the ports when its start is not in the log: the lower port of two serves when
 * it is one that clients do not take (below 1024 against one above; else below 32768, the lowest that Linux clients take).
 */
function likelyOpener(): Opener {
  const { sourcePort, targetPort } = contact;
  for (const limit of [1024, 32768]) {
    if (targetPort < limit && sourcePort >= limit) return Opener.first;
    if (sourcePort < limit && targetPort >= limit) return Opener.second;
  }
  return Opener.unknown;
}

/** What the words behind `duration` say: `0:00:30 bytes 0 SYN Timeout`, `… bytes 862 TCP FINs`, `… TCP Reset-O`. */
function outcomeOfEnd(line: Line, duration: number, opener: Opener): Outcome {
  const { bytes, end } = line;
  const count = line.after(" bytes ", duration);
  const hasData = count >= 0 && bytes[count] !== 48;
  if (line.after("SYN Timeout", duration) >= 0) return Outcome.silent;
  if (hasData) return Outcome.answered;
  const reset = line.after("TCP Reset-", duration);
  if (reset >= 0 && reset < end) {
    // "I" and "O" are the inside and the outside: the second and the first end.
    const byFirst = bytes[reset] === 79;
    const byOpener = byFirst === (opener === Opener.first);
    return byOpener ? Outcome.answered : Outcome.refused;
  }
  return line.after("TCP FINs", duration) >= 0 ? Outcome.answered : Outcome.admitted;
}

/** `1:23:45` in milliseconds; 0 when it is not there. */
function durationMsAt(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return 0;
  let total = 0;
  let value = 0;
  for (let i = start; i < end && i < start + 12; i++) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[i] === COLON) {
      total = (total + value) * 60;
      value = 0;
    } else break;
  }
  return (total + value) * 1000;
}

/** The number whose last digit stands before `at`, or -1. */
function numberBefore(bytes: Uint8Array, at: number): number {
  let value = 0;
  let scale = 1;
  let i = at - 1;
  for (; i >= 0 && scale < 1e15; i--) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value += digit * scale;
    scale *= 10;
  }
  return scale === 1 ? -1 : value;
}

/** `Deny tcp src outside:192.0.2.7/1234 dst inside:10.0.0.5/80 …`, `Deny inbound protocol 47 src … dst …`, `(type 8, code 0)`. */
function sourceAndTarget(line: Line, at: number): string | undefined {
  const { bytes, end } = line;
  const source = line.after(" src ", at);
  if (source < 0 || !endpointAt(bytes, source, end, contact.addresses, 0, true)) return NO_SOURCE;
  contact.sourcePort = Math.max(endpoint.port, 0);
  const target = line.after(" dst ", endpoint.next);
  if (target < 0 || !endpointAt(bytes, target, end, contact.addresses, 4, true)) return NO_TARGET;
  contact.targetPort = Math.max(endpoint.port, 0);
  const word = wordBefore(bytes, source - 5, at);
  contact.transport = transportAt(bytes, word, source - 5);
  takeIcmp(line, endpoint.next);
  return undefined;
}

/** `Inbound TCP connection denied from 192.0.2.7/1234 to 10.0.0.5/80 flags SYN on interface outside`, and the like. */
function fromTo(line: Line, at: number, skipsFirstWord: boolean): string | undefined {
  const reason = sourceTo(line, at);
  if (reason !== undefined) return reason;
  let word = at;
  for (let i = 0; i < 3; i++) {
    const stop = line.wordEnd(word);
    contact.transport = transportAt(line.bytes, word, stop);
    if (contact.transport >= 0) return undefined;
    word = stop + 1;
  }
  return skipsFirstWord ? "no protocol" : undefined;
}

/** `… from 192.0.2.7/1234 to outside:198.51.100.5/https …`. */
function sourceTo(line: Line, at: number): string | undefined {
  const { bytes, end } = line;
  const source = line.after(" from ", at);
  if (source < 0 || !endpointAt(bytes, source, end, contact.addresses, 0)) return NO_SOURCE;
  contact.sourcePort = Math.max(endpoint.port, 0);
  const target = line.after(" to ", endpoint.next);
  if (target < 0 || !endpointAt(bytes, target, end, contact.addresses, 4)) return NO_TARGET;
  contact.targetPort = Math.max(endpoint.port, 0);
  return undefined;
}

/** A packet without connection is a probe when it has neither ACK nor RST; the rest is mostly left over from closed ones. */
function outcomeWithoutConnection(line: Line): Outcome {
  const flags = line.after(" flags ");
  if (flags < 0) return Outcome.unknown;
  const stop = line.after(" on interface", flags);
  const words = line.bytes.subarray(flags, stop < 0 ? line.end : stop);
  let bits = 0;
  for (let i = 0; i + 2 < words.length; i++) {
    if (words[i] === 65 && words[i + 1] === 67) bits |= TcpFlag.ack;
    if (words[i] === 82 && words[i + 1] === 83) bits |= TcpFlag.rst;
  }
  return bits === 0 ? Outcome.denied : Outcome.unknown;
}

/** `access-list acl_in denied tcp outside/192.0.2.7(1234) -> inside/10.0.0.5(80) hit-cnt 1 first hit […]`. */
function accessList(line: Line, at: number): string | undefined {
  const { bytes, end } = line;
  const name = line.after("access-list ", at);
  if (name < 0) return "no name of an access list";
  const verb = line.wordEnd(name) + 1;
  // permitted, denied, est-allowed
  const isDenied = bytes[verb] === 100;
  contact.outcome = isDenied ? Outcome.denied : Outcome.admitted;
  const protocol = line.wordEnd(verb) + 1;
  let source = line.wordEnd(protocol) + 1;
  contact.transport = transportAt(bytes, protocol, source - 1);
  // `for user alice`, where rules know users.
  const user = line.after("for user ", source);
  if (user === source + 9) source = line.wordEnd(user) + 1;
  if (!endpointAt(bytes, source, end, contact.addresses, 0)) return NO_SOURCE;
  contact.sourcePort = Math.max(endpoint.port, 0);
  const target = line.after("-> ", endpoint.next);
  if (target < 0 || !endpointAt(bytes, target, end, contact.addresses, 4)) return NO_TARGET;
  contact.targetPort = Math.max(endpoint.port, 0);
  contact.icmpType = contact.sourcePort;
  contact.icmpCode = contact.targetPort;
  return undefined;
}

/** `Built inbound ICMP connection for faddr 192.0.2.7/0 gaddr … laddr 10.0.0.5/0 type 8 code 0`. */
function icmpBuilt(line: Line, at: number): string | undefined {
  const { bytes, end } = line;
  const isInbound = bytes[at + 6] === 105;
  const foreign = line.after(" faddr ", at);
  const local = line.after(" laddr ", at);
  const [source, target] = isInbound ? [foreign, local] : [local, foreign];
  if (source < 0 || !endpointAt(bytes, source, end, contact.addresses, 0)) return NO_SOURCE;
  if (target < 0 || !endpointAt(bytes, target, end, contact.addresses, 4)) return NO_TARGET;
  contact.transport = contact.addresses[6] === 0xffff ? Transport.icmp : Transport.icmpv6;
  contact.outcome = Outcome.admitted;
  takeIcmp(line, local);
  return undefined;
}

/** `Denied ICMP type=8, code=0 from 192.0.2.7 on interface outside`; the target is the firewall itself unless it is named. */
function icmpToDevice(line: Line, at: number, transport: number): string | undefined {
  const { bytes, end } = line;
  let source = line.after(" from ", at);
  if (source < 0) return NO_SOURCE;
  if (line.after("laddr ", source) === source + 6) source += 6;
  if (!parseAddress(bytes, source, line.wordEnd(source), contact.addresses, 0)) return NO_SOURCE;
  const target = line.after(" to ", source);
  if (target >= 0 && !endpointAt(bytes, target, end, contact.addresses, 4)) {
    let stop = target;
    while (stop < end && bytes[stop] !== SPACE && bytes[stop] !== COLON) stop++;
    if (!parseAddress(bytes, target, stop, contact.addresses, 4)) return NO_TARGET;
  }
  contact.transport = transport;
  contact.outcome = Outcome.denied;
  contact.icmpType = numberAfter(line, "type=", at);
  contact.icmpCode = numberAfter(line, "code=", at);
  return undefined;
}

/** `(type 8, code 0)`, `type 8, code 0`, `type 3 code 3`. */
function takeIcmp(line: Line, from: number): void {
  if (contact.transport !== Transport.icmp && contact.transport !== Transport.icmpv6) return;
  contact.icmpType = numberAfter(line, "type ", from);
  contact.icmpCode = numberAfter(line, "code ", from);
}

function numberAfter(line: Line, marker: string, from: number): number {
  const at = line.after(marker, from);
  if (at < 0) return -1;
  let value = -1;
  for (let i = at; i < line.end && i < at + 3; i++) {
    const digit = line.bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = Math.max(value, 0) * 10 + digit;
  }
  return value;
}

/** Where the word that ends before `stop` starts. */
function wordBefore(bytes: Uint8Array, stop: number, from: number): number {
  let at = stop;
  while (at > from && bytes[at - 1] !== SPACE) at--;
  return at;
}
