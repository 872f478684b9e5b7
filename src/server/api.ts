import { z } from "zod";
import {
  AccountRow,
  ActorRow,
  Asset,
  AuditRow,
  Campaign,
  Change,
  CheckTotal,
  Declared,
  IncidentRow,
  NewAsset,
  NewDeclared,
  Note,
  Overview,
  Run,
  roles,
  Storage,
  StoredActor,
  StoredExposure,
  StoredIncident,
  Tried,
} from "../stores/records.ts";
import { ExposureChange, LearnerChange } from "../stories/exposure-diff.ts";
import { KnowledgeReport } from "../stories/knowledge-report.ts";
import { CoverageReport, EvidenceReport, Priority, Report, verdicts } from "../stories/report.ts";

/**
 * The HTTP API, one entry a route: the server, the OpenAPI document (`GET /api/openapi.json`) and the console's types are all
 * made from this list. Every string of an answer that comes from an input is escaped as in the JSON report, and still is data
 * of unknown origin: show it as text.
 *
 * Requests that change something bear the header `x-vedette-csrf` with the value that `GET /api/session` gave. Errors are `Problem`.
 */

type Method = "get" | "post" | "put" | "delete";

/** Who may ask: anybody (`open`; the only two routes a stranger is answered on), whoever is signed in (`reader`), or those who may change things (`admin`). */
type Access = "open" | (typeof roles)[number];

export interface Route {
  readonly method: Method;
  /** As of Hono: `:id` is one segment, percent-encoded (the prefix `2001:db8::/64` is `2001%3Adb8%3A%3A%2F64`). */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of a JSON answer; other answers name their type in `produces`. */
  readonly response?: z.ZodType;
  readonly produces?: string;
}

const time = z.iso.datetime();

/** Asks for one page of a list. `cursor` is what the page before gave as `next`; all else must be asked as before. */
const page = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
};

function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe("cursor of the next page; null on the last one"),
    total: z.int().nonnegative().optional().describe("of the whole list, where it is cheap to tell"),
  });
}

export const Session = z.object({
  signInRequired: z.boolean().describe("false: no accounts are set up and the server listens on loopback only"),
  name: z.string(),
  role: z.enum(roles),
  csrf: z.string().nullable().describe("the value of the header x-vedette-csrf; null for tokens, which need none"),
});

export const Problem = z.object({ error: z.string().describe("a stable code"), message: z.string() });

const incidentQuery = z.object({
  priority: z.string().max(30).optional().describe("act, notable, noise; several with commas"),
  kind: z.enum(["single", "campaign", "handover"]).optional(),
  acknowledged: z.enum(["true", "false"]).optional(),
  q: z.string().max(200).optional().describe("words that occur in the summary, the objective or a member's address"),
  since: time.optional().describe("whose last doing is at or after"),
  until: time.optional().describe("whose first doing is before"),
  changedSince: time.optional(),
  sort: z.enum(["priority", "last", "first", "size"]).default("priority"),
});

const done = z.object({ done: z.literal(true) });

export const routes = {
  health: {
    method: "get",
    path: "/healthz",
    access: "open",
    summary: "Whether the server and its store answer",
    response: z.object({ status: z.literal("ok") }),
  },
  metrics: {
    method: "get",
    path: "/metrics",
    access: "reader",
    summary: "Counters for Prometheus",
    produces: "text/plain",
  },
  openapi: { method: "get", path: "/api/openapi.json", access: "reader", summary: "This API", response: z.unknown() },
  session: { method: "get", path: "/api/session", access: "reader", summary: "Who is signed in", response: Session },
  signIn: {
    method: "post",
    path: "/api/session",
    access: "open",
    summary: "Sign in; sets a cookie. Programs send `Authorization: Bearer TOKEN` with each request instead",
    body: z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(1000) }),
    response: Session,
  },
  signOut: { method: "delete", path: "/api/session", access: "reader", summary: "Sign out", response: done },
  overview: {
    method: "get",
    path: "/api/overview",
    access: "reader",
    summary: "What deserves attention, in one answer",
    query: z.object({ since: time.optional().describe("the reader's last visit") }),
    response: Overview,
  },
  incidents: {
    method: "get",
    path: "/api/incidents",
    access: "reader",
    summary: "Incidents",
    query: incidentQuery.extend(page),
    response: pageOf(IncidentRow),
  },
  exportIncidents: {
    method: "get",
    path: "/api/incidents.csv",
    access: "reader",
    summary: "Incidents as a table, at most 100,000",
    query: incidentQuery,
    produces: "text/csv",
  },
  exportIncidentLines: {
    method: "get",
    path: "/api/incidents.ndjson",
    access: "reader",
    summary: "Incidents as JSON, one a line, at most 100,000",
    query: incidentQuery,
    produces: "application/x-ndjson",
  },
  incident: {
    method: "get",
    path: "/api/incidents/:id",
    access: "reader",
    summary: "One incident with its actors and notes",
    response: z.object({
      incident: StoredIncident,
      actors: z.array(StoredActor).describe("the first 100; /api/actors?incident= gives all"),
      exposures: z.array(StoredExposure).describe("what its actors were told; at most 200"),
      notes: z.array(Note),
    }),
  },
  incidentEvidence: {
    method: "get",
    path: "/api/incidents/:id/evidence",
    access: "reader",
    summary: "The ledger of an incident's actors, by time",
    query: z.object(page),
    response: pageOf(EvidenceReport.extend({ actor: z.string() })),
  },
  exportEvidence: {
    method: "get",
    path: "/api/incidents/:id/evidence.csv",
    access: "reader",
    summary: "The same as a table, at most 100,000 rows",
    produces: "text/csv",
  },
  acknowledge: {
    method: "put",
    path: "/api/incidents/:id/acknowledgement",
    access: "admin",
    summary: "Say that somebody has seen to it",
    body: z.object({ reason: z.string().trim().max(2000).default("") }),
    response: StoredIncident,
  },
  reopen: {
    method: "delete",
    path: "/api/incidents/:id/acknowledgement",
    access: "admin",
    summary: "Take an acknowledgement back",
    response: StoredIncident,
  },
  addNote: {
    method: "post",
    path: "/api/incidents/:id/notes",
    access: "admin",
    summary: "Add a note",
    body: z.object({ text: z.string().trim().min(1).max(10_000) }),
    response: Note,
  },
  campaigns: {
    method: "get",
    path: "/api/campaigns",
    access: "reader",
    summary: "Scans that were spread over many sources, each with its course over time",
    query: z.object(page),
    response: pageOf(Campaign),
  },
  actors: {
    method: "get",
    path: "/api/actors",
    access: "reader",
    summary: "Actors",
    query: z.object({
      verdict: z.enum(verdicts).optional(),
      priority: Priority.optional(),
      incident: z.string().max(64).optional(),
      check: z.string().max(200).optional().describe("who asked this check"),
      q: z.string().max(200).optional().describe("the beginning of an address"),
      sort: z.enum(["priority", "last", "score"]).default("priority"),
      ...page,
    }),
    response: pageOf(ActorRow),
  },
  actor: {
    method: "get",
    path: "/api/actors/:address",
    access: "reader",
    summary: "One actor",
    response: StoredActor,
  },
  actorEvidence: {
    method: "get",
    path: "/api/actors/:address/evidence",
    access: "reader",
    summary: "An actor's ledger, by time",
    query: z.object(page),
    response: pageOf(EvidenceReport),
  },
  exposures: {
    method: "get",
    path: "/api/exposures",
    access: "reader",
    summary: "What the estate reveals, and who learned it",
    query: z.object({
      q: z.string().max(200).optional().describe("part of target, product or service"),
      learnedBy: z.string().max(100).optional().describe("what this actor was told"),
      severity: z.string().max(40).optional().describe("high, medium, low, info; several with commas"),
      sort: z.enum(["severity", "last"]).default("severity"),
      ...page,
    }),
    response: pageOf(StoredExposure),
  },
  exposureChanges: {
    method: "get",
    path: "/api/exposure-changes",
    access: "reader",
    summary: "What two runs (analyses, or checks of own hosts) differ in of what the estate reveals",
    query: z.object({
      before: z.string().max(64).optional().describe("id of a run; without it the one before the last of its kind"),
      after: z.string().max(64).optional().describe("id of a run; without it the last one"),
    }),
    response: z.object({
      before: Run.nullable().describe("null while there are no two runs to compare"),
      after: Run.nullable(),
      counts: z.record(ExposureChange.shape.change, z.int().nonnegative()),
      changes: z.array(ExposureChange).describe("at most 500: what is gone, changed and new first"),
      learners: z.array(LearnerChange).describe("actors that were told otherwise in each; at most 100"),
      learnersAlike: z.int().nonnegative().describe("actors that were told the same in both"),
    }),
  },
  checks: {
    method: "get",
    path: "/api/checks",
    access: "reader",
    summary: "What is probed for: the 1,000 checks that most actors asked",
    response: z.object({ items: z.array(CheckTotal.extend({ knownExploited: z.boolean() })) }),
  },
  tried: {
    method: "get",
    path: "/api/tried",
    access: "reader",
    summary: "Which services were tried on which targets, of the latest 200,000 rows of evidence",
    response: Tried,
  },
  coverage: {
    method: "get",
    path: "/api/coverage",
    access: "reader",
    summary: "What the inputs of the latest run could not show",
    response: z.object({ items: z.array(CoverageReport) }),
  },
  knowledge: {
    method: "get",
    path: "/api/knowledge",
    access: "reader",
    summary: "Imported sets that the latest run quotes",
    response: z.object({ items: z.array(KnowledgeReport) }),
  },
  runs: {
    method: "get",
    path: "/api/runs",
    access: "reader",
    summary: "Runs, the latest first",
    query: z.object(page),
    response: pageOf(Run),
  },
  report: {
    method: "get",
    path: "/api/report",
    access: "reader",
    summary: "What is stored as one `vedette.report/1`: the 1,000 first incidents and their actors",
    response: Report,
  },
  scanners: {
    method: "get",
    path: "/api/scanners",
    access: "reader",
    summary: "Scanners that were declared as own",
    response: z.object({ items: z.array(Declared) }),
  },
  declareScanner: {
    method: "post",
    path: "/api/scanners",
    access: "admin",
    summary: "Declare an own scanner; runs with this store honour it",
    body: NewDeclared,
    response: Declared,
  },
  withdrawScanner: {
    method: "delete",
    path: "/api/scanners/:id",
    access: "admin",
    summary: "Withdraw a declaration",
    response: done,
  },
  assets: {
    method: "get",
    path: "/api/assets",
    access: "reader",
    summary: "Hosts of the estate that somebody named",
    response: z.object({ items: z.array(Asset) }),
  },
  putAsset: {
    method: "post",
    path: "/api/assets",
    access: "admin",
    summary: "Name a host",
    body: NewAsset,
    response: Asset,
  },
  removeAsset: {
    method: "delete",
    path: "/api/assets/:address",
    access: "admin",
    summary: "Forget a host's name",
    response: done,
  },
  accounts: {
    method: "get",
    path: "/api/accounts",
    access: "admin",
    summary: "Who may sign in, and the tokens of programs",
    response: z.object({ items: z.array(AccountRow) }),
  },
  storage: {
    method: "get",
    path: "/api/storage",
    access: "reader",
    summary: "How much is stored, and how much is kept",
    response: Storage,
  },
  audit: {
    method: "get",
    path: "/api/audit",
    access: "admin",
    summary: "Who signed in and changed what, the latest first",
    query: z.object(page),
    response: pageOf(AuditRow),
  },
  events: {
    method: "get",
    path: "/api/events",
    access: "reader",
    summary:
      "Changes as they happen (server-sent events): `event: change`, `id:` the revision, `data:` a Change. `event: reset` says that too much happened: load anew",
    produces: "text/event-stream",
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** What a route answers with. */
export type Answer<Name extends RouteName> = Routes[Name] extends { response: infer Schema extends z.ZodType }
  ? z.infer<Schema>
  : never;

/** What may be sent as the body of a route's request. */
export type Sent<Name extends RouteName> = Routes[Name] extends { body: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : never;

/** What may be asked in the query of a route, before it is written as text. */
export type Asked<Name extends RouteName> = Routes[Name] extends { query: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : never;

/** The `data` of a server-sent `change`. */
export const ChangeEvent = Change;
export type ChangeEvent = z.infer<typeof ChangeEvent>;
export type Session = z.infer<typeof Session>;
export type Problem = z.infer<typeof Problem>;
