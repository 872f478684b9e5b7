// Hot: once per weighed observation; measured by bench/bench.ts. Rows of all ledgers lie in one pool of flat buffers, so
// that evidence against a hundred thousand sources allocates nothing.
import type { Batch } from "../observations/batch.ts";

/** One weighed observation, as told. */
export interface LedgerRow {
  /** Place in the order of the actor's evidence, from 0. */
  readonly number: number;
  readonly atMs: number;
  readonly position: number;
  readonly input: number;
  /** `Kind` of the observation. */
  readonly kind: number;
  /** Index into `classes`, or -1 when `note` alone says what was seen. */
  readonly classIndex: number;
  readonly transport: number;
  readonly port: number;
  readonly outcome: number;
  readonly status: number;
  readonly target: Uint32Array;
  readonly weight: number;
  readonly ifScanner: number;
  readonly ifVisitor: number;
  /** The actor's score after this row. */
  readonly score: number;
  /** What knowledge adds: a signature, a check, an insistence. Never input text. */
  readonly note: string;
  /** What the text is: the path asked for, a client's label, a host name, words to a service. */
  readonly textIs: TextRole;
  readonly method: string;
  /** Bytes of that text, cut. */
  readonly text: Uint8Array;
}

export const TextRole = { path: 0, label: 1, name: 2, words: 3 } as const;
export type TextRole = (typeof TextRole)[keyof typeof TextRole];

const LONGEST_TEXT = 80;
/** A text is kept behind a byte that tells its length. */
const TEXT_BYTES = 1 + LONGEST_TEXT;
const ROW_CELLS = 20;
const ROW_DOUBLES = ROW_CELLS / 2;

/** Places of the cells in a row; the two doubles come first. */
const At = {
  target: 4,
  weight: 8,
  ifScanner: 9,
  ifVisitor: 10,
  score: 11,
  kinds: 12,
  port: 13,
  input: 14,
  note: 15,
  method: 16,
  text: 17,
  number: 18,
} as const;

/** Most texts of methods and notes told apart. Methods come from inputs, so their number must be bounded. */
const MOST_WORDS = 4096;

/** Evidence rows of all actors, in fixed memory; texts apart, because a contact has none. */
export class LedgerPool {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #rows: Places;
  readonly #texts: Uint8Array;
  /** Where texts lie; place 0 is none. */
  readonly #textPlaces: Places;
  readonly #vocabulary: string[] = [""];
  readonly #ids = new Map<string, number>([["", 0]]);

  /**
   * @param rows rows held at once
   * @param texts texts held at once
   */
  constructor(rows: number, texts: number) {
    this.#rows = new Places(0, rows);
    this.#textPlaces = new Places(1, texts);
    const buffer = new ArrayBuffer(rows * ROW_CELLS * 4);
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#texts = new Uint8Array(texts * TEXT_BYTES);
  }

  /** Rows, with a text each, that can still be taken. */
  get room(): number {
    return Math.min(this.#rows.room, this.#textPlaces.room);
  }

  /** Whether rows must be spared. */
  get isTight(): boolean {
    return this.#rows.isTight || this.#textPlaces.isTight;
  }

  take(): number {
    return this.#rows.take();
  }

  release(id: number): void {
    const text = this.#words[id * ROW_CELLS + At.text]!;
    if (text !== 0) this.#textPlaces.release(text);
    this.#rows.release(id);
  }

  weightOf(id: number): number {
    return this.#floats[id * ROW_CELLS + At.weight]!;
  }

  numberOf(id: number): number {
    return this.#words[id * ROW_CELLS + At.number]!;
  }

  /** Writes row `row` of the batch; `text` is the id of the text that was asked for, or 0. */
  write(
    id: number,
    number: number,
    batch: Batch,
    row: number,
    classIndex: number,
    text: number,
    textIs: TextRole,
  ): void {
    const words = this.#words;
    const at = id * ROW_CELLS;
    const from = row * 4;
    this.#doubles[id * ROW_DOUBLES] = batch.atMs[row]!;
    this.#doubles[id * ROW_DOUBLES + 1] = batch.position[row]!;
    for (let i = 0; i < 4; i++) words[at + At.target + i] = batch.target[from + i]!;
    words[at + At.kinds] =
      batch.kind[row]! |
      ((classIndex + 1) << 4) |
      (textIs << 12) |
      (batch.outcome[row]! << 16) |
      (batch.transport[row]! << 24);
    words[at + At.port] = batch.targetPort[row]! | (batch.status[row]! << 16);
    words[at + At.input] = batch.input;
    words[at + At.number] = number;
    words[at + At.method] =
      text === 0 || textIs !== TextRole.path ? 0 : this.#idOf(batch.texts.text(batch.method[row]!));
    words[at + At.text] = this.#copyText(batch, text);
  }

  /** Writes what the row weighed; `score` is the actor's after it. */
  weigh(id: number, weight: number, ifScanner: number, ifVisitor: number, score: number, note: string): void {
    const at = id * ROW_CELLS;
    this.#floats[at + At.weight] = weight;
    this.#floats[at + At.ifScanner] = ifScanner;
    this.#floats[at + At.ifVisitor] = ifVisitor;
    this.#floats[at + At.score] = score;
    this.#words[at + At.note] = note === "" ? 0 : this.#idOf(note);
  }

  read(id: number): LedgerRow {
    const words = this.#words;
    const at = id * ROW_CELLS;
    const kinds = words[at + At.kinds]!;
    const textAt = words[at + At.text]! * TEXT_BYTES;
    return {
      number: words[at + At.number]!,
      atMs: this.#doubles[id * ROW_DOUBLES]!,
      position: this.#doubles[id * ROW_DOUBLES + 1]!,
      input: words[at + At.input]!,
      kind: kinds & 15,
      classIndex: ((kinds >>> 4) & 255) - 1,
      textIs: ((kinds >>> 12) & 15) as TextRole,
      outcome: (kinds >>> 16) & 255,
      transport: kinds >>> 24,
      port: words[at + At.port]! & 0xffff,
      status: words[at + At.port]! >>> 16,
      target: words.slice(at + At.target, at + At.target + 4),
      weight: this.#floats[at + At.weight]!,
      ifScanner: this.#floats[at + At.ifScanner]!,
      ifVisitor: this.#floats[at + At.ifVisitor]!,
      score: this.#floats[at + At.score]!,
      note: this.#vocabulary[words[at + At.note]!]!,
      method: this.#vocabulary[words[at + At.method]!]!,
      text: this.#texts.slice(textAt + 1, textAt + 1 + this.#texts[textAt]!),
    };
  }

  /** Keeps the beginning of a text, and returns its place. */
  #copyText(batch: Batch, text: number): number {
    if (text === 0) return 0;
    const { bytes, starts, lengths } = batch.texts;
    const from = starts[text]!;
    const length = Math.min(lengths[text]!, LONGEST_TEXT);
    const place = this.#textPlaces.take();
    const to = place * TEXT_BYTES + 1;
    this.#texts[to - 1] = length;
    for (let i = 0; i < length; i++) this.#texts[to + i] = bytes[from + i]!;
    return place;
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    if (this.#vocabulary.length >= MOST_WORDS) return 0;
    const id = this.#vocabulary.push(text) - 1;
    this.#ids.set(text, id);
    return id;
  }
}

/** Which places of a buffer are taken. */
class Places {
  readonly #end: number;
  readonly #capacity: number;
  readonly #free: number[] = [];
  #next: number;

  /** The places from `first` to before `end`. */
  constructor(first: number, end: number) {
    this.#next = first;
    this.#end = end;
    this.#capacity = end - first;
  }

  get room(): number {
    return this.#end - this.#next + this.#free.length;
  }

  get isTight(): boolean {
    return this.room * 2 < this.#capacity;
  }

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  release(place: number): void {
    this.#free.push(place);
  }
}

const FIRST_ROWS = 8;
const WEIGHTIEST_ROWS = 8;
const LAST_ROWS = 4;
/** The same when there are so many ledgers that the pool is half used. */
const FIRST_ROWS_OF_MANY = 3;
const LAST_ROWS_OF_MANY = 2;
const MOST_WHOLE_ROWS = 200_000;

/** Where a ledger keeps what in its cells. Ids of rows are kept plus one, so that 0 means none. */
const Cell = {
  entered: 0,
  firsts: 1,
  heavies: 2,
  lasts: 3,
  decision: 4,
  lightest: 5,
  first: 6,
  heavy: 14,
  last: 22,
} as const;

/** 32-bit cells that a ledger needs. */
export const LEDGER_CELLS = 26;

/**
 * An actor's evidence, bounded: the first rows, the last ones, the weightiest between them, and the one at which the
 * verdict fell. `whole` keeps everything (for `explain`), up to a ceiling. Which rows those are lies in cells that the
 * owner provides: there may be tens of thousands of ledgers.
 */
export class Ledger {
  readonly #pool: LedgerPool;
  readonly #cells: Uint32Array;
  readonly #base: number;
  /** Ids of the first rows when everything is kept. */
  readonly #whole: number[] | undefined;

  /** @param cells at least `LEDGER_CELLS` from `base` on, all 0 */
  constructor(pool: LedgerPool, cells: Uint32Array, base: number, whole: boolean) {
    this.#pool = pool;
    this.#cells = cells;
    this.#base = base;
    this.#whole = whole ? [] : undefined;
  }

  /** Rows ever entered. */
  get entered(): number {
    return this.#get(Cell.entered);
  }

  set entered(count: number) {
    this.#set(Cell.entered, count);
  }

  /** Enters a row and returns where to write it; the row that decided is never dropped. */
  enter(decides: boolean): number {
    const id = this.#pool.take();
    this.entered++;
    if (decides) this.#set(Cell.decision, id + 1);
    if (this.#whole !== undefined && this.#whole.length < MOST_WHOLE_ROWS) {
      this.#whole.push(id);
      return id;
    }
    const firsts = this.#get(Cell.firsts);
    if (this.#get(Cell.lasts) === 0 && firsts < (this.#pool.isTight ? FIRST_ROWS_OF_MANY : FIRST_ROWS)) {
      this.#set(Cell.first + firsts, id + 1);
      this.#set(Cell.firsts, firsts + 1);
    } else this.#enterLate(id);
    return id;
  }

  #enterLate(id: number): void {
    const lasts = this.#get(Cell.lasts);
    const most = this.#pool.isTight ? LAST_ROWS_OF_MANY : LAST_ROWS;
    if (lasts < most) {
      this.#set(Cell.last + lasts, id + 1);
      this.#set(Cell.lasts, lasts + 1);
      return;
    }
    const leaving = this.#get(Cell.last) - 1;
    const at = this.#base + Cell.last;
    this.#cells.copyWithin(at, at + 1, at + lasts);
    this.#cells[at + lasts - 1] = id + 1;
    if (leaving + 1 !== this.#get(Cell.decision)) this.#settle(leaving);
  }

  /** A row is no longer among the last: it stays when it is one of the weightiest. */
  #settle(leaving: number): void {
    const heavies = this.#get(Cell.heavies);
    if (heavies < WEIGHTIEST_ROWS) {
      this.#set(Cell.heavy + heavies, leaving + 1);
      this.#set(Cell.heavies, heavies + 1);
      if (heavies === 0 || this.#weightAt(heavies) < this.#weightAt(this.#get(Cell.lightest))) {
        this.#set(Cell.lightest, heavies);
      }
      return;
    }
    const lightest = this.#get(Cell.lightest);
    if (this.#pool.weightOf(leaving) <= this.#weightAt(lightest)) {
      this.#pool.release(leaving);
      return;
    }
    this.#pool.release(this.#get(Cell.heavy + lightest) - 1);
    this.#set(Cell.heavy + lightest, leaving + 1);
    let least = 0;
    for (let i = 1; i < WEIGHTIEST_ROWS; i++) if (this.#weightAt(i) < this.#weightAt(least)) least = i;
    this.#set(Cell.lightest, least);
  }

  /** All kept rows, in the order they were entered. */
  rows(): LedgerRow[] {
    const rows: LedgerRow[] = [];
    this.#each((id) => rows.push(this.#pool.read(id)));
    return rows.sort((a, b) => a.number - b.number);
  }

  /** Gives the rows back to the pool. */
  release(): void {
    this.#each((id) => this.#pool.release(id));
  }

  #weightAt(heavy: number): number {
    return this.#pool.weightOf(this.#get(Cell.heavy + heavy) - 1);
  }

  /** Calls for the id of each kept row, once. */
  #each(take: (id: number) => void): void {
    const whole = this.#whole ?? [];
    for (const id of whole) take(id);
    let decision = this.#get(Cell.decision);
    if (whole.includes(decision - 1)) decision = 0;
    for (let cell = Cell.first; cell < LEDGER_CELLS; cell++) {
      const kept = this.#get(cell);
      if (kept === 0) continue;
      if (kept === decision) decision = 0;
      take(kept - 1);
    }
    if (decision !== 0) take(decision - 1);
  }

  #get(cell: number): number {
    return this.#cells[this.#base + cell]!;
  }

  #set(cell: number, value: number): void {
    this.#cells[this.#base + cell] = value;
  }
}
