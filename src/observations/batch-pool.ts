import { Batch } from "./batch.ts";

/** Batches kept for reuse at most; more are left to the garbage collector. */
const MOST_KEPT = 16;

/** A batch that one odd chunk made longer than this is not kept. */
const LONGEST_KEPT_ROWS = 16384;

/** Room for what a reader fills before it hands a batch on (2,048 rows) and what its last chunk adds, mostly. */
const USUAL_ROWS = 3072;

/** Hands out empty batches and takes them back, so that reading allocates nothing once it runs. */
export class BatchPool {
  readonly #free: Batch[] = [];

  take(): Batch {
    return this.#free.pop() ?? new Batch(USUAL_ROWS);
  }

  /** Takes a batch back. Nobody may look at it afterwards. */
  release(batch: Batch): void {
    if (this.#free.length >= MOST_KEPT || batch.kind.length > LONGEST_KEPT_ROWS) return;
    batch.clear();
    this.#free.push(batch);
  }
}
