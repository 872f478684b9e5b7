import type { Priority, Severity } from "../../stories/report.ts";
import type { ActorRow, Change, IncidentRow, Run, StoredActor, StoredExposure, StoredIncident } from "../records.ts";
import { BadCursor, type Page, type PageWanted } from "../store.ts";
import { summarizeActor, summarizeIncident } from "../summaries.ts";
import type { Database } from "./database.ts";

/** From columns to records and back. */

export const priorityNumbers: Readonly<Record<Priority, number>> = { act: 0, notable: 1, noise: 2 };

export const severityNumbers: Readonly<Record<Severity, number>> = { info: 0, low: 1, medium: 2, high: 3 };

/** One number that sorts by priority, then by time, the first to look at having the greatest. */
export function attentionOf(priority: Priority, lastMs: number): number {
  return rankInTime(2 - priorityNumbers[priority], lastMs);
}

/** Sorts by rank, then by time. */
export function rankInTime(rank: number, lastMs: number): number {
  // 2 ** 49 ms is the year 19,808.
  return rank * 2 ** 49 + lastMs;
}

/** SQLite ends some texts at a NUL character. */
export function textOf(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\\0") : text;
}

export function changeOf(db: Database, what: Change["what"], id: string, atMs: number): void {
  db.run("INSERT INTO changes (at, what, id) VALUES (?, ?, ?)", atMs, what, id);
}

type Row = Record<string, unknown>;

export function iso(ms: unknown): string {
  return new Date(ms as number).toISOString();
}

export function incidentOf(row: Row): StoredIncident {
  return {
    ...JSON.parse(row.doc as string),
    id: row.id as string,
    size: row.size as number,
    appeared: iso(row.appeared),
    changed: iso(row.changed),
    runs: row.runs as number,
    acknowledged:
      row.acknowledged === 0
        ? null
        : { at: iso(row.acknowledged), by: row.acknowledged_by as string, reason: row.acknowledged_why as string },
    notes: row.notes as number,
  };
}

export function incidentRowOf(row: Row): IncidentRow {
  return summarizeIncident(incidentOf(row));
}

export function actorOf(row: Row): StoredActor {
  const doc = JSON.parse(row.doc as string);
  return { ...doc, incident: row.incident as string | null, appeared: iso(row.appeared), changed: iso(row.changed) };
}

export function actorRowOf(row: Row): ActorRow {
  return summarizeActor(actorOf(row));
}

export function exposureOf(db: Database, row: Row): StoredExposure {
  const rows = db.all("SELECT address FROM learners WHERE exposure = ? LIMIT 1000", row.number as number);
  const learnedBy = rows.map(({ address }) => address as string);
  return { ...JSON.parse(row.doc as string), learnedBy, first: iso(row.first), last: iso(row.last) };
}

export function runOf(row: Row): Run {
  const { period, inputs, counts, home, threshold } = JSON.parse(row.doc as string);
  return {
    id: row.id as string,
    at: iso(row.at),
    kind: row.kind as Run["kind"],
    period,
    inputs,
    counts,
    home,
    threshold,
  };
}

/** The place after which a page begins: the value it is sorted by, and the row's number. */
type Place = readonly [value: number, number: number];

/** Reads one page of rows that bear `place` and `number`, greatest first unless `ascending`. */
export function pageOf<Item>(
  { cursor, limit }: PageWanted,
  read: (place: Place | undefined, limit: number) => Row[],
  make: (row: Row) => Item,
): Page<Item> {
  const rows = read(cursor === undefined ? undefined : placeOf(cursor), limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined ? cursorOf([last.place as number, last.number as number]) : null;
  return { items: shown.map(make), next };
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function placeOf(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(place) && place.length === 2 && place.every((n) => typeof n === "number" && Number.isFinite(n))) {
      return [place[0], place[1]];
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadCursor("the cursor is not one that a page gave");
}
