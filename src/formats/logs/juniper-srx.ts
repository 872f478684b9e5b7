// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortAt } from "../devices/host-port.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, outcomeOf, transportAt } from "../devices/words.ts";
import { endpoint, endpointAt } from "../devices/words-after.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Sessions of Juniper SRX firewalls (RT_FLOW), as structured data (RFC 5424) or as a sentence. Source: Juniper, "System Log
 * Explorer", RT_FLOW_SESSION_CREATE, RT_FLOW_SESSION_CLOSE, RT_FLOW_SESSION_DENY; RT_IDP and RT_SCREEN.
 */
export const juniperSrx = defineLineFormat({
  id: "juniper-srx",
  title: "Juniper SRX sessions (RT_FLOW, structured and text)",
  looksLike: (line) => line.includes("RT_FLOW") || line.includes("RT_SCREEN_") || line.includes(" RT_IDP - "),
  programs: ["RT_FLOW"],
  open(context) {
    const reader = new SrxReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const names = [
  "source-address",
  "destination-address",
  "source-port",
  "destination-port",
  "protocol-id",
  "packets-from-server",
  "bytes-from-server",
  "elapsed-time",
  "reason",
  "icmp-type",
  "nat-destination-address",
  "nat-destination-port",
  "service-name",
  "action",
] as const;
const slot = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;

/** What a message tells. */
const Told = { nothing: 0, created: 1, closed: 2, denied: 3, attack: 4 } as const;
type Told = (typeof Told)[keyof typeof Told];

class SrxReader {
  readonly #time: DeviceTime;
  readonly #fields = new KeyValues(names);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    // The message's name is the event; a word like it may stand before, as the program's name.
    const tag = line.after("SESSION_");
    if (tag < 0) return this.#readAttack(line, witness);
    const told = toldBy(bytes, tag);
    if (told === Told.nothing) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    const bracket = line.after("[junos@", tag);
    const reason = bracket >= 0 ? this.#readStructured(line, bracket, told) : this.#readText(line, tag, told);
    if (reason !== undefined) return reason;
    return contact.add(witness, this.#time.before(bytes, start, tag, end) - this.#elapsedMs);
  }

  #elapsedMs = 0;

  #readStructured(line: Line, at: number, told: Told): string | undefined {
    const fields = this.#fields;
    fields.readSpaced(line.bytes, at, line.end);
    const reason = contact.takeAddresses(fields, slot["source-address"], slot["destination-address"]);
    if (reason !== undefined) return reason;
    contact.takePorts(fields, slot["source-port"], slot["destination-port"], slot["protocol-id"]);
    contact.takeRealTarget(fields, slot["nat-destination-address"], slot["nat-destination-port"]);
    this.#takeIcmp();
    const isReset = fields.startsWith(slot.reason, "TCP RST") || fields.startsWith(slot.reason, "TCP SERVER RST");
    this.#settle(
      told,
      isReset,
      fields.number(slot["packets-from-server"]),
      fields.number(slot["bytes-from-server"]),
      fields.number(slot["elapsed-time"]),
    );
    return undefined;
  }

  #settle(told: Told, isReset: boolean, packets: number, bytes: number, seconds: number): void {
    this.#elapsedMs = told === Told.closed ? Math.max(0, seconds) * 1000 : 0;
    if (told === Told.denied) contact.outcome = Outcome.denied;
    else if (told === Told.created || told === Told.attack) contact.outcome = Outcome.admitted;
    else
      contact.outcome = outcomeOf(
        isReset && packets <= 1 && packets >= 0 ? resetBy(packets) : Action.closed,
        packets,
        bytes,
        true,
      );
  }

  /** Sessions of ICMP have the identifier and the sequence number in the ports' place; only denials show the type. */
  #takeIcmp(): void {
    if (contact.transport !== 1 && contact.transport !== 58) return;
    contact.icmpType = this.#fields.number(slot["icmp-type"]);
  }

  /** `session closed TCP FIN: 192.0.2.7/51234->198.51.100.5/443 junos-https …->… … 6 policy zone zone 4711 12(1060) 9(900) 31 …` */
  #readText(line: Line, tag: number, told: Told): string | undefined {
    const { bytes, end } = line;
    const arrow = line.after("->", tag);
    if (arrow < 0) return NO_SOURCE;
    let source = arrow - 2;
    while (source > tag && bytes[source - 1] !== 32) source--;
    if (!endpointAt(bytes, source, arrow - 2, contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = Math.max(endpoint.port, 0);
    if (!endpointAt(bytes, arrow, end, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = Math.max(endpoint.port, 0);
    const isReset = line.after("TCP RST", tag) >= 0 && line.after("TCP RST", tag) < arrow;
    if (told === Told.denied) return this.#deniedText(line, endpoint.next);
    return this.#sessionText(line, endpoint.next, told, isReset);
  }

  /** Behind the addresses: service name, `6(0)`: the protocol and the ICMP type. */
  #deniedText(line: Line, from: number): string | undefined {
    const { bytes, end } = line;
    this.#settle(Told.denied, false, -1, -1, 0);
    for (let at = from; at < end; at = line.wordEnd(at) + 1) {
      let i = at;
      while (i < end && isDigit(bytes[i]!)) i++;
      if (i === at || bytes[i] !== 40) continue;
      contact.transport = numberAt(bytes, at, i);
      contact.icmpType = numberAt(bytes, i + 1, Math.min(end, i + 4));
      return undefined;
    }
    return undefined;
  }

  /**
   * Behind the addresses: service, the translated addresses, rules, the protocol, policy, zones, session number; at the end
   * `packets(bytes)` from the client and from the server, and the seconds it took.
   */
  #sessionText(line: Line, from: number, told: Told, isReset: boolean): string | undefined {
    const { bytes, end } = line;
    const nat = line.after("->", from);
    if (nat >= 0 && endpointAt(bytes, nat, end, real, 0) && endpoint.port >= 0) {
      contact.addresses.set(real, 4);
      if (endpoint.port > 0) contact.targetPort = endpoint.port;
    }
    let packets = -1;
    let seconds = -1;
    let pairs = 0;
    for (let at = nat < 0 ? from : line.wordEnd(nat) + 1; at < end; at = line.wordEnd(at) + 1) {
      let i = at;
      while (i < end && isDigit(bytes[i]!)) i++;
      if (i === at) continue;
      if (bytes[i] === 40) {
        pairs++;
        if (pairs === 2) packets = numberAt(bytes, at, i);
      } else if (bytes[i] === 32 || i === end) {
        if (contact.transport < 0) contact.transport = numberAt(bytes, at, i);
        else if (pairs === 2 && seconds < 0) seconds = numberAt(bytes, at, i);
      }
    }
    this.#settle(told, isReset, packets, -1, seconds);
    return undefined;
  }

  /** `RT_SCREEN_TCP: TCP port scan! source: 192.0.2.7:51234, destination: 198.51.100.5:23, …, action: drop`. */
  #readScreen(line: Line, tag: number, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const source = line.after(" source: ", tag);
    const target = line.after(" destination: ", tag);
    if (source < 0 || target < 0) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    if (!hostPortAt(bytes, source, wordStop(bytes, source, end), contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = hostPort;
    if (!hostPortAt(bytes, target, wordStop(bytes, target, end), contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = hostPort;
    // TCP, UDP, ICMP; IP is all of them.
    contact.transport = Math.max(transportAt(bytes, tag, tag + (bytes[tag] === 73 ? 4 : 3)), 0);
    const isDropped = line.after("action: drop", target) >= 0;
    contact.outcome = isDropped ? Outcome.denied : Outcome.admitted;
    return contact.add(witness, this.#time.before(bytes, line.start, tag, end));
  }

  /** Intrusion and screen events: structured, with the same names of fields. */
  #readAttack(line: Line, witness: Witness): string | undefined {
    const bracket = line.after("[junos@");
    const screen = bracket < 0 ? line.after("RT_SCREEN_") : -1;
    if (screen >= 0) return this.#readScreen(line, screen, witness);
    if (bracket < 0 || (line.after("RT_IDP") < 0 && line.after("RT_SCREEN_") < 0)) return notOurs(line, witness);
    const fields = this.#fields;
    fields.readSpaced(line.bytes, bracket, line.end);
    if (!fields.has(slot["destination-address"])) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    const reason = this.#readStructured(line, bracket, Told.attack);
    if (reason !== undefined) return reason;
    if (contact.transport < 0) contact.transport = fields.startsWith(slot["service-name"], "udp") ? 17 : 6;
    if (fields.startsWith(slot.action, "drop") || fields.startsWith(slot.action, "DROP"))
      contact.outcome = Outcome.denied;
    return contact.add(witness, this.#time.before(line.bytes, line.start, bracket, line.end));
  }
}

const real = new Uint32Array(4);

function wordStop(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 32 && bytes[at] !== 44) at++;
  return at;
}

function resetBy(packets: number): Action {
  return packets === 0 ? Action.timedOut : Action.serverReset;
}

/** The event by the word behind `SESSION_`: the program tracker's (`APPTRACK_SESSION_…`) repeat a session's state meanwhile. */
function toldBy(bytes: Uint8Array, at: number): Told {
  const first = bytes[at];
  if (first === 68) return Told.denied;
  if (first !== 67) return Told.nothing;
  return bytes[at + 1] === 82 ? Told.created : bytes[at + 1] === 76 ? Told.closed : Told.nothing;
}

function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end && isDigit(bytes[i]!); i++) value = value * 10 + bytes[i]! - 48;
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
