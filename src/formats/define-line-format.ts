import { Line } from "../bytes/line.ts";
import { type LineSink, Lines } from "../bytes/lines.ts";
import type { Batch } from "../observations/batch.ts";
import type { Tally } from "../observations/tally.ts";
import type { DecodeContext, Decoder, Format } from "./format.ts";
import type { OtherReaders } from "./other-readers.ts";

/** What a format reads one line with: where its observations go, and where what it cannot read is counted. */
export interface Witness {
  /** Where rows are added, with `batch.add(kind, atMs, position)`. */
  readonly batch: Batch;
  /** Number of the line, from 1. */
  readonly position: number;
  readonly tally: Tally;
  /** Counts the line as written by another program: not ours to read, and no fault. Returns undefined, no reject. */
  other(): undefined;
}

/**
 * Reads one line. Returns undefined when all is well, or a reject: why a line with the marks of the format could not be
 * read, one of a few fixed sentences.
 */
export type ReadLine = (line: Line, witness: Witness) => string | undefined;

export interface LineFormat {
  readonly id: string;
  readonly title: string;
  /** Default `log`. */
  readonly kind?: "log" | "flow";
  /** Whether the line has the marks of this format, be it readable or broken. */
  looksLike(line: Line): boolean;
  /**
   * Given by formats that come through syslog, so that their lines are found among those of other programs: the programs that log
   * them, as they name themselves before a process number.
   */
  readonly programs?: readonly string[];
  /** Starts an input; what it returns may keep state from line to line. */
  open(context: DecodeContext): ReadLine;
}

/** Coverage's name for lines that other programs wrote into the same file. */
export const OTHER_LINES = "lines of other programs";
/** Reject reason of lines that are not looked into. */
export const TOO_LONG = "line longer than 64 KiB";

/** Makes a format of lines: cuts the input, counts its records, and recognises it by the share of lines with its marks. */
export function defineLineFormat(format: LineFormat): Format {
  return {
    id: format.id,
    title: format.title,
    kind: format.kind ?? "log",
    looksLike: (head) => shareOfLines(head, format),
    open: (context) => new LineDecoder(format, context),
    lines: format,
    cut: (show) => new Lines({ line: show, tooLong() {} }),
  };
}

/**
 * Share of the lines in `head` that look like the format. Other programs may write into the same file, so any share counts
 * for something, and the format with the largest wins. The last line may be cut and counts only when it is the only one.
 */
function shareOfLines(head: Uint8Array, format: LineFormat): number {
  const line = new Line();
  let count = 0;
  let alike = 0;
  const lines = new Lines({
    line(bytes, start, end) {
      if (end === start) return;
      line.set(bytes, start, end);
      count++;
      if (format.looksLike(line)) alike++;
    },
    tooLong() {
      count++;
    },
  });
  lines.push(head);
  if (count === 0) lines.end();
  return count === 0 ? 0 : alike / count;
}

class LineDecoder implements Decoder, Witness, LineSink {
  readonly tally: Tally;
  position = 0;
  #batch: Batch | undefined;
  #isOther = false;
  readonly #format: LineFormat;
  readonly #others: OtherReaders | undefined;
  readonly #read: ReadLine;
  readonly #line = new Line();
  readonly #lines: Lines;

  constructor(format: LineFormat, context: DecodeContext) {
    this.#format = format;
    this.#others = context.others;
    this.#read = format.open(context);
    this.tally = context.tally;
    this.#lines = new Lines(this);
  }

  get batch(): Batch {
    return this.#batch!;
  }

  decode(chunk: Uint8Array, batch: Batch): void {
    this.#batch = batch;
    this.#lines.push(chunk);
  }

  end(batch: Batch): void {
    this.#batch = batch;
    this.#lines.end();
  }

  line(bytes: Uint8Array, start: number, end: number, number: number): void {
    if (end === start) return;
    this.tally.records++;
    this.position = number;
    this.#line.set(bytes, start, end);
    this.#isOther = false;
    const reject = this.#read(this.#line, this);
    if (reject !== undefined || this.#isOther) this.#passOn(reject, number);
  }

  /** A line that is not ours, or whose marks are not, is shown to the others. */
  #passOn(reject: string | undefined, number: number): void {
    const isOurs = !this.#isOther && this.#format.looksLike(this.#line);
    const read = isOurs ? undefined : this.#others?.readerOf(this.#line);
    if (read !== undefined) {
      this.#isOther = false;
      reject = read(this.#line, this);
    }
    if (this.#isOther) this.tally.gap(OTHER_LINES);
    else if (reject !== undefined) this.tally.reject(reject, number);
  }

  tooLong(number: number): void {
    this.tally.records++;
    this.tally.reject(TOO_LONG, number);
  }

  other(): undefined {
    this.#isOther = true;
  }
}
