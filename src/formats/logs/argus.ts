// Hot: once per line; measured by bench/log-formats.ts.
import { parseAddress } from "../../bytes/address.ts";
import { Columns, headerNames } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { WordMap } from "../../bytes/word-map.ts";
import { Outcome, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { flagsOfLetters, outcomeOfFlags } from "../flow-outcome.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

const COMMA = 44;

/** Argus's transaction states (ra(1), "state"). TCP's are those of its end; of a flow that goes on, CON. */
const states = new WordMap({
  REQ: Outcome.silent,
  INT: Outcome.silent,
  ACC: Outcome.answered,
  EST: Outcome.answered,
  CON: Outcome.answered,
  FIN: Outcome.answered,
  CLO: Outcome.answered,
  ECO: Outcome.silent,
  ECR: Outcome.answered,
  URP: Outcome.refused,
  URH: Outcome.unreachable,
  URN: Outcome.unreachable,
  URF: Outcome.unreachable,
  TXD: Outcome.unreachable,
});

/**
 * Flows as Argus's `ra` prints them as CSV (`ra -c ,`), with the fields that its header names. Flows are of both directions.
 * Source: Argus, ra(1).
 */
export const argus = defineLineFormat({
  id: "argus",
  title: "Argus flows as CSV (ra -c ,)",
  kind: "flow",
  looksLike: (line) => isHeader(line) || isRecord(line),
  open(context) {
    const reader = new FlowReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

function isHeader(line: Line): boolean {
  const hasNames = line.includes("SrcAddr") && line.includes("DstAddr") && line.includes("Proto");
  return hasNames && line.bytes.subarray(line.start, line.end).includes(COMMA);
}

/** A field that is one of ra's arrows, and an address after it. */
function isRecord(line: Line): boolean {
  const { bytes, start, end } = line;
  for (let i = start; i + 4 < end; i++) {
    if (bytes[i] !== COMMA) continue;
    const after = arrowEnd(bytes, i + 1, end);
    if (after < 0) continue;
    let to = after + 1;
    while (to < end && bytes[to] !== COMMA) to++;
    return parseAddress(bytes, after + 1, to, scratch, 0);
  }
  return false;
}

const scratch = new Uint32Array(4);

/** The comma after `  ->`, `<?>`, `<|` and the like; -1 when the field is none. */
function arrowEnd(bytes: Uint8Array, from: number, end: number): number {
  let heads = 0;
  let shafts = 0;
  let at = from;
  for (; at < end && at - from < 8; at++) {
    const c = bytes[at]!;
    if (c === 62 || c === 60) heads++;
    else if (c === 45 || c === 63 || c === 124 || c === 111) shafts++;
    else if (c !== 32) break;
  }
  return heads > 0 && shafts > 0 && bytes[at] === COMMA ? at : -1;
}

class FlowReader {
  readonly #columns = new Columns();
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #slots;

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
    const columns = this.#columns;
    columns.separator = COMMA;
    columns.unset = "";
    this.#slots = {
      start: columns.want("StartTime", "stime", "Stime"),
      source: columns.want("SrcAddr", "saddr"),
      sourcePort: columns.want("Sport", "sport"),
      direction: columns.want("Dir", "dir"),
      target: columns.want("DstAddr", "daddr"),
      targetPort: columns.want("Dport", "dport"),
      transport: columns.want("Proto", "proto"),
      state: columns.want("State", "state"),
      answerPackets: columns.want("DstPkts", "dpkts"),
    };
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (isHeader(line)) {
      this.#columns.header(headerNames(bytes, start, end, COMMA));
      witness.tally.records--; // a header is no record
      return undefined;
    }
    if (!this.#columns.isReady) return "no header before the first flow";
    this.#columns.split(bytes, start, end);
    return this.#tell(witness);
  }

  #tell(witness: Witness): string | undefined {
    const columns = this.#columns;
    const s = this.#slots;
    const parties = this.#parties;
    if (columns.is(s.transport, "man") || columns.is(s.transport, "arp")) return witness.other();
    const atMs = this.#atMs();
    if (Number.isNaN(atMs)) return "StartTime is not a time with date";
    const reason = parties.read(columns, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = this.#port(s.sourcePort);
    parties.targetPort = this.#port(s.targetPort);
    parties.transport = transportOf(columns, s.transport);
    if (parties.isIcmp) parties.setIcmp(parties.sourcePort >> 8, parties.sourcePort);
    if (this.#isBackwards()) parties.swap();
    parties.addContact(witness, atMs, this.#outcome());
    return undefined;
  }

  /** Seconds since the epoch, a date with time, or a date as `2026/11/22.19:05:16.123456` (ra's default has none). */
  #atMs(): number {
    const columns = this.#columns;
    const slot = this.#slots.start;
    const start = columns.starts[slot]!;
    if (start < 0) return Number.NaN;
    return columns.time(slot, this.#time);
  }

  /** Ports are decimal, or hexadecimal when they are no ports (`0x0303` of ICMP). */
  #port(slot: number): number {
    const columns = this.#columns;
    const start = columns.starts[slot]!;
    if (start < 0 || columns.bytes[start] !== 48 || (columns.bytes[start + 1]! | 32) !== 120) return columns.port(slot);
    let value = 0;
    for (let i = start + 2; i < columns.ends[slot]! && i < start + 6; i++) {
      const c = columns.bytes[i]!;
      const digit = c <= 57 ? c - 48 : (c | 32) - 87;
      if (digit < 0 || digit > 15) return 0;
      value = value * 16 + digit;
    }
    return value;
  }

  /** `<-`, `<?`: the second address began. */
  #isBackwards(): boolean {
    const columns = this.#columns;
    const start = columns.starts[this.#slots.direction]!;
    if (start < 0) return false;
    const field = columns.bytes.subarray(start, columns.ends[this.#slots.direction]!);
    return field.includes(60) && !field.includes(62);
  }

  /** `S_RA`, `FSPA_FSPA` (`ra -Z b`): the flags of both ends. */
  #stateOfFlags(): number {
    const columns = this.#columns;
    const start = columns.starts[this.#slots.state]!;
    const end = columns.ends[this.#slots.state]!;
    if (start < 0) return Outcome.unknown;
    let middle = start;
    while (middle < end && columns.bytes[middle] !== 95) middle++;
    if (middle === end) return Outcome.unknown;
    return outcomeOfFlags(flagsOfLetters(columns.bytes, start, middle), flagsOfLetters(columns.bytes, middle + 1, end));
  }

  #outcome(): number {
    const columns = this.#columns;
    const s = this.#slots;
    const state = columns.word(s.state, states) || this.#stateOfFlags();
    const isTcp = this.#parties.transport === Transport.tcp;
    if (columns.has(s.answerPackets)) {
      if (columns.count(s.answerPackets) === 0) return unanswered(state);
      if (!isTcp) return state === Outcome.refused || state === Outcome.unreachable ? state : Outcome.answered;
    }
    const isBothWays = !isTcp && this.#hasBothArrows() && (state === Outcome.silent || state === Outcome.unknown);
    return isBothWays ? Outcome.answered : state;
  }

  /** `<->`: packets went both ways. */
  #hasBothArrows(): boolean {
    const columns = this.#columns;
    const start = columns.starts[this.#slots.direction]!;
    if (start < 0) return false;
    const field = columns.bytes.subarray(start, columns.ends[this.#slots.direction]!);
    return field.includes(60) && field.includes(62);
  }
}

/** No packet came back: only what a third party said, or silence. */
function unanswered(state: number): number {
  return state === Outcome.unreachable || state === Outcome.refused ? state : Outcome.silent;
}
