import { mix } from "../bytes/hash.ts";
import { answeredCheck } from "../knowledge/software/leaks.ts";
import type { CheckMatch } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import type { Reveals } from "./reveals.ts";

/** Sizes of answers that are remembered; the latest wins a place. */
const SIZES = 1 << 12;
/** Numbers of a place: its key, and the paths that were answered so. */
const CELLS = 4;
const PATHS = 3;
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
  readonly path: number;
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
    const answer = {
      site: mix(place, texts.hashLow[host[row]!]!),
      bytes,
      pathLength: texts.lengths[path[row]!]!,
      path: texts.hashLow[path[row]!]!,
    };
    for (const { key } of keysOf(answer)) this.#see(key, answer.path);
    if (status[row] !== 200 || texts.text(batch.method[row]!) === "HEAD") return;
    for (const { check } of checks) {
      const said = answeredCheck(check.id, placeOf(batch, row));
      if (said === undefined) continue;
      const index = this.#reveals.tell(actor, "http", said, batch, row);
      if (index >= 0) this.#answers.set(index, answer);
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

  #isUsual(answer: Answer): boolean {
    return keysOf(answer).some(({ key, enough }) => this.#countPaths(key) >= enough);
  }

  #see(key: number, path: number): void {
    const cells = this.#cells;
    const at = (key & (SIZES - 1)) * CELLS;
    if (cells[at] !== key) cells.fill(0, at, at + CELLS);
    cells[at] = key;
    for (let i = at + 1; i <= at + PATHS; i++) {
      if (cells[i] === (path | 0)) return;
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

/** What an answer has in common with others of its site, and how many paths must so that it is usual there. */
function keysOf({ site, bytes, pathLength }: Answer): { readonly key: number; readonly enough: number }[] {
  const keys = [{ key: mix(site, bytes) | 0, enough: 2 }];
  for (let times = 1; times <= ECHOES; times++) {
    keys.push({ key: mix(mix(site, times), bytes - times * pathLength) | 0, enough: PATHS });
  }
  if (bytes >= SMALL) keys.push({ key: mix(mix(site, ECHOES + 1), Math.floor(bytes / ABOUT)) | 0, enough: PATHS });
  return keys;
}

/** `www.example.org/.git/config`, without the query, which may hold secrets. */
function placeOf({ texts, host, path }: Batch, row: number): string {
  const start = texts.starts[path[row]!]!;
  const bytes = texts.bytes.subarray(start, start + Math.min(texts.lengths[path[row]!]!, LONGEST_PATH));
  return texts.text(host[row]!) + decoder.decode(bytes).split("?", 1)[0]!;
}
