// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";

const BACKSLASH = 92;
const BAR = 124;

/** Result of the last `findEventHeader`; reused. */
export const eventHeader = {
  /** Where `CEF:` or `LEEF:` stands. */
  at: 0,
  /** First byte of each of the header's columns, from the version on, and one past the last byte. */
  starts: new Int32Array(8),
  ends: new Int32Array(8),
  /** First byte behind the header. */
  next: 0,
};

/**
 * Finds the header that the Common Event Format (`CEF:0|vendor|product|version|id|name|severity|`) and the Log Event
 * Extended Format (`LEEF:1.0|vendor|product|version|id|`) start with, `columns` of them. Bars in a column are escaped.
 * Sources: ArcSight, "Common Event Format"; IBM, "Log Event Extended Format (LEEF)".
 */
export function findEventHeader(line: Line, marker: string, columns: number): boolean {
  const { bytes, end } = line;
  const from = line.after(marker);
  if (from < 0) return false;
  eventHeader.at = from - marker.length;
  return readColumns(bytes, from, end, columns);
}

/** The same where a relay took the marker for a program's name and dropped it: the line starts with the version. */
export function findBareHeader(line: Line, columns: number): boolean {
  const { bytes, start, end } = line;
  const isVersion = bytes[start]! >= 48 && bytes[start]! <= 57 && bytes[start + 1] === BAR;
  eventHeader.at = start;
  return isVersion && readColumns(bytes, start, end, columns);
}

function readColumns(bytes: Uint8Array, from: number, end: number, columns: number): boolean {
  const { starts, ends } = eventHeader;
  let at = from;
  for (let i = 0; i < columns; i++) {
    starts[i] = at;
    while (at < end && bytes[at] !== BAR) at += bytes[at] === BACKSLASH ? 2 : 1;
    if (at >= end) return false;
    ends[i] = at++;
  }
  eventHeader.next = at;
  return true;
}
