import type { Report } from "../../stories/report.ts";
import type {
  ActorFilter,
  AuditRow,
  Change,
  ExposureFilter,
  IncidentFilter,
  NewAsset,
  NewDeclared,
  StoredActor,
  StoredIncident,
} from "../records.ts";
import type { Account, Act, Limits, PageWanted, Store } from "../store.ts";
import { Database } from "./database.ts";
import * as people from "./people.ts";
import * as query from "./query.ts";
import { retain } from "./retain.ts";
import { actorOf, actorRowOf, exposureOf, incidentOf, incidentRowOf, iso, runOf, textOf } from "./rows.ts";
import { writeRun } from "./write-run.ts";

/** Rows of evidence of one actor in the report of a store. */
const MOST_EVIDENCE = 200;
const counted = [
  "incidents",
  "actors",
  "evidence",
  "exposures",
  "runs",
  "notes",
  "declared",
  "assets",
  "audit",
] as const;

/** A store in one SQLite file. Many processes may have it open: one writes at a time, all others read on. */
export class SqliteStore implements Store {
  readonly #db: Database;

  /** @throws UserProblem when the file is not a store */
  constructor(file: string) {
    this.#db = new Database(file);
  }

  async addRun(report: Report, atMs: number) {
    return writeRun(this.#db, report, atMs);
  }

  async overview(sinceMs?: number) {
    return query.overviewOf(this.#db, sinceMs);
  }

  async incidents(filter: IncidentFilter, page: PageWanted) {
    return query.listIncidents(this.#db, filter, page, incidentRowOf);
  }

  async countIncidents(filter: IncidentFilter) {
    return query.countIncidents(this.#db, filter);
  }

  async incident(id: string): Promise<StoredIncident | undefined> {
    const row = this.#db.get("SELECT * FROM incidents WHERE id = ?", id);
    return row && incidentOf(row);
  }

  async incidentEvidence(id: string, page: PageWanted) {
    return query.listEvidence(this.#db, { incident: id }, page);
  }

  async campaigns(page: PageWanted) {
    return query.listCampaigns(this.#db, page);
  }

  async tried() {
    return query.listTried(this.#db);
  }

  async actors(filter: ActorFilter, page: PageWanted) {
    return query.listActors(this.#db, filter, page, actorRowOf);
  }

  async actor(address: string): Promise<StoredActor | undefined> {
    const row = this.#db.get("SELECT * FROM actors WHERE address = ?", address);
    return row && actorOf(row);
  }

  async actorsOf(incident: string, most: number) {
    return query.listActors(this.#db, { incident }, { limit: most }, actorOf).items;
  }

  async actorEvidence(address: string, page: PageWanted) {
    const { items, next } = query.listEvidence(this.#db, { actor: address }, page);
    return { items: items.map(({ actor: _, ...row }) => row), next };
  }

  async exposures(filter: ExposureFilter, page: PageWanted) {
    return query.listExposures(this.#db, filter, page, (row) => exposureOf(this.#db, row));
  }

  async exposuresNamed(ids: readonly string[]) {
    return ids.flatMap((id) => {
      const row = this.#db.get("SELECT * FROM exposures WHERE id = ?", id);
      return row === undefined ? [] : [exposureOf(this.#db, row)];
    });
  }

  async exposuresOfRun(id: string) {
    const row = this.#db.get("SELECT * FROM runs WHERE id = ? AND is_whole = 1", id);
    if (row === undefined) return undefined;
    const { checked }: Report = JSON.parse(row.doc as string);
    const exposures = query.exposuresOfRun(this.#db, row.number as number);
    return { run: runOf(row), exposures, ...(checked !== undefined && { checked }) };
  }

  async checks(most: number) {
    return query.totalChecks(this.#db, most);
  }

  async coverage() {
    return this.#lastRun()?.coverage ?? [];
  }

  async knowledge() {
    return this.#lastRun()?.knowledge ?? [];
  }

  async runs(page: PageWanted) {
    return query.listNewest(this.#db, "runs", page, runOf);
  }

  async report(most: number): Promise<Report | undefined> {
    const head = this.#lastRun();
    if (head === undefined) return undefined;
    const incidents = query.listIncidents(this.#db, {}, { limit: most }, incidentOf).items;
    const actors = query.listActors(this.#db, {}, { limit: most }, actorOf).items;
    const exposures = query.listExposures(this.#db, {}, { limit: most }, (row) => exposureOf(this.#db, row)).items;
    const told = actors.map(({ appeared: _a, changed: _c, ...actor }) => {
      const { items } = query.listEvidence(this.#db, { actor: actor.address }, { limit: MOST_EVIDENCE });
      return { ...actor, evidence: items.map(({ actor: _, ...row }) => row) };
    });
    return { ...head, actors: told, incidents, exposures };
  }

  #lastRun(): Omit<Report, "actors" | "incidents" | "exposures"> | undefined {
    const row = query.latestAnalysis(this.#db);
    return row && JSON.parse(row.doc as string);
  }

  async acknowledge(id: string, reason: string, act: Act) {
    return people.setAcknowledgement(this.#db, id, reason, act) ? this.incident(id) : undefined;
  }

  async reopen(id: string, act: Act) {
    return people.setAcknowledgement(this.#db, id, null, act) ? this.incident(id) : undefined;
  }

  async notes(incident: string) {
    return people.notesOf(this.#db, incident);
  }

  async addNote(incident: string, text: string, act: Act) {
    return people.addNote(this.#db, incident, text, act);
  }

  async declared() {
    return people.listDeclared(this.#db);
  }

  async declare(scanner: NewDeclared, act: Act) {
    return people.declare(this.#db, scanner, act);
  }

  async withdraw(id: string, act: Act) {
    return people.withdraw(this.#db, id, act);
  }

  async assets() {
    return people.listAssets(this.#db);
  }

  async putAsset(asset: NewAsset, act: Act) {
    return people.putAsset(this.#db, asset, act);
  }

  async removeAsset(address: string, act: Act) {
    return people.removeAsset(this.#db, address, act);
  }

  async accounts() {
    return people.listAccounts(this.#db);
  }

  async account(name: string) {
    return people.listAccounts(this.#db).find((account) => account.name === name);
  }

  async putAccount(account: Account, atMs: number) {
    people.putAccount(this.#db, account, atMs);
  }

  async removeAccount(name: string) {
    return this.#db.run("DELETE FROM accounts WHERE name = ?", name).changes > 0;
  }

  async addAudit({ who, from, what, subject }: Omit<AuditRow, "id" | "at">, atMs: number) {
    const sql = "INSERT INTO audit (at, who, client, what, subject) VALUES (?, ?, ?, ?, ?)";
    this.#db.run(sql, atMs, textOf(who), from, what, textOf(subject));
  }

  async audit(page: PageWanted) {
    return query.listNewest(this.#db, "audit", page, (row): AuditRow => {
      const { number, who, client, what, subject } = row as Record<string, string> & { number: number };
      return { id: number, at: iso(row.at), who: who!, from: client!, what: what!, subject: subject! };
    });
  }

  async revision() {
    return (this.#db.get("SELECT max(revision) AS revision FROM changes")?.revision as number | null) ?? 0;
  }

  async changesAfter(revision: number, most: number) {
    const rows = this.#db.all("SELECT * FROM changes WHERE revision > ? ORDER BY revision LIMIT ?", revision, most);
    const oldest = this.#db.get("SELECT min(revision) AS revision FROM changes")?.revision as number | null;
    const changes = rows.map((row) => ({ ...(row as unknown as Change), at: iso(row.at) }));
    return { changes, isWhole: oldest === null || revision + 1 >= oldest };
  }

  async retain(limits: Limits, nowMs: number) {
    return retain(this.#db, limits, nowMs);
  }

  async backup(file: string) {
    await this.#db.backup(file);
  }

  async sizes() {
    return Object.fromEntries(
      counted.map((table) => [table, this.#db.get(`SELECT count(*) AS n FROM ${table}`)!.n as number]),
    );
  }

  async close() {
    this.#db.close();
  }
}
