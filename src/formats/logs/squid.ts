// Hot: once per line; measured by bench/lines.ts.
import { parseEpoch } from "../../bytes/cells.ts";
import type { Line } from "../../bytes/line.ts";
import { startsLikeLogLine } from "../../bytes/log-time.ts";
import { structuredMessageAt } from "../../bytes/structured-syslog.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Part, RequestRecord } from "../request-record.ts";

/**
 * Squid's native access log: `1795374316.250 815 192.0.2.7 TCP_MISS/200 1564 GET http://www.example.org/ - HIER_DIRECT/… -`.
 * Squid writes every target with its host; that is taken off again. Source: Squid, logformat, "squid"; log_tags.
 */
export const squid = defineLineFormat({
  id: "squid",
  title: "Squid access log (native)",
  looksLike: (line) => walk(line.bytes, firstField(line), line.end),
  open: () => {
    const record = new RequestRecord("plain");
    return (line, witness) => readLine(line, witness, record);
  },
});

const SPACE = 32;
const SLASH = 47;
/** Time, duration, client, result, size, method, URL. */
const FIELDS = 7;
const starts = new Int32Array(FIELDS);
const ends = new Int32Array(FIELDS);

function readLine(line: Line, witness: Witness, record: RequestRecord): string | undefined {
  const { bytes, end } = line;
  if (!walk(bytes, firstField(line), end)) {
    return startsLikeLogLine(bytes, line.start, end) ? witness.other() : "not a line of Squid's native format";
  }
  record.begin(bytes);
  record.atMs = parseEpoch(bytes, starts[0]!, ends[0]!);
  record.set(Part.peer, starts[2]!, ends[2]!);
  record.set(Part.status, slashIn(3) + 1, ends[3]!);
  record.set(Part.size, starts[4]!, ends[4]!);
  record.set(Part.method, starts[5]!, ends[5]!);
  setTarget(bytes, starts[6]!, ends[6]!, record);
  return record.tell(witness);

  function slashIn(field: number): number {
    let at = starts[field]!;
    while (at < ends[field]! && bytes[at] !== SLASH) at++;
    return at;
  }
}

/** Splits `http://host:port/path`; CONNECT's `host:port` is both, an error's name (`error:invalid-request`) is neither. */
function setTarget(bytes: Uint8Array, start: number, end: number, record: RequestRecord): void {
  let colon = start;
  while (colon < end && bytes[colon] !== 58) colon++;
  const isAbsolute = bytes[colon + 1] === SLASH && bytes[colon + 2] === SLASH;
  const isError = colon - start === 5 && bytes[start] === 101 && bytes[start + 4] === 114;
  if (isError) return;
  const hostAt = isAbsolute ? colon + 3 : start;
  let hostEnd = hostAt;
  while (hostEnd < end && bytes[hostEnd] !== SLASH && bytes[hostEnd] !== 63) hostEnd++;
  record.set(Part.host, hostAt, hostEnd);
  if (isAbsolute && hostEnd < end) record.set(Part.uri, hostEnd, end);
  else record.set(Part.uri, start, end);
}

/** Finds the fields; false when the line is of another form. */
function walk(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  for (let field = 0; field < FIELDS; field++) {
    while (at < end && bytes[at] === SPACE) at++;
    starts[field] = at;
    while (at < end && bytes[at] !== SPACE) at++;
    ends[field] = at;
  }
  if (starts[6] === ends[6] || bytes[starts[0]! + 10] !== 46 || ends[0]! - starts[0]! !== 14) return false;
  // The result: words in capitals, a slash, three digits.
  const slash = ends[3]! - 4;
  if (slash <= starts[3]! || bytes[slash] !== SLASH) return false;
  for (let i = starts[3]!; i < slash; i++) if (!isCapital(bytes[i]!)) return false;
  for (let i = slash + 1; i < ends[3]!; i++) if (!isDigit(bytes[i]!)) return false;
  return isDigit(bytes[starts[4]!]!);
}

/** Behind a syslog header that names `squid[123]: `, or the line's start. */
function firstField(line: Line): number {
  const { bytes, start, end } = line;
  const structured = structuredMessageAt(bytes, start, end);
  if (structured >= 0) return structured;
  const message = isDigit(bytes[start]!) ? -1 : line.after(": ");
  return message < 0 ? start : message;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isCapital(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte === 95;
}
