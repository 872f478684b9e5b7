import { mix } from "../bytes/hash.ts";

/** Answers counted at once. Two that share a place look more usual than they are, which takes a collision of the size as well. */
const COUNTS = 1 << 14;
/** Distinct new things answered alike from which on the answer tells nothing: "not found", said with success or a redirect. */
const MANY = 8;
/** Slashes in a path near the root. */
const SHALLOW = 2;
/** A page that says what was not found is longer by the path, as often as it says it: up to this often. */
const ECHOES = 3;
/** After so many counted, all counts are halved: on a large site any size comes eight times in the end. */
const EPOCH = 1 << 12;

/**
 * Finds out which answer a site gives to whatever does not exist: a page of one size with status 200, a redirect to the
 * start. Told by status and size, which is all that logs show.
 */
export class SameAnswers {
  readonly #counts = new Uint16Array(COUNTS);
  #counted = 0;

  /**
   * Counts one answer to something that nobody asked for before; true when as many others were answered alike. Only what
   * lies near the root is counted: deep in an interface, things of one kind are answered alike because they are alike.
   */
  isUsual(status: number, bytes: number, depth: number, pathLength: number): boolean {
    if (bytes === 0) return false;
    let most = 0;
    for (let times = 0; times <= ECHOES; times++) {
      const at = mix(mix(status, times), bytes - times * pathLength) & (COUNTS - 1);
      const seen = this.#counts[at]!;
      most = Math.max(most, seen);
      if (depth <= SHALLOW) this.#counts[at] = seen + 1;
    }
    if (depth <= SHALLOW && ++this.#counted % EPOCH === 0) this.#halve();
    return most >= MANY;
  }

  #halve(): void {
    for (let at = 0; at < COUNTS; at++) this.#counts[at]! >>>= 1;
  }
}
