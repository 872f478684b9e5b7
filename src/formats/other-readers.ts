// Hot: once per line of another program; measured by bench/log-formats.ts.
import type { Line } from "../bytes/line.ts";
import type { LineFormat, ReadLine } from "./define-line-format.ts";
import type { DecodeContext, Format } from "./format.ts";

/** So many lines of unknown programs are shown to every format; then only one of `SAMPLED`, for that costs microseconds. */
const SHOWN = 4096;
const SAMPLED = 16;
/** As far into a line a program's name is looked for. */
const TAG_WITHIN = 160;

/**
 * Finds who reads the lines of other programs in a file of logs: through syslog the messages of a firewall, of servers and of web servers
 * meet in one file. Formats that come through syslog are asked for their marks in the order of the list, those found before first.
 */
export class OtherReaders {
  readonly #context: DecodeContext;
  readonly #formats: readonly LineFormat[];
  /** The readers of those whose lines were found. */
  readonly #readers: (ReadLine | undefined)[];
  #unknown = 0;

  constructor(formats: readonly Format[], own: Format, context: DecodeContext) {
    this.#context = context;
    this.#formats = formats.flatMap((format) => (format !== own && format.lines?.programs ? [format.lines] : []));
    this.#readers = this.#formats.map(() => undefined);
  }

  /** Who reads the line; undefined when no format has its marks, or what logged it is another program. */
  readerOf(line: Line): ReadLine | undefined {
    const bracket = processAt(line);
    for (const [i, read] of this.#readers.entries())
      if (read !== undefined && this.#isAlike(i, line, bracket)) return read;
    if (this.#unknown++ >= SHOWN && this.#unknown % SAMPLED !== 0) return undefined;
    const i = this.#formats.findIndex(
      (_, place) => this.#readers[place] === undefined && this.#isAlike(place, line, bracket),
    );
    if (i < 0) return undefined;
    this.#unknown--;
    this.#readers[i] = this.#formats[i]!.open(this.#context);
    return this.#readers[i];
  }

  #isAlike(i: number, line: Line, bracket: number): boolean {
    const format = this.#formats[i]!;
    return (bracket < 0 || isProgramOf(format, line, bracket)) && format.looksLike(line);
  }
}

/**
 * Where the bracket of `program[123]:` stands; -1 when no process is named. People can make a program log what they like, such as the
 * name of a user; so a line that names its process is read by the formats of that program alone.
 */
function processAt({ bytes, start, end }: Line): number {
  const stop = Math.min(end, start + TAG_WITHIN);
  let bracket = -1;
  for (let i = start; i < stop; i++) {
    const c = bytes[i]!;
    if (c === 91) bracket = i;
    else if (c === 93 && bracket > start && i > bracket + 1 && bytes[i + 1] === 58) return bracket;
    else if (c < 48 || c > 57) bracket = -1;
  }
  return -1;
}

/** Whether the name before the bracket, up to a slash, is one of the format's programs. */
function isProgramOf(format: LineFormat, { bytes, start }: Line, bracket: number): boolean {
  let at = bracket;
  while (at > start && bytes[at - 1] !== 32 && bytes[at - 1] !== 62) at--;
  let stop = at;
  while (stop < bracket && bytes[stop] !== 47) stop++;
  return format.programs!.some((name) => {
    if (name.length !== stop - at) return false;
    for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name.charCodeAt(i)) return false;
    return true;
  });
}
