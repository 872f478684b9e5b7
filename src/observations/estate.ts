// Hot: once per new pair of actor and resource; measured by bench/judge.bench.ts.
import { mix } from "../bytes/hash.ts";

/** Resources that can be held at once; the least used eighth is forgotten when full, and counted. */
const PROBES = 8;

/**
 * What exists here and what visitors use of it, learned from those who have earned credit (see docs/decisions). A row is a
 * resource: a `target:port`, a path template, a host, a page, a directory, a host name. For each it counts the distinct
 * credible visitors that used it, and the distinct ones that missed it.
 *
 * A set-associative table in fixed memory: when the places of a resource are full, the least used one makes room.
 */
export class Estate {
  /** Resources forgotten to stay under the ceiling. */
  forgotten = 0;
  readonly #tags: Uint32Array;
  /** Distinct credible visitors with success. */
  readonly hits: Uint32Array;
  /** Distinct credible visitors without success. */
  readonly misses: Uint32Array;
  /** For containers (hosts, directories): members that exactly one visitor used, or missed. */
  readonly singleHits: Uint32Array;
  readonly singleMisses: Uint32Array;
  readonly #mask: number;

  /** @param capacity rows, a power of two */
  constructor(capacity: number) {
    this.#tags = new Uint32Array(capacity);
    this.hits = new Uint32Array(capacity);
    this.misses = new Uint32Array(capacity);
    this.singleHits = new Uint32Array(capacity);
    this.singleMisses = new Uint32Array(capacity);
    this.#mask = capacity - 1;
  }

  /** The row of a resource, made when missing. Row numbers stay valid until the resource is forgotten. */
  rowOf(low: number, high: number): number {
    const tag = (high | 1) >>> 0;
    const base = low & this.#mask & ~(PROBES - 1);
    let least = base;
    for (let i = 0; i < PROBES; i++) {
      const row = base + i;
      const found = this.#tags[row]!;
      if (found === tag) return row;
      if (found === 0) {
        this.#tags[row] = tag;
        return row;
      }
      if (this.hits[row]! + this.misses[row]! < this.hits[least]! + this.misses[least]!) least = row;
    }
    this.forgotten++;
    this.#tags[least] = tag;
    this.hits[least] = 0;
    this.misses[least] = 0;
    this.singleHits[least] = 0;
    this.singleMisses[least] = 0;
    return least;
  }

  /** The row of a resource, or -1 when nothing is known of it. */
  find(low: number, high: number): number {
    const tag = (high | 1) >>> 0;
    const base = low & this.#mask & ~(PROBES - 1);
    for (let row = base; row < base + PROBES; row++) if (this.#tags[row] === tag) return row;
    return -1;
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

/** One half of a resource's hash; the other is made with another salt. */
export function resourceHash(kind: number, a: number, b: number): number {
  return mix(mix(kind, a), b);
}
