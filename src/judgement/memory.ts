// Hot: once per observation; measured by bench/judge.bench.ts.

/** What `Memory.recall` found out about one actor and one resource. */
export const recalled = {
  /** True when the actor had not asked for this resource before (as far as the memory reaches). */
  isNew: false,
  /** How often it came back to the resource after a pause; at most 15. */
  returns: 0,
  /** Weight that was given when the resource was first asked for. */
  weight: 0,
  /** Whether how it ended is still open: only a firewall was heard of it so far. */
  unsettled: false,
  /** Where the entry stands, for `setWeight`. */
  slot: 0,
};

/** A pause of at least this long makes the next contact with a resource a return, not a retransmission (RFC 6298: SYN
 * retries double from one second, so the fifth comes after 16 s). */
const SHORTEST_PAUSE_S = 20;
/** A longer pause is not insistence: clients with a stale setting retry within minutes, scanners come back by the hour. */
const LONGEST_PAUSE_S = 900;
const PROBES = 8;

/** Parts of an entry's note, above the weight in sixteenths in its low 16 bits. */
const RETURNS = 0xf0000;
const UNSETTLED = 0x100000;

/**
 * Remembers which actor asked for which resource, in fixed memory: a set-associative table of 64-bit fingerprints. When
 * the eight places of a fingerprint are full, the one longest untouched is forgotten (counted in `forgotten`).
 */
export class Memory {
  forgotten = 0;
  readonly #tags: Uint32Array;
  readonly #seconds: Uint32Array;
  readonly #notes: Int32Array;
  readonly #mask: number;

  /** @param capacity entries, a power of two */
  constructor(capacity: number) {
    this.#tags = new Uint32Array(capacity);
    this.#seconds = new Uint32Array(capacity);
    this.#notes = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  /**
   * Looks for the pair named by two hashes, writes what is known into `recalled`, and remembers it as touched now.
   * @param atMs time of the observation
   */
  recall(low: number, high: number, atMs: number): void {
    const second = Math.floor(atMs / 1000) >>> 0;
    const tag = (high | 1) >>> 0;
    const base = low & this.#mask & ~(PROBES - 1);
    let oldest = base;
    for (let i = 0; i < PROBES; i++) {
      const slot = base + i;
      const found = this.#tags[slot]!;
      if (found === tag) {
        this.#touch(slot, second);
        return;
      }
      if (found === 0) {
        this.#fill(slot, tag, second);
        return;
      }
      if (this.#seconds[slot]! < this.#seconds[oldest]!) oldest = slot;
    }
    this.forgotten++;
    this.#fill(oldest, tag, second);
  }

  /** Whether the pair has been met, without touching it. */
  knows(low: number, high: number): boolean {
    const tag = (high | 1) >>> 0;
    const base = low & this.#mask & ~(PROBES - 1);
    for (let slot = base; slot < base + PROBES; slot++) if (this.#tags[slot] === tag) return true;
    return false;
  }

  /** Notes the weight that the pair's first observation was given. */
  setWeight(slot: number, weight: number, unsettled = false): void {
    const kept = this.#notes[slot]! & RETURNS;
    this.#notes[slot] = kept | (Math.round(weight * 16) & 0xffff) | (unsettled ? UNSETTLED : 0);
  }

  #touch(slot: number, second: number): void {
    const pause = second - this.#seconds[slot]!;
    let note = this.#notes[slot]!;
    let returns = (note & RETURNS) >>> 16;
    if (pause >= SHORTEST_PAUSE_S && pause <= LONGEST_PAUSE_S && returns < 15) {
      returns++;
      note = (note & ~RETURNS) | (returns << 16);
      this.#notes[slot] = note;
      recalled.returns = returns;
    } else recalled.returns = 0;
    if (pause >= SHORTEST_PAUSE_S || pause < 0) this.#seconds[slot] = second;
    recalled.isNew = false;
    recalled.unsettled = (note & UNSETTLED) !== 0;
    recalled.weight = ((note << 16) >> 16) / 16;
    recalled.slot = slot;
  }

  #fill(slot: number, tag: number, second: number): void {
    this.#tags[slot] = tag;
    this.#seconds[slot] = second;
    this.#notes[slot] = 0;
    recalled.isNew = true;
    recalled.returns = 0;
    recalled.unsettled = false;
    recalled.weight = 0;
    recalled.slot = slot;
  }
}
