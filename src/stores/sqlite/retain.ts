import type { Limits, Removed } from "../store.ts";
import type { Database } from "./database.ts";
import { changeOf } from "./rows.ts";

const DAY_MS = 86_400_000;
/** Runs and changes that are kept whatever their age. */
const MOST_RUNS = 10_000;
const MOST_CHANGES = 20_000;
/** The latest runs of which it is known what each told of the estate. */
const MOST_COMPARED = 1000;
/** Rows in one transaction, so that others can write between. */
const IN_ONE_GO = 2000;

/**
 * Removes what is older or more than the limits say. Age is the time since a run or a person last changed something, so that old
 * logs can be read today. Incidents that somebody wrote a note on go last.
 */
export function retain(db: Database, limits: Limits, nowMs: number): Removed {
  const before = nowMs - limits.days * DAY_MS;
  const removed = {
    incidents:
      removeAll(
        db,
        "DELETE FROM incidents WHERE number IN (SELECT number FROM incidents WHERE changed < ? LIMIT ?)",
        before,
      ) + removeBeyond(db, "incidents", limits.incidents, "notes > 0, attention"),
    actors:
      removeAll(
        db,
        "DELETE FROM actors WHERE number IN (SELECT number FROM actors WHERE changed < ? LIMIT ?)",
        before,
      ) + removeBeyond(db, "actors", limits.actors, "attention"),
    evidence: removeBeyond(db, "evidence", limits.evidence, "at"),
    exposures: removeAll(
      db,
      "DELETE FROM exposures WHERE number IN (SELECT number FROM exposures WHERE last < ? LIMIT ?)",
      before,
    ),
    runs:
      removeAll(db, "DELETE FROM runs WHERE number IN (SELECT number FROM runs WHERE at < ? LIMIT ?)", before) +
      removeBeyond(db, "runs", MOST_RUNS, "number"),
    audit: removeAll(db, "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < ? LIMIT ?)", before),
  };
  db.run("DELETE FROM incident_days WHERE incidents = 0");
  db.run("DELETE FROM run_exposures WHERE run <= (SELECT max(number) FROM runs) - ?", MOST_COMPARED);
  db.run("DELETE FROM changes WHERE revision <= (SELECT max(revision) FROM changes) - ?", MOST_CHANGES);
  if (Object.values(removed).some((count) => count > 0)) changeOf(db, "retention", "", nowMs);
  return removed;
}

function removeBeyond(db: Database, table: string, most: number, order: string): number {
  const { n } = db.get(`SELECT count(*) AS n FROM ${table}`) as { n: number };
  let left = n - most;
  let removed = 0;
  while (left > 0) {
    const sql = `DELETE FROM ${table} WHERE number IN (SELECT number FROM ${table} ORDER BY ${order} LIMIT ?)`;
    const { changes } = db.run(sql, Math.min(left, IN_ONE_GO));
    left -= changes;
    removed += changes;
  }
  return removed;
}

function removeAll(db: Database, sql: string, before: number): number {
  let removed = 0;
  for (;;) {
    const { changes } = db.run(sql, before, IN_ONE_GO);
    removed += changes;
    if (changes < IN_ONE_GO) return removed;
  }
}
