// Hot: once per line of a log whose format the user wrote down; measured by bench/lines.ts.
import type { Line } from "../bytes/line.ts";
import { startsLikeLogLine } from "../bytes/log-time.ts";
import { structuredMessageAt } from "../bytes/structured-syslog.ts";
import type { LineLayout } from "./access-format-text.ts";
import { defineLineFormat, type Witness } from "./define-line-format.ts";
import type { DecodeContext, Format } from "./format.ts";
import { Part, RequestRecord } from "./request-record.ts";
import { WebTime } from "./web-time.ts";

const TIME = -1;
const SKIP = -2;
const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const DASH = 45;

/**
 * Makes a format of a layout: a reader that walks its fields, each up to the text that follows it. Of several layouts, as of a
 * server's versions, the first that a line follows counts. `marks` are texts one of which a line must hold to be recognised, for
 * layouts that others could be taken for.
 */
export function formatOfLayout(
  id: string,
  title: string,
  layout: LineLayout | readonly [LineLayout, ...LineLayout[]],
  marks: readonly string[] = [],
): Format {
  const layouts = "fields" in layout ? ([layout] as const) : layout;
  const walkers = layouts.map((each) => new FieldWalker(each));
  const time = new WebTime({ referenceMs: 0, zone: 0 });
  return defineLineFormat({
    id,
    title,
    looksLike: (line) =>
      (marks.length === 0 || marks.some((mark) => line.includes(mark))) &&
      walkers.some((walker) => walker.walk(line.bytes, line.start, line.end) && walker.hasTime(line.bytes, time)),
    open: (context) => {
      const reader = new LayoutReader(layouts, context);
      return (line, witness) => reader.read(line, witness);
    },
  });
}

class LayoutReader {
  readonly #walkers: readonly FieldWalker[];
  readonly #time: WebTime;
  readonly #record: RequestRecord;

  constructor(layouts: readonly [LineLayout, ...LineLayout[]], context: DecodeContext) {
    this.#walkers = layouts.map((layout) => new FieldWalker(layout));
    this.#time = new WebTime(context);
    this.#record = new RequestRecord(layouts[0].escapes);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const reason = this.#readFrom(bytes, start, end, witness);
    if (reason === undefined || !startsLikeLogLine(bytes, start, end)) return reason;
    const structured = structuredMessageAt(bytes, start, end);
    const message = structured < 0 ? line.after(": ") : structured;
    return message < 0 ? reason : this.#readFrom(bytes, message, end, witness);
  }

  #readFrom(bytes: Uint8Array, start: number, end: number, witness: Witness): string | undefined {
    const walker = this.#walkerOf(bytes, start, end);
    if (walker === undefined) return "the line does not follow the log format";
    const record = this.#record;
    record.begin(bytes);
    const { wanted, meanings, starts, ends } = walker;
    for (let k = 0; k < wanted.length; k++) {
      const i = wanted[k]!;
      const meaning = meanings[i]!;
      if (meaning === TIME) record.atMs = this.#time.parse(bytes, starts[i]!, ends[i]!);
      else record.set(meaning as Part, starts[i]!, ends[i]!);
    }
    return record.tell(witness);
  }

  /** The first layout that the line follows, its fields found. */
  #walkerOf(bytes: Uint8Array, start: number, end: number): FieldWalker | undefined {
    const walkers = this.#walkers;
    for (let i = 0; i < walkers.length; i++) if (walkers[i]!.walk(bytes, start, end)) return walkers[i];
    return undefined;
  }
}

/** Finds where each field of a line stands. */
class FieldWalker {
  readonly count: number;
  readonly meanings: Int8Array;
  /** The fields that mean something. */
  readonly wanted: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #start: Uint8Array;
  /** The text behind each field: its bytes, its first byte, its length, and whether a number must follow it. */
  readonly #literals: readonly Uint8Array[];
  readonly #firsts: Uint8Array;
  readonly #lengths: Int32Array;
  readonly #numberFollows: Uint8Array;

  constructor(layout: LineLayout) {
    const { fields } = layout;
    this.count = fields.length;
    this.starts = new Int32Array(this.count);
    this.ends = new Int32Array(this.count);
    const numbers = fields.map(({ meaning }) => (meaning === "time" ? TIME : meaning === "skip" ? SKIP : meaning));
    this.meanings = Int8Array.from(numbers);
    this.wanted = Int32Array.from(numbers.flatMap((meaning, i) => (meaning === SKIP ? [] : [i])));
    const encoder = new TextEncoder();
    this.#start = encoder.encode(layout.start);
    this.#literals = fields.map(({ literal }) => encoder.encode(literal));
    this.#firsts = Uint8Array.from(this.#literals, (literal) => literal[0] ?? 0);
    this.#lengths = Int32Array.from(this.#literals, (literal) => literal.length);
    this.#numberFollows = Uint8Array.from(numbers, (_, i) => {
      const next = numbers[i + 1];
      return next === Part.status || next === Part.size ? 1 : 0;
    });
  }

  /** False when the line does not follow the layout. */
  walk(bytes: Uint8Array, start: number, end: number): boolean {
    if (!isAt(bytes, start, end, this.#start)) return false;
    const { count, starts, ends } = this;
    const firsts = this.#firsts;
    const lengths = this.#lengths;
    let at = start + this.#start.length;
    for (let i = 0; i < count; i++) {
      const length = lengths[i]!;
      const first = firsts[i]!;
      const fieldEnd =
        length === 0 ? end : first === QUOTE ? this.#quoteAt(i, bytes, at, end) : this.#literalAt(i, bytes, at, end);
      if (fieldEnd < 0) return false;
      starts[i] = at;
      ends[i] = fieldEnd;
      at = fieldEnd + length;
    }
    return at === end || lengths[count - 1]! > 0;
  }

  /** Whether the line walked last has a time where the layout says. */
  hasTime(bytes: Uint8Array, time: WebTime): boolean {
    const i = this.meanings.indexOf(TIME);
    return i >= 0 && !Number.isNaN(time.parse(bytes, this.starts[i]!, this.ends[i]!));
  }

  /** Where the quoted field that starts at `from` ends: a quote behind a backslash is the field's own. */
  #quoteAt(field: number, bytes: Uint8Array, from: number, end: number): number {
    const literal = this.#literals[field]!;
    const last = end - literal.length;
    const numberFollows = this.#numberFollows[field] === 1;
    for (let i = from; i <= last; i++) {
      const c = bytes[i]!;
      if (c === BACKSLASH) i++;
      else if (c === QUOTE && isRestAt(bytes, i, literal)) {
        if (!numberFollows || isNumberAt(bytes, i + literal.length, end)) return i;
      }
    }
    return -1;
  }

  /** Where another field ends: before the first `literal` that is not inside a list, and followed by what the next field starts with. */
  #literalAt(field: number, bytes: Uint8Array, from: number, end: number): number {
    const literal = this.#literals[field]!;
    const first = this.#firsts[field]!;
    const last = end - literal.length;
    const numberFollows = this.#numberFollows[field] === 1;
    for (let i = from; i <= last; i++) {
      if (bytes[i] !== first || !isRestAt(bytes, i, literal)) continue;
      if (first === SPACE && i > from && isListMark(bytes, i - 1)) continue;
      if (numberFollows && !isNumberAt(bytes, i + literal.length, end)) continue;
      return i;
    }
    return -1;
  }
}

/** After a comma, or a colon that stands alone, a list goes on (nginx, `$upstream_addr`; X-Forwarded-For). */
function isListMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === COMMA || (bytes[at] === COLON && bytes[at - 1] === SPACE);
}

function isNumberAt(bytes: Uint8Array, at: number, end: number): boolean {
  const c = bytes[at]!;
  return at < end && ((c >= 48 && c <= 57) || c === DASH);
}

/** Whether the bytes behind the first of `literal` stand behind `at`, where there is room for them. */
function isRestAt(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let i = 1; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

function isAt(bytes: Uint8Array, at: number, end: number, literal: Uint8Array): boolean {
  if (at + literal.length > end) return false;
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}
