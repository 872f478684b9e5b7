import type { Reject } from "./files/tally.ts";

/**
 * What the addresses of a list are. `research`: census and research scanners, which say who they are; `bad`: addresses with a reputation;
 * `known`: anything else worth a name (clouds, crawlers, proxies), which weighs nothing.
 */
export const listRoles = ["research", "bad", "known"] as const;
export type ListRole = (typeof listRoles)[number];

/** One imported set of knowledge, as `sets.json` keeps it. Findings quote its id and date. */
export interface KnowledgeSet {
  /** The kind, or `kind:name` where there may be several. */
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** Path or address it came from. */
  readonly source: string;
  readonly licence: string;
  readonly notice?: string;
  /** When it was imported, ISO 8601. */
  readonly retrieved: string;
  /** When the data is from, as it says itself, `2026-11-20`. */
  readonly dataDate?: string;
  /** Of the source as it was stored. */
  readonly sha256: string;
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly rejects: readonly Reject[];
  /** Name of its folder beside `sets.json`. */
  readonly folder: string;
  readonly role?: ListRole;
  /** P(on this list | scanner) / P(on this list | visitor), as the user stated or by default. */
  readonly ratio?: number;
  /** What the server said of each address, for asking again. */
  readonly fetched?: readonly { readonly address: string; readonly etag?: string; readonly lastModified?: string }[];
}

/** The day that the knowledge is from: what the data says itself, else when it was imported. */
export function dateOf({ dataDate, retrieved }: KnowledgeSet): string {
  return dataDate ?? retrieved.slice(0, 10);
}

/** Whole days between the set's data and `nowMs`; never below 0. */
export function ageDays(set: KnowledgeSet, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(dateOf(set))) / 86_400_000));
}
