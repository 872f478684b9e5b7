import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact, NO_CONTACT } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt, outcomeOf } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Activity log of Barracuda CloudGen Firewall, as bars (`Block: FWD|TCP|p1|192.0.2.7|51234|mac|198.51.100.5|445|…`) and as
 * `type=FWD|proto=TCP|srcIF=…|srcIP=…`. Source: Barracuda Campus, "How to Configure Syslog Streaming", "Firewall Activity Log".
 */
export const barracuda = defineLineFormat({
  id: "barracuda",
  title: "Barracuda CloudGen Firewall activity",
  looksLike: (line) => recordAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new BarracudaReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const BAR = 124;

const verbs = new WordTable(["Allow", "Block", "Remove", "Detect", "Fail", "LocalAllow", "LocalBlock", "Drop"]);
const kinds = new WordTable(["FWD", "LIN", "LOUT", "IFWD", "PXY", "LRD", "TAP", "LB"]);

/** Where the columns start: behind `Block: `, before `FWD|`, or before `type=FWD|`; -1 when there is neither. */
function recordAt(line: Line): number {
  const { bytes, end } = line;
  for (let i = line.start + 2; i < end - 8; i++) {
    if (bytes[i] !== BAR) continue;
    let at = i;
    while (at > line.start && bytes[at - 1] !== 32 && bytes[at - 1] !== 61) at--;
    if (kinds.find(bytes, at, i) < 0) return -1;
    if (bytes[at - 1] === 61) at -= 5;
    return verbAt(line, at) >= 0 ? at : -1;
  }
  return -1;
}

/** Where the verb before the columns starts, or -1. */
function verbAt(line: Line, at: number): number {
  let stop = at;
  while (stop > line.start && (line.bytes[stop - 1] === 32 || line.bytes[stop - 1] === 58)) stop--;
  let start = stop;
  while (start > line.start && line.bytes[start - 1] !== 32) start--;
  return verbs.find(line.bytes, start, stop) >= 0 ? start : -1;
}

// Columns: kind, protocol, source interface, source, its port, its MAC, target, its port, service, target interface, rule, info, …
const [PROTOCOL, SOURCE, SOURCE_PORT, TARGET, TARGET_PORT] = [1, 3, 4, 6, 7] as const;
const [TARGET_NAT, DURATION, RECEIVED_BYTES] = [13, 14, 16] as const;

const names = [
  "proto",
  "srcIP",
  "srcPort",
  "dstIP",
  "dstPort",
  "receivedBytes",
  "duration",
  "receivedPackets",
] as const;

class BarracudaReader {
  readonly #time: DeviceTime;
  readonly #columns = new Columns(24);
  readonly #fields = new KeyValues(names);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = recordAt(line);
    if (at < 0) return notOurs(line, witness);
    const verb = verbAt(line, at);
    let stop = verb;
    while (bytes[stop] !== 32 && bytes[stop] !== 58) stop++;
    const isRemoval = verbs.find(bytes, verb, stop) === 2;
    contact.clear();
    const isNamed = bytes[at + 4] === 61;
    const reason = isNamed ? this.#readNamed(line, at) : this.#readColumns(line, at);
    if (reason !== undefined) return reason;
    contact.outcome = this.#outcome(bytes, verb, stop, isRemoval, isNamed);
    if (contact.outcome === Outcome.unknown && isRemoval) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    return contact.add(witness, this.#time.before(bytes, start, at, end) - (isRemoval ? this.#durationMs : 0));
  }

  #durationMs = 0;

  #readColumns(line: Line, at: number): string | undefined {
    const columns = this.#columns;
    columns.read(line.bytes, at, line.end, BAR);
    if (columns.count <= TARGET_PORT) return "too few fields";
    const reason = contact.takeAddresses(columns, SOURCE, TARGET);
    if (reason !== undefined) return reason;
    contact.takePorts(columns, SOURCE_PORT, TARGET_PORT, PROTOCOL);
    contact.takeRealTarget(columns, TARGET_NAT, -1);
    this.#durationMs = Math.max(0, columns.number(DURATION));
    return undefined;
  }

  #readNamed(line: Line, at: number): string | undefined {
    const fields = this.#fields;
    fields.readDelimited(line.bytes, at, line.end, BAR);
    const reason = contact.takeAddresses(fields, 1, 3);
    if (reason !== undefined) return reason;
    contact.takePorts(fields, 2, 4, 0);
    contact.takeRealTarget(fields, 7, -1);
    this.#durationMs = Math.max(0, fields.number(6));
    return undefined;
  }

  /** `Remove` is the end of a session, with what was received; the other verbs say what became of it. */
  #outcome(bytes: Uint8Array, verb: number, stop: number, isRemoval: boolean, isNamed: boolean): Outcome {
    if (isRemoval) {
      const received = isNamed ? this.#fields.number(5) : this.#columns.number(RECEIVED_BYTES);
      return received < 0 ? Outcome.unknown : outcomeOf(Action.permitted, -1, received, true);
    }
    const name = verbs.find(bytes, verb, stop);
    if (name === 4) return Outcome.unreachable;
    if (name === 5) return Outcome.admitted;
    if (name === 6) return Outcome.denied;
    return actionAt(bytes, verb, stop) === Action.denied ? Outcome.denied : Outcome.admitted;
  }
}
