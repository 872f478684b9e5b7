import type { Budget } from "../budget.ts";

/** Separate pieces that are remembered; a sender that leaves more holes is not read. */
const MOST_PIECES = 64;

/** A message whose pieces come in any order, in memory that grows with them up to a limit. */
export class Pieces {
  /** What is there; only `[0, ready)` is without holes. */
  bytes: Uint8Array = new Uint8Array(0);
  ready = 0;
  readonly #limit: number;
  readonly #budget: Budget;
  /** Pieces beyond the first hole: start and end, in turn. */
  #beyond: [number, number][] = [];

  /** @param budget what the memory is taken from, until `forget` */
  constructor(limit: number, budget: Budget) {
    this.#limit = limit;
    this.#budget = budget;
  }

  /** Puts `from[start, end)` at `offset`. @returns false when that is beyond the limit, or there is no room. */
  put(offset: number, from: Uint8Array, start: number, end: number): boolean {
    const stop = offset + end - start;
    if (stop > this.#limit || this.#beyond.length >= MOST_PIECES) return false;
    if (stop > this.bytes.length) {
      const room = Math.min(this.#limit, Math.max(stop, 2048, this.bytes.length * 2));
      if (!this.#budget.take(room - this.bytes.length)) return false;
      const grown = new Uint8Array(room);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(from.subarray(start, end), offset);
    this.#beyond.push([offset, stop]);
    this.#beyond.sort((a, b) => a[0] - b[0]);
    while (this.#beyond.length > 0 && this.#beyond[0]![0] <= this.ready) {
      this.ready = Math.max(this.ready, this.#beyond.shift()![1]);
    }
    return true;
  }

  /** Gives the memory back; what of it is at hand stays as it is. */
  forget(): void {
    this.#budget.take(-this.bytes.length);
    this.bytes = new Uint8Array(0);
  }
}
