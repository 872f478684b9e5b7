import { parseAddress } from "../../bytes/address.ts";
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * The network firewall of F5 BIG-IP (AFM) in its default storage format, values in quotes with commas: `"198.51.100.1","bigip1",
 * "Virtual Server","/Common/vs","192.0.2.7","198.51.100.5","51234","23","/Common/external","TCP","0","rule","Drop","Policy"`. Versions
 * put more columns between them, so each is known by what it is: two ports side by side have the two addresses before them, and the
 * protocol and the action behind. Source: F5, "BIG-IP Network Firewall: Policies and Implementations", remote high-speed logging.
 */
export const f5Csv = defineLineFormat({
  id: "f5-csv",
  title: "F5 BIG-IP network firewall (AFM), values with commas",
  looksLike: (line) => valuesAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new F5CsvReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const MOST_COLUMNS = 40;
const FEWEST_COLUMNS = 12;
const COMMA = 44;

/** Where the first value in quotes starts, when one of them names an object of BIG-IP's; or -1. */
function valuesAt(line: Line): number {
  if (!line.includes('","/Common/')) return -1;
  const at = line.after('"');
  return at < 0 ? -1 : at - 1;
}

class F5CsvReader {
  readonly #time: DeviceTime;
  readonly #columns = new Columns(MOST_COLUMNS);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = valuesAt(line);
    if (at < 0) return notOurs(line, witness);
    const columns = this.#columns;
    columns.read(bytes, at, end, COMMA);
    if (columns.count < FEWEST_COLUMNS) return "too few columns";
    contact.clear();
    const ports = this.#portsAt();
    if (ports < 0) return "no two ports side by side";
    if (!this.#takeEnds(ports)) return "no two addresses before the ports";
    contact.sourcePort = columns.number(ports);
    contact.targetPort = columns.number(ports + 1);
    let i = ports + 2;
    for (; i < columns.count && contact.transport < 0; i++) contact.transport = this.#transport(i);
    contact.outcome = this.#outcome(i);
    return contact.add(witness, this.#timeOf(line, start, at));
  }

  /** The first of two columns of digits side by side, behind the addresses. */
  #portsAt(): number {
    for (let i = 4; i + 1 < this.#columns.count; i++) if (this.#isNumber(i) && this.#isNumber(i + 1)) return i;
    return -1;
  }

  #isNumber(column: number): boolean {
    const { bytes, starts, ends } = this.#columns;
    const length = ends[column]! - starts[column]!;
    if (length < 1 || length > 5) return false;
    for (let i = starts[column]!; i < ends[column]!; i++) if (bytes[i]! < 48 || bytes[i]! > 57) return false;
    return true;
  }

  /** The two addresses right before the ports; a country may stand before each. */
  #takeEnds(ports: number): boolean {
    if (!this.#takeAddress(ports - 1, 4)) return false;
    return this.#takeAddress(ports - 2, 0) || this.#takeAddress(ports - 3, 0);
  }

  #takeAddress(column: number, at: number): boolean {
    const { bytes, starts, ends } = this.#columns;
    return parseAddress(bytes, starts[column]!, ends[column]!, contact.addresses, at);
  }

  #transport(column: number): number {
    const { bytes, starts, ends } = this.#columns;
    return this.#isNumber(column) ? -1 : transportAt(bytes, starts[column]!, ends[column]!);
  }

  /** The last action behind the protocol: a rule may be named like one. */
  #outcome(from: number): Outcome {
    const { bytes, starts, ends, count } = this.#columns;
    let action: Action = Action.unknown;
    for (let i = from; i < count; i++) {
      const said = ends[i]! - starts[i]! < 20 ? actionAt(bytes, starts[i]!, ends[i]!) : Action.unknown;
      if (said !== Action.unknown) action = said;
    }
    if (action === Action.unknown) return Outcome.unknown;
    return action === Action.denied ? Outcome.denied : Outcome.admitted;
  }

  /** The event's own stamp, `Nov 22 2026 19:05:16`, where a column holds it; else the header's. */
  #timeOf(line: Line, start: number, at: number): number {
    const { bytes, starts, ends } = this.#columns;
    const atMs = this.#time.at(bytes, starts[0]!, ends[0]!);
    return Number.isNaN(atMs) ? this.#time.before(bytes, start, at, line.end) : atMs;
  }
}
