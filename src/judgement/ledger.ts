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
const ROW_CELLS = 20;
const ROW_BYTES = ROW_CELLS * 4 + LONGEST_TEXT;
const ROW_WORDS = ROW_BYTES / 4;
const ROW_DOUBLES = ROW_BYTES / 8;

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

/** Evidence rows of all actors, in fixed memory. */
export class LedgerPool {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #free: number[] = [];
  readonly #capacity: number;
  #used = 0;
  readonly #vocabulary: string[] = [""];
  readonly #ids = new Map<string, number>([["", 0]]);

  /** @param capacity rows held at once */
  constructor(capacity: number) {
    this.#capacity = capacity;
    const buffer = new ArrayBuffer(capacity * ROW_BYTES);
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /** Rows that can still be taken. */
  get room(): number {
    return this.#capacity - this.#used + this.#free.length;
  }

  /** Whether rows must be spared. */
  get isTight(): boolean {
    return this.room * 2 < this.#capacity;
  }

  take(): number {
    return this.#free.pop() ?? this.#used++;
  }

  release(id: number): void {
    this.#free.push(id);
  }

  weightOf(id: number): number {
    return this.#floats[id * ROW_WORDS + At.weight]!;
  }

  numberOf(id: number): number {
    return this.#words[id * ROW_WORDS + At.number]!;
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
    const at = id * ROW_WORDS;
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
    words[at + At.text] = this.#copyText(batch, text, id);
  }

  /** Writes what the row weighed; `score` is the actor's after it. */
  weigh(id: number, weight: number, ifScanner: number, ifVisitor: number, score: number, note: string): void {
    const at = id * ROW_WORDS;
    this.#floats[at + At.weight] = weight;
    this.#floats[at + At.ifScanner] = ifScanner;
    this.#floats[at + At.ifVisitor] = ifVisitor;
    this.#floats[at + At.score] = score;
    this.#words[at + At.note] = note === "" ? 0 : this.#idOf(note);
  }

  read(id: number): LedgerRow {
    const words = this.#words;
    const at = id * ROW_WORDS;
    const kinds = words[at + At.kinds]!;
    const textAt = id * ROW_BYTES + ROW_CELLS * 4;
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
      text: this.#bytes.slice(textAt, textAt + words[at + At.text]!),
    };
  }

  #copyText(batch: Batch, text: number, id: number): number {
    if (text === 0) return 0;
    const { bytes, starts, lengths } = batch.texts;
    const from = starts[text]!;
    const to = id * ROW_BYTES + ROW_CELLS * 4;
    const length = Math.min(lengths[text]!, LONGEST_TEXT);
    for (let i = 0; i < length; i++) this.#bytes[to + i] = bytes[from + i]!;
    return length;
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

const empty: number[] = [];
const FIRST_ROWS = 8;
const WEIGHTIEST_ROWS = 8;
const LAST_ROWS = 4;
/** The same when there are so many ledgers that the pool is half used. */
const FIRST_ROWS_OF_MANY = 3;
const LAST_ROWS_OF_MANY = 2;
const MOST_WHOLE_ROWS = 200_000;

/**
 * An actor's evidence, bounded: the first rows, the last ones, the weightiest between them, and the one at which the
 * verdict fell. `whole` keeps everything (for `explain`), up to a ceiling.
 */
export class Ledger {
  /** Rows ever entered. */
  entered = 0;
  readonly #pool: LedgerPool;
  readonly #firstRows: number;
  readonly #first: number[] = [];
  #weightiest: number[] = empty;
  #last: number[] = empty;
  #decision = -1;
  #lightest = Number.POSITIVE_INFINITY;

  constructor(pool: LedgerPool, whole: boolean) {
    this.#pool = pool;
    this.#firstRows = whole ? MOST_WHOLE_ROWS : FIRST_ROWS;
  }

  /** Enters a row and returns where to write it; the row that decided is never dropped. */
  enter(decides: boolean): number {
    const id = this.#pool.take();
    this.entered++;
    if (decides) this.#decision = id;
    if (this.#last === empty && this.#first.length < this.#mostFirst()) this.#first.push(id);
    else this.#enterLate(id);
    return id;
  }

  #mostFirst(): number {
    return this.#pool.isTight && this.#firstRows === FIRST_ROWS ? FIRST_ROWS_OF_MANY : this.#firstRows;
  }

  #enterLate(id: number): void {
    if (this.#last === empty) {
      this.#last = [];
      this.#weightiest = [];
    }
    this.#last.push(id);
    if (this.#last.length <= (this.#pool.isTight ? LAST_ROWS_OF_MANY : LAST_ROWS)) return;
    const leaving = this.#last.shift()!;
    if (leaving === this.#decision) return;
    const heaviness = this.#pool.weightOf(leaving);
    if (this.#weightiest.length < WEIGHTIEST_ROWS) {
      this.#weightiest.push(leaving);
      this.#lightest = Math.min(this.#lightest, heaviness);
    } else if (heaviness > this.#lightest) {
      const lightestAt = this.#weightiest.findIndex((kept) => this.#pool.weightOf(kept) === this.#lightest);
      this.#pool.release(this.#weightiest[lightestAt]!);
      this.#weightiest[lightestAt] = leaving;
      this.#lightest = Math.min(...this.#weightiest.map((kept) => this.#pool.weightOf(kept)));
    } else this.#pool.release(leaving);
  }

  /** All kept rows, in the order they were entered. */
  rows(): LedgerRow[] {
    return this.#ids()
      .map((id) => this.#pool.read(id))
      .sort((a, b) => a.number - b.number);
  }

  /** Gives the rows back to the pool. */
  release(): void {
    for (const id of this.#ids()) this.#pool.release(id);
  }

  #ids(): number[] {
    const ids = new Set([...this.#first, ...this.#weightiest, ...this.#last]);
    if (this.#decision >= 0) ids.add(this.#decision);
    return [...ids];
  }
}
