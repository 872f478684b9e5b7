import type { AddressWords } from "../../bytes/address.ts";
import { mix } from "../../bytes/hash.ts";

const SLOTS = 4096;
/** A process number or port that comes again after this long is another connection's. */
const FORGET_MS = 3_600_000;

/**
 * Remembers the connections that were told, so that the many lines about one are one contact. Bounded: a slot is taken by
 * whoever comes last, so at worst a connection is told twice.
 */
export class Connections {
  readonly #low = new Int32Array(SLOTS);
  readonly #high = new Int32Array(SLOTS);
  readonly #lastMs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);

  /**
   * Whether the connection of `source` that `number` (a port or process) tells apart is new, or was last told of more than
   * `forgetMs` ago.
   */
  isNew(source: AddressWords, number: number, atMs: number, forgetMs = FORGET_MS): boolean {
    const high = mix(mix(source[0]!, source[1]!), mix(source[2]!, source[3]!)) | 0;
    const low = mix(high, number) | 0;
    const slot = low & (SLOTS - 1);
    const isKnown =
      this.#low[slot] === low && this.#high[slot] === high && Math.abs(atMs - this.#lastMs[slot]!) <= forgetMs;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#lastMs[slot] = atMs;
    return !isKnown;
  }
}
