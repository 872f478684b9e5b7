// Hot: twice per HTTP request; measured by bench/captures.ts. One row per request, so that what waits for an answer is
// two cache lines and no objects.
import { hashBytes, hashed } from "../bytes/hash.ts";
import type { TextTable } from "../bytes/text-table.ts";
import type { Budget } from "./budget.ts";
import { HeaderBlocks } from "./header-blocks.ts";
import { BOOK_BYTES, PhraseBook } from "./phrase-book.ts";
import { Sayings } from "./sayings.ts";

/** Words of a row; add them to `row << ROW_SHIFT`. Texts are numbers in the row's phrase book. */
const ROW_SHIFT = 4;
export const METHOD = 0;
export const PATH = 1;
export const HOST = 2;
export const AGENT = 3;
export const REFERER = 4;
export const HEADERS = 5;
/** The next request of the same flow, or of the free rows; -1 at the end. */
export const NEXT = 6;
/** What the answer's reader needs to know: bits of `Trait`. */
export const TRAITS = 7;
const BOOK = 8;
/** Header lines that are not everybody's, and how the body begins; see request-content.ts. */
export const CONTENT = 9;

/** HEAD has no body in its answer, CONNECT a tunnel behind it. */
export const Trait = { head: 1, connect: 2 } as const;

const SMALLEST_ROOM = 1024;
const ROW_BYTES = (4 << ROW_SHIFT) + 16;

const SERVICE = new TextEncoder().encode("http");
hashBytes(SERVICE, 0, SERVICE.length);
const serviceHash = { ...hashed };

/** Requests whose answers were not seen yet, of all flows, with a ceiling. */
export class PendingRequests {
  words = new Int32Array(SMALLEST_ROOM << ROW_SHIFT);
  /** Time and position of each request's first packet. */
  floats = new Float64Array(SMALLEST_ROOM * 2);
  readonly blocks = new HeaderBlocks();
  readonly sayings = new Sayings();
  /** Id of `http` in the texts of the batch of chunk `#serviceChunk`. */
  #serviceId = 0;
  #serviceChunk = 0;
  readonly #ceiling: number;
  /** From this many waiting on, some are to be told without their answers. */
  readonly #scarce: number;
  readonly #budget: Budget;
  #waiting = 0;
  #free = -1;
  #used = 0;
  #room = SMALLEST_ROOM;
  readonly #books: PhraseBook[] = [new PhraseBook(1)];
  #serial = 1;
  /** Where the book that is written to stands in `#books`. */
  #current = 0;

  constructor(ceiling: number, budget: Budget) {
    this.#ceiling = ceiling;
    this.#scarce = ceiling - (ceiling >>> 3);
    this.#budget = budget;
  }

  /** Little room is left: flows that wait for answers are to be ended before more is asked. */
  get isScarce(): boolean {
    return this.#waiting > this.#scarce;
  }

  /** The book for the texts of the next row. */
  openBook(): PhraseBook {
    if (this.#books[this.#current]!.isFull) this.#nextBook();
    return this.#books[this.#current]!;
  }

  /** A new row, or -1 when there is no room. Its texts are those of `openBook`. */
  add(atMs: number, position: number): number {
    const row = this.#books[this.#current]!.isFull ? -1 : this.#take();
    if (row < 0) return -1;
    this.#waiting++;
    this.words[(row << ROW_SHIFT) + BOOK] = this.#current;
    this.words[(row << ROW_SHIFT) + NEXT] = -1;
    this.#books[this.#current]!.users++;
    this.floats[row * 2] = atMs;
    this.floats[row * 2 + 1] = position;
    return row;
  }

  /** Index in `words` of a row. */
  at(row: number): number {
    return row << ROW_SHIFT;
  }

  /** The book that a row's texts are in. */
  bookOf(row: number): PhraseBook {
    return this.#books[this.words[(row << ROW_SHIFT) + BOOK]!]!;
  }

  /** The id of `http`, the service that requests are asked of, in the texts of the batch of chunk number `chunk`. */
  serviceIn(texts: TextTable, chunk: number): number {
    if (this.#serviceChunk !== chunk) {
      this.#serviceId = texts.addHashed(SERVICE, 0, SERVICE.length, serviceHash.low, serviceHash.high);
      this.#serviceChunk = chunk;
    }
    return this.#serviceId;
  }

  /** Gives a row back. */
  remove(row: number): void {
    this.bookOf(row).users--;
    this.#waiting--;
    this.words[(row << ROW_SHIFT) + NEXT] = this.#free;
    this.#free = row;
  }

  #take(): number {
    const row = this.#free;
    if (row >= 0) {
      this.#free = this.words[(row << ROW_SHIFT) + NEXT]!;
      return row;
    }
    if (this.#used === this.#ceiling) return -1;
    if (this.#used === this.#room && !this.#grow()) return -1;
    return this.#used++;
  }

  #grow(): boolean {
    if (!this.#budget.take(this.#room * ROW_BYTES)) return false;
    this.#room *= 2;
    const words = new Int32Array(this.#room << ROW_SHIFT);
    words.set(this.words);
    this.words = words;
    const floats = new Float64Array(this.#room * 2);
    floats.set(this.floats);
    this.floats = floats;
    return true;
  }

  /** A full book is replaced where nobody refers to one any more; where all are in use, and there is no room, it stays. */
  #nextBook(): void {
    let free = this.#books.findIndex((book) => book.users === 0);
    if (free < 0) {
      if (!this.#budget.take(BOOK_BYTES)) return;
      free = this.#books.length;
    }
    this.#books[free] = new PhraseBook(++this.#serial);
    this.#current = free;
  }
}
