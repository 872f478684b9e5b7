import { ActorFlag, Exact, Tallied } from "../judgement/actor-table.ts";
import type { Judge } from "../judgement/judge.ts";
import type { Intel, Quote, Reputation } from "../knowledge/intel/intel.ts";
import { type Declaration, type DeclaredScanner, declarationOf } from "./declared-scanners.ts";
import { nameFindingsOf, publishedFindingOf } from "./host-names.ts";
import type { Verdict } from "./report.ts";
import { verdictOf } from "./verdicts.ts";

/** What is known of an actor beside what it did. */
export interface Standing extends Reputation {
  readonly declared?: Declaration;
  /** What the block list adds to its score; see `Standings.liftOf`. */
  readonly lift: number;
}

/** Highest weight of a list; the likelihood ratio that a user may state is at most 20. */
const HIGHEST_LIFT = Math.log(20);

const nothing: Standing = { known: [], lift: 0 };

/**
 * Verdicts with what is known of the actors: operators of research scanning, block lists, the user's own scanners. Looked up once per actor that may be more
 * than a visitor, never per observation.
 */
export class Standings {
  readonly #judge: Judge;
  readonly #intel: Intel | undefined;
  readonly #scanners: readonly DeclaredScanner[];
  readonly #known = new Map<number, Standing>();

  constructor(judge: Judge, intel: Intel | undefined, scanners: readonly DeclaredScanner[]) {
    this.#judge = judge;
    this.#intel = intel;
    this.#scanners = scanners;
  }

  /** What is known of the actor in `row`. */
  of(row: number): Standing {
    if (this.#intel === undefined && this.#scanners.length === 0 && this.#judge.names.isEmpty) return nothing;
    let standing = this.#known.get(row);
    if (standing === undefined) {
      standing = this.#lookUp(row);
      this.#known.set(row, standing);
    }
    return standing;
  }

  /**
   * The verdict on the actor in `row`. A declared scanner is `authorised` while it keeps to its time; a scanner from a network of research scanning is
   * `research-scanner` until it tries an exploit.
   */
  verdictOf(row: number): Verdict {
    if (!this.#mayMatter(row)) return verdictOf(this.#judge, row);
    const standing = this.of(row);
    const verdict = verdictOf(this.#judge, row, standing.lift);
    if (verdict === "visitor") return verdict;
    if (standing.declared?.isInTime) return "authorised";
    if (verdict === "scanner" && standing.research && !this.#hasAttempted(row)) return "research-scanner";
    return verdict;
  }

  /** Most actors are visitors with a score of about nothing: no list can change that. */
  #mayMatter(row: number): boolean {
    const { actors, threshold } = this.#judge;
    if (actors.is(row, ActorFlag.decided) || actors.is(row, ActorFlag.attempted)) return true;
    return actors.exact(row, Exact.score) + HIGHEST_LIFT >= threshold / 2;
  }

  #lookUp(row: number): Standing {
    const { actors } = this.#judge;
    const words = actors.wordsOf(row);
    const length = actors.get(row, Tallied.prefixLength);
    const bits = length === 32 ? 128 : length;
    const reputation = this.#reputationOf(row, words, bits);
    const declared = declarationOf(
      this.#scanners,
      words,
      bits,
      actors.exact(row, Exact.firstMs),
      actors.exact(row, Exact.lastMs),
    );
    return { ...reputation, lift: this.#liftOf(row, reputation), ...(declared && { declared }) };
  }

  /** Published ranges first, then what its confirmed name says. */
  #reputationOf(row: number, words: Uint32Array, bits: number): Reputation {
    const listed = this.#intel?.reputationOf(words, bits) ?? nothing;
    if (bits !== 128) return listed;
    const { names, actors } = this.#judge;
    const published = publishedFindingOf(names, this.#intel, words);
    const known = published === undefined ? listed.known : [...listed.known, published];
    if (names.isEmpty) return { ...listed, known };
    const named = nameFindingsOf(names, words, actors.exact(row, Exact.lastMs));
    return { ...named, ...listed, known: [...known, ...named.known] };
  }

  /**
   * What a block list adds: ln of its likelihood ratio, and no more than the actor's own evidence, so that a list never decides alone. Research networks are
   * on many block lists for what they do everywhere; they are judged by what they do here, unless they tried an exploit.
   */
  #liftOf(row: number, { research, bad }: Reputation): number {
    if (bad === undefined || (research && !this.#hasAttempted(row))) return 0;
    const own = Math.max(0, this.#judge.actors.exact(row, Exact.score));
    return Math.min(Math.log(bad.ratio), HIGHEST_LIFT, own);
  }

  #hasAttempted(row: number): boolean {
    return this.#judge.actors.is(row, ActorFlag.attempted);
  }
}

/** `list:firehol_level1, 2026-11-20`. */
export function citation({ set, date }: Quote): string {
  return `${set}, ${date}`;
}
