import { isMoment } from "../bytes/calendar.ts";

/** A gap: records whose time is beyond the years 0 to 9999, or no number. */
export const NO_MOMENT = "time stamps that no calendar holds; the time beside them was taken";

/** Rejects of one reason: how many, and where the first stands. */
export interface RejectCount {
  count: number;
  /** Line or packet number of the first. */
  readonly firstPosition: number;
}

/**
 * What reading one input came to. Decoders write it, the report shows it. A reject is data, not an error: a record that
 * could not be understood, with its reason.
 */
export class Tally {
  /** Lines or packets read, rejected ones included. */
  records = 0;
  rejected = 0;
  /** Time of the earliest and latest record, or NaN. */
  firstMs = Number.NaN;
  lastMs = Number.NaN;
  readonly rejects = new Map<string, RejectCount>();
  /** Things this input could not show, for the report's coverage: what → how often. */
  readonly gaps = new Map<string, number>();

  /** Counts a record that could not be understood. `reason` is one of a few fixed sentences, never input text. */
  reject(reason: string, position: number): void {
    this.rejected++;
    const seen = this.rejects.get(reason);
    if (seen) seen.count++;
    else this.rejects.set(reason, { count: 1, firstPosition: position });
  }

  /** Counts something that this input hides (an encrypted stream, a packet cut short, an evicted flow). */
  gap(what: string, count = 1): void {
    this.gaps.set(what, (this.gaps.get(what) ?? 0) + count);
  }

  /** What is no moment at all is not noted. */
  sawTime(atMs: number): void {
    if (!isMoment(atMs)) return;
    if (!(atMs >= this.firstMs)) this.firstMs = atMs;
    if (!(atMs <= this.lastMs)) this.lastMs = atMs;
  }
}
