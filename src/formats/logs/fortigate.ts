// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_TIME } from "../devices/contact.ts";
import { DeviceTime, epochAt } from "../devices/device-time.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { addRequest, request } from "../devices/request.ts";
import { actionAt, outcomeOf } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Traffic, attack and web filter logs of Fortinet FortiGate, with spaces or commas between the fields (`set format default`
 * or `csv`). Source: Fortinet, "FortiOS Log Message Reference".
 */
export const fortigate = defineLineFormat({
  id: "fortigate",
  title: "Fortinet FortiGate (key=value and CSV)",
  looksLike: hasMarks,
  programs: [],
  open(context) {
    const reader = new FortiGateReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const QUOTE = 34;
const COMMA = 44;

/** Whether the line has the marks of FortiOS: a date field, a time field, and a log's or device's identity. */
function hasMarks(line: Line): boolean {
  const at = dateAt(line, line.start);
  return (
    at >= 0 &&
    hasNear(line, "time=", at) &&
    hasNear(line, "logid=", at) &&
    (hasNear(line, "devid=", at) || hasNear(line, "type=", at))
  );
}

/** Where `date=` stands among the first bytes, or -1. */
function dateAt(line: Line, from: number): number {
  const { bytes } = line;
  const last = Math.min(line.end - 16, from + 256);
  for (let i = from; i < last; i++) {
    if (bytes[i] === 100 && bytes[i + 4] === 61 && bytes[i + 1] === 97 && bytes[i + 2] === 116 && bytes[i + 3] === 101)
      return i;
  }
  return -1;
}

/** Whether the marker stands in the first fields, before anything that a stranger sent. */
function hasNear(line: Line, marker: string, from: number): boolean {
  const at = line.after(marker, from);
  return at >= 0 && at < from + 400;
}

const names = [
  "type",
  "subtype",
  "srcip",
  "dstip",
  "srcport",
  "dstport",
  "proto",
  "action",
  "rcvdpkt",
  "rcvdbyte",
  "duration",
  "date",
  "time",
  "tz",
  "eventtime",
  "tranip",
  "tranport",
  "service",
  "trandisp",
] as const;
const slot = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;

const webNames = ["hostname", "url", "httpmethod", "agent", "referralurl"] as const;

class FortiGateReader {
  readonly #time: DeviceTime;
  readonly #fields = new KeyValues(names);
  readonly #web = new KeyValues(webNames);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const at = dateAt(line, line.start);
    if (at < 0) return notOurs(line, witness);
    const fields = this.#fields;
    const separator = bytes[at - 1] === QUOTE ? QUOTE : separatorAfterFirst(bytes, at, end);
    readFields(fields, separator, bytes, at, end);
    const isTraffic = fields.is(slot.type, "traffic");
    const isAttack = fields.is(slot.type, "utm") || fields.is(slot.type, "ips") || fields.is(slot.type, "attack");
    const isWeb = fields.is(slot.subtype, "webfilter") || fields.is(slot.subtype, "waf");
    if (!fields.has(slot.srcip) || !(isTraffic || isAttack)) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    const reason = contact.takeAddresses(fields, slot.srcip, slot.dstip);
    if (reason !== undefined) return reason;
    contact.takePorts(fields, slot.srcport, slot.dstport, slot.proto);
    if (!fields.is(slot.trandisp, "snat")) contact.takeRealTarget(fields, slot.tranip, slot.tranport);
    const atMs = this.#timeOf();
    if (Number.isNaN(atMs)) return NO_TIME;
    if (isWeb) return this.#addRequest(line, at, separator, atMs, witness);
    this.#takeIcmp();
    const { starts, ends } = fields;
    const action = actionAt(bytes, starts[slot.action]!, ends[slot.action]!);
    contact.outcome = outcomeOf(action, fields.number(slot.rcvdpkt), fields.number(slot.rcvdbyte), isTraffic);
    const durationMs = isTraffic ? Math.max(0, fields.number(slot.duration)) * 1000 : 0;
    return contact.add(witness, atMs - durationMs);
  }

  /** The date, the time and the zone beside them; without zone the epoch field, which needs none. */
  #timeOf(): number {
    const fields = this.#fields;
    if (!fields.has(slot.tz) && fields.has(slot.eventtime)) {
      const atMs = epochAt(fields.bytes, fields.starts[slot.eventtime]!, fields.ends[slot.eventtime]!);
      if (!Number.isNaN(atMs)) return atMs;
    }
    return this.#time.fromFields(fields, slot.date, slot.time, slot.tz);
  }

  /** ICMP's type and code stand in the service: `icmp/8/0`, `icmp6/128/0`; a `PING` is an echo request. */
  #takeIcmp(): void {
    const fields = this.#fields;
    const start = fields.starts[slot.service]!;
    if ((contact.transport !== 1 && contact.transport !== 58) || start < 0) return;
    if (fields.is(slot.service, "PING")) contact.icmpType = 8;
    else if (fields.is(slot.service, "PING6")) contact.icmpType = 128;
    else if (fields.startsWith(slot.service, "icmp")) {
      let value = -1;
      for (let i = start + 4; i < fields.ends[slot.service]!; i++) {
        const digit = fields.bytes[i]! - 48;
        if (digit >= 0 && digit <= 9 && value >= 0) value = value * 10 + digit;
        else if (fields.bytes[i] === 47) {
          if (value >= 0) contact.icmpType = value;
          value = 0;
        }
      }
      if (contact.icmpType < 0) contact.icmpType = value;
      else contact.icmpCode = Math.max(value, 0);
    }
  }

  #addRequest(line: Line, at: number, separator: number, atMs: number, witness: Witness): undefined {
    const web = this.#web;
    readFields(web, separator, line.bytes, at, line.end);
    request.clear();
    request.host = web.text(0, witness.batch.texts);
    request.path = web.text(1, witness.batch.texts);
    request.method = web.text(2, witness.batch.texts);
    request.agent = web.text(3, witness.batch.texts);
    request.referer = web.text(4, witness.batch.texts);
    addRequest(witness, atMs);
  }
}

/** Fields with spaces or commas between them, or each in quotes (`"srcip=192.0.2.7","srcport=51234"`, as FortiAnalyzer exports them). */
function readFields(fields: KeyValues, separator: number, bytes: Uint8Array, at: number, end: number): void {
  if (separator === COMMA) fields.readCommas(bytes, at, end);
  else if (separator === QUOTE) fields.readDelimited(bytes, at, end, QUOTE);
  else fields.readSpaced(bytes, at, end);
}

/** The byte behind the first field's value. */
function separatorAfterFirst(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== 32 && bytes[i] !== COMMA) i++;
  return bytes[i] ?? 32;
}
