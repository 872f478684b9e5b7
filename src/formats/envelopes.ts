// Hot: once per line of a log in envelopes; measured by bench/log-formats.ts.
import { JsonKind, JsonScan, unescapedJson, unescapeJson } from "../bytes/json-scan.ts";
import { type LineSink, Lines } from "../bytes/lines.ts";

/** What container engines, journals and log shippers put around each line of a log, and how it is taken off again. */
export interface Envelope {
  /** Who writes it, for people. */
  readonly title: string;
  /** Whether the line is in such an envelope. */
  holds(bytes: Uint8Array, start: number, end: number): boolean;
  /** Writes what is in the envelope to `out`, but for the line's end; false when the line is in none. */
  open(bytes: Uint8Array, start: number, end: number, out: Unwrapped): boolean;
  /** Which of two streams a line is of, and whether it goes on in the next envelope of that stream. Default: every line is whole. */
  part?(bytes: Uint8Array, start: number, end: number): Part;
}

/** The stream of a part of a line, standard output (0) or error (1). */
interface Part {
  readonly stream: 0 | 1;
  readonly goesOn: boolean;
}

/** Parts of a line are joined up to so many bytes; longer ones are too long to be read anyway. */
const MOST_JOINED = 128 * 1024;
/** Docker cuts lines behind so many bytes. */
const DOCKER_CUTS_AT = 16 * 1024;

/** So many of the first lines are looked at. */
const LOOKED_AT = 32;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const LETTER_P = 80;
const LETTER_E = 101;
const LETTER_N = 110;

const whole: Part = { stream: 0, goesOn: false };

/** Text taken out of envelopes, to be read before the next. */
class Unwrapped {
  bytes = Buffer.alloc(64 * 1024);
  length = 0;

  add(bytes: Uint8Array, start: number, end: number): void {
    this.#makeRoom(end - start);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }

  addText(text: string): void {
    this.#makeRoom(text.length);
    this.length += this.bytes.write(text, this.length, "latin1");
  }

  /** The value of a slot, its escapes undone, without the line's end; line ends within it become spaces, for it is one record. */
  addValue(scan: JsonScan, slot: number): void {
    const from = this.length;
    const start = scan.starts[slot]!;
    const end = scan.ends[slot]!;
    if (scan.kinds[slot] === JsonKind.escapedString) {
      const length = unescapeJson(scan.bytes, start, end);
      this.add(unescapedJson(), 0, length);
    } else if (scan.kinds[slot] === JsonKind.array) this.#addNumbers(scan.bytes, start, end);
    else this.add(scan.bytes, start, end);
    const { bytes } = this;
    while (this.length > from && (bytes[this.length - 1] === NEWLINE || bytes[this.length - 1] === CARRIAGE_RETURN))
      this.length--;
    for (let i = from; i < this.length; i++) if (bytes[i] === NEWLINE) bytes[i] = SPACE;
  }

  /** `[71,69,84]`: how journalctl writes bytes that are not UTF-8. */
  #addNumbers(bytes: Uint8Array, start: number, end: number): void {
    this.#makeRoom(end - start);
    let value = -1;
    for (let i = start; i < end; i++) {
      const digit = bytes[i]! - 48;
      if (digit >= 0 && digit <= 9) value = Math.max(value, 0) * 10 + digit;
      else if (value >= 0) {
        this.bytes[this.length++] = value;
        value = -1;
      }
    }
  }

  #makeRoom(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const scan = new JsonScan();
const slot = {
  log: scan.want("log"),
  stream: scan.want("stream"),
  message: scan.want("MESSAGE"),
  micros: scan.want("__REALTIME_TIMESTAMP"),
  host: scan.want("_HOSTNAME"),
  program: scan.want("SYSLOG_IDENTIFIER"),
  command: scan.want("_COMM"),
  transport: scan.want("_TRANSPORT"),
  process: scan.want("_PID"),
};
const shipped = new JsonScan();
const shippedSlots = [
  "message",
  "event/original",
  "log",
  "line",
  "_raw",
  "result/_raw",
  "short_message",
  "MESSAGE",
].map((path) => shipped.want(path));

/** `{"log":"…\n","stream":"stdout","time":"…"}`. Source: Docker, "JSON File logging driver". */
const docker: Envelope = {
  title: "Docker's JSON",
  holds: (bytes, start, end) => isObject(scan, bytes, start, end) && scan.has(slot.log) && scan.has(slot.stream),
  open(bytes, start, end, out) {
    if (!docker.holds(bytes, start, end)) return false;
    out.addValue(scan, slot.log);
    return true;
  },
  part(bytes, start, end) {
    if (!docker.holds(bytes, start, end)) return whole;
    const last = scan.ends[slot.log]!;
    const isCut = last - scan.starts[slot.log]! >= DOCKER_CUTS_AT && bytes[last - 1] !== LETTER_N;
    return { stream: scan.is(slot.stream, "stderr") ? 1 : 0, goesOn: isCut };
  },
};

/** `{"__REALTIME_TIMESTAMP":"…","MESSAGE":"…",…}`. Source: systemd, journalctl(1), `-o json`; systemd.journal-fields(7). */
const journal: Envelope = {
  title: "journalctl's JSON",
  holds: (bytes, start, end) => isObject(scan, bytes, start, end) && scan.has(slot.micros) && scan.has(slot.message),
  open(bytes, start, end, out) {
    if (!isObject(scan, bytes, start, end) || !scan.has(slot.micros)) return false;
    const micros = scan.number(slot.micros);
    const atMs = micros >= 0 && micros < 8.64e18 ? micros / 1000 : 0;
    out.addText(`${new Date(atMs).toISOString()} `);
    if (scan.has(slot.host)) out.addValue(scan, slot.host);
    else out.addText("-");
    out.addText(" ");
    const program = [slot.program, slot.command].find((each) => scan.has(each));
    if (program !== undefined) out.addValue(scan, program);
    else out.addText("-");
    if (scan.has(slot.process) && !scan.is(slot.transport, "kernel")) {
      out.addText("[");
      out.addValue(scan, slot.process);
      out.addText("]");
    }
    out.addText(": ");
    if (scan.has(slot.message)) out.addValue(scan, slot.message);
    return true;
  },
};

/** `2026-11-22T19:05:16.123456789Z stdout F …`. Source: Kubernetes, CRI logging format (`kubelet`, containerd, CRI-O). */
const container: Envelope = {
  title: "Kubernetes' container log",
  holds: (bytes, start, end) => bodyOfContainer(bytes, start, end) >= 0,
  open(bytes, start, end, out) {
    const at = bodyOfContainer(bytes, start, end);
    if (at >= 0) out.add(bytes, at, end);
    return at >= 0;
  },
  part(bytes, start, end) {
    const at = bodyOfContainer(bytes, start, end);
    if (at < 0) return whole;
    // `stderr P `
    return { stream: bytes[at - 6] === LETTER_E ? 1 : 0, goesOn: bytes[at - 2] === LETTER_P };
  },
};

/** Behind `… stdout F `; -1 when the line starts otherwise. */
function bodyOfContainer(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start + 4] !== 45 || bytes[start + 10] !== 84) return -1;
  let at = start + 19;
  while (at < end && at < start + 40 && bytes[at] !== SPACE) at++;
  const isStream = at + 10 <= end && bytes[at + 1] === 115 && bytes[at + 2] === 116 && bytes[at + 3] === 100;
  const isTagged = isStream && bytes[at + 7] === SPACE && (bytes[at + 8] === 70 || bytes[at + 8] === 80);
  return isTagged && bytes[at + 9] === SPACE ? at + 10 : -1;
}

/** `{"@timestamp":"…","message":"…"}`, as Filebeat, Fluent Bit, Vector, Splunk and others pass lines on. */
const shipper: Envelope = {
  title: "a log shipper's JSON",
  holds: (bytes, start, end) => isObject(shipped, bytes, start, end) && messageOf() !== undefined,
  open(bytes, start, end, out) {
    const message = isObject(shipped, bytes, start, end) ? messageOf() : undefined;
    if (message !== undefined) out.addValue(shipped, message);
    return message !== undefined;
  },
};

/** `web-1  | …`. Source: Docker Compose, `docker compose logs`. */
const compose: Envelope = {
  title: "Docker Compose's log",
  holds: (bytes, start, end) => bodyOfService(bytes, start, end) >= 0,
  open(bytes, start, end, out) {
    const at = bodyOfService(bytes, start, end);
    if (at >= 0) out.add(bytes, at, end);
    return at >= 0;
  },
};

/** Behind the name of the service and `| `; -1 when the line starts otherwise. */
function bodyOfService(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at < start + 64 && isNameByte(bytes[at]!)) at++;
  const nameEnd = at;
  while (at < end && bytes[at] === SPACE) at++;
  return nameEnd > start && at > nameEnd && at < end && bytes[at] === 124 ? at + (bytes[at + 1] === SPACE ? 2 : 1) : -1;
}

function isNameByte(c: number): boolean {
  return ((c | 32) >= 97 && (c | 32) <= 122) || (c >= 45 && c <= 57) || c === 95;
}

function messageOf(): number | undefined {
  return shippedSlots.find(
    (each) => shipped.kinds[each] === JsonKind.string || shipped.kinds[each] === JsonKind.escapedString,
  );
}

function isObject(scanner: JsonScan, bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 123 && scanner.scan(bytes, start, end);
}

/** The envelope that most of the first lines are in, and no log has of its own; undefined when they are in none. */
export function envelopeOf(head: Uint8Array): Envelope | undefined {
  return mostly(head, [docker, journal, container, compose]);
}

/** The same of envelopes that a log in JSON may look like too: for what nothing else reads. */
export function looseEnvelopeOf(head: Uint8Array): Envelope | undefined {
  return mostly(head, [shipper]);
}

function mostly(head: Uint8Array, envelopes: readonly Envelope[]): Envelope | undefined {
  const counts = envelopes.map(() => 0);
  let seen = 0;
  const lines = new Lines({
    line(bytes, start, end) {
      if (end === start || seen === LOOKED_AT) return;
      seen++;
      for (const [i, envelope] of envelopes.entries()) if (envelope.holds(bytes, start, end)) counts[i]!++;
    },
    tooLong() {
      seen++;
    },
  });
  lines.push(head);
  if (seen === 0) lines.end();
  const best = counts.indexOf(Math.max(...counts));
  return 2 * counts[best]! > seen ? envelopes[best] : undefined;
}

/**
 * The lines in the envelopes: one for each line, so that line numbers are those of the file. A line in several parts stands where its
 * last part does, and is empty before.
 */
export async function* unwrapped(
  chunks: AsyncIterable<Uint8Array>,
  envelope: Envelope,
): AsyncGenerator<Uint8Array, void, void> {
  const out = new Unwrapped();
  const held = [new Unwrapped(), new Unwrapped()] as const;
  const sink: LineSink = {
    line(bytes, start, end) {
      const { stream, goesOn } = envelope.part?.(bytes, start, end) ?? whole;
      const parts = held[stream];
      if (goesOn) {
        if (parts.length < MOST_JOINED) envelope.open(bytes, start, end, parts);
        out.addText("\n");
        return;
      }
      out.add(parts.bytes, 0, parts.length);
      parts.length = 0;
      // What is in no envelope goes on as it is: its format says what it is not.
      if (!envelope.open(bytes, start, end, out)) out.add(bytes, start, end);
      out.addText("\n");
    },
    tooLong() {
      out.addText("a line that is too long for its envelope to be opened\n");
    },
  };
  const lines = new Lines(sink);
  for await (const chunk of chunks) {
    out.length = 0;
    lines.push(chunk);
    if (out.length > 0) yield out.bytes.subarray(0, out.length);
  }
  out.length = 0;
  lines.end();
  if (out.length > 0) yield out.bytes.subarray(0, out.length);
}
