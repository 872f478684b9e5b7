import { isJsonDocument, type JsonRecordSink, JsonRecords } from "../bytes/json-records.ts";
import type { JsonScan } from "../bytes/json-scan.ts";
import { type LineSink, Lines, LONGEST_LINE_BYTES } from "../bytes/lines.ts";
import { startsLikeLogLine } from "../bytes/log-time.ts";
import type { Batch } from "../observations/batch.ts";
import type { Tally } from "../observations/tally.ts";
import { OTHER_LINES, TOO_LONG, type Witness } from "./define-line-format.ts";
import type { DecodeContext, Decoder, Format } from "./format.ts";

/** Reads one record that was scanned without fault. Returns a reject, or undefined when all is well. */
export type ReadRecord = (record: JsonScan, witness: Witness) => string | undefined;

export interface JsonFormat {
  readonly id: string;
  readonly title: string;
  /** Default `log`. */
  readonly kind?: "log" | "flow";
  /** Knows the keys that the format wants. */
  readonly scan: JsonScan;
  /** Whether the scanned record has the marks of this format; keys after a fault in it are absent. */
  looksLike(record: JsonScan): boolean;
  /** Starts an input; what it returns may keep state from record to record. */
  open(context: DecodeContext): ReadRecord;
}

/** Reject reasons of records that are not looked into. */
export const NOT_JSON = "not a JSON object";
const MALFORMED = "malformed JSON";
const TOO_LARGE = "record larger than 1 MiB";

/**
 * Makes a format of JSON objects: one a line (also behind a syslog header), or in a document over many lines, in an array, in
 * a wrapping object. Recognised by the share of objects with its marks.
 */
export function defineJsonFormat(format: JsonFormat): Format {
  return {
    id: format.id,
    title: format.title,
    kind: format.kind ?? "log",
    looksLike: (head) => shareOfRecords(head, format),
    open: (context) => new JsonDecoder(format.open(context), format.scan, context.tally),
    cut: (show) => new RecordCutter({ record: show, tooLarge() {}, broken() {} }),
  };
}

function shareOfRecords(head: Uint8Array, format: JsonFormat): number {
  const { scan } = format;
  const start = head.findIndex((byte) => byte > 32);
  if (start < 0 || !hasBrace(head, start)) return 0;
  let count = 0;
  let alike = 0;
  const cutter = new RecordCutter({
    record(bytes, from, end) {
      count++;
      const at = objectStart(bytes, from, end);
      if (at < 0) return;
      scan.scan(bytes, at, end);
      if (format.looksLike(scan)) alike++;
    },
    tooLarge() {
      count++;
    },
    broken() {
      count++;
    },
  });
  cutter.push(head);
  if (count > 0) return alike / count;
  // One record that the end of the head cut.
  const at = objectStart(head, start, head.length);
  scan.scan(head, at < 0 ? start : at, head.length);
  return format.looksLike(scan) ? 1 : 0;
}

/** Whether a brace stands in the first kilobyte: without one it is not worth cutting. */
function hasBrace(head: Uint8Array, start: number): boolean {
  const end = Math.min(head.length, start + 1024);
  for (let i = start; i < end; i++) if (head[i] === 123) return true;
  return false;
}

/** Where the object of the line starts: at its first byte or after a log header; -1 when there is none. */
function objectStart(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === 123) return start;
  const near = Math.min(end, start + 512);
  let at = start;
  while (at < near && bytes[at] !== 123) at++;
  if (at === near) return -1;
  let space = start;
  while (space < at && bytes[space]! <= 32) space++;
  return space === at || startsLikeLogLine(bytes, start, end) ? at : -1;
}

/** Cuts lines or a document, whichever the first line that is not blank shows. */
class RecordCutter implements LineSink {
  readonly #sink: JsonRecordSink;
  #lines: Lines | undefined;
  #records: JsonRecords | undefined;
  /** The start of the input, until it is known how to cut it. */
  #first: Uint8Array = new Uint8Array(0);

  constructor(sink: JsonRecordSink) {
    this.#sink = sink;
  }

  /** Each line is a record. */
  get cutsLines(): boolean {
    return this.#lines !== undefined;
  }

  push(chunk: Uint8Array): void {
    if (this.#lines) this.#lines.push(chunk);
    else if (this.#records) this.#records.push(chunk);
    else this.#waitForLine(chunk);
  }

  end(): void {
    if (!this.#lines && !this.#records) this.#decide();
    this.#lines?.end();
    this.#records?.end();
  }

  line(bytes: Uint8Array, start: number, end: number, number: number): void {
    if (end > start) this.#sink.record(bytes, start, end, number);
  }

  tooLong(number: number): void {
    this.#sink.tooLarge(number);
  }

  #waitForLine(chunk: Uint8Array): void {
    this.#first = this.#first.length === 0 ? Uint8Array.from(chunk) : Buffer.concat([this.#first, chunk]);
    if (firstLineEnd(this.#first) < 0 && this.#first.length < LONGEST_LINE_BYTES) return;
    this.#decide();
  }

  #decide(): void {
    const first = this.#first;
    const end = firstLineEnd(first);
    const line = first.subarray(0, Math.min(end < 0 ? first.length : end, LONGEST_LINE_BYTES));
    const isDocument = isJsonDocument(line);
    if (isDocument) this.#records = new JsonRecords(this.#sink);
    else this.#lines = new Lines(this);
    this.#first = new Uint8Array(0);
    this.push(isDocument && first[0] === 0xef ? first.subarray(3) : first);
  }
}

/** Where the newline stands that ends the first line with something in it; -1 when it is not there yet. */
function firstLineEnd(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && bytes[at]! <= 32) at++;
  return at === bytes.length ? -1 : bytes.indexOf(10, at);
}

class JsonDecoder implements Decoder, Witness, JsonRecordSink {
  readonly tally: Tally;
  position = 0;
  #batch: Batch | undefined;
  readonly #read: ReadRecord;
  readonly #scan: JsonScan;
  readonly #cutter = new RecordCutter(this);

  constructor(read: ReadRecord, scan: JsonScan, tally: Tally) {
    this.#read = read;
    this.#scan = scan;
    this.tally = tally;
  }

  get batch(): Batch {
    return this.#batch!;
  }

  decode(chunk: Uint8Array, batch: Batch): void {
    this.#batch = batch;
    this.#cutter.push(chunk);
  }

  end(batch: Batch): void {
    this.#batch = batch;
    this.#cutter.end();
  }

  record(bytes: Uint8Array, start: number, end: number, number: number): void {
    this.tally.records++;
    this.position = number;
    const at = bytes[start] === 123 ? start : objectStart(bytes, start, end);
    if (at < 0) {
      if (startsLikeLogLine(bytes, start, end)) this.other();
      else this.tally.reject(NOT_JSON, number);
      return;
    }
    const reject = this.#scan.scan(bytes, at, end) ? this.#read(this.#scan, this) : MALFORMED;
    if (reject !== undefined) this.tally.reject(reject, number);
  }

  tooLarge(number: number): void {
    this.tally.records++;
    this.tally.reject(this.#cutter.cutsLines ? TOO_LONG : TOO_LARGE, number);
  }

  broken(number: number): void {
    this.tally.records++;
    this.tally.reject(MALFORMED, number);
  }

  other(): undefined {
    this.tally.gap(OTHER_LINES);
  }
}
