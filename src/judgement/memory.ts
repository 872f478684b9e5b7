// Hot: once per observation; measured by bench/judge.bench.ts.

/** What `Memory.recall` found out about one actor and one resource. */
export const recalled = {
  /** True when the actor had not asked for this resource before (as far as the memory reaches). */
  isNew: false,
  /** How often it came back to the resource after a pause; at most 15. */
  returns: 0,
  /** Weight that was given when the resource was first asked for. */
  weight: 0,
  /** Whether how it ended is still open: only a firewall was heard of it so far, or a log-in was asked for. */
  unsettled: false,
  /** Where the entry stands, for `setWeight`. */
  slot: 0,
};

/** A pause of at least this long makes the next contact with a resource a return, not a retransmission (RFC 6298: SYN
 * retries double from one second, so the fifth comes after 16 s). */
const SHORTEST_PAUSE_MS = 20_000;
/** A longer pause is not insistence: clients with a stale setting retry within minutes, scanners come back by the hour. */
const LONGEST_PAUSE_MS = 900_000;
/** Places that a pair can stand in: this many from the one its hash names. */
const PROBES = 24;
/** 32-bit cells of one entry: the two halves of its hash, and a note. */
const CELLS = 3;
const LOW = 1;
const NOTE = 2;
/** Entries at the start; the table doubles as it fills, up to its ceiling, so that a small one stays in the cache. */
const FEWEST_ENTRIES = 1 << 14;

/** A table smaller than this grows fourfold: it is soon filled, and moving entries costs more than the room. */
const SMALL = 1 << 18;

/** Parts of a note: time in steps of four seconds, the weight in eighths (signed), returns, and whether it is unsettled. */
const STEP_MS = 4000;
const STEPS = 0xffff;
const WEIGHT_SHIFT = 16;
const WEIGHT_BITS = 0x7f;
const RETURNS_SHIFT = 23;
const RETURNS_BITS = 0xf;
const UNSETTLED = 1 << 27;

/**
 * Remembers which actor asked for which resource, in fixed memory: a table of 64-bit fingerprints, twelve bytes an
 * entry. When the places of a fingerprint are full and the table may not grow, the one longest untouched is forgotten
 * (counted in `forgotten`). Times wrap after three days, which only matters to pauses of minutes.
 */
export class Memory {
  forgotten = 0;
  // The last places of the table spill over its end instead of wrapping round.
  #cells = new Int32Array((FEWEST_ENTRIES + PROBES) * CELLS);
  #mask = FEWEST_ENTRIES - 1;
  #used = 0;
  readonly #ceiling: number;

  /** @param ceiling most entries, a power of two */
  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  /**
   * Looks for the pair named by two hashes, writes what is known into `recalled`, and remembers it as touched now.
   * @param atMs time of the observation
   */
  recall(low: number, high: number, atMs: number): void {
    this.#recall(low | 0, high | 0, Math.floor(atMs / STEP_MS) & STEPS);
  }

  // Apart, so that what is called from afar is small enough to become part of its caller, and the time is never boxed.
  #recall(low: number, high: number, step: number): void {
    const cells = this.#cells;
    const tag = high | 1;
    const base = (low & this.#mask) * CELLS;
    let oldest = base;
    let longest = -1;
    for (let slot = base; slot < base + PROBES * CELLS; slot += CELLS) {
      const found = cells[slot]!;
      if (found === tag && cells[slot + LOW] === low) {
        this.#touch(slot, step);
        return;
      }
      if (found === 0) {
        this.#fill(slot, tag, low, step);
        this.#used++;
        if (this.#used * 2 > this.#mask && this.#canGrow()) this.#grow();
        return;
      }
      const pause = (step - cells[slot + NOTE]!) & STEPS;
      if (pause > longest) {
        longest = pause;
        oldest = slot;
      }
    }
    if (this.#canGrow()) {
      this.#grow();
      this.#recall(low, high, step);
      return;
    }
    this.forgotten++;
    this.#fill(oldest, tag, low, step);
  }

  /** Whether the pair has been met, without touching it. */
  knows(low: number, high: number): boolean {
    const tag = high | 1;
    const base = (low & this.#mask) * CELLS;
    for (let slot = base; slot < base + PROBES * CELLS; slot += CELLS)
      if (this.#cells[slot] === tag && this.#cells[slot + LOW] === (low | 0)) return true;
    return false;
  }

  /**
   * Notes the weight that the pair's first observation was given.
   * @param unsettled whether how it ended may yet be told
   */
  setWeight(slot: number, weight: number, unsettled = false): void {
    const kept = this.#cells[slot + NOTE]! & (STEPS | (RETURNS_BITS << RETURNS_SHIFT));
    const eighths = Math.round(weight * 8) & WEIGHT_BITS;
    this.#cells[slot + NOTE] = kept | (eighths << WEIGHT_SHIFT) | (unsettled ? UNSETTLED : 0);
  }

  #touch(slot: number, step: number): void {
    let note = this.#cells[slot + NOTE]!;
    const pauseMs = ((step - note) & STEPS) * STEP_MS;
    recalled.returns = 0;
    if (pauseMs >= SHORTEST_PAUSE_MS) {
      if (pauseMs <= LONGEST_PAUSE_MS) {
        const returns = Math.min(RETURNS_BITS, ((note >>> RETURNS_SHIFT) & RETURNS_BITS) + 1);
        note = (note & ~(RETURNS_BITS << RETURNS_SHIFT)) | (returns << RETURNS_SHIFT);
        recalled.returns = returns;
      }
      this.#cells[slot + NOTE] = (note & ~STEPS) | step;
    }
    recalled.isNew = false;
    recalled.unsettled = (note & UNSETTLED) !== 0;
    recalled.weight = ((note << (32 - RETURNS_SHIFT)) >> 25) / 8;
    recalled.slot = slot;
  }

  /** The table, for a state file. */
  parts(): Int32Array[] {
    return [this.#cells];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([cells]: readonly Uint8Array[]): boolean {
    const entries = cells === undefined ? 0 : cells.length / (CELLS * 4) - PROBES;
    if (cells === undefined || !isPowerOfTwo(entries) || entries > this.#ceiling) return false;
    this.#cells = new Int32Array(cells.slice().buffer);
    this.#mask = entries - 1;
    this.#used = 0;
    for (let slot = 0; slot < this.#cells.length; slot += CELLS) if (this.#cells[slot] !== 0) this.#used++;
    return true;
  }

  /** Forgets everything, and gives the room back at once rather than when it is collected. */
  release(): void {
    this.#cells.buffer.transfer(0);
    this.#cells = new Int32Array(0);
  }

  #canGrow(): boolean {
    return (this.#mask + 1) * 2 <= this.#ceiling;
  }

  /** Twice as many places, or four times. `recalled.slot` moves with its entry. */
  #grow(): void {
    const old = this.#cells;
    const { slot } = recalled;
    let moved = slot;
    const factor = this.#mask < SMALL && (this.#mask + 1) * 4 <= this.#ceiling ? 4 : 2;
    for (let mask = this.#mask * factor + factor - 1; ; mask = mask * 2 + 1) {
      const cells = new Int32Array((mask + 1 + PROBES) * CELLS);
      const at = spread(old, cells, mask, slot);
      if (at === undefined) continue;
      moved = at;
      this.#cells = cells;
      this.#mask = mask;
      break;
    }
    recalled.slot = moved;
  }

  #fill(slot: number, tag: number, low: number, step: number): void {
    this.#cells[slot] = tag;
    this.#cells[slot + LOW] = low;
    this.#cells[slot + NOTE] = step;
    recalled.isNew = true;
    recalled.returns = 0;
    recalled.unsettled = false;
    recalled.weight = 0;
    recalled.slot = slot;
  }
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(count) && count > 0 && (count & (count - 1)) === 0;
}

/** Copies all entries into a larger table; where `slot` went, or undefined when one found no place. */
function spread(from: Int32Array, into: Int32Array, mask: number, slot: number): number | undefined {
  let moved = slot;
  for (let at = 0; at < from.length; at += CELLS) {
    if (from[at] === 0) continue;
    const first = (from[at + LOW]! & mask) * CELLS;
    let to = first;
    while (to < first + PROBES * CELLS && into[to] !== 0) to += CELLS;
    if (to === first + PROBES * CELLS) return undefined;
    into[to] = from[at]!;
    into[to + LOW] = from[at + LOW]!;
    into[to + NOTE] = from[at + NOTE]!;
    if (at === slot) moved = to;
  }
  return moved;
}
