// Hot: once per line; measured by bench/log-formats.ts.
import { parseAddress } from "../../bytes/address.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { portAt } from "../contact-record.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { transportAt } from "../devices/words.ts";
import { FlowMemory } from "../flow-memory.ts";
import { flagsOfLetters, tellOneWay } from "../flow-outcome.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";

/**
 * What nfdump prints for people: `-o line`, `long`, `extended`, also for both directions (`-B`, an arrow of two ends), of
 * versions 1.5 to 1.7. Source: nfdump, bin/output_fmt.c.
 */
export const nfdumpText = defineLineFormat({
  id: "nfdump-text",
  title: "nfdump text (line, long, extended)",
  kind: "flow",
  looksLike: (line) => line.startsWith("Date first seen") || arrowAt(line) > 0,
  open(context) {
    const reader = new FlowReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

/** Columns, by blanks: the date and the time of day are two. */
const Column = { date: 0, time: 1, duration: 2, transport: 3, source: 4, arrow: 5, target: 6, flags: 7 } as const;

/** Where ` -> ` or ` <-> ` stands in a line that starts with a date and a time of day; -1 when it is none. */
function arrowAt(line: Line): number {
  const { bytes, start, end } = line;
  if (end - start < 50 || bytes[start + 4] !== 45 || bytes[start + 10] !== 32 || bytes[start + 13] !== 58) return -1;
  if (bytes[start + 19] !== 46) return -1;
  for (let i = start + 24; i < end - 3; i++) {
    if (bytes[i] === 45 && bytes[i + 1] === 62 && bytes[i + 2] === 32 && bytes[i - 1]! <= 60) return i;
  }
  return -1;
}

class FlowReader {
  readonly #columns = new Columns(8);
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #memory = new FlowMemory();

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (arrowAt(line) < 0) return notRecord(line, witness);
    const columns = this.#columns;
    columns.readWords(bytes, start, end);
    const { starts, ends } = columns;
    const atMs = this.#time.parse(bytes, start, ends[Column.time]!);
    if (Number.isNaN(atMs)) return "first seen is not a time";
    const parties = this.#parties;
    if (columns.count < Column.flags) return "not a flow of nfdump";
    parties.transport = Math.max(0, transportAt(bytes, starts[Column.transport]!, ends[Column.transport]!));
    if (!this.#end(Column.source, 0)) return "source is not an address (shortened ones are whole with -6)";
    if (!this.#end(Column.target, 4)) return "target is not an address (shortened ones are whole with -6)";
    const isBoth = bytes[starts[Column.arrow]!] === 60;
    if (isBoth) parties.addContact(witness, atMs, Outcome.answered);
    else tellOneWay(witness, parties, this.#memory, atMs, this.#flags());
    return undefined;
  }

  /** Reads `192.0.2.7:443`, `2001:db8::7.443`, and ICMP's type and code: `192.0.2.7:8.0`. */
  #end(column: number, at: number): boolean {
    const { bytes, starts, ends } = this.#columns;
    const start = starts[column]!;
    const end = ends[column]!;
    const parties = this.#parties;
    let colons = 0;
    let colon = end;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== 58) continue;
      colons++;
      colon = i;
    }
    let port = colons === 1 ? colon : start;
    if (colons > 1) while (port < end && bytes[port] !== 46) port++;
    const value = portAt(bytes, port + 1, end);
    if (at === 0) parties.sourcePort = value;
    else if (!parties.isIcmp) parties.targetPort = value;
    else {
      let point = port + 1;
      while (point < end && bytes[point] !== 46) point++;
      if (point < end) parties.setIcmp(value, portAt(bytes, point + 1, end));
      else parties.setIcmp(value >> 8, value);
    }
    return parseAddress(bytes, start, port, parties.addresses, at);
  }

  /** The `line` layout has the number of packets in the place of flags: letters and dots, at least six, are flags. */
  #flags(): number {
    const { bytes, starts, ends } = this.#columns;
    const start = starts[Column.flags]!;
    const end = ends[Column.flags]!;
    const isFlags =
      start >= 0 && end - start >= 6 && bytes[start] !== 48 && !(bytes[start]! >= 49 && bytes[start]! <= 57);
    return isFlags ? flagsOfLetters(bytes, start, end) : 0;
  }
}

/** The header and the totals at the end. */
const others = ["Date first seen", "Summary", "Time window", "Total flows", "Sys:", "Aggregated", "No matched flows"];

function notRecord(line: Line, witness: Witness): string | undefined {
  if (!others.some((other) => line.startsWith(other))) return "not a flow of nfdump";
  witness.tally.records--;
  return undefined;
}
