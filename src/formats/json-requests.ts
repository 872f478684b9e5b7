// Hot: once per line of a JSON access log; measured by bench/lines.ts.
import { JsonKind, JsonScan } from "../bytes/json-scan.ts";
import type { Line } from "../bytes/line.ts";
import { startsLikeLogLine } from "../bytes/log-time.ts";
import { NO_CLIENT } from "./client-chain.ts";
import { defineLineFormat, type Witness } from "./define-line-format.ts";
import type { DecodeContext, Format } from "./format.ts";
import { Part, RequestRecord } from "./request-record.ts";
import { WebTime } from "./web-time.ts";

/** Where JSON lines of one kind hold what: paths of keys, slashes between; of several with one meaning the first counts. */
export interface JsonRequests {
  readonly time: readonly string[];
  readonly parts: readonly (readonly [part: Part, paths: readonly string[]])[];
  /** Paths one of which a line must have to be of this kind, besides a time, a client and a request. */
  readonly marks?: readonly string[];
  /** Whether values of headers are percent-encoded. Default: no. */
  readonly hasEncodedHeaders?: boolean;
}

const STATUS = 1 << Part.status;
const CLIENT = (1 << Part.peer) | (1 << Part.client) | (1 << Part.forwarded);
const TARGET = (1 << Part.request) | (1 << Part.uri);
const BRACE = 123;
const QUOTE = 34;

/** Makes a format of lines that hold one request each as a JSON object, perhaps behind a header (syslog, container logs). */
export function defineJsonRequests(id: string, title: string, keys: JsonRequests): Format {
  const finder = new JsonFinder(keys);
  return defineLineFormat({
    id,
    title,
    looksLike: (line) => finder.scan(line) && finder.isRequest,
    open: (context) => {
      const reader = new JsonRequestReader(keys, context);
      return (line, witness) => reader.read(line, witness);
    },
  });
}

/** Finds the wanted values of a line. */
class JsonFinder {
  readonly scanner = new JsonScan();
  readonly #times: readonly number[];
  readonly #marks: readonly number[];
  /** Slots in order, and the part that each gives. */
  readonly slots: Int32Array;
  readonly parts: Int32Array;
  /** The part that each slot gives; -1 for other slots. */
  readonly partOf: Int8Array;

  constructor(keys: JsonRequests) {
    const { scanner } = this;
    const pairs = keys.parts.flatMap(([part, paths]) => paths.map((path) => [scanner.want(path), part] as const));
    this.slots = Int32Array.from(pairs, ([slot]) => slot);
    this.parts = Int32Array.from(pairs, ([, part]) => part);
    this.#times = keys.time.map((path) => scanner.want(path));
    this.#marks = (keys.marks ?? []).map((path) => scanner.want(path));
    this.partOf = new Int8Array(scanner.names.length).fill(-1);
    for (const [slot, part] of pairs.toReversed()) this.partOf[slot] = part;
  }

  /** False when the line holds no JSON object. */
  scan(line: Line): boolean {
    const { bytes, start, end } = line;
    let at = start;
    while (at < end && bytes[at] !== BRACE) at++;
    return at < end && this.scanner.scan(bytes, at, end);
  }

  /** The slot of the first time that is there, or -1. */
  get timeSlot(): number {
    for (const slot of this.#times) if (this.scanner.has(slot)) return slot;
    return -1;
  }

  /** Which parts the line has, a bit each. */
  get found(): number {
    const { starts, kinds } = this.scanner;
    let found = 0;
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i]!;
      if (starts[slot]! >= 0 && kinds[slot] !== JsonKind.object) found |= 1 << this.parts[i]!;
    }
    return found;
  }

  get hasMark(): boolean {
    if (this.#marks.length === 0) return true;
    for (const slot of this.#marks) if (this.scanner.has(slot)) return true;
    return false;
  }

  get isRequest(): boolean {
    if (this.timeSlot < 0 || !this.hasMark) return false;
    const { found } = this;
    // Other programs log addresses and paths too, but no status.
    return (found & STATUS) !== 0 && (found & CLIENT) !== 0 && (found & TARGET) !== 0;
  }
}

class JsonRequestReader {
  readonly #finder: JsonFinder;
  readonly #time: WebTime;
  readonly #record: RequestRecord;

  constructor(keys: JsonRequests, context: DecodeContext) {
    this.#finder = new JsonFinder(keys);
    this.#time = new WebTime(context);
    this.#record = new RequestRecord(keys.hasEncodedHeaders ? "encoded" : "json");
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const finder = this.#finder;
    if (!finder.scan(line)) {
      const isOther = bytes[start] !== BRACE && startsLikeLogLine(bytes, start, end);
      return isOther ? witness.other() : "not a JSON object";
    }
    const time = finder.timeSlot;
    if (time < 0 || !finder.hasMark) return witness.other();
    const { scanner } = finder;
    const record = this.#record;
    record.begin(bytes);
    record.atMs = this.#time.parse(bytes, scanner.starts[time]!, scanner.ends[time]!);
    const { partOf } = finder;
    const { starts, ends, kinds, met } = scanner;
    const count = scanner.sortMet();
    for (let i = 0; i < count; i++) {
      const slot = met[i]!;
      const start = starts[slot]!;
      const part = partOf[slot]!;
      if (start < 0 || part < 0) continue;
      const kind = kinds[slot]!;
      if (kind === JsonKind.array) this.#setArray(part as Part, start, ends[slot]!);
      else if (kind !== JsonKind.object) record.set(part as Part, start, ends[slot]!);
    }
    const hasClient = record.has(Part.peer) || record.has(Part.client) || record.has(Part.forwarded);
    const hasTarget = record.has(Part.request) || record.has(Part.uri);
    if (!record.has(Part.status) || !hasTarget) return witness.other();
    return hasClient ? record.tell(witness) : NO_CLIENT;
  }

  /** A header's value may be an array: of one text mostly, of several for a list. */
  #setArray(part: Part, start: number, end: number): void {
    const { bytes } = this.#finder.scanner;
    if (part === Part.forwarded) this.#record.set(part, start + 1, end - 1);
    else if (bytes[start + 1] === QUOTE) this.#record.set(part, start + 2, quoteEnd(bytes, start + 2, end - 1));
  }
}

function quoteEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === 92 ? 2 : 1;
  return Math.min(at, end);
}
