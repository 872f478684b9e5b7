import { searched, textIn } from "../../bytes/marks.ts";
import type { Witness } from "../define-line-format.ts";

/** One line of a server's own log, its header taken off. One reused object: `bytes[start, end)` is the message. */
export interface ServerLine {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Milliseconds since the epoch, UTC. */
  readonly atMs: number;
  /** Number of the process that wrote it; 0 when the line does not say. */
  readonly process: number;
  /** The program as its header names it: `bytes[programAt, programEnd)`; empty when it has none. */
  readonly programAt: number;
  readonly programEnd: number;
}

/** Reads one line; a reject's reason, or undefined. */
export type ReadServerLine = (line: ServerLine, witness: Witness) => string | undefined;

/** A server whose own log tells who connected to it. */
export interface ServerProgram {
  /** Whether a program of that name is this one: `sshd`, `postfix/smtpd`. */
  isCalled(program: string): boolean;
  /** Whether a message without any program's name is this one's. */
  isOwnMessage?(bytes: Uint8Array, start: number, end: number): boolean;
  /** Starts an input. */
  open(): ReadServerLine;
}

/** Coverage's name for lines of these servers that say nothing new of who connected. */
export const NO_CONNECTION = "lines that tell of no new connection";

export function tellNothing(witness: Witness): undefined {
  witness.tally.gap(NO_CONNECTION);
}

/** Whether `bytes[at…]` starts with `text` (ASCII). */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Where the first byte behind the first `text` (ASCII) stands from `from` on; -1 when there is none. */
export function after(bytes: Uint8Array, from: number, end: number, text: string): number {
  if (bytes === searched) {
    const at = textIn(text, from, end - text.length);
    return at < 0 ? -1 : at + text.length;
  }
  const first = text.charCodeAt(0);
  for (let i = from; i + text.length <= end; i++) {
    if (bytes[i] === first && startsWith(bytes, i, end, text)) return i + text.length;
  }
  return -1;
}

/** The same for the last `text`, which what a client wrote before it cannot forge. */
export function afterLast(bytes: Uint8Array, from: number, end: number, text: string): number {
  const first = text.charCodeAt(0);
  for (let i = end - text.length; i >= from; i--) {
    if (bytes[i] === first && startsWith(bytes, i, end, text)) return i + text.length;
  }
  return -1;
}

/** Where the first byte of `stops` (ASCII) stands from `from` on, or `end`. */
export function until(bytes: Uint8Array, from: number, end: number, stops: string): number {
  const first = stops.charCodeAt(0);
  const count = stops.length;
  for (let at = from; at < end; at++) {
    const c = bytes[at]!;
    if (c === first) return at;
    for (let i = 1; i < count; i++) if (c === stops.charCodeAt(i)) return at;
  }
  return Math.max(from, end);
}
