// Hot: once per observation when there are several inputs.
import { mix } from "../bytes/hash.ts";
import type { Batch } from "./batch.ts";
import { FirstVisits } from "./first-visits.ts";
import { KeyTable } from "./key-table.ts";
import { Kind } from "./vocabulary.ts";

/** How far the clock of input `b` is ahead of that of input `a`. */
export interface Skew {
  readonly a: number;
  readonly b: number;
  /** Median over the shared observations; positive when `b` tells a later time. */
  readonly seconds: number;
  /** Observations that both told once. */
  readonly shared: number;
}

/** Distinct observations remembered at most; beyond it, a sample of them. */
const MOST_KEYS = 1 << 16;

/** Clocks further apart are not compared. A wrong time zone is the commonest skew, so it is more than a day's half. */
const WIDEST_MS = 26 * 3600_000;

/** Fewer shared observations, or more scattered ones, say nothing. Web servers log when a request ends, in whole seconds. */
const FEWEST_SHARED = 5;
const SCATTER_MS = 2000;

const KEY_WORDS = 7;

/**
 * Measures clock skew between inputs from what two of them tell: a contact with the same source, target and ports in a
 * capture and a firewall log, a request with the same source and path in a capture and a web log. Only what each tells
 * exactly once is compared, since of repeated ones nobody knows which belong together. A firewall log and a web log, which tell of
 * nothing in the same words, are compared by when each source came first. It corrects nothing.
 */
export class SkewMeter {
  readonly #inputs: number;
  #keys = new KeyTable(KEY_WORDS);
  /** By key and input: the time, and how often it was told. */
  #atMs: Float64Array;
  #told: Uint8Array;
  /** Keys whose hash has one of these bits set are not in the sample. */
  #unsampled = 0;
  readonly #key = new Uint32Array(KEY_WORDS);
  readonly #visits: FirstVisits;

  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#visits = new FirstVisits(inputs);
    this.#atMs = new Float64Array(MOST_KEYS * inputs);
    this.#told = new Uint8Array(MOST_KEYS * inputs);
  }

  /** Looks at the rows `from` ≤ row < `to`. */
  observe(batch: Batch, from: number, to: number): void {
    const key = this.#key;
    for (let row = from; row < to; row++) {
      const kind = batch.kind[row]!;
      if (kind !== Kind.contact && kind !== Kind.request) continue;
      this.#visits.observe(batch, row);
      this.#setKey(batch, row, kind);
      if ((sampleOf(key, 0) & this.#unsampled) !== 0) continue;
      if (this.#keys.size === MOST_KEYS) this.#thin();
      this.#tell(this.#keys.add(key) * this.#inputs + batch.input, batch.atMs[row]!, 1);
    }
  }

  #setKey(batch: Batch, row: number, kind: number): void {
    const key = this.#key;
    for (let w = 0; w < 4; w++) key[w] = batch.source[row * 4 + w]!;
    if (kind === Kind.request) {
      const path = batch.path[row]!;
      key[4] = batch.texts.hashLow[path]!;
      key[5] = batch.texts.hashHigh[path]!;
      key[6] = 0xffffffff;
    } else {
      const { target } = batch;
      key[4] = mix(mix(target[row * 4]!, target[row * 4 + 1]!), mix(target[row * 4 + 2]!, target[row * 4 + 3]!));
      key[5] = (batch.sourcePort[row]! << 16) | batch.targetPort[row]!;
      key[6] = batch.transport[row]!;
    }
  }

  #tell(cell: number, atMs: number, times: number): void {
    if (this.#told[cell] === 0) this.#atMs[cell] = atMs;
    this.#told[cell] = Math.min(2, this.#told[cell]! + times);
  }

  /** Halves the sample. */
  #thin(): void {
    const { keys, size } = this.#keys;
    const atMs = this.#atMs;
    const told = this.#told;
    this.#unsampled = (this.#unsampled << 1) | 1;
    this.#keys = new KeyTable(KEY_WORDS);
    this.#atMs = new Float64Array(atMs.length);
    this.#told = new Uint8Array(told.length);
    for (let number = 0; number < size; number++) {
      if ((sampleOf(keys, number * KEY_WORDS) & this.#unsampled) !== 0) continue;
      const kept = this.#keys.add(keys, number * KEY_WORDS);
      for (let input = 0; input < this.#inputs; input++) {
        const from = number * this.#inputs + input;
        this.#tell(kept * this.#inputs + input, atMs[from]!, told[from]!);
      }
    }
  }

  /** Every pair of inputs that share enough, in order. */
  settle(): Skew[] {
    const skews: Skew[] = [];
    for (let a = 0; a < this.#inputs; a++) {
      for (let b = a + 1; b < this.#inputs; b++) {
        const found = middleOf(this.#differences(a, b)) ?? middleOf(this.#visits.differences(a, b));
        if (found !== undefined) skews.push({ a, b, ...found });
      }
    }
    return skews;
  }

  /** How much later `b` told what both told once. */
  #differences(a: number, b: number): number[] {
    const apart: number[] = [];
    for (let cell = 0; cell < this.#keys.size * this.#inputs; cell += this.#inputs) {
      if (this.#told[cell + a] !== 1 || this.#told[cell + b] !== 1) continue;
      apart.push(this.#atMs[cell + b]! - this.#atMs[cell + a]!);
    }
    return apart;
  }
}

/** What most of enough differences are near; undefined when they say nothing. */
function middleOf(differences: readonly number[]): Pick<Skew, "seconds" | "shared"> | undefined {
  const apart = Float64Array.from(differences.filter((ms) => Math.abs(ms) <= WIDEST_MS)).sort();
  const middle = apart[apart.length >> 1] ?? 0;
  const near = apart.filter((ms) => Math.abs(ms - middle) <= SCATTER_MS).length;
  if (near < FEWEST_SHARED || near * 2 < apart.length) return undefined;
  return { seconds: Math.round(middle / 100) / 10, shared: apart.length };
}

/** The key's place in the order in which the sample is thinned; equal keys share it, whichever input told them. */
function sampleOf(keys: Uint32Array, at: number): number {
  return mix(mix(keys[at + 3]!, keys[at + 4]!), keys[at + 5]!);
}
