// Hot: once per new pair of actor and resource; measured by bench/judge.bench.ts.
/** Places that a resource can stand in. */
const PROBES = 4;
/** 32-bit cells of one row: a tag, the four counts, and padding, so that a row never straddles cache lines. */
const CELLS = 8;

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
  readonly #cells: Uint32Array;
  readonly #mask: number;

  /** @param capacity resources held at once, a power of two */
  constructor(capacity: number) {
    this.#cells = new Uint32Array(capacity * CELLS);
    this.#mask = (capacity - 1) & ~(PROBES - 1);
  }

  /** The row of a resource, made when missing. Row numbers stay valid until the resource is forgotten. */
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
        return row;
      }
      if (this.#used(row) < this.#used(least)) least = row;
    }
    this.forgotten++;
    cells.fill(0, least, least + CELLS);
    cells[least] = tag;
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
} as const;
