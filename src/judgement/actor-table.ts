// Hot: once per observation; measured by bench/bench.ts. One row per actor in one flat buffer: what every observation
// touches lies in the row's first cache line, what new evidence touches in its second.
import { avalanche } from "../bytes/hash.ts";

/** Bits of an actor's flags. */
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
  /** It found so much, and missed so little, that what everybody uses says nothing more of it. */
  established: 128,
  /** It scanned, was silent for long, and is back: another scan is another incident, once the test decides again. */
  rearmed: 256,
} as const;

const FEWEST_SLOTS = 4096;
const ROW_CELLS = 32;
const ROW_TIMES = ROW_CELLS / 2;

/** Counts of an actor, by their place in its row. */
export const Tallied = {
  /** 32, or 128, 64, 56, 48 for IPv6; 0 marks a free row. */
  prefixLength: 4,
  observations: 5,
  /** Hashes of the user agent and the host name it sent last: most requests repeat them. */
  lastAgent: 6,
  lastName: 7,
  flags: 10,
  /** How often it came back after a scan and a long silence. */
  episode: 11,
  /** Distinct resources asked for that visitors here do not use. */
  guesses: 17,
  /** Distinct resources that it asked for with success, and without. */
  hits: 18,
  misses: 19,
  /** Distinct services (contacts) that took part, or that a firewall let it through to. */
  services: 20,
  /** Distinct client hellos that others here do not send. */
  hellos: 21,
  /** Distinct observations that spoke against it. */
  weighed: 22,
  /** `observations` when the verdict fell, and `weighed`. */
  decidedAtObservation: 23,
  decidedAfter: 24,
  /** How many of its lessons are in use (see lessons.ts). */
  lessons: 25,
} as const;
export type Tallied = (typeof Tallied)[keyof typeof Tallied];

/** Sums of weights, single precision, by their place in the row. */
export const Sum = {
  /** All positive weight ever added, and how much of it was taken back. */
  gained: 26,
  refunded: 27,
} as const;
export type Sum = (typeof Sum)[keyof typeof Sum];

/** Times, milliseconds since the Unix epoch, and the score, double precision, by their place in the row. */
export const Exact = {
  lastMs: 4,
  /** CUSUM score, as of `scoredMs`. */
  score: 6,
  scoredMs: 7,
  firstMs: 14,
  decidedMs: 15,
} as const;
export type Exact = (typeof Exact)[keyof typeof Exact];

/** Actors that can be held at once. When full, the least suspicious eighth is forgotten and counted. */
export const ACTOR_CEILING = 1 << 17;

/**
 * Everything the sequential test keeps per actor. Rows are found by address words and a prefix length; row 0 is never
 * used, so that 0 can mean "none". The buffer is made at full size at once: untouched pages cost nothing.
 */
export class ActorTable {
  /** Rows in use are among `1 … end - 1`; a free one has `prefixLength` 0. */
  end = 1;
  /** Actors forgotten to stay under the ceiling. */
  evicted = 0;
  readonly #cells: Uint32Array;
  readonly #sums: Float32Array;
  readonly #exacts: Float64Array;
  /** Row by hash; small while there are few actors, so that finding one stays in the cache. */
  #slots = new Uint32Array(FEWEST_SLOTS);
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
    const buffer = new ArrayBuffer(ceiling * ROW_CELLS * 4);
    this.#cells = new Uint32Array(buffer);
    this.#sums = new Float32Array(buffer);
    this.#exacts = new Float64Array(buffer);
  }

  get(row: number, what: Tallied): number {
    return this.#cells[row * ROW_CELLS + what]!;
  }

  set(row: number, what: Tallied, value: number): void {
    this.#cells[row * ROW_CELLS + what] = value;
  }

  /** Adds to a count, which never falls below zero, and returns what it came to. */
  add(row: number, what: Tallied, by: number): number {
    const at = row * ROW_CELLS + what;
    const sum = Math.max(0, this.#cells[at]! + by);
    this.#cells[at] = sum;
    return sum;
  }

  /** Whether an actor is in good standing, and nothing speaks against it at present. */
  isEstablished(row: number): boolean {
    const standing = ActorFlag.established | ActorFlag.credible;
    return (
      (this.#cells[row * ROW_CELLS + Tallied.flags]! & standing) === standing &&
      this.#exacts[row * ROW_TIMES + Exact.score] === 0
    );
  }

  /** Whether any of the given flag bits is set. */
  is(row: number, flags: number): boolean {
    return (this.#cells[row * ROW_CELLS + Tallied.flags]! & flags) !== 0;
  }

  mark(row: number, flags: number): void {
    this.#cells[row * ROW_CELLS + Tallied.flags]! |= flags;
  }

  unmark(row: number, flags: number): void {
    this.#cells[row * ROW_CELLS + Tallied.flags]! &= ~flags;
  }

  sum(row: number, what: Sum): number {
    return this.#sums[row * ROW_CELLS + what]!;
  }

  setSum(row: number, what: Sum, value: number): void {
    this.#sums[row * ROW_CELLS + what] = value;
  }

  exact(row: number, what: Exact): number {
    return this.#exacts[row * ROW_TIMES + what]!;
  }

  setExact(row: number, what: Exact, value: number): void {
    this.#exacts[row * ROW_TIMES + what] = value;
  }

  /** Counts an observation, and returns the time since the one before; 0 for the first. */
  see(row: number, atMs: number): number {
    const seen = row * ROW_CELLS + Tallied.observations;
    const last = row * ROW_TIMES + Exact.lastMs;
    if (this.#cells[seen] === 0) {
      this.#exacts[row * ROW_TIMES + Exact.firstMs] = atMs;
      this.#exacts[last] = atMs;
    }
    this.#cells[seen]! += 1;
    const pauseMs = atMs - this.#exacts[last]!;
    if (pauseMs > 0) this.#exacts[last] = atMs;
    return pauseMs;
  }

  /** A copy of the actor's four address words. */
  wordsOf(row: number): Uint32Array {
    return this.#cells.slice(row * ROW_CELLS, row * ROW_CELLS + 4);
  }

  /**
   * The row of the actor with these address words (already cut to `prefixLength`), made when missing. The words are taken as signed: a larger number
   * would be boxed on every call.
   */
  rowOf(w0: number, w1: number, w2: number, w3: number, prefixLength: number): number {
    const cells = this.#cells;
    const mask = this.#slots.length - 1;
    let slot = hashOf(w0, w1, w2, w3, prefixLength) & mask;
    for (let row = this.#slots[slot]!; row !== 0; row = this.#slots[slot]!) {
      const at = row * ROW_CELLS;
      if (
        (cells[at + 3]! | 0) === w3 &&
        (cells[at + 2]! | 0) === w2 &&
        (cells[at + 1]! | 0) === w1 &&
        (cells[at]! | 0) === w0 &&
        cells[at + Tallied.prefixLength] === prefixLength
      )
        return row;
      slot = (slot + 1) & mask;
    }
    if (this.end === this.#ceiling && this.#free.length === 0) {
      this.#evict();
      return this.rowOf(w0, w1, w2, w3, prefixLength);
    }
    const row = this.#free.pop() ?? this.end++;
    const at = row * ROW_CELLS;
    cells[at] = w0;
    cells[at + 1] = w1;
    cells[at + 2] = w2;
    cells[at + 3] = w3;
    cells[at + Tallied.prefixLength] = prefixLength;
    this.#slots[slot] = row;
    if (this.end * 2 > this.#slots.length) {
      this.#slots = new Uint32Array(this.#slots.length * 2);
      this.#rebuildSlots();
    }
    return row;
  }

  /** A 32-bit name of the actor in `row`, the same in every run. */
  hashOfRow(row: number): number {
    const at = row * ROW_CELLS;
    const cells = this.#cells;
    return hashOf(
      cells[at]! | 0,
      cells[at + 1]! | 0,
      cells[at + 2]! | 0,
      cells[at + 3]! | 0,
      cells[at + Tallied.prefixLength]!,
    );
  }

  /** The name under which its memory is kept: what it asked for in an earlier scan, it asks for anew in the next. */
  memoryHashOf(row: number, episode = this.get(row, Tallied.episode)): number {
    return this.hashOfRow(row) ^ Math.imul(episode, 0x9e3779b1);
  }

  /** The rows in use, for a state file. */
  parts(): Uint32Array[] {
    return [this.#cells.slice(0, this.end * ROW_CELLS)];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([cells]: readonly Uint8Array[]): boolean {
    const bytes = ROW_CELLS * 4;
    if (cells === undefined || cells.length % bytes !== 0 || cells.length > this.#ceiling * bytes) return false;
    new Uint8Array(this.#cells.buffer).set(cells);
    this.end = Math.max(1, cells.length / bytes);
    this.#free.length = 0;
    for (let row = 1; row < this.end; row++) if (this.get(row, Tallied.prefixLength) === 0) this.#free.push(row);
    let length = FEWEST_SLOTS;
    while (this.end * 2 > length) length *= 2;
    this.#slots = new Uint32Array(length);
    this.#rebuildSlots();
    return true;
  }

  /** How suspicious an actor is, for making room: scanners last. */
  rank(row: number): number {
    return this.exact(row, Exact.score) + (this.is(row, ActorFlag.decided) ? 1e9 : 0);
  }

  /** Forgets about the least suspicious eighth: no verdict, lowest score. */
  #evict(): void {
    const ranks = new Float64Array(this.end - 1);
    for (let row = 1; row < this.end; row++) ranks[row - 1] = this.rank(row);
    ranks.sort();
    let leaving = Math.max(1, ranks.length >>> 3);
    const most = ranks[leaving - 1]!;
    this.evicted += leaving;
    for (let row = 1; row < this.end && leaving > 0; row++) {
      if (this.rank(row) > most) continue;
      this.#onEvict(row);
      this.#cells.fill(0, row * ROW_CELLS, (row + 1) * ROW_CELLS);
      this.#free.push(row);
      leaving--;
    }
    this.#rebuildSlots();
  }

  #rebuildSlots(): void {
    this.#slots.fill(0);
    const mask = this.#slots.length - 1;
    for (let row = 1; row < this.end; row++) {
      if (this.get(row, Tallied.prefixLength) === 0) continue;
      let slot = this.hashOfRow(row) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row;
    }
  }
}

/** Signed: where the call is a real one, a larger number would be boxed. */
function hashOf(w0: number, w1: number, w2: number, w3: number, prefixLength: number): number {
  if (w0 === 0 && w1 === 0) return avalanche(w3 ^ w2) | 0;
  return (
    avalanche(Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ w3 ^ prefixLength) | 0
  );
}
