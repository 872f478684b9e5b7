import { classes, families } from "./classes.ts";

/** How many observations the starting numbers of classes.ts are worth against what is learned. */
const STARTING_WORTH = 40;
/** However common guesses seem among visitors here, they never become more ordinary than this. */
const MOST_FOR_A_GUESS = 0.25;
/** How many members of a container (a host, a directory) its own novelty rate needs to count for half. */
const CONTAINER_WORTH = 10;

const familyOf = new Uint8Array(classes.length);
families.forEach((members, family) => {
  for (const index of members) familyOf[index] = family;
});

/**
 * P(class | visitor): how likely one new thing asked for by a visitor here is of a class. Starts from classes.ts and
 * learns from credible visitors (a Dirichlet posterior mean), so an estate with broken links raises its own tolerance.
 */
export class VisitorModel {
  readonly #counts = new Float64Array(classes.length);
  readonly #totals = new Float64Array(families.length);

  learn(index: number): void {
    this.#counts[index]! += 1;
    this.#totals[familyOf[index]!]! += 1;
  }

  unlearn(index: number): void {
    this.#counts[index] = Math.max(0, this.#counts[index]! - 1);
    this.#totals[familyOf[index]!] = Math.max(0, this.#totals[familyOf[index]!]! - 1);
  }

  /** The counts, for a state file. */
  parts(): Float64Array[] {
    return [this.#counts, this.#totals];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([counts, totals]: readonly Uint8Array[]): boolean {
    if (counts?.length !== this.#counts.byteLength || totals?.length !== this.#totals.byteLength) return false;
    new Uint8Array(this.#counts.buffer).set(counts);
    new Uint8Array(this.#totals.buffer).set(totals);
    return true;
  }

  /**
   * @param uses distinct uses of the container (host, directory) that this resource lies in; 0 when there is none
   * @param singles how many of them were of something that only one visitor used: Good and Turing's estimate of the
   *   probability that the next use is of something new (I. J. Good, Biometrika 40, 1953)
   */
  probability(index: number, uses: number, singles: number): number {
    const row = classes[index]!;
    const total = this.#totals[familyOf[index]!]!;
    const overall = (this.#counts[index]! + STARTING_WORTH * row.ifVisitor) / (total + STARTING_WORTH);
    const local = row.novel ? (singles + CONTAINER_WORTH * overall) / (uses + CONTAINER_WORTH) : overall;
    const probability = Math.max(overall, local);
    return row.guess ? Math.min(probability, MOST_FOR_A_GUESS) : Math.min(probability, 1);
  }
}
