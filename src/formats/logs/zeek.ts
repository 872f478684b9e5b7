// Hot: once per line; measured by bench/log-formats.ts.
import { Columns, headerNames } from "../../bytes/columns.ts";
import type { Line } from "../../bytes/line.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { ZeekLog, ZeekRecords, zeekLogs } from "../zeek-records.ts";

const HASH = 35;

/**
 * Zeek's logs as tables, each with a header that names its separator, its mark for "nothing" and its fields. Several may
 * follow one another in one file. Source: Zeek, src/logging/writers/ascii/Ascii.cc.
 */
export const zeek = defineLineFormat({
  id: "zeek",
  title: "Zeek log with header (conn, http, ssl, ssh, dns, notice)",
  looksLike: (line) => isHeader(line) || hasZeekId(line),
  open(context) {
    const reader = new ZeekTable(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const directives = [
  "#separator",
  "#set_separator",
  "#empty_field",
  "#unset_field",
  "#path",
  "#open",
  "#close",
  "#fields",
  "#types",
];

function isHeader(line: Line): boolean {
  if (line.bytes[line.start] !== HASH) return false;
  return directives.some((name) => line.startsWith(name));
}

/** `1379288667.706265` and a connection's id, `CoyZrY2g74UvMMgp4a`, after it. */
function hasZeekId(line: Line): boolean {
  const { bytes, start, end } = line;
  let at = start;
  let points = 0;
  while (at < end && ((bytes[at]! >= 48 && bytes[at]! <= 57) || (bytes[at] === 46 && points++ === 0))) at++;
  if (at - start < 12 || points !== 1 || at + 10 > end) return false;
  const separator = bytes[at]!;
  const letter = bytes[at + 1]!;
  if (separator > 32 && separator !== 44 && separator !== 124) return false;
  if (letter !== 67 && letter !== 70 && letter !== 45) return false;
  return bytes[at + 2] === separator || isIdThrough(bytes, at + 2, end, separator);
}

function isIdThrough(bytes: Uint8Array, from: number, end: number, separator: number): boolean {
  let at = from;
  while (at < end && isAlphanumeric(bytes[at]!)) at++;
  return at - from >= 8 && at - from <= 24 && bytes[at] === separator;
}

function isAlphanumeric(c: number): boolean {
  return (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 122);
}

class ZeekTable {
  readonly #columns = new Columns();
  readonly #records: ZeekRecords;
  #log: number = ZeekLog.other;

  constructor(context: DecodeContext) {
    this.#records = new ZeekRecords(this.#columns, context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (bytes[start] === HASH) {
      this.#readHeader(line);
      witness.tally.records--; // a header is no record
      return undefined;
    }
    if (!this.#columns.isReady) return "no #fields before the first record";
    this.#columns.split(bytes, start, end);
    return this.#records.read(this.#log, witness);
  }

  #readHeader(line: Line): void {
    const columns = this.#columns;
    if (line.startsWith("#separator")) {
      columns.separator = separatorOf(this.#value(line, 11, 1));
    } else if (line.startsWith("#unset_field")) columns.unset = this.#value(line, 13, 16);
    else if (line.startsWith("#path")) {
      this.#log = zeekLogs.find(line.bytes, line.start + 6, line.end) || ZeekLog.other;
    } else if (line.startsWith("#fields")) {
      columns.header(headerNames(line.bytes, line.start + 8, line.end, columns.separator));
    }
  }

  #value(line: Line, from: number, atLeast: number): string {
    const start = line.start + from;
    return Buffer.from(line.bytes.subarray(start, Math.max(start, Math.min(line.end, start + 16 * atLeast)))).toString(
      "latin1",
    );
  }
}

/** `\x09`, or the byte itself. */
function separatorOf(text: string): number {
  const hex = /^\\x([0-9a-fA-F]{2})/.exec(text)?.[1];
  return hex !== undefined ? Number.parseInt(hex, 16) : text.length > 0 ? text.charCodeAt(0) : 9;
}
