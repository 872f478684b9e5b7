// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET, NO_TIME } from "../devices/contact.ts";
import { DeviceTime, epochAt } from "../devices/device-time.ts";
import { hostPort, hostPortOf } from "../devices/host-port.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { addRequest, request } from "../devices/request.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";
import { parseRequestLine, requestLine } from "../request-line.ts";

/**
 * Flows, requests and security events of Cisco Meraki MX, MR and Z: `1647478988.289402144 MX84 flows src=… dst=… pattern:
 * allow all`. Source: Cisco Meraki, "Syslog Event Types and Log Samples".
 */
export const meraki = defineLineFormat({
  id: "meraki",
  title: "Cisco Meraki flows, URLs and security events",
  looksLike: (line) => eventAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new MerakiReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;

/** Where the event's name starts: the second word behind `1647478988.289402144`; -1 when there is no such stamp. */
function eventAt(line: Line): number {
  const { bytes, end } = line;
  const stop = Math.min(end - 24, line.start + 120);
  for (let i = line.start; i < stop; i++) {
    if (bytes[i + 10] !== 46 || bytes[i + 20] !== SPACE || !isDigit(bytes[i]!) || !isDigit(bytes[i + 11]!)) continue;
    if (!areDigits(bytes, i, i + 10) || !areDigits(bytes, i + 11, i + 20)) continue;
    const event = line.wordEnd(i + 21) + 1;
    return event < end && line.after("src=", event) >= 0 ? event : -1;
  }
  return -1;
}

const names = [
  "src",
  "dst",
  "protocol",
  "sport",
  "dport",
  "type",
  "decision",
  "agent",
  "translated_dst_ip",
  "translated_port",
] as const;
const slot = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;

class MerakiReader {
  readonly #time: DeviceTime;
  readonly #fields = new KeyValues(names);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const event = eventAt(line);
    if (event < 0) return notOurs(line, witness);
    const eventEnd = line.wordEnd(event);
    // `ip_flow_end` says no more than its start did.
    const isEnd = endsWith(bytes, event, eventEnd, "flow_end");
    const fields = this.#fields;
    fields.readSpaced(bytes, eventEnd, end);
    if (isEnd || !fields.has(slot.dst)) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    if (!hostPortOf(fields, slot.src, contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = hostPort || Math.max(0, fields.number(slot.sport));
    if (!hostPortOf(fields, slot.dst, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = hostPort || Math.max(0, fields.number(slot.dport));
    contact.takeRealTarget(fields, slot.translated_dst_ip, slot.translated_port);
    const atMs = this.#timeOf(line, event);
    if (endsWith(bytes, event, eventEnd, "urls")) return this.#addRequest(line, eventEnd, atMs, witness);
    contact.transport = transportAt(bytes, fields.starts[slot.protocol]!, fields.ends[slot.protocol]!);
    contact.icmpType = fields.number(slot.type);
    contact.outcome = this.#outcome(line, eventEnd);
    return contact.add(witness, atMs);
  }

  /** `flows allow src=…` of access points; `pattern: deny all` and, in old versions, `pattern: 0 all` of MX; decisions. */
  #outcome(line: Line, eventEnd: number): Outcome {
    const { bytes, end } = line;
    const fields = this.#fields;
    let action: Action = Action.unknown;
    const pattern = line.after("pattern: ", eventEnd);
    if (fields.has(slot.decision)) action = actionAt(bytes, fields.starts[slot.decision]!, fields.ends[slot.decision]!);
    else if (pattern >= 0) {
      if (bytes[pattern] === 48 && bytes[pattern + 1] === SPACE) return Outcome.denied;
      if (bytes[pattern] === 49 && bytes[pattern + 1] === SPACE) return Outcome.admitted;
      action = actionAt(bytes, pattern, end);
    } else action = actionAt(bytes, eventEnd + 1, line.wordEnd(eventEnd + 1));
    if (action === Action.denied) return Outcome.denied;
    return action === Action.unknown && pattern >= 0 ? Outcome.unknown : Outcome.admitted;
  }

  /** The stamp with nanoseconds, two words before the event. */
  #timeOf(line: Line, event: number): number {
    const { bytes } = line;
    let at = event - 1;
    for (let words = 0; at > line.start && words < 2; at--) if (bytes[at - 1] === SPACE) words++;
    const atMs = epochAt(bytes, at + 1, line.end);
    return Number.isNaN(atMs) ? this.#time.before(bytes, line.start, event, line.end) : atMs;
  }

  /** `request: GET https://www.example.org/path`; an encrypted one ends in `...` behind its host. */
  #addRequest(line: Line, from: number, atMs: number, witness: Witness): string | undefined {
    if (Number.isNaN(atMs)) return NO_TIME;
    const at = line.after("request: ", from);
    if (at < 0) return "no request";
    const { texts } = witness.batch;
    request.clear();
    parseRequestLine(texts, line.bytes, at, line.end);
    request.method = requestLine.method;
    request.host = requestLine.host;
    request.path = requestLine.path;
    request.agent = this.#fields.text(slot.agent, texts);
    contact.transport = Transport.tcp;
    return addRequest(witness, atMs);
  }
}

function endsWith(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  const from = end - text.length;
  if (from < start) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(bytes[i]!)) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
