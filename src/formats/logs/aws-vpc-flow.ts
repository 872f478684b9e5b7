// Hot: once per line; measured by bench/log-formats.ts.
import { Columns, headerNames } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { startsLikeLogLine } from "../../bytes/log-time.ts";
import { Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

const SPACE = 32;

/** Fields of version 2, which is what records without a header have. */
const version2 =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const fieldNames = new Set(
  `${version2} vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id flow-direction`.split(
    " ",
  ),
);

/**
 * AWS VPC flow logs, versions 2 to 10, with the fields in any order that the header tells; without header as version 2. One
 * record is one direction of a flow within an interval. Source: Amazon VPC User Guide, "Flow log records".
 */
export const awsVpcFlow = defineLineFormat({
  id: "aws-vpc-flow",
  title: "AWS VPC flow log",
  kind: "flow",
  looksLike: (line) => isHeader(line) || isVersion2(line),
  open(context) {
    const reader = new VpcFlowReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

/** Names of fields and nothing else, the addresses among them. */
function isHeader(line: Line): boolean {
  const { bytes, start, end } = line;
  const first = bytes[start]!;
  if (first < 97 || first > 122 || end - start > 2048 || !line.includes("srcaddr")) return false;
  return headerNames(bytes, start, end, SPACE).filter((name) => fieldNames.has(name)).length >= 3;
}

/** `2 123456789012 eni-… `, also with a CloudWatch time stamp before. */
function isVersion2(line: Line): boolean {
  const eni = line.after(" eni-");
  if (eni < 0 || eni > line.start + 64) return false;
  return (
    line.includes(" ACCEPT ") || line.includes(" REJECT ") || line.includes(" NODATA") || line.includes(" SKIPDATA")
  );
}

/** Reads records as text, one a line, fields with spaces between. */
export class VpcFlowReader {
  readonly #columns = new Columns();
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #memory = new FlowMemory();
  readonly #slots;

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
    const columns = this.#columns;
    columns.separator = SPACE;
    columns.runs = true;
    this.#slots = {
      source: columns.want("srcaddr"),
      target: columns.want("dstaddr"),
      packetSource: columns.want("pkt-srcaddr"),
      packetTarget: columns.want("pkt-dstaddr"),
      sourcePort: columns.want("srcport"),
      targetPort: columns.want("dstport"),
      protocol: columns.want("protocol"),
      start: columns.want("start"),
      end: columns.want("end"),
      action: columns.want("action"),
      status: columns.want("log-status"),
      flags: columns.want("tcp-flags"),
    };
    columns.header(version2.split(" "));
  }

  /** The fields of all records to come, in their order. */
  setHeader(names: readonly string[]): void {
    this.#columns.header(names);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, end } = line;
    if (isHeader(line)) {
      this.setHeader(headerNames(bytes, line.start, end, SPACE));
      witness.tally.records--; // a header is no record
      return undefined;
    }
    return this.readRecord(line, witness);
  }

  readRecord(line: Line, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const start = afterTimestamp(bytes, line.start, end);
    const columns = this.#columns;
    const s = this.#slots;
    columns.split(bytes, start, end);
    if (columns.is(s.status, "NODATA")) return this.#gap("intervals without traffic (NODATA)", witness);
    if (columns.is(s.status, "SKIPDATA")) return this.#gap("records that AWS skipped (SKIPDATA)", witness);
    const atMs = columns.time(columns.has(s.start) ? s.start : s.end, this.#time);
    if (Number.isNaN(atMs)) return startsLikeLogLine(bytes, start, end) ? witness.other() : "start is not a time";
    return this.#tell(atMs, witness);
  }

  #gap(what: string, witness: Witness): undefined {
    witness.tally.gap(what);
  }

  #tell(atMs: number, witness: Witness): string | undefined {
    const columns = this.#columns;
    const s = this.#slots;
    const parties = this.#parties;
    // The packet's own addresses are those of the ends; the others may be of a NAT gateway or a load balancer between.
    const source = columns.has(s.packetSource) ? s.packetSource : s.source;
    const target = columns.has(s.packetTarget) ? s.packetTarget : s.target;
    const reason = parties.read(columns, source, target);
    if (reason !== undefined) return reason;
    parties.sourcePort = columns.port(s.sourcePort);
    parties.targetPort = columns.port(s.targetPort);
    parties.transport = transportOf(columns, s.protocol);
    if (parties.isIcmp) parties.setIcmp(0, 0);
    if (columns.is(s.action, "REJECT")) parties.addContact(witness, atMs, Outcome.denied);
    else if (columns.is(s.action, "ACCEPT")) this.#tellAccepted(atMs, witness);
    else return "action is neither ACCEPT nor REJECT";
    return undefined;
  }

  /** One direction of a flow that was let through: of an answer, its other end was answered. */
  #tellAccepted(atMs: number, witness: Witness): void {
    const parties = this.#parties;
    const s = this.#slots;
    const flags = parties.transport === Transport.tcp ? this.#columns.count(s.flags) : 0;
    if (flags & TcpFlag.syn) {
      // AWS adds up the flags of an interval; SYN and ACK together are SYN-ACK, the answer.
      const isAnswer = (flags & TcpFlag.ack) !== 0;
      if (isAnswer) parties.swap();
      else this.#memory.isAnswer(parties);
      parties.addContact(witness, atMs, isAnswer ? Outcome.answered : Outcome.admitted);
      return;
    }
    const isReverse = this.#memory.isAnswer(parties);
    if (isReverse) parties.swap();
    const isAnswer = isReverse || parties.turnAnswer();
    const isReset = isAnswer && (flags & (TcpFlag.rst | TcpFlag.fin)) === TcpFlag.rst;
    parties.addContact(witness, atMs, !isAnswer || isReset ? Outcome.admitted : Outcome.answered);
  }
}

/** CloudWatch exports put `2026-11-22T19:05:16.000Z ` before the record. */
function afterTimestamp(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start + 4] !== 45 || bytes[start + 10] !== 84) return start;
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  return at;
}
