/** A larger record is rejected whole. */
export const LONGEST_RECORD_BYTES = 1024 * 1024;

/** Who receives the records. `bytes[start, end)` is one JSON object, valid until the call returns. */
export interface JsonRecordSink {
  /** One object; `number` counts from 1. */
  record(bytes: Uint8Array, start: number, end: number, number: number): void;
  /** Record `number` was larger than `LONGEST_RECORD_BYTES`; its bytes were skipped. */
  tooLarge(number: number): void;
  /** What stands at record `number`'s place is no object, or the input ended within it. */
  broken(number: number): void;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Names of the arrays that exports wrap their records in, as the first member of an object: `{"records": [{…}, …]}`. */
const wrappers = ["records", "Records", "entries", "events", "logs", "data", "value", "results"];

/**
 * Cuts a JSON document into its records: the elements of an array, of an array in a wrapping object, or objects one after
 * the other, over as many lines as they like. For what is not one record a line; that is cut faster by its newlines.
 */
export class JsonRecords {
  readonly #sink: JsonRecordSink;
  #number = 0;
  #depth = 0;
  #inString = false;
  #afterBackslash = false;
  /** The record that is open has too many bytes and is being skipped. */
  #skipping = false;
  /** Junk between records was told of; until the next record it is one fault. */
  #inJunk = false;
  #buffer = new Uint8Array(4096);
  #length = 0;

  constructor(sink: JsonRecordSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (this.#inString) {
        if (this.#afterBackslash) this.#afterBackslash = false;
        else if (c === BACKSLASH) this.#afterBackslash = true;
        else if (c === QUOTE) this.#inString = false;
      } else if (this.#depth === 0) {
        from = i;
        if (c === OPEN_BRACE) this.#open();
        else this.#between(c);
      } else if (c === QUOTE) this.#inString = true;
      else if (c === OPEN_BRACE) this.#depth++;
      else if (c === OPEN_BRACKET) {
        this.#depth++;
        if (this.#depth === 2 && this.#isWrapper(chunk, from, i)) this.#unwrap();
      } else if (c === CLOSE_BRACKET || c === CLOSE_BRACE) {
        if (--this.#depth === 0) {
          this.#keep(chunk, from, i + 1);
          this.#finish();
        }
      }
    }
    if (this.#depth > 0) this.#keep(chunk, from, chunk.length);
  }

  /** Tells of a record that the end of the input cut. */
  end(): void {
    if (this.#depth > 0) this.#sink.broken(++this.#number);
    this.#depth = 0;
  }

  #open(): void {
    this.#depth = 1;
    this.#length = 0;
    this.#skipping = false;
    this.#inJunk = false;
  }

  /** White space, commas and the brackets of arrays around the records; anything else is junk. */
  #between(c: number): void {
    const isFiller = c <= 32 || c === COMMA || c === OPEN_BRACKET || c === CLOSE_BRACKET || c === CLOSE_BRACE;
    if (isFiller || this.#inJunk) return;
    this.#inJunk = true;
    this.#sink.broken(++this.#number);
  }

  #finish(): void {
    this.#number++;
    if (this.#skipping) this.#sink.tooLarge(this.#number);
    else this.#sink.record(this.#buffer, 0, this.#length, this.#number);
    this.#length = 0;
  }

  /** The records are inside. */
  #unwrap(): void {
    this.#depth = 0;
    this.#length = 0;
  }

  /** Whether the object so far is `{"records":` before the bracket at `to`. */
  #isWrapper(chunk: Uint8Array, from: number, to: number): boolean {
    if (this.#length + to - from > 64) return false;
    let text = "";
    for (let i = 0; i < this.#length; i++) text += String.fromCharCode(this.#buffer[i]!);
    for (let i = from; i < to; i++) text += String.fromCharCode(chunk[i]!);
    const name = /^\{\s*"(\w{1,16})"\s*:\s*$/.exec(text)?.[1];
    return name !== undefined && wrappers.includes(name);
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (this.#skipping || length > LONGEST_RECORD_BYTES) {
      this.#skipping = true;
      return;
    }
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk.subarray(from, to), this.#length);
    this.#length = length;
  }
}

/**
 * Whether the records of an input that starts with `line` (its first line that is not blank, or as much of it as there is)
 * are to be cut by `JsonRecords`: it starts with an array, with a wrapping object, or with an object that goes on after it.
 */
export function isJsonDocument(line: Uint8Array): boolean {
  let at = 0;
  if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) at = 3;
  while (at < line.length && line[at]! <= 32) at++;
  if (line[at] === OPEN_BRACKET) return at + 1 === line.length || isInArray(line, at + 1);
  if (line[at] !== OPEN_BRACE) return false;
  const start = Buffer.from(line.subarray(at, at + 64)).toString("latin1");
  const name = /^\{\s*"(\w{1,16})"\s*:\s*\[/.exec(start)?.[1];
  return (name !== undefined && wrappers.includes(name)) || !isClosed(line, at);
}

/** `[{`, `[]` and `[[`, with white space: not `[Sun Nov 22`, `[1:2009:4]` or `[  12.3]`. */
function isInArray(line: Uint8Array, from: number): boolean {
  let at = from;
  while (at < line.length && line[at]! <= 32) at++;
  return at === line.length || line[at] === OPEN_BRACE || line[at] === OPEN_BRACKET;
}

/** Whether the object that starts at `from` ends within the line. */
function isClosed(line: Uint8Array, from: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = from; i < line.length; i++) {
    const c = line[i];
    if (inString) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) inString = false;
    } else if (c === QUOTE) inString = true;
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return true;
  }
  return false;
}
