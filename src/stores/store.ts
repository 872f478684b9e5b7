import type { CoverageReport, EvidenceReport, Report } from "../stories/report.ts";
import type {
  ActorFilter,
  ActorRow,
  Asset,
  AuditRow,
  Campaign,
  Change,
  CheckTotal,
  Declared,
  ExposureFilter,
  IncidentFilter,
  IncidentRow,
  NewAsset,
  NewDeclared,
  Note,
  Overview,
  Role,
  Run,
  StoredActor,
  StoredExposure,
  StoredIncident,
  Tried,
} from "./records.ts";

/** Which part of a list is wanted. */
export interface PageWanted {
  /** What the page before gave as `next`. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** A cursor that no page gave. */
export class BadCursor extends Error {
  override readonly name = "BadCursor";
}

/** Who does something to the store, and when (milliseconds since the Unix epoch). */
export interface Act {
  readonly by: string;
  readonly atMs: number;
}

/** How much is kept. What is beyond goes, what deserves least attention first. */
export interface Limits {
  /** Since an incident or actor last changed, an exposure was last told, a run or an audited act was. */
  readonly days: number;
  readonly incidents: number;
  readonly actors: number;
  readonly evidence: number;
}

export const defaultLimits: Limits = { days: 400, incidents: 200_000, actors: 500_000, evidence: 5_000_000 };

/** What retention removed. */
export type Removed = Readonly<Record<"incidents" | "actors" | "evidence" | "exposures" | "runs" | "audit", number>>;

/** Somebody who may sign in, or a program's token. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly kind: "password" | "token";
  /** As `hashSecret` of the server makes it. */
  readonly hash: string;
}

/**
 * Where incidents live. Whatever a promise has resolved for stays, whenever the process ends. tests/stores/conformance.ts says
 * what every implementation does.
 */
export interface Store {
  /**
   * Merges a run's report: an incident that the store knows keeps its id and what people wrote about it. Adding the same
   * report again changes nothing but the list of runs, so that a run that was cut off is simply repeated.
   */
  addRun(
    report: Report,
    atMs: number,
  ): Promise<{ readonly id: string; readonly added: number; readonly merged: number }>;

  overview(sinceMs?: number): Promise<Overview>;
  incidents(filter: IncidentFilter, page: PageWanted): Promise<Page<IncidentRow>>;
  countIncidents(filter: IncidentFilter): Promise<number>;
  incident(id: string): Promise<StoredIncident | undefined>;
  incidentEvidence(id: string, page: PageWanted): Promise<Page<EvidenceReport & { actor: string }>>;
  campaigns(page: PageWanted): Promise<Page<Campaign>>;
  /** Which services were tried where, of the latest evidence. */
  tried(): Promise<Tried>;
  actors(filter: ActorFilter, page: PageWanted): Promise<Page<ActorRow>>;
  actor(address: string): Promise<StoredActor | undefined>;
  actorsOf(incident: string, most: number): Promise<StoredActor[]>;
  actorEvidence(address: string, page: PageWanted): Promise<Page<EvidenceReport>>;
  exposures(filter: ExposureFilter, page: PageWanted): Promise<Page<StoredExposure>>;
  exposuresNamed(ids: readonly string[]): Promise<StoredExposure[]>;
  /** What one run told, for a comparison; undefined for a run that is not kept. Of each exposure's learners it names a part. */
  exposuresOfRun(id: string): Promise<(Pick<Report, "exposures" | "checked"> & { readonly run: Run }) | undefined>;
  checks(most: number): Promise<CheckTotal[]>;
  coverage(): Promise<CoverageReport[]>;
  knowledge(): Promise<NonNullable<Report["knowledge"]>>;
  runs(page: PageWanted): Promise<Page<Run>>;
  /** The stored incidents that deserve attention first, with their actors, as one report; undefined before the first run. */
  report(most: number): Promise<Report | undefined>;

  acknowledge(id: string, reason: string, act: Act): Promise<StoredIncident | undefined>;
  reopen(id: string, act: Act): Promise<StoredIncident | undefined>;
  notes(incident: string): Promise<Note[]>;
  addNote(incident: string, text: string, act: Act): Promise<Note | undefined>;
  declared(): Promise<Declared[]>;
  declare(scanner: NewDeclared, act: Act): Promise<Declared>;
  withdraw(id: string, act: Act): Promise<boolean>;
  assets(): Promise<Asset[]>;
  putAsset(asset: NewAsset, act: Act): Promise<Asset>;
  removeAsset(address: string, act: Act): Promise<boolean>;

  accounts(): Promise<Account[]>;
  account(name: string): Promise<Account | undefined>;
  putAccount(account: Account, atMs: number): Promise<void>;
  removeAccount(name: string): Promise<boolean>;
  addAudit(
    row: { readonly who: string; readonly from: string; readonly what: string; readonly subject: string },
    atMs: number,
  ): Promise<void>;
  audit(page: PageWanted): Promise<Page<AuditRow>>;

  /** Number of the latest change, also of one that another process made. */
  revision(): Promise<number>;
  /** Changes after a revision, oldest first. `isWhole` is false when some of them are no longer kept. */
  changesAfter(revision: number, most: number): Promise<{ readonly changes: Change[]; readonly isWhole: boolean }>;
  retain(limits: Limits, nowMs: number): Promise<Removed>;
  /** Copies the store to a file while it is in use. */
  backup(file: string): Promise<void>;
  /** Numbers of rows, by what they are. */
  sizes(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
