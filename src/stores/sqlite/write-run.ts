import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { ActorReport, EvidenceReport, ExposureReport, IncidentReport, Report } from "../../stories/report.ts";
import { exposureId, incidentId, leadOf, SAME_INCIDENT_MS } from "../keys.ts";
import { mergeActor, mergeIncident, mergeTold, type TimedIncident, type ToldActor } from "../merge.ts";
import { funnelOf, hasReturned, periodOf } from "../summaries.ts";
import type { Database } from "./database.ts";
import { attentionOf, changeOf, priorityNumbers, rankInTime, severityNumbers, textOf } from "./rows.ts";

/** Incidents in one transaction: short enough that a server beside can write, long enough to be fast. */
const IN_ONE_GO = 200;
/** Rows of evidence that one actor keeps; beyond it the lightest go. */
const MOST_EVIDENCE = 2000;
/** Members of a campaign that are compared with those of stored ones; learners of an exposure that runs are compared by. */
const MOST_COMPARED = 300;
/** Members whose addresses can be searched for as words. */
const MOST_SEARCHED = 20;

export interface Counted {
  added: number;
  merged: number;
}

/** Merges a report into the store. Whatever is committed is whole: an incident comes with its actors and their evidence. */
export async function writeRun(db: Database, report: Report, atMs: number): Promise<Counted & { id: string }> {
  const id = randomUUID();
  const { actors, incidents, exposures, ...head } = report;
  const run = db.run(
    "INSERT INTO runs (id, at, is_whole, kind, doc) VALUES (?, ?, 0, ?, ?)",
    id,
    atMs,
    head.checked === undefined ? "analysis" : "check",
    JSON.stringify(head),
  );
  const exposureIds = new Map(exposures.map((exposure) => [exposure.id, exposureId(exposure)]));
  const writer = new RunWriter(db, atMs, exposureIds);
  await inGoes(db, exposures, (exposure) => writer.exposure(exposure, run.number));
  const actorsByIncident = Map.groupBy(actors, ({ incident }) => incident);
  await inGoes(db, incidents, (incident) => writer.incident(incident, actorsByIncident.get(incident.id) ?? []));
  await inGoes(db, actorsByIncident.get(null) ?? [], (actor) => writer.actor(actor, null, false));
  db.transaction(() => {
    db.run("UPDATE runs SET is_whole = 1 WHERE number = ?", run.number);
    changeOf(db, "run", id, atMs);
  });
  return { id, ...writer.counted };
}

class RunWriter {
  readonly counted: Counted = { added: 0, merged: 0 };
  readonly #db: Database;
  readonly #atMs: number;
  readonly #exposureIds: ReadonlyMap<string, string>;

  constructor(db: Database, atMs: number, exposureIds: ReadonlyMap<string, string>) {
    this.#db = db;
    this.#atMs = atMs;
    this.#exposureIds = exposureIds;
  }

  incident(told: IncidentReport, actors: readonly ActorReport[]): void {
    const { id: _, ...fresh } = { ...told, ...periodOf(told, actors) };
    const known = this.#find(fresh);
    const merged = known === undefined ? fresh : mergeIncident(JSON.parse(known.doc), fresh);
    const id = known?.id ?? incidentId(fresh, fresh.first);
    const doc = JSON.stringify(merged);
    if (known === undefined) this.counted.added++;
    else this.counted.merged++;
    if (known === undefined || known.doc !== doc) {
      const number = known === undefined ? this.#insert(id, merged, doc) : this.#update(known.number, merged, doc);
      this.#setMembers(number, merged);
      changeOf(this.#db, "incident", id, this.#atMs);
    } else this.#db.run("UPDATE incidents SET runs = runs + 1 WHERE number = ?", known.number);
    const returned = hasReturned(merged);
    for (const actor of actors) this.actor(actor, id, returned);
  }

  #find(fresh: TimedIncident): { number: number; id: string; doc: string } | undefined {
    const from = Date.parse(fresh.first) - SAME_INCIDENT_MS;
    const to = Date.parse(fresh.last) + SAME_INCIDENT_MS;
    const found =
      fresh.kind === "campaign"
        ? this.#findCampaign(fresh.members, from, to)
        : this.#db.get(
            `SELECT number, id, doc FROM incidents WHERE lead = ? AND last >= ? AND first <= ? AND kind <> 'campaign'
             ORDER BY last DESC LIMIT 1`,
            leadOf(fresh),
            from,
            to,
          );
    return found as { number: number; id: string; doc: string } | undefined;
  }

  /** The stored campaign that shares most members, if that is at least half of the smaller one. */
  #findCampaign(members: readonly string[], from: number, to: number) {
    const shared = new Map<number, number>();
    const compared = members.slice(0, MOST_COMPARED);
    for (const member of compared) {
      const rows = this.#db.all(
        `SELECT number FROM members JOIN incidents ON number = incident
         WHERE address = ? AND kind = 'campaign' AND last >= ? AND first <= ?`,
        member,
        from,
        to,
      );
      for (const { number } of rows) shared.set(number as number, (shared.get(number as number) ?? 0) + 1);
    }
    const [best] = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    if (best === undefined) return undefined;
    const row = this.#db.get("SELECT number, id, doc, size FROM incidents WHERE number = ?", best[0]);
    return best[1] * 2 >= Math.min(compared.length, row!.size as number) ? row : undefined;
  }

  #insert(id: string, incident: TimedIncident, doc: string): number {
    return this.#db.run(
      `INSERT INTO incidents (id, appeared, runs, ${columns.join(", ")}) VALUES (?, ?, 1, ${columns.map(() => "?").join(", ")})`,
      id,
      this.#atMs,
      ...valuesOf(incident, doc, this.#atMs),
    ).number;
  }

  #update(number: number, incident: TimedIncident, doc: string): number {
    const values = valuesOf(incident, doc, this.#atMs);
    const sets = columns.map((column) => `${column} = ?`).join(", ");
    this.#db.run(`UPDATE incidents SET runs = runs + 1, ${sets} WHERE number = ?`, ...values, number);
    return number;
  }

  #setMembers(number: number, { members }: TimedIncident): void {
    for (const member of members) this.#db.run("INSERT OR IGNORE INTO members VALUES (?, ?)", textOf(member), number);
  }

  actor({ evidence, ...told }: ActorReport, incident: string | null, returned: boolean): void {
    const learned = told.learned.flatMap((id) => this.#exposureIds.get(id) ?? []);
    const fresh: ToldActor = { ...told, incident, learned };
    const known = this.#db.get("SELECT number, doc FROM actors WHERE address = ?", fresh.address);
    const actor = known === undefined ? fresh : mergeActor(JSON.parse(known.doc as string), fresh);
    const doc = JSON.stringify(actor);
    const number = (known?.number as number | undefined) ?? this.#insertActor(actor);
    if (known?.doc !== doc) this.#setActor(number, actor, doc, returned);
    for (const row of evidence) this.#addEvidence(number, row);
    if (evidence.length > 0) this.#trimEvidence(number);
  }

  #insertActor({ address }: ToldActor): number {
    return this.#db.run(
      `INSERT INTO actors (address, verdict, priority, attention, score, first, last, appeared, changed, funnel, doc)
       VALUES (?, '', 0, 0, 0, 0, 0, ?, 0, 0, '')`,
      address,
      this.#atMs,
    ).number;
  }

  #setActor(number: number, actor: ToldActor, doc: string, returned: boolean): void {
    const last = Date.parse(actor.last);
    this.#db.run(
      `UPDATE actors SET verdict = ?, priority = ?, attention = ?, score = ?, first = ?, last = ?, changed = ?,
       incident = ?, funnel = ?, doc = ? WHERE number = ?`,
      actor.verdict,
      priorityNumbers[actor.priority],
      attentionOf(actor.priority, last),
      actor.score,
      Date.parse(actor.first),
      last,
      this.#atMs,
      actor.incident,
      funnelOf(actor, returned),
      doc,
      number,
    );
    this.#db.run("DELETE FROM actor_checks WHERE actor = ?", number);
    for (const { id, product, count, answered } of actor.checks) {
      this.#db.run("INSERT OR REPLACE INTO actor_checks VALUES (?, ?, ?, ?, ?)", number, id, product, count, answered);
    }
  }

  #addEvidence(
    actor: number,
    { at, input, position, what, weight, ifScanner, ifVisitor, score, target, service, raw }: EvidenceReport,
  ): void {
    this.#db.run(
      `INSERT INTO evidence (actor, at, input, position, what, weight, if_scanner, if_visitor, score, target, service, raw)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET raw = excluded.raw WHERE excluded.raw IS NOT NULL`,
      actor,
      Date.parse(at),
      textOf(input),
      position,
      textOf(what),
      weight,
      ifScanner,
      ifVisitor,
      score,
      target ?? null,
      service ?? null,
      raw === undefined ? null : JSON.stringify(raw),
    );
  }

  #trimEvidence(actor: number): void {
    const { n } = this.#db.get("SELECT count(*) AS n FROM evidence WHERE actor = ?", actor) as { n: number };
    if (n <= MOST_EVIDENCE) return;
    this.#db.run(
      `DELETE FROM evidence WHERE number IN
       (SELECT number FROM evidence WHERE actor = ? ORDER BY weight, number DESC LIMIT ?)`,
      actor,
      n - MOST_EVIDENCE,
    );
  }

  exposure(exposure: ExposureReport, run: number): void {
    const id = this.#exposureIds.get(exposure.id)!;
    const { learnedBy, ...fresh } = { ...exposure, id };
    const known = this.#db.get("SELECT last, doc FROM exposures WHERE id = ?", id);
    const told = mergeTold(known === undefined ? undefined : JSON.parse(known.doc as string).told, fresh.told);
    const last = Math.max(this.#atMs, (known?.last as number | undefined) ?? 0);
    const { level = "info" } = fresh.severity ?? {};
    this.#db.run(
      `INSERT INTO exposures (id, first, last, severity, attention, words, doc) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET last = excluded.last, severity = excluded.severity, attention = excluded.attention,
       words = excluded.words, doc = excluded.doc`,
      id,
      this.#atMs,
      last,
      severityNumbers[level],
      rankInTime(severityNumbers[level], last),
      textOf(searchedWords(fresh)),
      JSON.stringify({ ...fresh, ...(told && { told }) }),
    );
    const { number } = this.#db.get("SELECT number FROM exposures WHERE id = ?", id) as { number: number };
    for (const address of learnedBy) this.#db.run("INSERT OR IGNORE INTO learners VALUES (?, ?)", number, address);
    const compared = JSON.stringify(learnedBy.slice(0, MOST_COMPARED));
    this.#db.run("INSERT OR IGNORE INTO run_exposures VALUES (?, ?, ?)", run, number, compared);
  }
}

function searchedWords({
  target,
  port,
  service,
  vendor,
  product,
  version,
  leaks = [],
}: Omit<ExposureReport, "learnedBy">) {
  return [target, port, service, vendor, product, version, ...leaks.map(({ kind, what }) => `${kind} ${what}`)].join(
    " ",
  );
}

const columns = ["lead", "kind", "priority", "attention", "first", "last", "size", "changed", "words", "doc"];

function valuesOf(incident: TimedIncident, doc: string, atMs: number) {
  const last = Date.parse(incident.last);
  const words = [incident.summary, incident.objective, ...incident.members.slice(0, MOST_SEARCHED)].join("\n");
  return [
    textOf(leadOf(incident)),
    incident.kind,
    priorityNumbers[incident.priority],
    attentionOf(incident.priority, last),
    Date.parse(incident.first),
    last,
    incident.members.length,
    atMs,
    textOf(words),
    doc,
  ];
}

/** A transaction for some items at a time; others may write between. */
async function inGoes<T>(db: Database, items: readonly T[], write: (item: T) => void): Promise<void> {
  for (let from = 0; from < items.length; from += IN_ONE_GO) {
    db.transaction(() => {
      for (const item of items.slice(from, from + IN_ONE_GO)) write(item);
    });
    await setImmediate();
  }
}
