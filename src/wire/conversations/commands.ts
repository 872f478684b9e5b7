// Hot: once per line of a conversation in lines; measured by bench/conversations.ts.
import { lineFeed } from "./ascii.ts";
import { FINISHED } from "./conversation.ts";
import { trimmed } from "./http-request.ts";
import type { Talk } from "./talk.ts";

/** No line of a command or reply is longer (RFC 5321, section 4.5.3.1, allows 512 to 1000): it is content. */
const LONGEST_LINE = 2048;

/** The line that `nextLine` found: `bytes[start, end)`, without its end. */
export const line = { start: 0, end: 0 };

/** Finds the line at `start`. @returns its length with its end, 0 when more is needed, or FINISHED. */
export function nextLine(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  const stop = lineFeed(bytes, start, Math.min(end, start + LONGEST_LINE));
  if (stop === end && !talk.isLast) return end - start < LONGEST_LINE ? 0 : FINISHED;
  if (stop < end && bytes[stop] !== 10) return FINISHED;
  line.start = start;
  line.end = trimmed(bytes, start, stop);
  return Math.max(1, Math.min(stop + 1, end) - start);
}

/** The word at `start`, in capitals: up to the first blank, colon or 16 bytes. */
export function wordAt(bytes: Uint8Array, start: number, end: number): string {
  let word = "";
  for (let at = start; at < end && word.length < 16; at++) {
    const c = bytes[at]!;
    if (c <= 32 || c === 58) break;
    word += String.fromCharCode(c >= 97 && c <= 122 ? c - 32 : c);
  }
  return word;
}
