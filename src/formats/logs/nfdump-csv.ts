// Hot: once per line; measured by bench/log-formats.ts.
import type { Cells } from "../../bytes/cells.ts";
import { Columns, headerNames } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import { flagsOfLetters, tellOneWay } from "../flow-outcome.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

const COMMA = 44;
/** Forwarding status (RFC 7270, section 4.12): 128 to 191 were dropped. */
const DROPPED = 2;

/**
 * Flows as nfdump prints them with `-o csv`: version 1.6's 48 columns, version 1.7's, or chosen ones (`-o "csv:%ts,…"`), by
 * their header. Source: nfdump, bin/output_csv.c.
 */
export const nfdumpCsv = defineLineFormat({
  id: "nfdump-csv",
  title: "nfdump CSV",
  kind: "flow",
  looksLike: (line) => isHeader(line) || isRecord(line),
  open(context) {
    const reader = new FlowReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const headerStarts = ["ts,te,td,", "firstSeen,", "ts,td,pr,", "first,last,"];

function isHeader(line: Line): boolean {
  const first = line.bytes[line.start]!;
  return (first === 116 || first === 102) && headerStarts.some((start) => line.startsWith(start));
}

/** Two time stamps, or one and a duration, at the line's start. */
function isRecord(line: Line): boolean {
  const { bytes, start, end } = line;
  if (end - start < 40 || bytes[start + 4] !== 45 || bytes[start + 10] !== 32 || bytes[start + 13] !== 58) return false;
  let comma = start + 19;
  while (comma < start + 24 && bytes[comma] !== COMMA) comma++;
  if (bytes[comma] !== COMMA) return false;
  let commas = 0;
  for (let i = start; i < end && commas < 9; i++) if (bytes[i] === COMMA) commas++;
  return commas >= 9 && (bytes[comma + 5] === 45 || isNumberField(bytes, comma + 1));
}

/** Digits and a point, up to a comma. */
function isNumberField(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while ((bytes[at]! >= 48 && bytes[at]! <= 57) || bytes[at] === 46 || bytes[at] === 32) at++;
  return at > from && bytes[at] === COMMA;
}

class FlowReader {
  readonly #columns = new Columns();
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #memory = new FlowMemory();
  readonly #slots;
  /** Within the totals that nfdump prints at the end. */
  #inSummary = false;

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
    const columns = this.#columns;
    columns.separator = COMMA;
    columns.unset = "";
    this.#slots = {
      first: columns.want("ts", "firstSeen", "first"),
      source: columns.want("sa", "srcAddr", "src_addr"),
      target: columns.want("da", "dstAddr", "dst_addr"),
      sourcePort: columns.want("sp", "srcPort", "src_port"),
      targetPort: columns.want("dp", "dstPort", "dst_port"),
      transport: columns.want("pr", "proto"),
      flags: columns.want("flg", "flags"),
      status: columns.want("fwd", "fwdStatus"),
      answerPackets: columns.want("opkt", "outPackets"),
    };
    columns.header("ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt".split(","));
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (isHeader(line)) {
      this.#inSummary = false;
      this.#columns.header(headerNames(bytes, start, end, COMMA));
      return notRecord(witness);
    }
    if (!isRecord(line)) {
      this.#inSummary ||= line.startsWith("Summary") || line.after("No matched flows") > 0;
      return this.#inSummary ? notRecord(witness) : "not a flow of nfdump";
    }
    this.#columns.split(bytes, start, end);
    return this.#tell(witness);
  }

  #tell(witness: Witness): string | undefined {
    const columns = this.#columns;
    const s = this.#slots;
    const parties = this.#parties;
    const atMs = columns.time(s.first, this.#time);
    if (Number.isNaN(atMs)) return "first seen is not a time";
    const reason = parties.read(columns, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = columns.port(s.sourcePort);
    parties.targetPort = columns.port(s.targetPort);
    parties.transport = transportOf(columns, s.transport);
    if (parties.isIcmp) setIcmp(parties, columns, s.targetPort);
    const flags = columns.has(s.flags)
      ? flagsOfLetters(columns.bytes, columns.starts[s.flags]!, columns.ends[s.flags]!)
      : 0;
    if (columns.count(s.status) >>> 6 === DROPPED) parties.addContact(witness, atMs, Outcome.denied);
    else if (columns.count(s.answerPackets) > 0) parties.addContact(witness, atMs, Outcome.answered);
    else tellOneWay(witness, parties, this.#memory, atMs, flags);
    return undefined;
  }
}

/** nfdump writes ICMP's type and code as the target's port: `8.0`, or 2048. */
function setIcmp(parties: Parties, cells: Cells, slot: number): void {
  const start = cells.starts[slot]!;
  let point = start;
  while (start >= 0 && point < cells.ends[slot]! && cells.bytes[point] !== 46) point++;
  if (start < 0 || point === cells.ends[slot]!) parties.setIcmp(parties.targetPort >> 8, parties.targetPort);
  else {
    const value = cells.number(slot);
    parties.setIcmp(Math.trunc(value), cells.bytes[point + 1]! - 48);
  }
}

function notRecord(witness: Witness): undefined {
  witness.tally.records--;
}
