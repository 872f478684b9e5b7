import type { Estate } from "../observations/estate.ts";
import { ActorFlag, type ActorTable, LESSON_WORDS, LESSONS } from "./actor-table.ts";
import { Class, classes } from "./classes.ts";
import type { VisitorModel } from "./visitor-model.ts";

/** An actor with this many successes, and few misses, may teach more than it could be made to unlearn. */
const ESTABLISHED_HITS = 12;

const HIT = 1;

/**
 * The estate learns only from those who have earned it: at least one real success, successes not outnumbered by misses,
 * a low score. What an actor did before that is kept as lessons and taught then; when an actor turns out a scanner, its
 * lessons are unlearned. That rule is what makes poisoning expensive.
 *
 * A lesson is the resource's two hash halves (the lower six bits of the second hold hit or miss, and the class) and the
 * hashes of up to two containers.
 */
export class Lessons {
  readonly #actors: ActorTable;
  readonly #estate: Estate;
  readonly #model: VisitorModel;

  constructor(actors: ActorTable, estate: Estate, model: VisitorModel) {
    this.#actors = actors;
    this.#estate = estate;
    this.#model = model;
  }

  /** Notes what `actor` asked for, and teaches it at once when the actor has credit. */
  note(actor: number, low: number, high: number, hit: boolean, index: number, container: number, second: number): void {
    const { flags, lessons, lessonWords, hits, misses } = this.#actors;
    const credible = (flags[actor]! & ActorFlag.credible) !== 0;
    const count = lessons[actor]!;
    const marked = ((high & ~63) | (index << 1) | (hit ? HIT : 0)) >>> 0;
    if (count < LESSONS) {
      const at = (actor * LESSONS + count) * LESSON_WORDS;
      lessonWords[at] = low;
      lessonWords[at + 1] = marked;
      lessonWords[at + 2] = container;
      lessonWords[at + 3] = second;
      lessons[actor] = count + 1;
      if (credible) this.#teach(low, marked, container, second, 1);
    } else if (credible && hits[actor]! >= ESTABLISHED_HITS && misses[actor]! * 4 <= hits[actor]!) {
      this.#teach(low, marked, container, second, 1);
    }
  }

  /** The actor has earned credit: teaches what it did so far. */
  grant(actor: number): void {
    this.#actors.flags[actor]! |= ActorFlag.credible;
    this.#each(actor, 1);
  }

  /** The actor has lost its credit: unlearns what it taught. */
  withdraw(actor: number): void {
    if ((this.#actors.flags[actor]! & ActorFlag.credible) === 0) return;
    this.#actors.flags[actor]! &= ~ActorFlag.credible;
    this.#each(actor, -1);
  }

  #each(actor: number, sign: 1 | -1): void {
    const words = this.#actors.lessonWords;
    for (let i = 0; i < this.#actors.lessons[actor]!; i++) {
      const at = (actor * LESSONS + i) * LESSON_WORDS;
      this.#teach(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, sign);
    }
  }

  #teach(low: number, marked: number, container: number, second: number, sign: 1 | -1): void {
    const index = (marked & 63) >>> 1;
    const estate = this.#estate;
    const row = estate.rowOf(low, resourceTag(marked));
    const column = marked & HIT ? estate.hits : estate.misses;
    column[row] = Math.max(0, column[row]! + sign);
    if (sign > 0) this.#model.learn(index);
    else this.#model.unlearn(index);
    const isNew = classes[index]!.guess || isNovel(index);
    this.#teachContainer(container, isNew, marked & HIT, sign);
    this.#teachContainer(second, isNew, marked & HIT, sign);
  }

  #teachContainer(container: number, isNew: boolean, hit: number, sign: 1 | -1): void {
    if (container === 0) return;
    const estate = this.#estate;
    const row = estate.rowOf(container, container);
    if (hit) estate.hits[row] = Math.max(0, estate.hits[row]! + sign);
    else estate.misses[row] = Math.max(0, estate.misses[row]! + sign);
    if (isNew) estate.singles[row] = Math.max(0, estate.singles[row]! + sign);
  }
}

/** The second half of a resource's hash as the estate's table knows it. */
export function resourceTag(high: number): number {
  return (high & ~63) >>> 0;
}

function isNovel(index: number): boolean {
  return index === Class.newService || index === Class.newPath || index === Class.newPathNearby;
}
