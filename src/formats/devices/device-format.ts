// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import type { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext, Format } from "../format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET, NO_TIME } from "./contact.ts";
import { DeviceTime, epochAt } from "./device-time.ts";
import { KeyValues } from "./key-values.ts";
import { notOurs } from "./other-lines.ts";
import { addRequest, request } from "./request.ts";
import { type Action, actionAt, outcomeOf, portAt, transportAt } from "./words.ts";

/** What a field of a device's log can say. */
const roles = [
  "source",
  "target",
  "sourcePort",
  "targetPort",
  "transport",
  "action",
  "icmpType",
  "icmpCode",
  "receivedPackets",
  "receivedBytes",
  /** Seconds. */
  "duration",
  /** The address and the port behind a port forwarding. */
  "realTarget",
  "realTargetPort",
  /** An epoch, an ISO time stamp or a date with a time of day. */
  "stamp",
  "date",
  "time",
  "zone",
  "host",
  "path",
  "method",
  "agent",
  "referer",
  /** Of the answer, where the device is the one that gives or sees it. */
  "status",
] as const;
type RoleName = (typeof roles)[number];

/** Roles by number: a look-up by name costs 20 ns, and a line takes twenty. */
export const Role = Object.fromEntries(roles.map((role, i) => [role, i])) as Record<RoleName, number>;

const SLASH = 47;
const COLON = 58;
const QUESTION = 63;

/** Length of `2026-11-22 19:05:16`, a stamp that states no zone of its own. */
const BARE_STAMP = 19;

/** How a device writes its fields, and which fields say what. */
export interface DeviceLayout {
  readonly id: string;
  readonly title: string;
  looksLike(line: Line): boolean;
  /** Programs that log it through syslog, as they name themselves before a process number. Default: none. */
  readonly programs?: readonly string[];
  /** Where the fields start; -1 when the line is not one of the device's. */
  fieldsAt(line: Line): number;
  read(fields: KeyValues, bytes: Uint8Array, from: number, end: number): void;
  /** The names of each role's field, the preferred one first. */
  readonly names: Partial<Record<RoleName, readonly string[]>>;
  /** More names, for the functions below, asked with `view.more(i)`. */
  readonly more?: readonly string[];
  /** Fills `contact` from a message that is a sentence instead of fields, as alerts are; false when it is none. Default: none are. */
  takeSentence?(line: Line, at: number): boolean;
  /** Whether the record tells of a connection. Default: it has a source. */
  tellsContact?(view: DeviceView): boolean;
  /** Whether the record was written when the connection was over. Default: no. */
  isOver?(view: DeviceView): boolean;
  /** What became of it, when the action word is not all. */
  outcome?(view: DeviceView, action: Action): Outcome | undefined;
  /** Whether the record tells of an HTTP request. Default: no. */
  tellsRequest?(view: DeviceView): boolean;
}

/** The record at hand. */
export class DeviceView {
  readonly fields: KeyValues;
  line!: Line;
  /** Where the fields start. */
  at = 0;
  readonly #moreAt: number;

  constructor(layout: DeviceLayout) {
    const names = roles.flatMap((role, i) => (layout.names[role] ?? []).map((name) => [name, i] as const));
    const more = (layout.more ?? []).map((name) => [name, roles.length] as const);
    const all = [...names, ...more];
    this.#moreAt = names.length;
    this.fields = new KeyValues(
      all.map(([name]) => name),
      all.map(([, role]) => role),
    );
  }

  /** Slot of a role's field: the first that the line has and that is not empty; -1 when it has none. */
  slot(role: number): number {
    return this.fields.first(role);
  }

  /** Slot of the field that the layout's `more` names at `i`. */
  more(i: number): number {
    return this.#moreAt + i;
  }

  number(role: number): number {
    const slot = this.slot(role);
    return slot < 0 ? -1 : this.fields.number(slot);
  }

  /** The port that a role's field is or names; 0 when it has none. */
  port(role: number): number {
    const slot = this.slot(role);
    if (slot < 0) return 0;
    const { fields } = this;
    const number = fields.number(slot);
    return number >= 0 ? number : Math.max(0, portAt(fields.bytes, fields.starts[slot]!, fields.ends[slot]!));
  }

  action(): Action {
    const slot = this.slot(Role.action);
    return slot < 0 ? 0 : actionAt(this.fields.bytes, this.fields.starts[slot]!, this.fields.ends[slot]!);
  }

  text(role: number, witness: Witness): number {
    const slot = this.slot(role);
    return slot < 0 || this.fields.is(slot, "-") || this.fields.is(slot, "N/A")
      ? 0
      : this.fields.text(slot, witness.batch.texts);
  }
}

/** Makes a format of a device that writes its fields with their names. */
export function defineDeviceFormat(layout: DeviceLayout): Format {
  return defineLineFormat({
    id: layout.id,
    title: layout.title,
    looksLike: (line) => layout.looksLike(line),
    programs: layout.programs ?? [],
    open(context) {
      const reader = new DeviceReader(layout, context);
      return (line, witness) => reader.read(line, witness);
    },
  });
}

class DeviceReader {
  readonly #layout: DeviceLayout;
  readonly #time: DeviceTime;
  readonly #view: DeviceView;

  constructor(layout: DeviceLayout, context: DecodeContext) {
    this.#layout = layout;
    this.#time = new DeviceTime(context);
    this.#view = new DeviceView(layout);
  }

  read(line: Line, witness: Witness): string | undefined {
    const layout = this.#layout;
    const view = this.#view;
    const at = layout.fieldsAt(line);
    if (at < 0) return notOurs(line, witness);
    contact.clear();
    if (layout.takeSentence?.(line, at))
      return contact.add(witness, this.#time.before(line.bytes, line.start, at, line.end));
    view.line = line;
    view.at = at;
    layout.read(view.fields, line.bytes, at, line.end);
    const tells = layout.tellsContact ? layout.tellsContact(view) : view.slot(Role.source) >= 0;
    if (!tells) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    const { fields } = view;
    const source = view.slot(Role.source);
    if (source < 0 || !fields.address(source, contact.addresses, 0)) return NO_SOURCE;
    const target = view.slot(Role.target);
    const isRequest = layout.tellsRequest?.(view) ?? false;
    const isTold = target >= 0 && fields.address(target, contact.addresses, 4);
    // A request to a named host tells enough.
    if (!isTold && !(isRequest && target < 0)) return NO_TARGET;
    this.#takeRest();
    const atMs = this.#timeOf(line, at);
    if (Number.isNaN(atMs)) return NO_TIME;
    if (isRequest) return this.#addRequest(atMs, witness);
    const durationMs = Math.max(0, view.number(Role.duration)) * 1000;
    return contact.add(witness, atMs - durationMs);
  }

  #takeRest(): void {
    const view = this.#view;
    const { fields } = view;
    contact.sourcePort = view.port(Role.sourcePort);
    contact.targetPort = view.port(Role.targetPort);
    const transport = view.slot(Role.transport);
    if (transport >= 0)
      contact.transport = transportAt(fields.bytes, fields.starts[transport]!, fields.ends[transport]!);
    contact.icmpType = view.number(Role.icmpType);
    contact.icmpCode = view.number(Role.icmpCode);
    const real = view.slot(Role.realTarget);
    if (real >= 0) contact.takeRealTarget(fields, real, view.slot(Role.realTargetPort));
    const action = view.action();
    contact.outcome =
      this.#layout.outcome?.(view, action) ??
      outcomeOf(
        action,
        view.number(Role.receivedPackets),
        view.number(Role.receivedBytes),
        this.#layout.isOver?.(view) ?? false,
      );
  }

  #timeOf(line: Line, at: number): number {
    const view = this.#view;
    const { fields } = view;
    const stamp = view.slot(Role.stamp);
    if (stamp >= 0) {
      const start = fields.starts[stamp]!;
      const end = fields.ends[stamp]!;
      const epoch = epochAt(fields.bytes, start, end);
      if (!Number.isNaN(epoch)) return epoch;
      const zone = end - start === BARE_STAMP ? view.slot(Role.zone) : -1;
      const atMs =
        zone >= 0 ? this.#time.inZone(fields.bytes, start, end, fields, zone) : this.#time.at(fields.bytes, start, end);
      if (!Number.isNaN(atMs)) return atMs;
    }
    const date = view.slot(Role.date);
    if (date >= 0) {
      const atMs = this.#time.fromFields(fields, date, view.slot(Role.time), view.slot(Role.zone));
      if (!Number.isNaN(atMs)) return atMs;
    }
    return this.#time.before(line.bytes, line.start, at, line.end);
  }

  /** A URL's path, and the host before it, unless a field of its own tells the host. */
  #takeUrl(witness: Witness): void {
    const view = this.#view;
    const { bytes, starts, ends } = view.fields;
    const slot = view.slot(Role.path);
    const url = starts[slot]!;
    const hostAt = behindScheme(bytes, url, ends[slot]!);
    const isNamed = hostAt > url || (request.host !== 0 && startsWithField(view, slot));
    if (isNamed) {
      let path = hostAt;
      while (path < ends[slot]! && bytes[path] !== SLASH && bytes[path] !== QUESTION) path++;
      if (request.host === 0) request.host = witness.batch.texts.add(bytes, hostAt, path);
      starts[slot] = path;
    }
    request.path = view.text(Role.path, witness);
  }

  #addRequest(atMs: number, witness: Witness): undefined {
    const view = this.#view;
    request.clear();
    request.host = view.text(Role.host, witness);
    this.#takeUrl(witness);
    request.method = view.text(Role.method, witness);
    request.agent = view.text(Role.agent, witness);
    request.referer = view.text(Role.referer, witness);
    const status = view.number(Role.status);
    request.status = status >= 100 && status < 1000 ? status : 0;
    addRequest(witness, atMs);
  }
}

/** What follows `://` near the start of `bytes[start, end)`; `start` itself when nothing does. */
function behindScheme(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end - 3 && i < start + 6; i++)
    if (bytes[i] === COLON && bytes[i + 1] === SLASH && bytes[i + 2] === SLASH) return i + 3;
  return start;
}

/** Whether the path starts with the host that a field of its own tells: `www.example.org/path`. */
function startsWithField(view: DeviceView, path: number): boolean {
  const { bytes, starts, ends } = view.fields;
  const host = view.slot(Role.host);
  const length = ends[host]! - starts[host]!;
  for (let i = 0; i < length; i++) if (bytes[starts[path]! + i] !== bytes[starts[host]! + i]) return false;
  return true;
}
