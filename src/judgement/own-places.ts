import type { Batch } from "../observations/batch.ts";
import { ActorFlag, Tallied } from "./actor-table.ts";
import { recalled } from "./memory.ts";
import type { PathMemo } from "./path-memo.ts";
import type { SequentialTest } from "./sequential-test.ts";

/** Second half of the hash that a directory's entry bears in an actor's memory. */
const PLACE = 0x6f776e21;
/** An entry holds eighths; directories add up more than single things, so theirs are kept in this unit. */
const UNIT = 8;
/** Weight that no sum has: the actor found something in the directory. */
const USED = -1;
/** Most that one entry's field holds. */
const MOST = 7.5;

/**
 * The directories in which, or right below which, one actor itself found something. On an estate's first day nobody else has vouched for them: who reads a
 * broken site meets its dead links before the estate has learned where its pages are. What such misses weighed is taken
 * back when the actor finds something beside them, and further misses there count as nearby. Only for those who find at
 * least as much as they miss; guesses at the root are never beside anything.
 */
export class OwnPlaces {
  readonly #test: SequentialTest;

  constructor(test: SequentialTest) {
    this.#test = test;
  }

  /** Whether the actor found something in a directory not far above the path. */
  isNearby({ depth, directory, parent, grandparent }: PathMemo, atMs: number): boolean {
    return (
      (depth > 1 && this.#isUsed(directory, atMs)) ||
      (depth > 2 && this.#isUsed(parent, atMs)) ||
      (depth > 3 && this.#isUsed(grandparent, atMs))
    );
  }

  /** Notes what a miss weighed, so that it can be taken back: in the widest place whose use would take it back. */
  sawMiss({ depth, directory, parent }: PathMemo, atMs: number, weight: number): void {
    if (depth < 2 || weight <= 0) return;
    this.#test.recall(depth > 2 ? parent : directory, PLACE, atMs);
    if (recalled.weight === USED) return;
    this.#test.memory.setWeight(recalled.slot, Math.min(MOST, recalled.weight + weight / UNIT));
  }

  /**
   * Notes that something was found, and takes back what misses in the same directory weighed.
   * @param isVouched whether the estate knows the place, so that nobody needs to have found something in it
   */
  sawHit(batch: Batch, row: number, { depth, directory, parent, grandparent }: PathMemo, isVouched: boolean): void {
    const { actors, actor } = this.#test;
    // Most visitors miss nothing.
    const misses = actors.get(actor, Tallied.misses);
    if (depth < 2 || (misses === 0 && isVouched) || misses > actors.get(actor, Tallied.hits)) return;
    if (actors.is(actor, ActorFlag.attempted)) return;
    this.#use(batch, row, directory);
    if (depth > 2) this.#use(batch, row, parent);
    if (depth > 3) this.#use(batch, row, grandparent);
  }

  #use(batch: Batch, row: number, directory: number): void {
    this.#test.recall(directory, PLACE, batch.atMs[row]!);
    const pending = recalled.weight * UNIT;
    this.#test.memory.setWeight(recalled.slot, USED);
    if (pending <= 0) return;
    const note = "found something beside what it had missed, as a reader of a broken site does";
    this.#test.enter(batch, row, -pending, note, batch.path[row]!);
    this.#test.takeBack(pending);
  }

  #isUsed(directory: number, atMs: number): boolean {
    const test = this.#test;
    if (!test.knows(directory, PLACE)) return false;
    test.recall(directory, PLACE, atMs);
    return recalled.weight === USED;
  }
}
