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
/** Places that a pair can stand in. */
const PROBES = 8;
/** 32-bit cells of one entry: tag, second, note, and padding. */
const CELLS = 4;
const SECOND = 1;
const NOTE = 2;

/** Parts of an entry's note, above the weight in sixteenths in its low 16 bits. */
const RETURNS = 0xf0000;
const UNSETTLED = 0x100000;

/**
 * Remembers which actor asked for which resource, in fixed memory: a set-associative table of 64-bit fingerprints. When
 * the eight places of a fingerprint are full, the one longest untouched is forgotten (counted in `forgotten`).
 */
export class Memory {
  forgotten = 0;
  readonly #cells: Int32Array;
  readonly #mask: number;

  /** @param capacity entries, a power of two */
  constructor(capacity: number) {
    this.#cells = new Int32Array(capacity * CELLS);
    this.#mask = (capacity - 1) & ~(PROBES - 1);
  }

  /**
   * Looks for the pair named by two hashes, writes what is known into `recalled`, and remembers it as touched now.
   * @param atMs time of the observation
   */
  recall(low: number, high: number, atMs: number): void {
    const cells = this.#cells;
    const second = (atMs / 1000) | 0;
    const tag = high | 1;
    const base = (low & this.#mask) * CELLS;
    let oldest = base;
    for (let slot = base; slot < base + PROBES * CELLS; slot += CELLS) {
      const found = cells[slot]!;
      if (found === tag) {
        this.#touch(slot, second);
        return;
      }
      if (found === 0) {
        this.#fill(slot, tag, second);
        return;
      }
      if (cells[slot + SECOND]! < cells[oldest + SECOND]!) oldest = slot;
    }
    this.forgotten++;
    this.#fill(oldest, tag, second);
  }

  /** Whether the pair has been met, without touching it. */
  knows(low: number, high: number): boolean {
    const tag = high | 1;
    const base = (low & this.#mask) * CELLS;
    for (let slot = base; slot < base + PROBES * CELLS; slot += CELLS) if (this.#cells[slot] === tag) return true;
    return false;
  }

  /**
   * Notes the weight that the pair's first observation was given.
   * @param unsettled whether another input may yet tell how it ended
   */
  setWeight(slot: number, weight: number, unsettled = false): void {
    const kept = this.#cells[slot + NOTE]! & RETURNS;
    this.#cells[slot + NOTE] = kept | (Math.round(weight * 16) & 0xffff) | (unsettled ? UNSETTLED : 0);
  }

  #touch(slot: number, second: number): void {
    const cells = this.#cells;
    const pause = second - cells[slot + SECOND]!;
    let note = cells[slot + NOTE]!;
    recalled.returns = 0;
    if (pause >= SHORTEST_PAUSE_S) {
      if (pause <= LONGEST_PAUSE_S) {
        const returns = Math.min(15, ((note & RETURNS) >>> 16) + 1);
        note = (note & ~RETURNS) | (returns << 16);
        cells[slot + NOTE] = note;
        recalled.returns = returns;
      }
      cells[slot + SECOND] = second;
    }
    recalled.isNew = false;
    recalled.unsettled = (note & UNSETTLED) !== 0;
    recalled.weight = ((note << 16) >> 16) / 16;
    recalled.slot = slot;
  }

  #fill(slot: number, tag: number, second: number): void {
    this.#cells[slot] = tag;
    this.#cells[slot + SECOND] = second;
    this.#cells[slot + NOTE] = 0;
    recalled.isNew = true;
    recalled.returns = 0;
    recalled.unsettled = false;
    recalled.weight = 0;
    recalled.slot = slot;
  }
}
