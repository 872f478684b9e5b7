import { mix, mixSigned } from "../bytes/hash.ts";
import { answeredCheck } from "../knowledge/software/leaks.ts";
import type { CheckMatch } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import type { Reveals } from "./reveals.ts";

/** Sizes of answers that are remembered; the latest wins a place. */
const SIZES = 1 << 12;
/** Numbers of a place: its key, and the paths that were answered so. */
const CELLS = 4;
const PATHS = 3;
/** So many paths answered with the very same size show that others are, too. */
const ENOUGH_ALIKE = 2;
/** A page that says what was not found is longer by the path, as often as it says it. */
const ECHOES = 3;
/** Sizes about the same lie within so many bytes of each other; small ones are alike anyway. */
const ABOUT = 8;
const SMALL = 512;
/** A site that answers more checks than this answers whatever is asked. */
const MOST_ANSWERED = 12;
const LONGEST_PATH = 200;

const decoder = new TextDecoder();

/** An answer that may be to something that exists. */
interface Answer {
  readonly site: number;
  readonly bytes: number;
  readonly pathLength: number;
}

/**
 * Tells which checks for files that nobody else should be given were answered with content, where only a log shows it: status 200, and a size
 * that the site gives to nothing else. What captures show, they show better: the content itself.
 */
export class AnsweredChecks {
  readonly #cells = new Int32Array(SIZES * CELLS);
  readonly #answers = new Map<number, Answer>();
  readonly #reveals: Reveals;

  constructor(reveals: Reveals) {
    this.#reveals = reveals;
  }

  /** Takes an answer to something that `actor` had not asked for before. */
  take(actor: number, batch: Batch, row: number, checks: readonly CheckMatch[]): void {
    const { texts, path, host, target, bytesSent, status } = batch;
    const bytes = bytesSent[row]!;
    // Whoever shows the names of headers shows bodies, too.
    if (bytes <= 0 || batch.detail[row] !== 0) return;
    const at = row * 4;
    const place = mix(mix(target[at]!, target[at + 1]!), mix(target[at + 2]!, target[at + 3]!));
    const site = mix(place, texts.hashLow[host[row]!]!) | 0;
    const pathLength = texts.lengths[path[row]!]!;
    const named = texts.hashLow[path[row]!]! | 0;
    for (let trait = 0; trait < traitsOf(bytes); trait++) this.#see(keyOf(site, bytes, pathLength, trait), named);
    if (checks.length === 0 || status[row] !== 200 || texts.text(batch.method[row]!) === "HEAD") return;
    for (const { check } of checks) {
      const said = answeredCheck(check.id, placeOf(batch, row));
      if (said === undefined) continue;
      const index = this.#reveals.tell(actor, "http", said, batch, row);
      if (index >= 0) this.#answers.set(index, { site, bytes, pathLength });
      return;
    }
  }

  /** Takes back what was answered as the site answers other things, too, when all is known of how it answers. */
  settle(): void {
    const bySite = Map.groupBy(this.#answers, ([, { site }]) => site);
    for (const answers of bySite.values()) {
      for (const [index, answer] of answers) {
        if (answers.length > MOST_ANSWERED || this.#isUsual(answer)) this.#reveals.withdraw(index);
      }
    }
    this.#answers.clear();
  }

  #isUsual({ site, bytes, pathLength }: Answer): boolean {
    for (let trait = 0; trait < traitsOf(bytes); trait++) {
      const enough = trait === 0 ? ENOUGH_ALIKE : PATHS;
      if (this.#countPaths(keyOf(site, bytes, pathLength, trait)) >= enough) return true;
    }
    return false;
  }

  #see(key: number, path: number): void {
    const cells = this.#cells;
    const at = (key & (SIZES - 1)) * CELLS;
    if (cells[at] !== key) cells.fill(0, at, at + CELLS);
    cells[at] = key;
    for (let i = at + 1; i <= at + PATHS; i++) {
      if (cells[i] === path) return;
      if (cells[i] !== 0) continue;
      cells[i] = path;
      return;
    }
  }

  #countPaths(key: number): number {
    const cells = this.#cells;
    const at = (key & (SIZES - 1)) * CELLS;
    if (cells[at] !== key) return 0;
    return cells.subarray(at + 1, at + 1 + PATHS).filter((path) => path !== 0).length;
  }
}

/** Traits that an answer may share with others of its site: its size, its size without so many echoes of the path, about its size. */
function traitsOf(bytes: number): number {
  return bytes >= SMALL ? ECHOES + 2 : ECHOES + 1;
}

/** What answers with the same trait have in common, signed. Called for every new request, so nothing is made for it. */
function keyOf(site: number, bytes: number, pathLength: number, trait: number): number {
  if (trait === 0) return mixSigned(site, bytes);
  if (trait <= ECHOES) return mixSigned(mixSigned(site, trait), bytes - trait * pathLength);
  return mixSigned(mixSigned(site, trait), Math.floor(bytes / ABOUT));
}

/** `www.example.org/.git/config`, without the query, which may hold secrets. */
function placeOf({ texts, host, path }: Batch, row: number): string {
  const start = texts.starts[path[row]!]!;
  const bytes = texts.bytes.subarray(start, start + Math.min(texts.lengths[path[row]!]!, LONGEST_PATH));
  return texts.text(host[row]!) + decoder.decode(bytes).split("?", 1)[0]!;
}
