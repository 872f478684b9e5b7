/** Why parts of a knowledge file were left out. */
export interface Reject {
  readonly reason: string;
  readonly count: number;
  /** The first place: a file's name, or a line. */
  readonly first: string;
}

/** Counts what an importer kept, and what it left out. Reasons are fixed sentences, so that there are few. */
export class Tally {
  readonly #rejects = new Map<string, { count: number; first: string }>();
  readonly #counts = new Map<string, number>();

  reject(reason: string, where: string | number): void {
    const known = this.#rejects.get(reason);
    if (known) known.count++;
    else this.#rejects.set(reason, { count: 1, first: String(where).slice(0, LONGEST_PLACE) });
  }

  count(what: string, more = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + more);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  get rejects(): Reject[] {
    return [...this.#rejects]
      .map(([reason, { count, first }]) => ({ reason, count, first }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }
}

const LONGEST_PLACE = 200;
