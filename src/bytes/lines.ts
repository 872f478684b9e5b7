// Hot: once per line; measured by bench/lines.ts. At 260 bytes a line `marksIn` finds a newline in about 15 ns; `Buffer.indexOf` took 40
// ns, `Uint8Array.indexOf` 140 ns and a byte loop 180 ns.

import { MOST_SEARCHED, marks, marksIn, searched } from "./marks.ts";

/** A longer line is rejected whole. Real servers cut request lines at 8 to 32 KiB. */
export const LONGEST_LINE_BYTES = 64 * 1024;

/**
 * Who receives the lines. `bytes[start, end)` is one line without its line ending, valid until the call returns.
 * `bytes[end]` is always LF or CR, so a comparison that goes byte by byte stops there without asking for the end.
 */
export interface LineSink {
  /** One line; empty lines come too. `number` counts from 1. */
  line(bytes: Uint8Array, start: number, end: number, number: number): void;
  /** Line `number` was longer than `LONGEST_LINE_BYTES`; its bytes were skipped. */
  tooLong(number: number): void;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Where the lines of the piece at hand end; one for all, as is the memory that holds the piece. */
const ends = new Int32Array(MOST_SEARCHED);

/**
 * Cuts chunks into lines, in memory that `marksIn` searches without a copy: one for all, so a sink keeps no bytes and pushes
 * to no other `Lines`. A line that a piece of 64 KiB cuts in two is copied once more. Lines end in LF or CRLF,
 * the last may end without. A UTF-8 byte order mark at the start is dropped; NUL and invalid UTF-8 are bytes like any
 * other. Memory stays under twice `LONGEST_LINE_BYTES`, whatever the input.
 */
export class Lines {
  #sink: LineSink;
  #number = 0;
  /** The start of the line that the last chunk's end cut. */
  #cut = Buffer.alloc(0);
  #cutLength = 0;
  /** The current line is too long and is being skipped. */
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += MOST_SEARCHED) {
      const piece = chunk.length <= MOST_SEARCHED ? chunk : chunk.subarray(at, at + MOST_SEARCHED);
      searched.set(piece);
      // A newline behind the piece, so that no search goes on into what was there before.
      searched[piece.length] = NEWLINE;
      this.#cutPiece(searched, piece.length);
    }
  }

  #cutPiece(bytes: Buffer, length: number): void {
    let start = 0;
    if (this.#cutLength > 0 || this.#skipping) {
      const end = bytes.indexOf(NEWLINE);
      this.#keep(bytes, 0, end);
      if (end === length) return;
      this.#finishCut();
      start = end + 1;
    }
    const count = marksIn(bytes, start, length, NEWLINE, NEWLINE, NEWLINE);
    // Sinks search for marks of their own.
    for (let i = 0; i < count; i++) ends[i] = marks[i]!;
    for (let i = 0; i < count; i++) {
      const end = ends[i]!;
      this.#emit(bytes, start, end);
      start = end + 1;
    }
    this.#keep(bytes, start, length);
  }

  /** Gives the last line when it had no line ending. */
  end(): void {
    if (this.#cutLength > 0 || this.#skipping) this.#finishCut();
  }

  #emit(bytes: Uint8Array, start: number, end: number): void {
    const number = ++this.#number;
    if (end - start > LONGEST_LINE_BYTES) {
      this.#sink.tooLong(number);
      return;
    }
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
    if (number === 1 && startsWithByteOrderMark(bytes, start, end)) start += 3;
    this.#sink.line(bytes, start, end, number);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#cutLength + end - start;
    if (this.#skipping || length > LONGEST_LINE_BYTES) {
      this.#skipping = true;
      this.#cutLength = 0;
      return;
    }
    if (length >= this.#cut.length) {
      const larger = Buffer.alloc(Math.min(Math.max(length, 2 * this.#cut.length, 1024), LONGEST_LINE_BYTES) + 1);
      larger.set(this.#cut.subarray(0, this.#cutLength));
      this.#cut = larger;
    }
    this.#cut.set(bytes.subarray(start, end), this.#cutLength);
    this.#cutLength = length;
  }

  #finishCut(): void {
    const length = this.#cutLength;
    this.#cutLength = 0;
    if (this.#skipping) {
      this.#skipping = false;
      this.#sink.tooLong(++this.#number);
      return;
    }
    this.#cut[length] = NEWLINE;
    this.#emit(this.#cut, 0, length);
  }
}

function startsWithByteOrderMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}
