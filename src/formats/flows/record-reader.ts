// Hot: once per field of a flow record; measured by bench/log-formats.ts.
import { isUnknown, setIpv4 } from "../../bytes/address.ts";
import { Role } from "./elements.ts";
import { FirewallEvent, type FlowDraft } from "./flow-draft.ts";
import { type Template, VARIABLE } from "./templates.ts";

/** Seconds from 1900, where NTP's time starts (RFC 5905, section 6), to 1970. */
const NTP_EPOCH = 2_208_988_800;

/** What the header of a message says of time. */
export interface Clock {
  /** When it was sent. */
  exportMs: number;
  /** The exporter's time since its start at that moment; NaN when not told. */
  uptimeMs: number;
}

/** Reads records by their template into a flow, and sampling rates into `samplingRate`. */
export class RecordReader {
  /** Of the last record of options: one packet in this many was looked at; 0 when it did not say. */
  samplingRate = 0;
  readonly #flow: FlowDraft;
  readonly #real = new Uint32Array(4);
  #realPort = 0;
  #natEvent = 0;
  // Moments, NaN where the record has none.
  #startMs = Number.NaN;
  #endMs = Number.NaN;
  #eventMs = Number.NaN;
  #startUptime = Number.NaN;
  #endUptime = Number.NaN;
  #systemInitMs = Number.NaN;
  #interval = 0;
  #space = 0;
  #size = 0;
  #population = 0;

  constructor(flow: FlowDraft) {
    this.#flow = flow;
  }

  /** Reads the record at `at`; returns what follows it, or -1 when it is cut short. */
  read(template: Template, view: DataView, from: number, end: number, clock: Clock): number {
    this.#clear();
    const { lengths, roles } = template;
    let at = from;
    for (let i = 0; i < lengths.length; i++) {
      let length = lengths[i]!;
      if (length === VARIABLE) {
        if (at >= end) return -1;
        length = view.getUint8(at++);
        if (length === 255) {
          if (end - at < 2) return -1;
          length = view.getUint16(at, false);
          at += 2;
        }
      }
      if (end - at < length) return -1;
      const role = roles[i]!;
      if (role !== 0 && length > 0) this.#take(role, view, at, length, clock);
      at += length;
    }
    this.#finish(clock);
    return at;
  }

  #clear(): void {
    this.#flow.clear();
    this.#real.fill(0);
    this.#realPort = 0;
    this.#natEvent = 0;
    this.#startMs = Number.NaN;
    this.#endMs = Number.NaN;
    this.#eventMs = Number.NaN;
    this.#startUptime = Number.NaN;
    this.#endUptime = Number.NaN;
    this.#systemInitMs = Number.NaN;
    this.#interval = 0;
    this.#space = 0;
    this.#size = 0;
    this.#population = 0;
  }

  /** Long on purpose: a table of what each role sets. */
  #take(role: number, view: DataView, at: number, length: number, clock: Clock): void {
    const flow = this.#flow;
    const { parties } = flow;
    switch (role) {
      case Role.sourceIpv4:
        if (length === 4) flow.hasSource = takeIpv4(view, at, parties.addresses, 0) || flow.hasSource;
        return;
      case Role.targetIpv4:
        if (length === 4) flow.hasTarget = takeIpv4(view, at, parties.addresses, 4) || flow.hasTarget;
        return;
      case Role.sourceIpv6:
        if (length === 16 && !flow.hasSource) flow.hasSource = takeIpv6(view, at, parties.addresses, 0);
        return;
      case Role.targetIpv6:
        if (length === 16 && !flow.hasTarget) flow.hasTarget = takeIpv6(view, at, parties.addresses, 4);
        return;
      case Role.realTargetIpv4:
        if (length === 4) takeIpv4(view, at, this.#real, 0);
        return;
      case Role.realTargetIpv6:
        if (length === 16) takeIpv6(view, at, this.#real, 0);
        return;
    }
    const value = unsignedAt(view, at, length);
    switch (role) {
      case Role.sourcePort:
        if (value > 0) parties.sourcePort = value & 0xffff;
        return;
      case Role.targetPort:
        if (value > 0) parties.targetPort = value & 0xffff;
        return;
      case Role.protocol:
        parties.transport = value & 255;
        return;
      case Role.flags:
      case Role.laterFlags:
        flow.flags |= value & 255;
        return;
      case Role.answerFlags:
      case Role.laterAnswerFlags:
        flow.answerFlags |= value & 255;
        return;
      case Role.packets:
        // Both since the last record and since the start: either shows that there were some.
        flow.packets = Math.max(flow.packets, value);
        return;
      case Role.answerPackets:
        flow.answerPackets = Math.max(flow.answerPackets, value);
        return;
      case Role.icmp:
        // An exporter with one template for both versions fills one of the two.
        if (value > 0 || flow.icmp < 0) flow.icmp = value & 0xffff;
        return;
      case Role.icmpType:
        flow.icmp = (Math.max(flow.icmp, 0) & 255) | ((value & 255) << 8);
        return;
      case Role.icmpCode:
        flow.icmp = (Math.max(flow.icmp, 0) & 0xff00) | (value & 255);
        return;
      case Role.startUptime:
        this.#startUptime = value;
        return;
      case Role.endUptime:
        this.#endUptime = value;
        return;
      case Role.startSeconds:
        if (Number.isNaN(this.#startMs)) this.#startMs = value * 1000;
        return;
      case Role.startMs:
        this.#startMs = value;
        return;
      case Role.startNtp:
        this.#startMs = ntpMs(view, at, length);
        return;
      case Role.startDeltaMicros:
        this.#startMs = clock.exportMs - value / 1000;
        return;
      case Role.endSeconds:
        this.#endMs = value * 1000;
        return;
      case Role.endMs:
        this.#endMs = value;
        return;
      case Role.eventMs:
        this.#eventMs = value;
        return;
      case Role.systemInitMs:
        this.#systemInitMs = value;
        return;
      case Role.firewallEvent:
        flow.firewallEvent = value & 255;
        return;
      case Role.forwardingStatus:
        // Written in four bytes too; then the value stands in the last, or in the first with zeros behind.
        flow.forwardingStatus = value > 255 && length === 4 ? view.getUint8(at) : value & 255;
        return;
      case Role.direction:
        flow.direction = value;
        return;
      case Role.realTargetPort:
        this.#realPort = value & 0xffff;
        return;
      case Role.natEvent:
        this.#natEvent = value;
        return;
      case Role.samplingInterval:
        this.#interval = value;
        return;
      case Role.samplingSpace:
        this.#space = value;
        return;
      case Role.samplingSize:
        this.#size = value;
        return;
      case Role.samplingPopulation:
        this.#population = value;
    }
  }

  #finish(clock: Clock): void {
    const flow = this.#flow;
    flow.atMs = this.#when(clock);
    if (!isUnknown(this.#real)) {
      flow.parties.addresses.set(this.#real, 4);
      if (this.#realPort > 0) flow.parties.targetPort = this.#realPort;
    }
    // IANA natEvent: 1, 4 and 6 tell of a new session.
    const event = this.#natEvent;
    const isNew = event === 1 || event === 4 || event === 6;
    if (isNew && flow.firewallEvent === FirewallEvent.none) flow.firewallEvent = FirewallEvent.created;
    this.samplingRate = this.#rate();
  }

  /** NetFlow writes N for "1 in N"; PSAMP (RFC 5477) n packets taken and m passed over, or n out of m. */
  #rate(): number {
    if (this.#population > 0 && this.#size > 0) return this.#population / this.#size;
    if (this.#space > 0 && this.#interval > 0) return (this.#interval + this.#space) / this.#interval;
    return this.#interval;
  }

  /** When the flow began, or the best that is told. */
  #when(clock: Clock): number {
    if (this.#startMs > 0) return this.#startMs;
    const uptime = Number.isNaN(this.#startUptime) ? this.#endUptime : this.#startUptime;
    if (!Number.isNaN(uptime)) {
      if (this.#systemInitMs > 0) return this.#systemInitMs + uptime;
      // Without the exporter's own clock its last packet is taken as just now.
      const now = Number.isNaN(clock.uptimeMs) ? this.#endUptime : clock.uptimeMs;
      return clock.exportMs - (Number.isNaN(now) ? 0 : elapsedMs(uptime, now));
    }
    if (this.#eventMs > 0) return this.#eventMs;
    return this.#endMs > 0 ? this.#endMs : clock.exportMs;
  }
}

/** From one reading of a 32-bit millisecond counter to a later one, which may have gone round; negative when it is earlier. */
export function elapsedMs(from: number, to: number): number {
  return (to - from) | 0;
}

function unsignedAt(view: DataView, at: number, length: number): number {
  if (length === 4) return view.getUint32(at, false);
  if (length === 2) return view.getUint16(at, false);
  let value = 0;
  for (let i = at; i < at + Math.min(length, 8); i++) value = value * 256 + view.getUint8(i);
  return value;
}

/** An NTP time stamp: seconds since 1900 and their fraction, of 32 bits each. */
function ntpMs(view: DataView, at: number, length: number): number {
  if (length !== 8) return Number.NaN;
  const seconds = view.getUint32(at, false);
  return (seconds - NTP_EPOCH) * 1000 + view.getUint32(at + 4, false) / 4_294_967.296;
}

function takeIpv4(view: DataView, at: number, words: Uint32Array, slot: number): boolean {
  const value = view.getUint32(at, false);
  if (value === 0) return false;
  setIpv4(words, slot, value);
  return true;
}

function takeIpv6(view: DataView, at: number, words: Uint32Array, slot: number): boolean {
  for (let w = 0; w < 4; w++) words[slot + w] = view.getUint32(at + 4 * w, false);
  return !isUnknown(words, slot);
}
