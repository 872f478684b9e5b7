// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact, NO_CONTACT, NO_TIME } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { notOurs } from "../devices/other-lines.ts";
import { addRequest, request } from "../devices/request.ts";
import { Action, actionAt, outcomeOf } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Traffic and threat logs of Palo Alto Networks firewalls and Panorama, in their own CSV. Source: Palo Alto Networks, PAN-OS
 * Administrator's Guide, "Traffic Log Fields", "Threat Log Fields".
 */
export const panOs = defineLineFormat({
  id: "pan-os",
  title: "Palo Alto Networks PAN-OS traffic and threat log (CSV)",
  looksLike: (line) => recordAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new PanOsReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const COMMA = 44;

/** Columns by Palo Alto's order, from 0. */
const column = {
  type: 3,
  subtype: 4,
  generated: 6,
  source: 7,
  target: 8,
  realTarget: 10,
  sourcePort: 24,
  targetPort: 25,
  realTargetPort: 27,
  protocol: 29,
  action: 30,
  // TRAFFIC
  bytesReceived: 33,
  started: 35,
  packetsReceived: 45,
  endReason: 46,
  // THREAT
  url: 31,
  agent: 46,
  referer: 49,
  method: 63,
} as const;

const types = new WordTable(["TRAFFIC", "THREAT"]);
const TRAFFIC = 0;
const methods = new WordTable(["GET", "POST", "PUT", "HEAD", "DELETE", "CONNECT", "OPTIONS", "PATCH", "TRACE"]);

/** Where the record's first column starts: before `1,2026/11/22 19:05:16,serial,TYPE,`; -1 when it is none. */
function recordAt(line: Line): number {
  const { bytes, end } = line;
  const stop = Math.min(end, line.start + 256);
  for (let i = line.start; i < stop; i++) {
    if (bytes[i] !== COMMA) continue;
    if (!isStampAt(bytes, i + 1, end)) continue;
    // The type follows the serial number.
    let at = i + 21;
    while (at < end && bytes[at] !== COMMA) at++;
    let typeEnd = at + 1;
    while (typeEnd < end && bytes[typeEnd] !== COMMA) typeEnd++;
    if (!isCapitals(bytes, at + 1, typeEnd)) return -1;
    let first = i;
    while (first > line.start && bytes[first - 1] !== SPACE) first--;
    return first;
  }
  return -1;
}

/** `2026/11/22 19:05:16,` */
function isStampAt(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 20 < end &&
    bytes[at + 4] === 47 &&
    bytes[at + 7] === 47 &&
    bytes[at + 10] === SPACE &&
    bytes[at + 13] === 58 &&
    bytes[at + 19] === COMMA
  );
}

function isCapitals(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i]! < 65 || bytes[i]! > 90) && bytes[i] !== 45) return false;
  return end - start >= 3;
}

class PanOsReader {
  readonly #time: DeviceTime;
  readonly #columns = new Columns(64);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const at = recordAt(line);
    if (at < 0) return notOurs(line, witness);
    const columns = this.#columns;
    columns.read(line.bytes, at, line.end, COMMA);
    const type = columns.word(column.type, types);
    if (type < 0) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    if (columns.count <= column.action) return "too few fields";
    contact.clear();
    const reason = contact.takeAddresses(columns, column.source, column.target);
    if (reason !== undefined) return reason;
    contact.takePorts(columns, column.sourcePort, column.targetPort, column.protocol);
    contact.takeRealTarget(columns, column.realTarget, column.realTargetPort);
    return type === TRAFFIC ? this.#traffic(witness) : this.#threat(witness);
  }

  #traffic(witness: Witness): string | undefined {
    contact.outcome = this.#outcomeOfTraffic();
    const startedMs = this.#timeAt(column.started);
    return contact.add(witness, Number.isNaN(startedMs) ? this.#timeAt(column.generated) : startedMs);
  }

  #outcomeOfTraffic(): Outcome {
    const columns = this.#columns;
    const subtype = this.#action(column.subtype);
    if (subtype === Action.denied) return Outcome.denied;
    let action = this.#action(column.action);
    if (action !== Action.permitted) return action === Action.denied ? Outcome.denied : Outcome.unknown;
    const isOver = subtype === Action.closed;
    if (!isOver) return outcomeOf(Action.opened, columns.number(column.packetsReceived), -1, false);
    if (columns.startsWith(column.endReason, "policy-deny")) return Outcome.denied;
    // Older versions have no such column, and "aged-out" is also how answered UDP ends.
    if (columns.startsWith(column.endReason, "tcp-rst-from-server")) action = Action.serverReset;
    return outcomeOf(action, columns.number(column.packetsReceived), columns.number(column.bytesReceived), true);
  }

  #threat(witness: Witness): string | undefined {
    const columns = this.#columns;
    const atMs = this.#timeAt(column.generated);
    if (columns.is(column.subtype, "url")) {
      if (Number.isNaN(atMs)) return NO_TIME;
      this.#takeRequest(witness);
      return addRequest(witness, atMs);
    }
    contact.outcome = this.#action(column.action) === Action.denied ? Outcome.denied : Outcome.admitted;
    return contact.add(witness, atMs);
  }

  /** The URL without its scheme: `www.example.org/path?query`. */
  #takeRequest(witness: Witness): void {
    const columns = this.#columns;
    const { texts } = witness.batch;
    request.clear();
    if (columns.has(column.url)) {
      const start = columns.starts[column.url]!;
      const end = columns.ends[column.url]!;
      let slash = start;
      while (slash < end && columns.bytes[slash] !== 47) slash++;
      request.host = texts.add(columns.bytes, start, withoutPort(columns.bytes, start, slash));
      request.path = slash < end ? texts.add(columns.bytes, slash, end) : 0;
    }
    request.agent = columns.text(column.agent, texts);
    request.referer = columns.text(column.referer, texts);
    const method = columns.count > column.method ? columns.word(column.method, methods) : -1;
    if (method < 0) return;
    upper.set(columns.bytes.subarray(columns.starts[column.method]!, columns.ends[column.method]!));
    const length = columns.ends[column.method]! - columns.starts[column.method]!;
    for (let i = 0; i < length; i++) upper[i]! &= 0xdf;
    request.method = texts.add(upper, 0, length);
  }

  #action(slot: number): Action {
    const { bytes, starts, ends } = this.#columns;
    return actionAt(bytes, starts[slot]!, ends[slot]!);
  }

  #timeAt(slot: number): number {
    const { bytes, starts, ends } = this.#columns;
    return starts[slot]! < 0 ? Number.NaN : this.#time.at(bytes, starts[slot]!, ends[slot]!);
  }
}

/** A method as it was sent: PAN-OS writes it in small letters. */
const upper = new Uint8Array(16);

/** Where the host ends: before `:port`, unless it is IPv6 in brackets. */
function withoutPort(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1]! >= 48 && bytes[at - 1]! <= 57) at--;
  return at > start + 1 && at < end && bytes[at - 1] === 58 ? at - 1 : end;
}
