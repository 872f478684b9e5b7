import { RE2JS, type RE2JSSyntaxException } from "re2js";
import type { Line } from "../../bytes/line.ts";
import { LogTime } from "../../bytes/log-time.ts";
import { NO_CLIENT } from "../client-chain.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext, Format } from "../format.ts";
import { mistakenPattern, type PatternText, parsePatternText } from "../pattern-text.ts";
import { Part, RequestRecord } from "../request-record.ts";
import { WebTime } from "../web-time.ts";

/** Named groups of a pattern that are parts of a request. */
const parts: Readonly<Record<string, Part>> = {
  source: Part.peer,
  sourcePort: Part.peerPort,
  forwarded: Part.forwarded,
  target: Part.target,
  targetPort: Part.targetPort,
  host: Part.host,
  request: Part.request,
  method: Part.method,
  path: Part.uri,
  query: Part.query,
  status: Part.status,
  size: Part.size,
  referer: Part.referer,
  agent: Part.agent,
};
const others = ["time", "hello"];

interface Pattern extends PatternText {
  readonly compiled: RE2JS;
  readonly groups: readonly string[];
  readonly isRequest: boolean;
}

/**
 * Logs that nothing else reads, by patterns that the user wrote: named groups say what is what (`source`, `sourcePort`,
 * `target`, `targetPort`, `time`, `hello`; of a request `method`, `path`, `request`, `status`, `agent` …). A line is a
 * request when its pattern has `path` or `request`, else a contact. Time without a group is taken from the line's start.
 * Patterns run in time linear in the line (RE2), whatever they are and whatever the line holds.
 * @throws UserProblem `option-invalid` when the text cannot be used
 */
export function patternFormatOf(text: string): Format {
  const patterns = parsePatternText(text).map(compiled);
  return defineLineFormat({
    id: "pattern-log",
    title: "Log read by the patterns given",
    looksLike: (line) => {
      const written = latin1(line);
      return patterns.some((pattern) => pattern.compiled.matcher(written).find());
    },
    open: (context) => {
      const reader = new PatternReader(patterns, context);
      return (line, witness) => reader.read(line, witness);
    },
  });
}

function compiled(pattern: PatternText): Pattern {
  try {
    const expression = RE2JS.compile(pattern.expression);
    const groups = Object.keys(expression.namedGroups());
    const unknown = groups.find((group) => parts[group] === undefined && !others.includes(group));
    if (unknown !== undefined) throw mistakenPattern(pattern.line, `there is no group '${unknown}'`);
    if (!groups.includes("source")) throw mistakenPattern(pattern.line, "it has neither <HOST> nor a group 'source'");
    return {
      ...pattern,
      compiled: expression,
      groups,
      isRequest: groups.includes("path") || groups.includes("request"),
    };
  } catch (error) {
    if ((error as RE2JSSyntaxException).name !== "RE2JSSyntaxException") throw error;
    throw mistakenPattern(pattern.line, (error as Error).message);
  }
}

class PatternReader {
  readonly #patterns: readonly Pattern[];
  readonly #logTime: LogTime;
  readonly #time: WebTime;
  readonly #contact = new ContactRecord();
  readonly #request = new RequestRecord("log");

  constructor(patterns: readonly Pattern[], context: DecodeContext) {
    this.#patterns = patterns;
    this.#logTime = new LogTime(context);
    this.#time = new WebTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const written = latin1(line);
    for (const pattern of this.#patterns) {
      const matcher = pattern.compiled.matcher(written);
      if (!matcher.find()) continue;
      const place = (group: string) => {
        if (!pattern.groups.includes(group) || matcher.group(group) === null) return undefined;
        return { start: line.start + matcher.start(group), end: line.start + matcher.end(group) };
      };
      return this.#tell(line, pattern, place, witness);
    }
    return witness.other();
  }

  #tell(line: Line, pattern: Pattern, place: Place, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const time = place("time");
    const atMs = time ? this.#time.parse(bytes, time.start, time.end) : this.#logTime.parse(bytes, start, end);
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    return pattern.isRequest
      ? this.#tellRequest(bytes, pattern, place, atMs, witness)
      : this.#tellContact(bytes, pattern, place, atMs, witness);
  }

  #tellRequest(bytes: Uint8Array, pattern: Pattern, place: Place, atMs: number, witness: Witness): string | undefined {
    const record = this.#request;
    record.begin(bytes);
    record.atMs = atMs;
    for (const group of pattern.groups) {
      const found = place(group);
      const part = parts[group];
      if (found && part !== undefined) record.set(part, found.start, found.end);
    }
    return record.tell(witness);
  }

  #tellContact(bytes: Uint8Array, pattern: Pattern, place: Place, atMs: number, witness: Witness): string | undefined {
    const contact = this.#contact;
    contact.begin(atMs);
    const source = place("source");
    if (!source || !contact.setSource(bytes, source.start, source.end)) return NO_CLIENT;
    const target = place("target");
    if (target) contact.setTarget(bytes, target.start, target.end);
    const sourcePort = place("sourcePort");
    const targetPort = place("targetPort");
    contact.transport = pattern.transport;
    contact.sourcePort = sourcePort ? portAt(bytes, sourcePort.start, sourcePort.end) : 0;
    contact.targetPort = targetPort ? portAt(bytes, targetPort.start, targetPort.end) : pattern.port;
    contact.tell(witness, pattern.outcome);
    const hello = place("hello");
    if (hello) contact.tellHello(witness, pattern.service, bytes, hello.start, hello.end);
    return undefined;
  }
}

type Place = (group: string) => { readonly start: number; readonly end: number } | undefined;

/** The line with a character a byte, so that places in it are places in the bytes. */
function latin1(line: Line): string {
  const { bytes, start, end } = line;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
