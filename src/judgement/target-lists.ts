// Hot: once per weighed contact; measured by bench/bench.ts on a firewall log of guessing sources.

/** 32-bit cells of a block: the number of the block behind it, then hashes. */
const BLOCK = 16;
const PER_BLOCK = BLOCK - 1;

/**
 * Sets of up to so many hashes of targets, in chained blocks of one flat buffer: tens of thousands of sources each try a
 * few dozen targets, and as sets of the language those were half of all garbage. A set is named by its first block; 0 is
 * the empty one.
 */
export class TargetLists {
  // Made at full size at once: untouched pages cost nothing.
  readonly #cells: Uint32Array;
  /** Blocks that were given back, chained; 0 when there are none. */
  #free = 0;
  #used = 1;

  /**
   * @param lists most sets at once
   * @param most hashes in one of them
   */
  constructor(lists: number, most: number) {
    this.#cells = new Uint32Array((1 + lists * Math.ceil(most / PER_BLOCK)) * BLOCK);
  }

  /** @param count hashes in the set that begins with block `first` */
  has(first: number, count: number, hash: number): boolean {
    const cells = this.#cells;
    let left = count;
    for (let block = first; left > 0; block = cells[block * BLOCK]!) {
      const at = block * BLOCK + 1;
      const here = ((left - 1) % PER_BLOCK) + 1;
      for (let i = at; i < at + here; i++) if (cells[i] === hash) return true;
      left -= here;
    }
    return false;
  }

  /** Adds a hash that the set does not have, and returns its first block, which may be a new one. */
  add(first: number, count: number, hash: number): number {
    const place = count % PER_BLOCK;
    const block = place === 0 ? this.#take(first) : first;
    this.#cells[block * BLOCK + 1 + place] = hash;
    return block;
  }

  /** The hashes of a set, in the order they were added. */
  list(first: number, count: number): number[] {
    const blocks: Uint32Array[] = [];
    let left = count;
    for (let block = first; left > 0; block = this.#cells[block * BLOCK]!) {
      const here = ((left - 1) % PER_BLOCK) + 1;
      blocks.push(this.#cells.subarray(block * BLOCK + 1, block * BLOCK + 1 + here));
      left -= here;
    }
    return blocks.reverse().flatMap((block) => [...block]);
  }

  release(first: number): void {
    if (first === 0) return;
    let last = first;
    for (let next = this.#cells[last * BLOCK]!; next !== 0; next = this.#cells[last * BLOCK]!) last = next;
    this.#cells[last * BLOCK] = this.#free;
    this.#free = first;
  }

  #take(next: number): number {
    const block = this.#free === 0 ? this.#used++ : this.#free;
    if (block === this.#free) this.#free = this.#cells[block * BLOCK]!;
    this.#cells[block * BLOCK] = next;
    return block;
  }
}
