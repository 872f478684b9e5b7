import { z } from "zod";
import { AttackReport, KnowledgeReport, StandingReport, VulnerabilityReport } from "./knowledge-report.ts";
import { priorities, severities, verdicts } from "./priorities.ts";

export { priorities, severities, type Verdict, verdicts } from "./priorities.ts";

/**
 * The JSON report, `vedette.report/1`. This definition is the contract: the types, the published JSON Schema
 * (docs/report.schema.json, checked by a test) and the reports' own test are all made from it. Fields are only added.
 */

const time = z.iso.datetime().describe("UTC, ISO 8601");
const count = z.int().nonnegative();

export const Priority = z
  .enum(priorities)
  .describe("act: a person should look today; notable: aimed at what is really run here; noise: background scanning");

export const InputReport = z.object({
  name: z.string().describe("the input as the user named it"),
  format: z.string(),
  bytes: count.describe("bytes read, as stored (before decompression)"),
  records: count.describe("lines or packets read, rejected ones included"),
  rejected: count,
  rejects: z.array(z.object({ reason: z.string(), count, firstPosition: count })).describe("why records were rejected"),
  first: time.nullable(),
  last: time.nullable(),
  error: z.string().optional().describe("why reading ended early, when it did"),
});

export const RawReport = z.object({
  kind: z.enum(["text", "packet"]),
  content: z
    .string()
    .describe("its beginning: a line as it is written, a packet in hexadecimal digits from its link layer on"),
  bytes: count.describe("how long it is as a whole"),
});

export const EvidenceReport = z.object({
  at: time,
  input: z.string(),
  position: count.describe("line or packet number in that input, from 1"),
  what: z.string().describe("what was seen, with the input's own strings escaped"),
  weight: z.number().describe("ln(ifScanner / ifVisitor), clipped; what it added to the score"),
  ifScanner: z.number().describe("probability of this observation if the actor is a scanner"),
  ifVisitor: z.number().describe("probability of this observation if the actor is a visitor"),
  score: z.number().describe("the actor's score after this row"),
  target: z.string().optional().describe("of a contact: the address that was tried"),
  service: z.string().optional().describe("of a contact: what was tried there, such as tcp/22"),
  raw: RawReport.optional().describe(
    "the line or packet itself; kept of the weightiest rows, in a store and in a page",
  ),
});

export const ActorReport = z.object({
  address: z.string().describe("an IPv4 or IPv6 address, or an IPv6 prefix in CIDR form"),
  verdict: z.enum(verdicts),
  priority: Priority,
  score: z.number(),
  first: time,
  last: time,
  observations: count,
  guesses: count.describe("distinct resources asked for that visitors here do not use"),
  decidedAt: time.nullable(),
  decidedAfter: count
    .nullable()
    .describe("distinct observations that spoke against it when the verdict fell; asking again is not counted"),
  decidedAtObservation: count.nullable().optional().describe("`observations` when the verdict fell"),
  techniques: z.array(z.string()).describe("MITRE ATT&CK technique ids"),
  tools: z.array(z.object({ name: z.string(), confidence: z.number(), because: z.string() })),
  checks: z.array(
    z.object({ id: z.string(), product: z.string(), count, answered: count.describe("answered with a 2xx status") }),
  ),
  learned: z.array(z.string()).describe("ids of exposures it was told"),
  incident: z.string().nullable(),
  evidence: z.array(EvidenceReport),
  evidenceOmitted: count.describe("rows not kept: the ledger keeps the first, the last and the weightiest"),
  ...StandingReport,
});

export const IncidentReport = z.object({
  id: z.string(),
  kind: z.enum(["single", "campaign", "handover"]),
  members: z.array(z.string()),
  priority: Priority,
  because: z.string().describe("the rule that gave the priority, in words"),
  objective: z.string(),
  stages: z.array(z.object({ technique: z.string(), first: time, last: time, summary: z.string() })),
  summary: z.string(),
  memberships: z
    .array(z.object({ address: z.string(), probability: z.number(), because: z.string() }))
    .optional()
    .describe("of a campaign: why each source is a member, and how surely"),
  intent: z
    .object({
      products: z.array(z.string()),
      vulnerabilities: z.array(z.string()).describe("CVE ids that its requests look for"),
      looksFor: z.array(z.string()).describe("checks without a CVE: panels, files of secrets, backups"),
      profile: z.string().optional().describe("the tool, and the order of its word list, when they are known"),
      reached: z
        .string()
        .optional()
        .describe(
          "how far it got: entries of a known word list, or the place in the alphabet of one that is not known",
        ),
      progress: z
        .object({ from: z.number().min(0).max(1), to: z.number().min(0).max(1) })
        .optional()
        .describe("the same as shares of that list, or of the alphabet"),
    })
    .optional()
    .describe("what was looked for"),
  links: z
    .array(z.object({ from: z.string(), to: z.string(), probability: z.number(), because: z.string() }))
    .optional()
    .describe("of a handover: whose scan whose next step follows, and how surely"),
  decidedAt: time.optional().describe("of a campaign: when the guesses of its members together reached the threshold"),
});

const RemedyReport = z.object({
  mitigation: z
    .string()
    .describe("id of the mitigation in MITRE ATT&CK: M1051 before M1042 and M1056 where it matters"),
  name: z.string(),
  do: z.string(),
  file: z.string().optional().describe("the file to change, with its section"),
  before: z.string().optional().describe("its text by default; empty where it says nothing"),
  after: z.string().optional(),
  apply: z.string().optional().describe("what makes the change take effect"),
  hides: z.string().optional(),
  leaves: z.string().optional().describe("what stays visible all the same"),
  source: z.string().optional().describe("the maker's documentation"),
});

export const Severity = z.enum(severities);

export const ExposureReport = z.object({
  id: z.string(),
  target: z.string(),
  port: count,
  transport: z.string(),
  service: z.string(),
  vendor: z.string().nullable(),
  product: z.string().nullable(),
  version: z.string().nullable(),
  cpe: z.string().nullable(),
  operatingSystem: z.string().optional().describe("when the words, or the product, leave only one"),
  revealedBy: z.string(),
  text: z.string().describe("what the server said, escaped"),
  leaks: z
    .array(
      z.object({
        kind: z.string(),
        what: z.string(),
        isProbable: z.literal(true).optional().describe("told by status and size alone: nobody saw the content"),
      }),
    )
    .optional()
    .describe(
      "what is told beside software: names of certificates and of hosts inside, private addresses, listings, stack traces, files of secrets, repositories, backups",
    ),
  severity: z
    .object({ level: Severity, because: z.array(z.string()) })
    .optional()
    .describe("how much it matters, with the reasons in words"),
  learnedBy: z.array(z.string()).describe("everybody who was told, actors of this report first"),
  told: z
    .array(z.object({ to: z.string(), at: z.string(), input: z.string(), position: z.number() }))
    .optional()
    .describe("when each of them was told first, and the line or packet that shows it"),
  learnersOmitted: count.optional().describe("further visitors who were told, and are not listed"),
  vulnerabilities: z.array(VulnerabilityReport).describe("what deserves attention first"),
  vulnerabilitiesOmitted: count.optional().describe("further ones that are not listed"),
  maintainedUntil: z.string().optional().describe("the day its maker's maintenance of this release ends or ended"),
  advice: z.string().nullable().describe("the first of the remedies in short, and what the words leave open"),
  remedies: z.array(RemedyReport).optional().describe("what to do about it, first things first"),
});

export const CheckedReport = z.object({
  target: z.string(),
  port: count,
  transport: z.string(),
  asked: z.string().describe("the way it was asked: https, ssh, dns …"),
  name: z.string().optional().describe("the host name it was asked by"),
  reception: z
    .enum(["answered", "silent", "closed", "unreachable"])
    .describe("closed: the host said that nobody listens; silent: reached, and nothing was said"),
  reason: z.string().describe("why this host may be asked, from the configuration"),
  notes: z.array(z.string()).optional().describe("what was cut, or not followed"),
});

export const CoverageReport = z.object({
  what: z.string(),
  effect: z.string(),
  reason: z
    .enum(["encrypted", "one-sided", "truncated", "sampled", "flows-only", "firewall-only", "denied-only"])
    .optional()
    .describe("of services that were seen without readable replies, or of an input: why"),
  services: z
    .array(z.object({ target: z.string(), port: count, transport: z.string(), observations: count }))
    .optional()
    .describe("which services that is true of, the most often seen first"),
  servicesOmitted: count.optional().describe("further ones that are not listed"),
  close: z
    .array(z.object({ product: z.string(), do: z.string(), source: z.string() }))
    .optional()
    .describe("what to log or capture to close the gap, in the words of each product"),
});

export const Report = z.object({
  schema: z.literal("vedette.report/1"),
  generated: time,
  inputs: z.array(InputReport),
  home: z.array(z.string()),
  homeFrom: z.enum(["given", "inferred", "unknown"]),
  budget: z.number().describe("wrong incidents a month that the user accepts"),
  threshold: z.number().describe("the score at which an actor is called a scanner"),
  period: z.object({ first: time.nullable(), last: time.nullable() }),
  counts: z.object({
    observations: count,
    actors: count,
    visitors: count,
    suspects: count,
    scanners: count,
    authorised: count.optional(),
  }),
  actors: z.array(ActorReport).describe("all but plain visitors; what deserves attention first"),
  incidents: z.array(IncidentReport),
  exposures: z.array(ExposureReport),
  coverage: z.array(CoverageReport),
  checked: z.array(CheckedReport).optional().describe("of `vedette exposure check`: every service that was asked"),
  knowledge: z.array(KnowledgeReport).optional().describe("imported sets that findings may quote"),
  attack: AttackReport.optional().describe("facts of the techniques that are named, in one version of MITRE ATT&CK"),
});

export type InputReport = z.infer<typeof InputReport>;
export type RawReport = z.infer<typeof RawReport>;
export type EvidenceReport = z.infer<typeof EvidenceReport>;
export type ActorReport = z.infer<typeof ActorReport>;
export type IncidentReport = z.infer<typeof IncidentReport>;
export type RemedyReport = z.infer<typeof RemedyReport>;
export type ExposureReport = z.infer<typeof ExposureReport>;
export type CheckedReport = z.infer<typeof CheckedReport>;
export type CoverageReport = z.infer<typeof CoverageReport>;
export type Report = z.infer<typeof Report>;
export type Priority = z.infer<typeof Priority>;
export type Severity = z.infer<typeof Severity>;
