import { z } from "zod";
import {
  ActorReport,
  ExposureReport,
  IncidentReport,
  InputReport,
  Priority,
  Severity,
  verdicts,
} from "../stories/report.ts";

/** What a store holds, as it gives it back. The report's own shapes, with what lasts from run to run added to them. */

export const roles = ["reader", "admin"] as const;

const time = z.iso.datetime().describe("UTC, ISO 8601");
const count = z.int().nonnegative();
/** What a person wrote. */
const words = (most: number) => z.string().trim().min(1).max(most);

export const Acknowledgement = z.object({ at: time, by: z.string(), reason: z.string() });

export const Note = z.object({ id: z.string(), at: time, by: z.string(), text: z.string() });

export const StoredIncident = IncidentReport.extend({
  id: z.string().describe("stays the same from run to run"),
  first: time,
  last: time,
  size: count.describe("members; `members` and `memberships` may list fewer"),
  appeared: time.describe("when the store first heard of it"),
  changed: time.describe("when a run, or a person, last changed it"),
  runs: count.describe("runs that told it"),
  acknowledged: Acknowledgement.nullable(),
  notes: count,
});

/** A row of the list of incidents. */
export const IncidentRow = StoredIncident.omit({ memberships: true, links: true, intent: true }).extend({
  members: z.array(z.string()).describe("the first few"),
  techniques: z.array(z.string()),
});

export const StoredActor = ActorReport.omit({ evidence: true }).extend({
  incident: z.string().nullable().describe("id of the stored incident that it is part of"),
  appeared: time,
  changed: time,
});

/** A row of the list of actors. */
export const ActorRow = StoredActor.pick({
  address: true,
  verdict: true,
  priority: true,
  score: true,
  first: true,
  last: true,
  observations: true,
  guesses: true,
  techniques: true,
  incident: true,
  network: true,
  operator: true,
  changed: true,
}).extend({ tools: z.array(z.string()), checks: count, learned: count });

export const StoredExposure = ExposureReport.extend({
  id: z.string().describe("stays the same from run to run"),
  first: time.describe("when a run first told it"),
  last: time.describe("when a run last told it"),
});

export const Run = z.object({
  id: z.string(),
  at: time,
  kind: z.enum(["analysis", "check"]).describe("check: what `vedette exposure check` was told"),
  period: z.object({ first: time.nullable(), last: time.nullable() }),
  inputs: z.array(InputReport),
  counts: z.object({ observations: count, actors: count, visitors: count, suspects: count, scanners: count }),
  home: z.array(z.string()),
  threshold: z.number().describe("the score at which an actor is called a scanner"),
});

export const Declared = z.object({
  id: z.string(),
  address: z.string().describe("an address, or a prefix in CIDR form"),
  name: z.string(),
  from: time.nullable(),
  until: time.nullable(),
  by: z.string(),
  at: time,
});
export const NewDeclared = z.object({
  address: words(50),
  name: words(200),
  from: time.nullable().default(null),
  until: time.nullable().default(null),
});

export const Asset = z.object({ address: z.string(), name: z.string(), note: z.string(), by: z.string(), at: time });
export const NewAsset = z.object({
  address: words(50),
  name: words(200),
  note: z.string().trim().max(2000).default(""),
});

export const CheckTotal = z.object({
  id: z.string(),
  product: z.string(),
  count: count.describe("times asked"),
  answered: count.describe("answered with a 2xx status"),
  actors: count,
  first: time,
  last: time,
  days: z.array(z.object({ day: z.iso.date(), actors: count })).describe("actors by the day they were first seen"),
});

export const Overview = z.object({
  funnel: z
    .object({
      visitors: count.describe("of the latest run"),
      scanners: count,
      aimed: count.describe("scanners whose priority is more than noise: aimed at what is run here"),
      learned: count.describe("scanners that were told software"),
      returned: count.describe("scanners whose incident went on to an attempt or a log-in"),
    })
    .describe("of actors"),
  incidents: z.object({ act: count, notable: count, noise: count }).describe("that nobody acknowledged"),
  acknowledged: count,
  timeline: z
    .array(z.object({ at: time, act: count, notable: count, noise: count }))
    .describe("incidents by the slice of time of their last doing, oldest first; slices without any are left out"),
  sliceSeconds: count.describe("length of a slice: a day, at most 400 of them; less where all lies within eight days"),
  top: z.array(IncidentRow).describe("ten, what deserves attention first"),
  since: z.object({ appeared: count, changed: count }).nullable().describe("incidents since the time that was asked"),
  period: z.object({ first: time.nullable(), last: time.nullable() }),
  lastRun: Run.nullable(),
});

export const Campaign = IncidentRow.extend({
  pulse: z.array(count).describe("members that were about in each of 32 equal slices from first to last"),
});

export const Tried = z.object({
  cells: z
    .array(z.object({ service: z.string(), target: z.string(), actors: count }))
    .describe("how many actors tried a service on a target"),
  services: count.describe("tried at all; cells are given of the most widely tried ones"),
  targets: count.describe("likewise"),
});

export const AccountRow = z.object({ name: z.string(), role: z.enum(roles), kind: z.enum(["password", "token"]) });

export const Storage = z.object({
  rows: z.record(z.string(), count).describe("numbers of rows, by what they are"),
  limits: z.object({ days: count, incidents: count, actors: count, evidence: count }),
});

export const Change = z.object({
  revision: count,
  at: time,
  what: z.enum(["incident", "run", "acknowledgement", "note", "scanner", "asset", "retention"]),
  id: z.string(),
});

export const AuditRow = z.object({
  id: count,
  at: time,
  who: z.string(),
  from: z.string().describe("address of the client"),
  what: z.string(),
  subject: z.string(),
});

/** How a list of incidents is narrowed and ordered. */
export const IncidentFilter = z.object({
  priority: z.array(Priority).optional(),
  kind: z.enum(["single", "campaign", "handover"]).optional(),
  acknowledged: z.boolean().optional(),
  search: z.string().max(200).optional(),
  since: time.optional(),
  until: time.optional(),
  changedSince: time.optional(),
  sort: z.enum(["priority", "last", "first", "size"]).optional(),
});

export const ActorFilter = z.object({
  verdict: z.enum(verdicts).optional(),
  priority: Priority.optional(),
  incident: z.string().max(64).optional(),
  check: z.string().max(200).optional(),
  search: z.string().max(200).optional(),
  sort: z.enum(["priority", "last", "score"]).optional(),
});

export const ExposureFilter = z.object({
  search: z.string().max(200).optional(),
  learnedBy: z.string().max(100).optional(),
  severity: z.array(Severity).optional(),
  sort: z.enum(["severity", "last"]).optional(),
});

export type Acknowledgement = z.infer<typeof Acknowledgement>;
export type Note = z.infer<typeof Note>;
export type StoredIncident = z.infer<typeof StoredIncident>;
export type IncidentRow = z.infer<typeof IncidentRow>;
export type StoredActor = z.infer<typeof StoredActor>;
export type ActorRow = z.infer<typeof ActorRow>;
export type StoredExposure = z.infer<typeof StoredExposure>;
export type Run = z.infer<typeof Run>;
export type Declared = z.infer<typeof Declared>;
export type NewDeclared = z.infer<typeof NewDeclared>;
export type Asset = z.infer<typeof Asset>;
export type NewAsset = z.infer<typeof NewAsset>;
export type CheckTotal = z.infer<typeof CheckTotal>;
export type Campaign = z.infer<typeof Campaign>;
export type Tried = z.infer<typeof Tried>;
export type Overview = z.infer<typeof Overview>;
export type Change = z.infer<typeof Change>;
export type AuditRow = z.infer<typeof AuditRow>;
export type IncidentFilter = z.infer<typeof IncidentFilter>;
export type ActorFilter = z.infer<typeof ActorFilter>;
export type ExposureFilter = z.infer<typeof ExposureFilter>;
export type Role = (typeof roles)[number];
