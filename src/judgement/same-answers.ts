import { mix } from "../bytes/hash.ts";

/** Answers counted at once. Two that share a place look more usual than they are, which takes a collision of the size as well. */
const COUNTS = 1 << 14;
/** Distinct new things answered alike from which on the answer tells nothing: "not found", said with success or a redirect. */
const MANY = 8;
/** As many, where the sizes are only about the same (a token, a compressed page): then also this share of all that was counted. */
const MANY_ABOUT = 16;
const SHARE_ABOUT = 1 / 16;
/** Sizes about the same lie within so many bytes of each other; small ones are alike anyway. */
const ABOUT = 8;
const SMALL = 512;
/** Slashes in a path near the root. */
export const SHALLOW = 2;
/** A page that says what was not found is longer by the path, as often as it says it: up to this often. */
const ECHOES = 3;
/** Answers to what others use, too, that show how the site answers what is there; and their share that may look like what is not. */
const ENOUGH_USED = 16;
const SHARE_ALIKE = 1 / 8;
/** After so many counted, all counts are halved: on a large site any size comes eight times in the end. */
const EPOCH = 1 << 12;

/**
 * Finds out which answer a site gives to whatever does not exist: a page of one size with status 200, a redirect to the
 * start. Told by status and size, which is all that logs show.
 */
export class SameAnswers {
  readonly #counts = new Uint16Array(COUNTS);
  #counted = 0;
  /** The same of answers to what others use. */
  readonly #used = new Uint16Array(COUNTS);
  #allUsed = 0;

  /**
   * Counts one answer to something that nobody asked for before; true when as many others were answered alike. Only what
   * lies near the root is counted: deep in an interface, things of one kind are answered alike because they are alike.
   */
  isUsual(status: number, bytes: number, depth: number, pathLength: number): boolean {
    // A redirect may be nothing but its header.
    if (bytes === 0 && (status < 300 || status >= 400)) return false;
    const isCounted = depth <= SHALLOW;
    let most = 0;
    for (let times = 0; times <= (bytes === 0 ? 0 : ECHOES); times++)
      most = Math.max(most, this.#see(mix(mix(status, times), bytes - times * pathLength), isCounted));
    const about = bytes < SMALL ? 0 : this.#see(mix(mix(status, ECHOES + 1), Math.floor(bytes / ABOUT)), isCounted);
    if (isCounted && ++this.#counted === EPOCH) this.#halve();
    return most >= MANY || about >= Math.max(MANY_ABOUT, SHARE_ABOUT * this.#counted);
  }

  /** Counts an answer to something that others use, too. */
  sawUsed(status: number, bytes: number): void {
    this.#used[mix(mix(status, 0), bytes) & (COUNTS - 1)]! += 1;
    if (++this.#allUsed < EPOCH) return;
    for (let at = 0; at < COUNTS; at++) this.#used[at]! >>>= 1;
    this.#allUsed >>>= 1;
  }

  /** Whether what is used here is known to be answered otherwise: where every page has one size, sizes tell nothing. */
  isUnlikeUsed(status: number, bytes: number): boolean {
    const alike = this.#used[mix(mix(status, 0), bytes) & (COUNTS - 1)]!;
    return this.#allUsed >= ENOUGH_USED && alike <= SHARE_ALIKE * this.#allUsed;
  }

  /** How many were answered so before; counts this one where it is to be. */
  #see(answer: number, isCounted: boolean): number {
    const at = answer & (COUNTS - 1);
    const seen = this.#counts[at]!;
    if (isCounted) this.#counts[at] = seen + 1;
    return seen;
  }

  #halve(): void {
    for (let at = 0; at < COUNTS; at++) this.#counts[at]! >>>= 1;
    this.#counted >>>= 1;
  }
}
