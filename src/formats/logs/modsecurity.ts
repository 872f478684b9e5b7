import { type LineSink, Lines } from "../../bytes/lines.ts";
import type { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import { headerMeaning } from "../access-variables.ts";
import { TOO_LONG, type Witness } from "../define-line-format.ts";
import type { DecodeContext, Decoder, Format } from "../format.ts";
import { Part, RequestRecord } from "../request-record.ts";
import { WebTime } from "../web-time.ts";

/**
 * ModSecurity's native audit log: a transaction is many lines, in sections from A to Z that `--a1b2c3d4-A--` begins
 * (libModSecurity writes `---a1b2c3d4---A--`). Read are A (time and addresses), B (request line and headers) and F (status).
 * Only the boundary that section A brought can end a section, so a request's body cannot forge one. Source: ModSecurity
 * Reference Manual, "Audit Log Format".
 */
export const modsecurity: Format = {
  id: "modsecurity",
  title: "ModSecurity audit log (native)",
  kind: "log",
  looksLike: shareOfBoundaries,
  open: (context) => new AuditDecoder(context),
};

/** Bytes kept of one transaction: time, addresses, request line and the headers that are read. */
const MOST_BYTES = 64 * 1024;
const DASH = 45;
const SPACE = 32;
const COLON = 58;

/** Where a boundary's section letter stands in `bytes[start, end)`; -1 when the line is no boundary. */
function sectionAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 14 || bytes[start] !== DASH || bytes[start + 1] !== DASH) return -1;
  const letterAt = end - 3;
  if (bytes[end - 1] !== DASH || bytes[end - 2] !== DASH || bytes[letterAt - 1] !== DASH) return -1;
  const letter = bytes[letterAt]!;
  if (letter < 65 || letter > 90) return -1;
  for (let i = start + 3; i < letterAt - 3; i++) if (!isWord(bytes[i]!)) return -1;
  return letterAt;
}

/** The share of lines is no measure here: bodies are long. A boundary of section A at the start is. */
function shareOfBoundaries(head: Uint8Array): number {
  let boundaries = 0;
  let firstSection = 0;
  const lines = new Lines({
    line(bytes, start, end, number) {
      const at = sectionAt(bytes, start, end);
      if (at < 0) return;
      boundaries++;
      if (number <= 4) firstSection = bytes[at]!;
    },
    tooLong() {},
  });
  lines.push(head);
  lines.end();
  if (boundaries === 0) return 0;
  return firstSection === 65 ? 1 : 0.5;
}

class AuditDecoder implements Decoder, Witness, LineSink {
  readonly tally: Tally;
  /** Line of the transaction's section A. */
  position = 0;
  #batch: Batch | undefined;
  readonly #lines = new Lines(this);
  readonly #time: WebTime;
  readonly #record = new RequestRecord("plain");
  /** What is kept of the open transaction. */
  readonly #kept = new Uint8Array(MOST_BYTES);
  #used = 0;
  /** The open transaction's boundary up to its letter, and how long it is. */
  readonly #boundary = new Uint8Array(128);
  #boundaryLength = 0;
  /** Letter of the open section, 0 outside of transactions. */
  #section = 0;
  #lineOfSection = 0;

  constructor(context: DecodeContext) {
    this.tally = context.tally;
    this.#time = new WebTime(context);
  }

  get batch(): Batch {
    return this.#batch!;
  }

  other(): undefined {}

  decode(chunk: Uint8Array, batch: Batch): void {
    this.#batch = batch;
    this.#lines.push(chunk);
  }

  end(batch: Batch): void {
    this.#batch = batch;
    this.#lines.end();
    if (this.#section !== 0) this.#finish();
  }

  tooLong(number: number): void {
    // In a body it is nothing lost.
    if (this.#section !== 66 && this.#section !== 65) return;
    this.tally.records++;
    this.tally.reject(TOO_LONG, number);
    this.#section = 0;
  }

  line(bytes: Uint8Array, start: number, end: number, number: number): void {
    const letterAt = sectionAt(bytes, start, end);
    if (letterAt >= 0 && (bytes[letterAt] === 65 || this.#isOwnBoundary(bytes, start, letterAt))) {
      this.#startSection(bytes, start, letterAt, number);
      return;
    }
    if (this.#section === 0) {
      if (end > start) this.#rejectLine("outside of a transaction", number);
      return;
    }
    this.#lineOfSection++;
    if (this.#section === 65) this.#readOrigin(bytes, start, end);
    else if (this.#section === 66) this.#readRequest(bytes, start, end);
    else if (this.#section === 70 && this.#lineOfSection === 1) this.#readStatus(bytes, start, end);
  }

  #rejectLine(reason: string, number: number): void {
    this.tally.records++;
    this.tally.reject(reason, number);
  }

  #startSection(bytes: Uint8Array, start: number, letterAt: number, number: number): void {
    const letter = bytes[letterAt]!;
    if (letter === 65) {
      // Within a transaction an A can only be another one's: the writer died, or two writers share the file.
      if (this.#section !== 0) this.#finish();
      this.position = number;
      this.#used = 0;
      this.#boundaryLength = Math.min(letterAt - start, this.#boundary.length);
      for (let i = 0; i < this.#boundaryLength; i++) this.#boundary[i] = bytes[start + i]!;
      this.#record.begin(this.#kept);
    }
    this.#section = letter;
    this.#lineOfSection = 0;
    if (letter === 90) this.#finish();
  }

  #isOwnBoundary(bytes: Uint8Array, start: number, letterAt: number): boolean {
    if (this.#section === 0 || letterAt - start !== this.#boundaryLength) return false;
    for (let i = 0; i < this.#boundaryLength; i++) if (bytes[start + i] !== this.#boundary[i]) return false;
    return true;
  }

  #finish(): void {
    this.#section = 0;
    this.tally.records++;
    const reason = this.#record.tell(this);
    if (reason !== undefined) this.tally.reject(reason, this.position);
  }

  /** `[22/Nov/2026:19:05:16 +0000] id 192.0.2.7 51234 198.51.100.4 80`; the time may have a fraction. */
  #readOrigin(bytes: Uint8Array, start: number, end: number): void {
    if (this.#lineOfSection !== 1) return;
    let at = start;
    while (at < end && bytes[at] !== 93) at++;
    this.#record.atMs = this.#time.parse(bytes, start, at);
    at = wordEnd(bytes, at + 2, end); // the unique id
    for (const part of [Part.peer, Part.peerPort, Part.target, Part.targetPort]) {
      const wordAt = at + 1;
      at = wordEnd(bytes, wordAt, end);
      this.#keep(part, bytes, wordAt, at);
    }
  }

  #readRequest(bytes: Uint8Array, start: number, end: number): void {
    if (this.#lineOfSection === 1) {
      this.#keep(Part.request, bytes, start, end);
      return;
    }
    let colon = start;
    while (colon < end && colon < start + 40 && bytes[colon] !== COLON) colon++;
    if (bytes[colon] !== COLON) return;
    const meaning = headerNamed(bytes, start, colon);
    let at = colon + 1;
    while (at < end && bytes[at] === SPACE) at++;
    if (typeof meaning === "number") this.#keep(meaning, bytes, at, end);
  }

  /** `HTTP/1.1 403 Forbidden` */
  #readStatus(bytes: Uint8Array, start: number, end: number): void {
    const at = wordEnd(bytes, start, end) + 1;
    this.#keep(Part.status, bytes, at, wordEnd(bytes, at, end));
  }

  #keep(part: Part, bytes: Uint8Array, start: number, end: number): void {
    if (end <= start || this.#used + end - start > MOST_BYTES) return;
    const from = this.#used;
    for (let i = start; i < end; i++) this.#kept[this.#used++] = bytes[i]!;
    this.#record.set(part, from, this.#used);
  }
}

function headerNamed(bytes: Uint8Array, start: number, end: number): ReturnType<typeof headerMeaning> {
  let name = "";
  for (let i = start; i < end; i++) name += String.fromCharCode(bytes[i]!);
  // Only real headers: `:path` and its like are another server's way of writing.
  return name.startsWith(":") ? "skip" : headerMeaning(name);
}

function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at++;
  return Math.min(at, end);
}

function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
}
