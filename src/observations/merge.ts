import type { Batch } from "./batch.ts";

/** Something that gives batches, its rows nearly in order of time. */
export interface BatchSource {
  /** The next batch, not empty; undefined at the end. It belongs to the caller until `release`. */
  next(): Promise<Batch | undefined>;
  release(batch: Batch): void;
}

/** Takes the rows `from` ≤ row < `to` of `batch`. */
export type RowSink = (batch: Batch, from: number, to: number) => void | Promise<void>;

/** Told once all rows of a batch were given to the sink, with the source to release it to (now, or later). */
export type BatchDone = (batch: Batch, source: BatchSource) => void;

/**
 * Reads several inputs side by side and gives their rows to `sink` in order of time, as runs of rows of one batch, so that
 * a single input costs nothing more than its batches. It holds one batch an input.
 *
 * The order is that of each input's watermark, the latest time it has shown so far: an input's own rows never change
 * places, and one that looks back a little (a contact is told when it is over) does not hold up or overtake the others.
 * Equal times go to the input listed first. So the order depends on the inputs alone, not on how they were cut.
 */
export async function mergeByTime(
  sources: readonly BatchSource[],
  sink: RowSink,
  done: BatchDone = (batch, source) => source.release(batch),
): Promise<void> {
  const lanes: Lane[] = [];
  for (const [order, source] of sources.entries()) {
    const lane = new Lane(source, order);
    if (await lane.advance(done)) lanes.push(lane);
  }
  while (lanes.length > 0) {
    const first = earliest(lanes, undefined)!;
    const second = earliest(lanes, first);
    const to = second ? first.reach(second) : first.batch.length;
    const written = sink(first.batch, first.row, to);
    if (written) await written;
    first.moveTo(to);
    if (to === first.batch.length && !(await first.advance(done))) lanes.splice(lanes.indexOf(first), 1);
  }
}

function earliest(lanes: readonly Lane[], except: Lane | undefined): Lane | undefined {
  let best: Lane | undefined;
  for (const lane of lanes) if (lane !== except && (!best || lane.dueMs < best.dueMs)) best = lane;
  return best;
}

/** One source: the batch in hand, and the row that is next. */
class Lane {
  batch!: Batch;
  row = 0;
  /** The watermark with the next row: the time at which it is due. */
  dueMs = Number.NEGATIVE_INFINITY;
  readonly #source: BatchSource;
  readonly #order: number;

  constructor(source: BatchSource, order: number) {
    this.#source = source;
    this.#order = order;
  }

  /** Goes to the next batch; false at the end. */
  async advance(done: BatchDone): Promise<boolean> {
    if (this.batch) done(this.batch, this.#source);
    const next = await this.#source.next();
    if (!next) return false;
    this.batch = next;
    this.moveTo(0);
    return true;
  }

  moveTo(row: number): void {
    this.row = row;
    if (row === this.batch.length) return;
    const atMs = this.batch.atMs[row]!;
    // Not Math.max: a time that is not known (NaN) is due at once.
    if (atMs > this.dueMs) this.dueMs = atMs;
  }

  /** The row at which it is the turn of `other`. */
  reach(other: Lane): number {
    const { atMs, length } = this.batch;
    const limitMs = other.dueMs;
    const winsTie = this.#order < other.#order;
    let row = this.row + 1;
    // Times already behind the watermark go along, so comparing with the limit is enough.
    while (row < length && !(atMs[row]! > limitMs || (!winsTie && atMs[row] === limitMs))) row++;
    return row;
  }
}
