// Hot: once per line; measured by bench/log-formats.ts.
import { parseAddress } from "../../bytes/address.ts";
import { digitsAt } from "../../bytes/calendar.ts";
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { portAt, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * What the Windows Filtering Platform wrote to the security log, as XML, an event a line (`wevtutil qe Security`, NXLog): packets and
 * connections that were blocked (5150 to 5153, 5157) or allowed (5156). Source: Microsoft, "Audit Filtering Platform Packet Drop",
 * "Audit Filtering Platform Connection".
 */
export const windowsFiltering = defineLineFormat({
  id: "windows-filtering",
  title: "Windows Filtering Platform events (XML)",
  looksLike: (line) => eventId(line) >= 0 && valueAt(line, "SourceAddress") >= 0,
  programs: [],
  open(context) {
    const reader = new EventReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const APOSTROPHE = 39;
const QUOTE = 34;
const OPEN = 60;
const CLOSE = 62;
const ALLOWED = 5156;

class EventReader {
  readonly #time: DeviceTime;

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const id = eventId(line);
    if (id < 0) return line.includes("<Event") ? witness.other() : "not an event";
    if (valueAt(line, "SourceAddress") < 0) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    const { bytes } = line;
    contact.clear();
    if (!takeAddress(line, "SourceAddress", 0)) return NO_SOURCE;
    if (!takeAddress(line, "DestAddress", 4)) return NO_TARGET;
    contact.sourcePort = portOf(line, "SourcePort");
    contact.targetPort = portOf(line, "DestPort");
    const protocol = valueAt(line, "Protocol");
    if (protocol >= 0) contact.transport = transportAt(bytes, protocol, valueEnd(line, protocol));
    contact.outcome = id === ALLOWED ? Outcome.admitted : Outcome.denied;
    return contact.add(witness, this.#timeOf(line));
  }

  /** `<TimeCreated SystemTime='2026-11-22T19:05:16.123456700Z'/>` */
  #timeOf(line: Line): number {
    const at = line.after("SystemTime=");
    return at < 0 ? Number.NaN : this.#time.at(line.bytes, at + 1, line.end);
  }
}

/** The number of an event of packets and connections; -1 of others. */
function eventId(line: Line): number {
  const at = line.after("<EventID");
  if (at < 0) return -1;
  let digits = at;
  while (digits < line.end && line.bytes[digits] !== CLOSE) digits++;
  const id = digitsAt(line.bytes, digits + 1, 4, line.end);
  return (id >= 5150 && id <= 5153) || id === ALLOWED || id === 5157 ? id : -1;
}

/** Where the value of `<Data Name='name'>` starts; -1 when there is none. */
function valueAt(line: Line, name: string): number {
  const { bytes } = line;
  for (let at = line.after(name); at >= 0; at = line.after(name, at)) {
    if ((bytes[at] === APOSTROPHE || bytes[at] === QUOTE) && bytes[at + 1] === CLOSE) return at + 2;
  }
  return -1;
}

function valueEnd(line: Line, at: number): number {
  let end = at;
  while (end < line.end && line.bytes[end] !== OPEN) end++;
  return end;
}

function takeAddress(line: Line, name: string, at: number): boolean {
  const start = valueAt(line, name);
  return start >= 0 && parseAddress(line.bytes, start, valueEnd(line, start), contact.addresses, at);
}

function portOf(line: Line, name: string): number {
  const start = valueAt(line, name);
  return start < 0 ? 0 : Math.max(0, portAt(line.bytes, start, valueEnd(line, start)));
}
