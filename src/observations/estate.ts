// Hot: once per new pair of actor and resource; measured by bench/judge.bench.ts.
/** Places that a resource can stand in. */
const PROBES = 4;
/** 32-bit cells of one row: a tag, the four counts, and padding, so that a row never straddles cache lines. */
const CELLS = 8;

/** The other half of a resource's hash, so that the table can grow. */
const LOW = 5;
const FEWEST_ROWS = 1 << 14;

/** The counts of a row, as offsets from it. */
export const Count = { hits: 1, misses: 2, singleHits: 3, singleMisses: 4 } as const;
export type Count = (typeof Count)[keyof typeof Count];

/**
 * What exists here and what visitors use of it, learned from those who have earned credit (see judgement/lessons.ts). A
 * row is a resource: a `target:port`, a path template, a host, a page, a directory, a host name. For each it counts the
 * distinct credible visitors that used it (`hits`) and that missed it (`misses`); for containers (hosts, directories,
 * pages) also the members that exactly one visitor used, or missed (`singleHits`, `singleMisses`).
 *
 * A set-associative table in fixed memory: when the places of a resource are full, the least used one makes room.
 */
export class Estate {
  /** Resources forgotten to stay under the ceiling. */
  forgotten = 0;
  #cells: Uint32Array;
  #mask: number;
  readonly #ceiling: number;

  /** @param ceiling most resources held at once, a power of two; the table starts small and grows as it fills */
  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    const entries = Math.min(ceiling, FEWEST_ROWS);
    this.#cells = new Uint32Array(entries * CELLS);
    this.#mask = (entries - 1) & ~(PROBES - 1);
  }

  /** The row of a resource, made when missing. Row numbers stay valid until the next call. */
  rowOf(low: number, high: number): number {
    const cells = this.#cells;
    const tag = (high | 1) >>> 0;
    const base = (low & this.#mask) * CELLS;
    let least = base;
    for (let row = base; row < base + PROBES * CELLS; row += CELLS) {
      const found = cells[row]!;
      if (found === tag) return row;
      if (found === 0) {
        cells[row] = tag;
        cells[row + LOW] = low;
        return row;
      }
      if (this.#used(row) < this.#used(least)) least = row;
    }
    if (this.#grow()) return this.rowOf(low, high);
    this.forgotten++;
    cells.fill(0, least, least + CELLS);
    cells[least] = tag;
    cells[least + LOW] = low;
    return least;
  }

  /** The row of a resource, or -1 when nothing is known of it. */
  find(low: number, high: number): number {
    const cells = this.#cells;
    const tag = (high | 1) >>> 0;
    const base = (low & this.#mask) * CELLS;
    for (let row = base; row < base + PROBES * CELLS; row += CELLS) if (cells[row] === tag) return row;
    return -1;
  }

  /** A count of a row; 0 for row -1. */
  get(row: number, count: Count): number {
    return row < 0 ? 0 : this.#cells[row + count]!;
  }

  /** Changes a count by `by`, not below zero, and returns what it was. */
  change(row: number, count: Count, by: number): number {
    const before = this.#cells[row + count]!;
    this.#cells[row + count] = Math.max(0, before + by);
    return before;
  }

  /** The table, for a state file. */
  parts(): Uint32Array[] {
    return [this.#cells];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([cells]: readonly Uint8Array[]): boolean {
    const entries = cells === undefined ? 0 : cells.length / (CELLS * 4);
    if (cells === undefined || !Number.isInteger(entries) || entries < PROBES || entries > this.#ceiling) return false;
    if ((entries & (entries - 1)) !== 0) return false;
    this.#cells = new Uint32Array(cells.slice().buffer);
    this.#mask = (entries - 1) & ~(PROBES - 1);
    return true;
  }

  /** Twice as many places; false when the ceiling is reached. */
  #grow(): boolean {
    const entries = (this.#mask + PROBES) * 2;
    if (entries > this.#ceiling) return false;
    const old = this.#cells;
    const cells = new Uint32Array(entries * CELLS);
    const mask = (entries - 1) & ~(PROBES - 1);
    for (let from = 0; from < old.length; from += CELLS) {
      if (old[from] === 0) continue;
      // All entries of one set go to one of two sets, so there is room for each.
      let to = (old[from + LOW]! & mask) * CELLS;
      while (cells[to] !== 0) to += CELLS;
      cells.set(old.subarray(from, from + CELLS), to);
    }
    this.#cells = cells;
    this.#mask = mask;
    return true;
  }

  #used(row: number): number {
    return this.#cells[row + Count.hits]! + this.#cells[row + Count.misses]!;
  }
}

/** Kinds of resource, mixed into their hashes so that they never meet. */
export const ResourceKind = {
  service: 0x51,
  host: 0x52,
  port: 0x53,
  path: 0x54,
  directory: 0x55,
  name: 0x56,
  page: 0x57,
  names: 0x58,
  hello: 0x59,
  question: 0x5a,
  zone: 0x5b,
  field: 0x5c,
} as const;
