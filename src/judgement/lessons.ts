import { Count, type Estate } from "../observations/estate.ts";
import { ActorFlag, type ActorTable, Tallied } from "./actor-table.ts";
import type { VisitorModel } from "./visitor-model.ts";

/** How many lessons an actor remembers, and the words of each. */
const LESSONS = 10;
const LESSON_WORDS = 5;

/** An actor with this many successes, and few misses, may teach more than it could be made to unlearn. */
const ESTABLISHED_HITS = 12;

/** How many lessons of one class an actor may give: habits of one visitor are not those of all. */
const LESSONS_OF_A_CLASS = 2;

/** Notes kept in the lower bits of a lesson's second word: hit or miss, the class, whether it counts for the class. */
const HIT = 1;
const CLASS_SHIFT = 1;
const CLASS_BITS = 63;
const COUNTS = 128;
const NOTE_BITS = 255;

/**
 * The estate learns only from those who have earned it: at least one real success, successes not outnumbered by misses,
 * a low score. What an actor did before that is kept as lessons and taught then; when an actor turns out a scanner, its
 * lessons are unlearned. That rule is what makes poisoning expensive.
 *
 * A lesson is the resource's two hash halves (the lower bits of the second hold notes) and the
 * hashes of up to three containers.
 */
export class Lessons {
  readonly #actors: ActorTable;
  readonly #estate: Estate;
  readonly #model: VisitorModel;
  readonly #words: Uint32Array<ArrayBuffer>;

  /** @param ceiling most actors held at once */
  constructor(ceiling: number, actors: ActorTable, estate: Estate, model: VisitorModel) {
    this.#actors = actors;
    this.#estate = estate;
    this.#model = model;
    this.#words = new Uint32Array(ceiling * LESSONS * LESSON_WORDS);
  }

  /** Notes what `actor` asked for, and teaches it at once when the actor has credit. */
  note(
    actor: number,
    low: number,
    high: number,
    hit: boolean,
    index: number,
    container: number,
    second: number,
    third: number,
  ): void {
    const actors = this.#actors;
    const hits = actors.get(actor, Tallied.hits);
    const misses = actors.get(actor, Tallied.misses);
    const credible = actors.is(actor, ActorFlag.credible);
    // Whoever misses this much will not earn credit soon: not worth remembering.
    if (!credible && misses > 2 * hits + 2) return;
    const count = actors.get(actor, Tallied.lessons);
    let marked = ((high & ~NOTE_BITS) | (index << CLASS_SHIFT) | (hit ? HIT : 0)) >>> 0;
    if (count < LESSONS) {
      if (this.#givenOf(actor, index) < LESSONS_OF_A_CLASS) marked |= COUNTS;
      const at = (actor * LESSONS + count) * LESSON_WORDS;
      const words = this.#words;
      words[at] = low;
      words[at + 1] = marked;
      words[at + 2] = container;
      words[at + 3] = second;
      words[at + 4] = third;
      actors.add(actor, Tallied.lessons, 1);
      if (credible) this.#teach(low, marked, container, second, third, 1);
    } else if (credible && hits >= ESTABLISHED_HITS && (misses + actors.get(actor, Tallied.guesses)) * 4 <= hits) {
      this.#popularise(low, marked, container);
    }
  }

  /**
   * What an established visitor goes on to use becomes more popular, but says nothing about how often visitors ask for
   * new things: one crawler must not make everybody's guesses look ordinary.
   */
  #popularise(low: number, marked: number, container: number): void {
    const hit = (marked & HIT) !== 0;
    const row = this.#estate.rowOf(low, resourceTag(marked));
    this.#estate.change(row, hit ? Count.hits : Count.misses, 1);
    this.#teachContainer(container, hit, 1, 0);
  }

  #givenOf(actor: number, index: number): number {
    const words = this.#words;
    let given = 0;
    for (let i = 0; i < this.#actors.get(actor, Tallied.lessons); i++) {
      const marked = words[(actor * LESSONS + i) * LESSON_WORDS + 1]!;
      if (((marked >>> CLASS_SHIFT) & CLASS_BITS) === index) given++;
    }
    return given;
  }

  /** Whether what the estate knows of a resource is partly the actor's own teaching. */
  hasTaught(actor: number, low: number): boolean {
    if (!this.#actors.is(actor, ActorFlag.credible)) return false;
    const words = this.#words;
    for (let i = 0; i < this.#actors.get(actor, Tallied.lessons); i++) {
      if (words[(actor * LESSONS + i) * LESSON_WORDS] === low >>> 0) return true;
    }
    return false;
  }

  /** How many lessons in a container are the actor's own: nobody is measured against what it taught itself. */
  ownIn(actor: number, container: number): number {
    if (!this.#actors.is(actor, ActorFlag.credible)) return 0;
    const words = this.#words;
    let own = 0;
    for (let i = 0; i < this.#actors.get(actor, Tallied.lessons); i++) {
      const at = (actor * LESSONS + i) * LESSON_WORDS;
      if (words[at + 2] === container >>> 0 || words[at + 3] === container >>> 0) own++;
    }
    return own;
  }

  /** The actor has earned credit: teaches what it did so far. */
  grant(actor: number): void {
    this.#actors.mark(actor, ActorFlag.credible);
    this.#each(actor, 1);
  }

  /** The actor has lost its credit: unlearns what it taught. */
  withdraw(actor: number): void {
    if (!this.#actors.is(actor, ActorFlag.credible)) return;
    this.#actors.unmark(actor, ActorFlag.credible);
    this.#each(actor, -1);
  }

  /** The lessons of all actors, for a state file. */
  parts(): Uint32Array[] {
    return [this.#words.subarray(0, this.#actors.end * LESSONS * LESSON_WORDS)];
  }

  /** Takes what `parts` gave in an earlier run, after the table of actors did; false when it does not fit. */
  restore([words]: readonly Uint8Array[]): boolean {
    if (words?.length !== this.#actors.end * LESSONS * LESSON_WORDS * 4) return false;
    new Uint8Array(this.#words.buffer).set(words);
    return true;
  }

  /** Forgets everything, and gives the room back at once rather than when it is collected. */
  release(): void {
    this.#words.buffer.transfer(0);
  }

  #each(actor: number, sign: 1 | -1): void {
    const words = this.#words;
    for (let i = 0; i < this.#actors.get(actor, Tallied.lessons); i++) {
      const at = (actor * LESSONS + i) * LESSON_WORDS;
      this.#teach(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!, sign);
    }
  }

  #teach(low: number, marked: number, container: number, second: number, third: number, sign: 1 | -1): void {
    const index = (marked >>> CLASS_SHIFT) & CLASS_BITS;
    const estate = this.#estate;
    const row = estate.rowOf(low, resourceTag(marked));
    const hit = (marked & HIT) !== 0;
    const before = estate.change(row, hit ? Count.hits : Count.misses, sign);
    const after = Math.max(0, before + sign);
    if (marked & COUNTS) {
      if (sign > 0) this.#model.learn(index);
      else this.#model.unlearn(index);
    }
    const singles = (after === 1 ? 1 : 0) - (before === 1 ? 1 : 0);
    this.#teachContainer(container, hit, sign, singles);
    this.#teachContainer(second, hit, sign, singles);
    this.#teachContainer(third, hit, sign, singles);
  }

  #teachContainer(container: number, hit: boolean, sign: 1 | -1, singles: number): void {
    if (container === 0) return;
    const row = this.#estate.rowOf(container, container);
    this.#estate.change(row, hit ? Count.hits : Count.misses, sign);
    if (singles !== 0) this.#estate.change(row, hit ? Count.singleHits : Count.singleMisses, singles);
  }
}

/** The second half of a resource's hash as the estate's table knows it. */
export function resourceTag(high: number): number {
  return (high & ~NOTE_BITS) >>> 0;
}
