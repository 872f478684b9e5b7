import { formatAddress } from "../bytes/address.ts";
import { ActorFlag, Exact, Tallied } from "../judgement/actor-table.ts";
import type { Dossier } from "../judgement/dossier.ts";
import type { Judge } from "../judgement/judge.ts";
import type { LedgerRow } from "../judgement/ledger.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import { Kind } from "../observations/vocabulary.ts";
import type { Connections } from "./connections.ts";
import { describeEvidence, describeService } from "./evidence-words.ts";
import { weighExposures } from "./exposure-severity.ts";
import { listExposures } from "./exposures.ts";
import { type IncidentFacts, rank, techniquesOf } from "./incidents.ts";
import { listIncidents, type Scan } from "./list-incidents.ts";
import {
  type ActorReport,
  type CoverageReport,
  type EvidenceReport,
  type InputReport,
  type Priority,
  priorities,
  type Report,
  type Verdict,
} from "./report.ts";
import { describeKnowledge, describeStanding, listEvidence } from "./standing-report.ts";
import type { Standing, Standings } from "./standings.ts";
import { countVisitors, nameOf, rowsToReport } from "./verdicts.ts";

export interface ReportFacts {
  readonly generatedMs: number;
  readonly inputs: readonly InputReport[];
  /** Names of the inputs that were read, by the index that evidence bears. */
  readonly inputNames: readonly string[];
  readonly home: readonly string[];
  readonly homeFrom: Report["homeFrom"];
  readonly budget: number;
  readonly coverage: readonly CoverageReport[];
  readonly intel?: Intel | undefined;
  readonly connections: Connections;
  /** What is known of the actors beside what they did. */
  readonly standings: Standings;
}

/** Actors whose evidence and stages are told row by row; of the rest, who deserve less attention, the weightiest row. */
const TOLD_IN_FULL = 1000;
const BRIEF_ROWS = 1;

/** Actors and incidents listed at most; further background scanners are counted, so that a flood of them has a bound. */
const MOST_LISTED = 10_000;

const priorityOrder = { act: 0, notable: 1, noise: 2 } as const;
const verdictOrder = { scanner: 0, "research-scanner": 1, suspect: 2, authorised: 3, visitor: 4 } as const;

/** Makes the report of everything judged. Its lists are in a stable order: what deserves attention first. */
export function buildReport(judge: Judge, facts: ReportFacts): Report {
  const { standings, intel, connections } = facts;
  const rows = rowsToReport(judge, (row) => standings.verdictOf(row));
  const names = new Map(rows.map((row) => [row, nameOf(judge.actors, row)]));
  const nameOther = (row: number) => nameOf(judge.actors, row);
  const { exposures, idsByActor } = listExposures(judge.reveals, names, nameOther, facts.inputNames, intel);
  const estateProducts = new Set(exposures.flatMap(({ product }) => (product === null ? [] : [product.toLowerCase()])));
  const rankOf = (row: number) => rankActor(judge, standings, row, names.get(row)!, estateProducts);
  // Only the place of each is kept: what is told of an actor is much, and most of a flood of them is not listed.
  const ranked = rows.map((row) => placeOf(rankOf(row))).sort(comparePlaces);
  const entries = ranked.slice(0, MOST_LISTED).map(({ row }, place) => {
    const entry = rankOf(row);
    const actor = reportActor(judge, entry, idsByActor.get(entry.row) ?? [], facts);
    const most = place < TOLD_IN_FULL ? Number.POSITIVE_INFINITY : BRIEF_ROWS;
    addEvidence(judge, entry, actor, facts.inputNames, most);
    return { actor, scans: entry.scans, verdict: entry.verdict };
  });
  const incidents = listIncidents(judge, connections, entries);
  const convicted = entries.filter(({ actor, verdict }) => actor.verdict !== verdict).length;
  const suspects = ranked.filter(({ verdict }) => verdict === "suspect").length - convicted;
  const authorised = ranked.filter(({ verdict }) => verdict === "authorised").length;
  const { knowledge, coverage } = describeKnowledge(intel, facts.generatedMs);
  const visitors = countVisitors(judge.actors, rows);
  return {
    schema: "vedette.report/1",
    generated: new Date(facts.generatedMs).toISOString(),
    inputs: [...facts.inputs],
    home: [...facts.home],
    homeFrom: facts.homeFrom,
    budget: facts.budget,
    threshold: round(judge.threshold),
    period: periodOf(facts.inputs),
    counts: {
      observations: judge.observations,
      actors: visitors + ranked.length,
      visitors,
      suspects,
      scanners: ranked.length - suspects - authorised,
      ...(authorised > 0 && { authorised }),
    },
    actors: entries.map(({ actor }) => actor),
    incidents,
    exposures: weighExposures(
      exposures,
      entries.map(({ actor }) => actor),
    ),
    coverage: [...facts.coverage, ...coverage, ...describeOmitted(ranked.length - entries.length)],
    ...knowledge,
  };
}

function describeOmitted(count: number): CoverageReport[] {
  if (count <= 0) return [];
  return [{ what: `${count} background scanners and suspects not listed`, effect: "counted; the least suspicious" }];
}

/** The report's entry for one actor, also for one that is a plain visitor. */
export function explainActor(
  judge: Judge,
  row: number,
  facts: Pick<ReportFacts, "inputNames" | "intel" | "standings">,
): ActorReport {
  const entry = rankActor(judge, facts.standings, row, nameOf(judge.actors, row), new Set());
  const actor = reportActor(judge, entry, [], facts);
  addEvidence(judge, entry, actor, facts.inputNames, Number.POSITIVE_INFINITY);
  return actor;
}

/** What each of an actor's scans is told from, oldest first; at least one. */
function factsOf(judge: Judge, row: number, name: string, estateProducts: ReadonlySet<string>): IncidentFacts[] {
  const { actors, dossiers, reveals } = judge;
  const scans: readonly (Dossier | undefined)[] = dossiers.scansOf(row, actors);
  const common = {
    name,
    guesses: actors.get(row, Tallied.guesses),
    learned: reveals.toldTo(row).flatMap(({ index }) => reveals.all[index]!.software ?? []),
    call: judge.test.outOfBand.callAfter(row),
    letIn: judge.test.logins.letIn(row),
    knowledge: judge.knowledge,
    estateProducts,
  };
  return (scans.length === 0 ? [undefined] : scans).map((dossier) => ({
    ...common,
    dossier,
    firstMs: dossier?.firstMs || actors.exact(row, Exact.firstMs),
    lastMs: dossier?.lastMs || actors.exact(row, Exact.lastMs),
  }));
}

/** What is needed to put an actor in its place among all others. */
interface RankedActor {
  readonly row: number;
  /** Its scans, oldest first, and of the last what its entry is made from. */
  readonly scans: readonly Scan[];
  readonly facts: IncidentFacts;
  readonly verdict: Verdict;
  readonly priority: Priority;
  readonly score: number;
  readonly standing: Standing;
}

function rankActor(
  judge: Judge,
  standings: Standings,
  row: number,
  name: string,
  estateProducts: ReadonlySet<string>,
): RankedActor {
  const verdict = standings.verdictOf(row);
  const standing = standings.of(row);
  const declared = verdict === "authorised" ? standing.declared : undefined;
  const found = verdict !== "suspect" || judge.actors.is(row, ActorFlag.attempted);
  const scans = factsOf(judge, row, name, estateProducts).map((facts): Scan => {
    if (declared !== undefined) return { facts, priority: "noise", because: `you declared it as ${declared.name}` };
    const { priority, because } = rank(facts);
    return { facts, priority: found ? priority : "noise", because };
  });
  const priority = priorities[Math.min(...scans.map((scan) => priorities.indexOf(scan.priority)))]!;
  const score = round(judge.actors.exact(row, Exact.score) + standing.lift);
  return { row, scans, facts: scans.at(-1)!.facts, verdict, priority, score, standing };
}

function reportActor(
  judge: Judge,
  entry: RankedActor,
  learned: readonly string[],
  { intel }: Pick<ReportFacts, "intel">,
): ActorReport {
  const { actors } = judge;
  const { row, facts, scans } = entry;
  const dossiers = scans.flatMap((scan) => scan.facts.dossier ?? []);
  const network = intel?.networkOf(actors.wordsOf(row));
  return {
    address: facts.name,
    verdict: entry.verdict,
    priority: entry.priority,
    score: entry.score,
    first: time(actors.exact(row, Exact.firstMs)),
    last: time(actors.exact(row, Exact.lastMs)),
    observations: actors.get(row, Tallied.observations),
    guesses: facts.guesses,
    ...decisionOf(judge, entry),
    techniques: [...new Set(scans.flatMap((scan) => techniquesOf(scan.facts)))],
    tools: listTools(dossiers),
    checks: listChecks(dossiers),
    learned: [...learned],
    incident: null,
    evidence: [],
    evidenceOmitted: 0,
    ...describeStanding(entry.standing),
    ...(network && { network: { ...network, sets: [...network.sets] } }),
  };
}

type Decision = Pick<ActorReport, "decidedAt" | "decidedAfter" | "decidedAtObservation">;

/** When the verdict fell: in the sequential test, or at the end, where what is known of the actor tipped it. */
function decisionOf({ actors }: Judge, { row, verdict, facts }: RankedActor): Decision {
  if (actors.is(row, ActorFlag.decided)) {
    return {
      decidedAt: time(actors.exact(row, Exact.decidedMs)),
      decidedAfter: actors.get(row, Tallied.decidedAfter),
      decidedAtObservation: actors.get(row, Tallied.decidedAtObservation),
    };
  }
  if (verdict !== "scanner" && verdict !== "research-scanner") {
    return { decidedAt: null, decidedAfter: null, decidedAtObservation: null };
  }
  const observations = actors.get(row, Tallied.observations);
  return { decidedAt: time(facts.lastMs), decidedAfter: facts.guesses, decidedAtObservation: observations };
}

/** Adds the ledger's rows, or when there are more than `most`, the weightiest of them. */
function addEvidence(
  judge: Judge,
  { row, standing, score }: RankedActor,
  actor: ActorReport,
  inputNames: readonly string[],
  most: number,
): void {
  const ledgers = judge.dossiers.allOf(row).map(({ ledger }) => ledger);
  if (ledgers.length === 0) return;
  let rows = ledgers.flatMap((ledger) => ledger.rows());
  if (rows.length > most) {
    rows = rows.sort((a, b) => b.weight - a.weight || a.atMs - b.atMs || a.number - b.number).slice(0, most);
    rows.sort((a, b) => a.atMs - b.atMs || a.number - b.number);
  }
  actor.evidence = rows.map((entry) => reportEvidence(entry, inputNames));
  const listed = listEvidence(standing, actor.last, score);
  if (listed !== undefined) actor.evidence.push(listed);
  actor.evidenceOmitted = ledgers.reduce((sum, { entered }) => sum + entered, 0) - rows.length;
}

function listTools(dossiers: readonly Dossier[]): ActorReport["tools"] {
  const tools = new Map(dossiers.flatMap((dossier) => [...dossier.tools]));
  return [...tools.values()]
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .map(({ name, weight, because }) => ({ name, confidence: round(1 / (1 + Math.exp(-weight))), because }));
}

function listChecks(dossiers: readonly Dossier[]): ActorReport["checks"] {
  const found = new Map<string, ActorReport["checks"][number]>();
  for (const { check, count, answered } of dossiers.flatMap(({ likelyChecks }) => likelyChecks)) {
    const before = found.get(check.id);
    found.set(check.id, {
      id: check.id,
      product: check.product,
      count: count + (before?.count ?? 0),
      answered: answered + (before?.answered ?? 0),
    });
  }
  return [...found.values()].sort((a, b) => b.answered - a.answered || b.count - a.count || (a.id < b.id ? -1 : 1));
}

function reportEvidence(row: LedgerRow, inputNames: readonly string[]): EvidenceReport {
  return {
    at: time(row.atMs),
    input: inputNames[row.input] ?? "",
    position: row.position,
    what: describeEvidence(row),
    weight: round(row.weight),
    ifScanner: round(row.ifScanner, 6),
    ifVisitor: round(row.ifVisitor, 6),
    score: round(row.score),
    ...(row.kind === Kind.contact && {
      target: formatAddress(row.target),
      service: describeService(row.transport, row.port),
    }),
  };
}

/** What decides where an actor stands in the report. */
type Place = Pick<RankedActor, "row" | "priority" | "verdict" | "score"> & Pick<IncidentFacts, "firstMs" | "name">;

function placeOf({ row, priority, verdict, score, facts: { firstMs, name } }: RankedActor): Place {
  return { row, priority, verdict, score, firstMs, name };
}

function comparePlaces(a: Place, b: Place): number {
  return (
    priorityOrder[a.priority] - priorityOrder[b.priority] ||
    verdictOrder[a.verdict] - verdictOrder[b.verdict] ||
    b.score - a.score ||
    a.firstMs - b.firstMs ||
    (a.name < b.name ? -1 : 1)
  );
}

function periodOf(inputs: readonly InputReport[]): Report["period"] {
  const firsts = inputs.flatMap(({ first }) => first ?? []).sort();
  const lasts = inputs.flatMap(({ last }) => last ?? []).sort();
  return { first: firsts[0] ?? null, last: lasts.at(-1) ?? null };
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}

function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
