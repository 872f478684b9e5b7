// Hot: once per message that looks like HTTP and is not; measured by bench/conversations.ts.
import { equalsIgnoringCase, lineFeed } from "./ascii.ts";
import { trimmed } from "./http-request.ts";
import type { Words } from "./words.ts";

const MOST_LINES = 64;
const LONGEST_FIRST_LINE = 160;

/** Adds the first line of a head. */
export function sayFirstLine(words: Words, bytes: Uint8Array, start: number, end: number): void {
  const stop = lineFeed(bytes, start, end);
  words.quote(bytes, start, Math.min(stop, start + LONGEST_FIRST_LINE));
}

/** Adds ` name value` of the first header of one of these names (lower case, with the colon), if there is one. @returns whether there is */
export function sayHeader(
  words: Words,
  bytes: Uint8Array,
  start: number,
  end: number,
  names: readonly Uint8Array[],
): boolean {
  let at = lineFeed(bytes, start, end) + 1;
  for (let line = 0; line < MOST_LINES && at < end; line++) {
    const stop = lineFeed(bytes, at, end);
    for (const name of names) {
      if (stop - at <= name.length || !equalsIgnoringCase(bytes, at, name)) continue;
      words.space().quote(bytes, at, trimmed(bytes, at, stop));
      return true;
    }
    at = stop + 1;
  }
  return false;
}

/** Length of the head at `start` with the empty line after it, or 0. */
export function headLength(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const stop = lineFeed(bytes, at, end);
    if (stop === end) return 0;
    if (stop === at || (stop === at + 1 && bytes[at] === 13)) return stop + 1 - start;
    at = stop + 1;
  }
  return 0;
}
