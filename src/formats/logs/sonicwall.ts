// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET, NO_TIME } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortOf } from "../devices/host-port.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { addRequest, request } from "../devices/request.ts";
import { Action, actionAt, outcomeOf, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Events of SonicWall firewalls: `id=firewall sn=… time="…" fw=… m=98 msg="Connection Opened" src=192.0.2.7:51234:X1 …`.
 * Source: SonicWall, "SonicOS Log Events Reference Guide".
 */
export const sonicwall = defineLineFormat({
  id: "sonicwall",
  title: "SonicWall firewall",
  looksLike: (line) => fieldsAt(line) >= 0 && line.includes(" fw=") && line.includes(" pri="),
  programs: [],
  open(context) {
    const reader = new SonicwallReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

function fieldsAt(line: Line): number {
  const at = line.after(" sn=");
  if (at < 0) return -1;
  // `id=…` is the word before.
  let id = at - 4;
  while (id > line.start && line.bytes[id - 1] === 32) id--;
  while (id > line.start && line.bytes[id - 1] !== 32 && line.bytes[id - 1] !== 62) id--;
  return line.bytes[id] === 105 && line.bytes[id + 1] === 100 && line.bytes[id + 2] === 61 ? id : -1;
}

const names = [
  "time",
  "m",
  "src",
  "dst",
  "srcV6",
  "dstV6",
  "natDst",
  "proto",
  "fw_action",
  "msg",
  "rcvd",
  "rpkt",
  "type",
  "code",
  "icmpCode",
  "dstname",
  "arg",
  "op",
  "cdur",
  "note",
] as const;
const slot = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;

// Event numbers.
const WEB_SITE_HIT = 97;
const CONNECTION_OPENED = 98;
const CONNECTION_CLOSED = 537;
/** Possible, probable; with FIN, with all flags, with none. */
const PORT_SCANS: readonly number[] = [82, 83, 177, 178, 179];

class SonicwallReader {
  readonly #time: DeviceTime;
  readonly #fields = new KeyValues(names);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const at = fieldsAt(line);
    if (at < 0) return notOurs(line, witness);
    const fields = this.#fields;
    fields.readSpaced(line.bytes, at, line.end);
    contact.clear();
    contact.transport = transportAt(fields.bytes, fields.starts[slot.proto]!, fields.ends[slot.proto]!);
    // ICMP's events have a type instead of a protocol.
    if (contact.transport < 0 && fields.has(slot.type)) contact.transport = 1;
    const hasEnds =
      (fields.has(slot.src) || fields.has(slot.srcV6)) && (fields.has(slot.dst) || fields.has(slot.dstV6));
    const event = fields.number(slot.m);
    const action = this.#action(event);
    const isScan = PORT_SCANS.includes(event);
    if (isScan && contact.transport < 0) contact.transport = this.#scannedTransport(line);
    const isTold = hasEnds && contact.transport >= 0 && (action !== Action.unknown || event === WEB_SITE_HIT || isScan);
    if (!isTold) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    const reason = this.#takeEnds();
    if (reason !== undefined) return reason;
    const atMs = this.#timeOf(line, at);
    if (event === WEB_SITE_HIT) return this.#addRequest(atMs, witness);
    contact.icmpType = fields.number(slot.type);
    contact.icmpCode = Math.max(fields.number(slot.icmpCode), fields.number(slot.code));
    contact.outcome = isScan ? Outcome.unknown : this.#outcome(event, action);
    const durationMs = event === CONNECTION_CLOSED ? Math.max(0, fields.number(slot.cdur)) : 0;
    return contact.add(witness, atMs - durationMs);
  }

  /** The event number says it for connections; else `fw_action`, which older versions lack, or the message's words. */
  #action(event: number): Action {
    if (event === CONNECTION_OPENED) return Action.opened;
    if (event === CONNECTION_CLOSED) return Action.closed;
    const fields = this.#fields;
    const word = actionAt(fields.bytes, fields.starts[slot.fw_action]!, fields.ends[slot.fw_action]!);
    return word !== Action.unknown ? word : actionAt(fields.bytes, fields.starts[slot.msg]!, fields.ends[slot.msg]!);
  }

  /** `note="TCP scanned port list, 23, 8080"` */
  #scannedTransport(line: Line): number {
    const note = this.#fields.starts[slot.note]!;
    return note < 0 ? -1 : transportAt(line.bytes, note, line.wordEnd(note));
  }

  #outcome(event: number, action: Action): Outcome {
    const fields = this.#fields;
    if (event !== CONNECTION_CLOSED) return action === Action.denied ? Outcome.denied : Outcome.admitted;
    // What was not received is left out.
    const bytes = fields.number(slot.rcvd);
    const packets = fields.number(slot.rpkt);
    return outcomeOf(action, Math.max(packets, bytes < 0 ? 0 : -1), bytes, true);
  }

  #takeEnds(): string | undefined {
    const fields = this.#fields;
    const { addresses } = contact;
    let hasSource = hostPortOf(fields, slot.src, addresses, 0);
    contact.sourcePort = hasSource ? hostPort : portBehindColon(fields, slot.src);
    if (!hasSource) hasSource = fields.address(slot.srcV6, addresses, 0);
    if (!hasSource) return NO_SOURCE;
    let hasTarget = hostPortOf(fields, slot.dst, addresses, 4);
    contact.targetPort = hasTarget ? hostPort : portBehindColon(fields, slot.dst);
    if (!hasTarget) hasTarget = fields.address(slot.dstV6, addresses, 4);
    if (!hasTarget) return NO_TARGET;
    if (hostPortOf(fields, slot.natDst, real, 0) && real[3] !== 0) {
      addresses.set(real, 4);
      if (hostPort > 0) contact.targetPort = hostPort;
    }
    return undefined;
  }

  #timeOf(line: Line, at: number): number {
    const fields = this.#fields;
    if (!fields.has(slot.time)) return this.#time.before(line.bytes, line.start, at, line.end);
    return this.#time.at(fields.bytes, fields.starts[slot.time]!, fields.ends[slot.time]!);
  }

  #addRequest(atMs: number, witness: Witness): string | undefined {
    if (Number.isNaN(atMs)) return NO_TIME;
    const { texts } = witness.batch;
    request.clear();
    request.host = this.#fields.text(slot.dstname, texts);
    request.path = this.#fields.text(slot.arg, texts);
    const operation = this.#fields.number(slot.op);
    if (operation === 1 || operation === 2 || operation === 3) {
      const name = operations[operation - 1]!;
      request.method = texts.add(name, 0, name.length);
    }
    return addRequest(witness, atMs);
  }
}

/** SonicOS numbers HTTP's operations. */
const operations = ["GET", "POST", "HEAD"].map((name) => Buffer.from(name));
const real = new Uint32Array(4);

/** `:28503:WAN`: with an IPv6 address in another field, the port stands alone. */
function portBehindColon(fields: KeyValues, field: number): number {
  const start = fields.starts[field]!;
  if (start < 0 || fields.bytes[start] !== 58) return 0;
  let value = 0;
  for (let i = start + 1; i < fields.ends[field]! && i < start + 7; i++) {
    const digit = fields.bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
