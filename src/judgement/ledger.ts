import type { Batch } from "../observations/batch.ts";

const FIRST_ROWS = 12;
const WEIGHTIEST_ROWS = 20;
const LAST_ROWS = 8;
const LONGEST_TEXT = 160;

/** One weighed observation, as kept. Numbers only, and a copy of the bytes that were asked for. */
export class LedgerRow {
  atMs = 0;
  position = 0;
  input = 0;
  /** `Kind` of the observation. */
  kind = 0;
  /** Index into `classes`, or -1 when `note` alone says what was seen. */
  classIndex = -1;
  transport = 0;
  port = 0;
  outcome = 0;
  status = 0;
  readonly target = new Uint32Array(4);
  weight = 0;
  ifScanner = 0;
  ifVisitor = 0;
  /** The actor's score after this row. */
  score = 0;
  /** The verdict fell here. */
  decided = false;
  /** What knowledge adds: a signature, a check, an insistence. Never input text. */
  note = "";
  method = "";
  /** Bytes of the path, agent or name; cut at 160. */
  text = new Uint8Array(0);
  /** Number in the order of the actor's ledger, from 0. */
  number = 0;

  copyTarget(words: Uint32Array, at: number): void {
    this.target[0] = words[at]!;
    this.target[1] = words[at + 1]!;
    this.target[2] = words[at + 2]!;
    this.target[3] = words[at + 3]!;
  }

  /** Copies the text `id` of the batch, cut. */
  copyText(batch: Batch, id: number): void {
    const start = batch.texts.starts[id]!;
    const length = id === 0 ? 0 : Math.min(batch.texts.lengths[id]!, LONGEST_TEXT);
    this.text = batch.texts.bytes.slice(start, start + length);
  }
}

/**
 * An actor's evidence, bounded: the first rows, the last ones, the weightiest between them, and the one at which the
 * verdict fell. `whole` keeps everything (for `explain`), up to a ceiling.
 */
export class Ledger {
  /** Rows ever entered. */
  entered = 0;
  readonly #first: LedgerRow[] = [];
  readonly #weightiest: LedgerRow[] = [];
  readonly #last: LedgerRow[] = [];
  #decision: LedgerRow | undefined;
  readonly #ceiling: number;
  #lightest = 0;

  constructor(whole: boolean) {
    this.#ceiling = whole ? 200_000 : FIRST_ROWS;
  }

  /** A row to fill in; the caller then calls `settle` with it. */
  next(): LedgerRow {
    if (this.#first.length < this.#ceiling || this.#last.length < LAST_ROWS) return new LedgerRow();
    const reused = this.#last.shift()!;
    return reused === this.#decision || this.#weightiest.includes(reused) ? new LedgerRow() : reused;
  }

  settle(row: LedgerRow): void {
    row.number = this.entered++;
    if (row.decided) this.#decision = row;
    if (this.#first.length < this.#ceiling) {
      this.#first.push(row);
      return;
    }
    this.#last.push(row);
    if (this.#last.length > LAST_ROWS) this.#last.shift();
    if (this.#weightiest.length < WEIGHTIEST_ROWS) {
      this.#weightiest.push(row);
      this.#lightest = Math.min(...this.#weightiest.map((kept) => kept.weight));
    } else if (row.weight > this.#lightest) {
      this.#weightiest.splice(
        this.#weightiest.findIndex((kept) => kept.weight === this.#lightest),
        1,
      );
      this.#weightiest.push(row);
      this.#lightest = Math.min(...this.#weightiest.map((kept) => kept.weight));
    }
  }

  /** All kept rows, in the order they were entered. */
  rows(): LedgerRow[] {
    const kept = new Set([...this.#first, ...this.#weightiest, ...this.#last]);
    if (this.#decision) kept.add(this.#decision);
    return [...kept].sort((a, b) => a.number - b.number);
  }
}
