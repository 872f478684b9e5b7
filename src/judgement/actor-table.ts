// Hot: once per observation; measured by bench/judge.bench.ts. One row per actor, one typed array per column, so that
// half a million actors are a few flat buffers and no objects.
import { avalanche } from "../bytes/hash.ts";

/** Bits of an actor's `flags`. */
export const ActorFlag = {
  /** The sequential test has called it a scanner, and nothing has taken that back. */
  decided: 1,
  /** It has earned that the estate learns from it. */
  credible: 2,
  /** It sent a request whose check carries an exploit attempt. */
  attempted: 4,
  /** It stands for an IPv6 prefix rather than one address; `prefixLength` says which. */
  prefix: 8,
  /** It has been told something by a reveal. */
  told: 16,
  /** It says of itself that it is a research scanner. */
  research: 32,
  /** The verdict fell and was taken back: it insists on the same few targets, as a client with a stale setting does. */
  revoked: 64,
} as const;

/**
 * How many lessons an actor remembers: what it did before it earned credit, taught to the estate when it does, and
 * unlearned should it turn out a scanner. A lesson is five words; judgement/lessons.ts says which.
 */
export const LESSONS = 10;
export const LESSON_WORDS = 5;

/** Actors that can be held at once. When full, the least suspicious eighth is forgotten and counted. */
export const ACTOR_CEILING = 1 << 18;

/**
 * Everything the sequential test keeps per actor. Rows are found by address words and a prefix length; row 0 is never
 * used, so that 0 can mean "none". The columns are made at full size at once: untouched pages cost nothing.
 */
export class ActorTable {
  /** Rows in use are among `1 … end - 1`; a free one has `prefixLength` 0. */
  end = 1;
  /** Actors forgotten to stay under the ceiling. */
  evicted = 0;
  readonly words: Uint32Array;
  /** 32, or 128, 64, 56, 48 for IPv6; 0 marks a free row. */
  readonly prefixLength: Uint8Array;
  readonly flags: Uint8Array;
  /** CUSUM score, as of `scoredMs`. */
  readonly score: Float64Array;
  /** Highest score ever. */
  readonly peak: Float32Array;
  readonly firstMs: Float64Array;
  readonly lastMs: Float64Array;
  /** When `score` was last brought up to date. */
  readonly scoredMs: Float64Array;
  readonly decidedMs: Float64Array;
  readonly observations: Uint32Array;
  /** Distinct observations that spoke against it. */
  readonly weighed: Uint32Array;
  /** `observations` when the verdict fell, and `weighed`. */
  readonly decidedAtObservation: Uint32Array;
  readonly decidedAfter: Uint32Array;
  /** Distinct resources asked for that visitors here do not use. */
  readonly guesses: Uint32Array;
  /** Distinct resources that it asked for with success, and without. */
  readonly hits: Uint32Array;
  readonly misses: Uint32Array;
  /** Distinct services (contacts) that took part. */
  readonly services: Uint32Array;
  /** Distinct client hellos that others here do not send. */
  readonly hellos: Uint16Array;
  /** All positive weight ever added, and how much of it was taken back by insistence. */
  readonly gained: Float32Array;
  readonly refunded: Float32Array;
  /** Hashes of the user agent and the host name it sent last: most requests repeat them. */
  readonly lastAgent: Uint32Array;
  readonly lastName: Uint32Array;
  /** The actor's lessons; `lessons` of them are in use. */
  readonly lessonWords: Uint32Array;
  readonly lessons: Uint8Array;
  readonly #slots: Uint32Array;
  readonly #ceiling: number;
  readonly #free: number[] = [];
  readonly #onEvict: (row: number) => void;

  /**
   * @param ceiling most actors held at once, a power of two
   * @param onEvict told for every row that is forgotten to make room
   */
  constructor(ceiling: number, onEvict: (row: number) => void) {
    this.#ceiling = ceiling;
    this.#onEvict = onEvict;
    this.words = new Uint32Array(ceiling * 4);
    this.prefixLength = new Uint8Array(ceiling);
    this.flags = new Uint8Array(ceiling);
    this.score = new Float64Array(ceiling);
    this.peak = new Float32Array(ceiling);
    this.firstMs = new Float64Array(ceiling);
    this.lastMs = new Float64Array(ceiling);
    this.scoredMs = new Float64Array(ceiling);
    this.decidedMs = new Float64Array(ceiling);
    this.observations = new Uint32Array(ceiling);
    this.weighed = new Uint32Array(ceiling);
    this.decidedAtObservation = new Uint32Array(ceiling);
    this.decidedAfter = new Uint32Array(ceiling);
    this.guesses = new Uint32Array(ceiling);
    this.hits = new Uint32Array(ceiling);
    this.misses = new Uint32Array(ceiling);
    this.services = new Uint32Array(ceiling);
    this.hellos = new Uint16Array(ceiling);
    this.gained = new Float32Array(ceiling);
    this.refunded = new Float32Array(ceiling);
    this.lastAgent = new Uint32Array(ceiling);
    this.lastName = new Uint32Array(ceiling);
    this.lessonWords = new Uint32Array(ceiling * LESSONS * LESSON_WORDS);
    this.lessons = new Uint8Array(ceiling);
    this.#slots = new Uint32Array(ceiling * 2);
  }

  /** The row of the actor with these address words (already cut to `prefixLength`), made when missing. */
  rowOf(w0: number, w1: number, w2: number, w3: number, prefixLength: number, atMs: number): number {
    const mask = this.#slots.length - 1;
    const words = this.words;
    let slot = hashOf(w0, w1, w2, w3, prefixLength) & mask;
    for (let row = this.#slots[slot]!; row !== 0; row = this.#slots[slot]!) {
      const at = row * 4;
      if (
        words[at + 3] === w3 &&
        words[at + 2] === w2 &&
        words[at + 1] === w1 &&
        words[at] === w0 &&
        this.prefixLength[row] === prefixLength
      )
        return row;
      slot = (slot + 1) & mask;
    }
    if (this.end === this.#ceiling && this.#free.length === 0) {
      this.#evict();
      return this.rowOf(w0, w1, w2, w3, prefixLength, atMs);
    }
    const row = this.#free.pop() ?? this.end++;
    this.#slots[slot] = row;
    words[row * 4] = w0;
    words[row * 4 + 1] = w1;
    words[row * 4 + 2] = w2;
    words[row * 4 + 3] = w3;
    this.prefixLength[row] = prefixLength;
    this.firstMs[row] = atMs;
    this.lastMs[row] = atMs;
    return row;
  }

  /** A 32-bit name of the actor in `row`, the same in every run. */
  hashOfRow(row: number): number {
    const at = row * 4;
    const words = this.words;
    return hashOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, this.prefixLength[row]!);
  }

  /** Forgets the least suspicious eighth: no verdict, lowest score, longest unseen. */
  #evict(): void {
    const order = Array.from({ length: this.end - 1 }, (_, i) => i + 1);
    const decided = (row: number) => this.flags[row]! & ActorFlag.decided;
    order.sort(
      (a, b) => decided(a) - decided(b) || this.score[a]! - this.score[b]! || this.lastMs[a]! - this.lastMs[b]!,
    );
    order.length = Math.max(1, order.length >>> 3);
    for (const row of order) this.#forget(row);
    this.evicted += order.length;
    this.#rebuildSlots();
  }

  #forget(row: number): void {
    this.#onEvict(row);
    this.prefixLength[row] = 0;
    this.flags[row] = 0;
    this.score[row] = 0;
    this.peak[row] = 0;
    this.scoredMs[row] = 0;
    this.decidedMs[row] = 0;
    this.observations[row] = 0;
    this.weighed[row] = 0;
    this.decidedAtObservation[row] = 0;
    this.decidedAfter[row] = 0;
    this.guesses[row] = 0;
    this.hits[row] = 0;
    this.misses[row] = 0;
    this.services[row] = 0;
    this.hellos[row] = 0;
    this.gained[row] = 0;
    this.refunded[row] = 0;
    this.lessons[row] = 0;
    this.lastAgent[row] = 0;
    this.lastName[row] = 0;
    this.#free.push(row);
  }

  #rebuildSlots(): void {
    this.#slots.fill(0);
    const mask = this.#slots.length - 1;
    for (let row = 1; row < this.end; row++) {
      if (this.prefixLength[row] === 0) continue;
      let slot = this.hashOfRow(row) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row;
    }
  }
}

function hashOf(w0: number, w1: number, w2: number, w3: number, prefixLength: number): number {
  if (w0 === 0 && w1 === 0) return avalanche(w3 ^ w2);
  return avalanche(
    Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ w3 ^ prefixLength,
  );
}
