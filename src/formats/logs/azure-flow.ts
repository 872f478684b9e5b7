// Hot: once per flow; measured by bench/log-formats.ts.
import { Columns } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import { MOST_SEARCHED, marks, marksIn } from "../../bytes/marks.ts";
import type { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import type { Witness } from "../define-line-format.ts";
import type { DecodeContext, Decoder, Format } from "../format.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

/**
 * Azure's flow logs: of network security groups (versions 1 and 2) and of virtual networks. One JSON document an hour holds
 * flows as strings in nested arrays, `"1542110377,10.0.0.4,198.51.100.4,44931,443,T,O,A,B,,,,"`, many on one line, so only those
 * strings are looked for, wherever they stand. Their number is the position. Source: Azure Network Watcher documentation.
 */
export const azureFlow: Format = {
  id: "azure-flow",
  title: "Azure flow log (network security group, virtual network)",
  kind: "flow",
  looksLike: (head) => {
    const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
    const start = head.findIndex((byte) => byte > 32);
    const isJson = head[start] === 123 || head[start] === 91 || head[start] === 0xef;
    return isJson && text.includes('"flowTuples"') ? 1 : 0;
  },
  open: (context) => new FlowDecoder(context),
};

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const LETTER_A = 65;
const LETTER_C = 67;
const LETTER_D = 68;
const LETTER_E = 69;
const COMMA = 44;
/** Longer than any flow: two IPv6 addresses and thirteen numbers. */
const LONGEST_FLOW_BYTES = 256;

class FlowDecoder implements Decoder, Witness {
  readonly tally: Tally;
  position = 0;
  #batch: Batch | undefined;
  readonly #flow: FlowReader;
  #inString = false;
  #afterBackslash = false;
  /** The text of the string so far; more than fits is of no flow. */
  readonly #text = new Uint8Array(LONGEST_FLOW_BYTES + 1);
  #length = 0;
  #inTuples = false;
  #hasTuples = false;

  constructor(context: DecodeContext) {
    this.tally = context.tally;
    this.#flow = new FlowReader(context);
  }

  get batch(): Batch {
    return this.#batch!;
  }

  decode(chunk: Uint8Array, batch: Batch): void {
    this.#batch = batch;
    for (let at = 0; at < chunk.length; at += MOST_SEARCHED) {
      this.#piece(chunk, at, Math.min(at + MOST_SEARCHED, chunk.length));
    }
  }

  // Long on purpose: a tokenizer. It goes from one quote, backslash or closing bracket to the next.
  #piece(bytes: Uint8Array, from: number, end: number): void {
    const count = marksIn(bytes, from, end, QUOTE, BACKSLASH, CLOSE_BRACKET);
    /** Where the part of the string starts that was not kept yet. */
    let part = from;
    let escaped = this.#afterBackslash ? from : -1;
    for (let i = 0; i < count; i++) {
      const at = marks[i]!;
      const c = bytes[at]!;
      if (!this.#inString) {
        if (c === QUOTE) {
          this.#inString = true;
          this.#length = 0;
          part = at + 1;
        } else if (c === CLOSE_BRACKET) this.#inTuples = false;
      } else if (at === escaped || c === CLOSE_BRACKET) continue;
      else if (c === BACKSLASH) {
        this.#keep(bytes, part, at);
        part = at + 1;
        escaped = part;
      } else {
        this.#inString = false;
        if (this.#length === 0) this.#string(bytes, part, at);
        else {
          this.#keep(bytes, part, at);
          this.#string(this.#text, 0, this.#length);
        }
      }
    }
    this.#afterBackslash = escaped === end;
    if (this.#inString) this.#keep(bytes, part, end);
  }

  end(): void {
    const isCut = this.#inString && this.#inTuples;
    if (!isCut && this.#hasTuples) return;
    this.tally.records++;
    this.tally.reject(isCut ? "the last flow is cut" : "no flowTuples in the document", ++this.position);
  }

  other(): undefined {}

  #keep(bytes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to && this.#length <= LONGEST_FLOW_BYTES; i++) this.#text[this.#length++] = bytes[i]!;
  }

  #string(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#inTuples) {
      this.#inTuples = isName(bytes, start, end);
      this.#hasTuples ||= this.#inTuples;
      return;
    }
    this.tally.records++;
    this.position++;
    const reason = end - start > LONGEST_FLOW_BYTES ? "flow too long" : this.#flow.read(bytes, start, end, this);
    if (reason !== undefined) this.tally.reject(reason, this.position);
  }
}

const NAME = new TextEncoder().encode("flowTuples");

function isName(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === NAME.length && NAME.every((byte, i) => byte === bytes[start + i]);
}

class FlowReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #columns = new Columns();
  readonly #slots;

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
    const columns = this.#columns;
    columns.separator = COMMA;
    columns.unset = "";
    this.#slots = {
      at: columns.want("at"),
      source: columns.want("source"),
      target: columns.want("target"),
      sourcePort: columns.want("sourcePort"),
      targetPort: columns.want("targetPort"),
      protocol: columns.want("protocol"),
      direction: columns.want("direction"),
      decision: columns.want("decision"),
      third: columns.want("third"),
      sent: columns.want("sent"),
      sentBytes: columns.want("sentBytes"),
      answers: columns.want("answers"),
    };
    columns.header(columns.names);
  }

  read(bytes: Uint8Array, start: number, end: number, witness: Witness): string | undefined {
    const columns = this.#columns;
    const s = this.#slots;
    const parties = this.#parties;
    columns.split(bytes, start, end);
    const atMs = columns.time(s.at, this.#time);
    if (Number.isNaN(atMs)) return "flow without time";
    const reason = parties.read(columns, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = columns.port(s.sourcePort);
    parties.targetPort = columns.port(s.targetPort);
    parties.transport = columns.is(s.protocol, "T")
      ? 6
      : columns.is(s.protocol, "U")
        ? 17
        : transportOf(columns, s.protocol);
    if (parties.isIcmp) parties.setIcmp(0, 0);
    const outcome = this.#outcome();
    if (outcome < 0) return "flow is neither allowed nor denied";
    parties.addContact(witness, atMs, outcome);
    return undefined;
  }

  /**
   * A network security group's flow has a decision (A, D) and then a state (B, C, E); a virtual network's has only a state, of
   * which D is denied, and then its encryption. The counts of packets are those since the last record.
   */
  #outcome(): number {
    const columns = this.#columns;
    const s = this.#slots;
    const start = columns.starts[s.decision]!;
    const letter = start >= 0 && columns.ends[s.decision] === start + 1 ? columns.bytes[start]! : 0;
    if (letter === LETTER_D) return Outcome.denied;
    const isKnown = (letter >= LETTER_A && letter <= LETTER_C) || letter === LETTER_E;
    if (!isKnown) return -1;
    return columns.count(s.answers) > 0 ? Outcome.answered : Outcome.admitted;
  }
}
