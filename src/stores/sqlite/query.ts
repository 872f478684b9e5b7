import type { SQLInputValue } from "node:sqlite";
import type { EvidenceReport, ExposureReport } from "../../stories/report.ts";
import type { ActorFilter, Campaign, CheckTotal, ExposureFilter, IncidentFilter, Overview, Tried } from "../records.ts";
import type { PageWanted } from "../store.ts";
import { Funnel, pulseOf, sliceSecondsOf } from "../summaries.ts";
import type { Database } from "./database.ts";
import { incidentRowOf, iso, pageOf, priorityNumbers, runOf, severityNumbers } from "./rows.ts";

/** What lists and the overview ask of the tables. */

type Row = Record<string, unknown>;
const DAY_MS = 86_400_000;
const MOST_DAYS = 400;
const TOP = 10;

/** Conditions, all of which must hold, and the values of their question marks. */
class Where {
  readonly #conditions: string[] = [];
  readonly values: SQLInputValue[] = [];

  and(condition: string, ...values: SQLInputValue[]): this {
    this.#conditions.push(condition);
    this.values.push(...values);
    return this;
  }

  toString(): string {
    return this.#conditions.length === 0 ? "" : `WHERE ${this.#conditions.join(" AND ")}`;
  }
}

/** Rows of `from`, the greatest `column` first, page by page. */
function listRows<Item>(
  db: Database,
  from: string,
  column: string,
  where: Where,
  wanted: PageWanted,
  make: (row: Row) => Item,
) {
  const read = (place: readonly [number, number] | undefined, limit: number) => {
    if (place !== undefined) where.and(`(${column}, number) < (?, ?)`, ...place);
    const sql = `SELECT *, ${column} AS place FROM ${from} ${where} ORDER BY ${column} DESC, number DESC LIMIT ?`;
    return db.all(sql, ...where.values, limit);
  };
  return pageOf(wanted, read, make);
}

/** Whole runs or rows of the audit log, the latest first. */
export function listNewest<Item>(db: Database, table: "runs" | "audit", wanted: PageWanted, make: (row: Row) => Item) {
  const where = new Where();
  return listRows(db, table, "number", table === "runs" ? where.and("is_whole = 1") : where, wanted, make);
}

/** The latest whole run that read inputs: a check of the estate's own hosts tells nothing of visitors. */
export function latestAnalysis(db: Database): Row | undefined {
  return db.get("SELECT * FROM runs WHERE is_whole = 1 AND kind = 'analysis' ORDER BY number DESC LIMIT 1");
}

/** What a run told, with those of its learners that were kept. */
export function exposuresOfRun(db: Database, run: number): ExposureReport[] {
  const rows = db.all(
    "SELECT doc, learners FROM run_exposures JOIN exposures ON number = exposure WHERE run = ? ORDER BY number",
    run,
  );
  return rows.map((row) => ({ ...JSON.parse(row.doc as string), learnedBy: JSON.parse(row.learners as string) }));
}

export function listIncidents<Item>(
  db: Database,
  filter: IncidentFilter,
  wanted: PageWanted,
  make: (row: Row) => Item,
) {
  const column = { priority: "attention", last: "last", first: "first", size: "size" }[filter.sort ?? "priority"];
  return listRows(db, "incidents", column, whereIncident(filter), wanted, make);
}

export function listCampaigns(db: Database, wanted: PageWanted) {
  return listIncidents(
    db,
    { kind: "campaign" },
    wanted,
    (row): Campaign => ({
      ...incidentRowOf(row),
      pulse: pulseOf(
        db.all("SELECT first, last FROM actors WHERE incident = ?", row.id as string) as {
          first: number;
          last: number;
        }[],
        row as { first: number; last: number },
      ),
    }),
  );
}

export function countIncidents(db: Database, filter: IncidentFilter): number {
  const where = whereIncident(filter);
  return db.get(`SELECT count(*) AS n FROM incidents ${where}`, ...where.values)!.n as number;
}

function whereIncident(filter: IncidentFilter): Where {
  const { priority, kind, acknowledged, search, since, until, changedSince } = filter;
  const where = new Where();
  if (priority !== undefined && priority.length > 0) {
    where.and(`priority IN (${priority.map((one) => priorityNumbers[one]).join(", ")})`);
  }
  if (kind !== undefined) where.and("kind = ?", kind);
  if (acknowledged !== undefined) where.and(acknowledged ? "acknowledged > 0" : "acknowledged = 0");
  if (since !== undefined) where.and("last >= ?", Date.parse(since));
  if (until !== undefined) where.and("first < ?", Date.parse(until));
  if (changedSince !== undefined) where.and("changed >= ?", Date.parse(changedSince));
  for (const word of wordsOf(search)) {
    where.and(
      "(words LIKE ? ESCAPE '\\' OR number IN (SELECT incident FROM members WHERE address = ?))",
      `%${word.replace(/[\\%_]/g, "\\$&")}%`,
      word,
    );
  }
  return where;
}

function wordsOf(search: string | undefined): string[] {
  return (search ?? "").split(/\s+/).filter(Boolean).slice(0, 8);
}

export function listActors<Item>(db: Database, filter: ActorFilter, wanted: PageWanted, make: (row: Row) => Item) {
  const { verdict, priority, incident, check, search, sort = "priority" } = filter;
  const where = new Where();
  if (verdict !== undefined) where.and("verdict = ?", verdict);
  if (priority !== undefined) where.and("priority = ?", priorityNumbers[priority]);
  if (incident !== undefined) where.and("incident = ?", incident);
  if (check !== undefined) where.and("number IN (SELECT actor FROM actor_checks WHERE id = ?)", check);
  // A range instead of LIKE, so that the index on addresses serves it. The greatest character sorts after every address.
  if (search) where.and("address >= ? AND address < ?", search.toLowerCase(), `${search.toLowerCase()}\u{10ffff}`);
  const column = { priority: "attention", last: "last", score: "score" }[sort];
  return listRows(db, "actors", column, where, wanted, make);
}

export function listExposures<Item>(
  db: Database,
  { search, learnedBy, severity, sort = "severity" }: ExposureFilter,
  wanted: PageWanted,
  make: (row: Row) => Item,
) {
  const where = new Where();
  if (learnedBy !== undefined) where.and("number IN (SELECT exposure FROM learners WHERE address = ?)", learnedBy);
  for (const word of wordsOf(search)) where.and("words LIKE ? ESCAPE '\\'", `%${word.replace(/[\\%_]/g, "\\$&")}%`);
  if (severity !== undefined && severity.length > 0) {
    where.and(`severity IN (${severity.map((level) => severityNumbers[level]).join(", ")})`);
  }
  return listRows(db, "exposures", { severity: "attention", last: "last" }[sort], where, wanted, make);
}

/** Evidence by time, of one actor or of all actors of an incident. */
export function listEvidence(db: Database, of: { actor: string } | { incident: string }, wanted: PageWanted) {
  const [column, value] = "actor" in of ? ["address", of.actor] : ["incident", of.incident];
  const read = (place: readonly [number, number] | undefined, limit: number) => {
    const after = place === undefined ? "" : "AND (at, evidence.number) > (?, ?)";
    return db.all(
      `SELECT evidence.*, address, at AS place FROM evidence JOIN actors ON actors.number = actor
       WHERE ${column} = ? ${after} ORDER BY at, evidence.number LIMIT ?`,
      value!,
      ...(place ?? []),
      limit,
    );
  };
  return pageOf(wanted, read, (row) => ({ ...evidenceOf(row), actor: row.address as string }));
}

function evidenceOf(row: Row): EvidenceReport {
  const { input, position, what, weight, score } = row as unknown as EvidenceReport;
  const [ifScanner, ifVisitor] = [row.if_scanner as number, row.if_visitor as number];
  const { target, service, raw } = row as Record<string, string | null>;
  return {
    ...{ at: iso(row.at), input, position, what, weight, ifScanner, ifVisitor, score },
    ...(target && { target }),
    ...(service && { service }),
    ...(raw && { raw: JSON.parse(raw) }),
  };
}

/** Rows of evidence that are looked through, and what is given of them: as much as a picture holds. */
const LATEST_EVIDENCE = 200_000;
const MOST_SERVICES = 24;
const MOST_TARGETS = 128;

export function listTried(db: Database): Tried {
  const cells = db.all(
    `SELECT service, target, count(DISTINCT actor) AS actors
     FROM (SELECT service, target, actor FROM evidence ORDER BY number DESC LIMIT ${LATEST_EVIDENCE})
     WHERE service IS NOT NULL AND target IS NOT NULL GROUP BY service, target`,
  ) as unknown as Tried["cells"];
  const services = mostFrequent(cells.map(({ service }) => service));
  const kept = new Set(services.slice(0, MOST_SERVICES));
  const targets = mostFrequent(cells.filter(({ service }) => kept.has(service)).map(({ target }) => target));
  const shown = new Set(targets.slice(0, MOST_TARGETS));
  return {
    cells: cells.filter(({ service, target }) => kept.has(service) && shown.has(target)),
    services: services.length,
    targets: new Set(cells.map(({ target }) => target)).size,
  };
}

/** Each name once, the most frequent first. */
function mostFrequent(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

export function totalChecks(db: Database, most: number): CheckTotal[] {
  const rows = db.all(
    `SELECT c.id, max(product) AS product, sum(count) AS count, sum(answered) AS answered, count(*) AS actors,
     min(first) AS first, max(last) AS last FROM actor_checks c JOIN actors ON number = actor
     GROUP BY c.id ORDER BY actors DESC, c.id LIMIT ?`,
    most,
  );
  return rows.map((row) => ({
    ...(row as unknown as CheckTotal),
    first: iso(row.first),
    last: iso(row.last),
    days: daysOfCheck(db, row.id as string),
  }));
}

function daysOfCheck(db: Database, id: string): CheckTotal["days"] {
  const rows = db.all(
    `SELECT first / ${DAY_MS} AS day, count(*) AS actors FROM actor_checks c JOIN actors ON number = actor
     WHERE c.id = ? GROUP BY day ORDER BY day DESC LIMIT ${MOST_DAYS}`,
    id,
  );
  return rows
    .reverse()
    .map(({ day, actors }) => ({ day: iso((day as number) * DAY_MS).slice(0, 10), actors: actors as number }));
}

export function overviewOf(db: Database, sinceMs: number | undefined): Overview {
  const run = latestAnalysis(db);
  const lastRun = run === undefined ? null : runOf(run);
  const days = db.all("SELECT * FROM incident_days WHERE incidents > 0 ORDER BY day") as unknown as DayRow[];
  const open = (priority: number) =>
    sumOf(days.filter((day) => day.priority === priority && day.is_acknowledged === 0));
  const top = listIncidents(db, { acknowledged: false }, { limit: TOP }, incidentRowOf);
  const first = db.get("SELECT min(first) AS at FROM incidents")!.at;
  const last = db.get("SELECT max(last) AS at FROM incidents")!.at;
  const seconds = sliceSecondsOf((last as number) - (first as number));
  return {
    funnel: { visitors: lastRun?.counts.visitors ?? 0, ...funnelCounts(db) },
    incidents: { act: open(0), notable: open(1), noise: open(2) },
    acknowledged: sumOf(days.filter((day) => day.is_acknowledged === 1)),
    sliceSeconds: seconds,
    timeline: seconds * 1000 < DAY_MS ? shortTimeline(db, seconds) : timelineOf(days),
    top: top.items,
    since: sinceMs === undefined ? null : changedSince(db, sinceMs),
    period: { first: first === null ? null : iso(first), last: last === null ? null : iso(last) },
    lastRun,
  };
}

interface DayRow {
  readonly day: number;
  readonly priority: number;
  readonly is_acknowledged: number;
  readonly incidents: number;
}

function sumOf(days: readonly DayRow[]): number {
  return days.reduce((sum, { incidents }) => sum + incidents, 0);
}

function timelineOf(days: readonly DayRow[]): Overview["timeline"] {
  const byDay = [...Map.groupBy(days, ({ day }) => day)].slice(-MOST_DAYS);
  return byDay.map(([day, rows]) => {
    const [act, notable, noise] = [0, 1, 2].map((one) => sumOf(rows.filter(({ priority }) => priority === one)));
    return { at: iso(day * DAY_MS), act: act!, notable: notable!, noise: noise! };
  });
}

/** Within days: the pulse of hours or minutes. One index holds all that is asked. */
function shortTimeline(db: Database, seconds: number): Overview["timeline"] {
  const rows = db.all(
    "SELECT last / CAST(? AS INTEGER) AS slice, priority, count(*) AS n FROM incidents GROUP BY slice, priority ORDER BY slice",
    seconds * 1000,
  ) as { slice: number; priority: number; n: number }[];
  return [...Map.groupBy(rows, ({ slice }) => slice)].map(([slice, counts]) => {
    const of = (wanted: number) => counts.find(({ priority }) => priority === wanted)?.n ?? 0;
    return { at: iso(slice * seconds * 1000), act: of(0), notable: of(1), noise: of(2) };
  });
}

function funnelCounts(db: Database): Omit<Overview["funnel"], "visitors"> {
  const rows = db.all("SELECT funnel, count(*) AS n FROM actors WHERE funnel > 0 GROUP BY funnel");
  const count = (bit: number) =>
    rows.reduce((sum, row) => sum + ((row.funnel as number) & bit ? (row.n as number) : 0), 0);
  const { scanner, aimed, learned, returned } = Funnel;
  return { scanners: count(scanner), aimed: count(aimed), learned: count(learned), returned: count(returned) };
}

function changedSince(db: Database, sinceMs: number): NonNullable<Overview["since"]> {
  const appeared = db.get("SELECT count(*) AS n FROM incidents WHERE appeared >= ?", sinceMs)!.n as number;
  const changed = db.get("SELECT count(*) AS n FROM incidents WHERE changed >= ?", sinceMs)!.n as number;
  return { appeared, changed: changed - appeared };
}
