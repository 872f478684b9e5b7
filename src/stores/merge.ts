import type { ActorReport, ExposureReport, IncidentReport } from "../stories/report.ts";

/** What two runs say of one incident or actor becomes one. Pure; every store uses it, so that all give the same answer. */

interface Period {
  readonly first: string;
  readonly last: string;
}

/** An incident with its period, which is that of its actors and stages. */
export type TimedIncident = Omit<IncidentReport, "id"> & Period;

/** An actor without its rows of evidence. */
export type ToldActor = Omit<ActorReport, "evidence">;

const priorityOrder = ["act", "notable", "noise"] as const;
const verdictOrder = ["scanner", "research-scanner", "authorised", "suspect", "visitor"] as const;

/** Members of one incident that are listed with their reasons; all of them are counted. */
const MOST_MEMBERS = 5000;

/** A later telling that covers the whole time of the earlier one knows all of it, and replaces it. */
export function mergeIncident(old: TimedIncident, fresh: TimedIncident): TimedIncident {
  if (covers(fresh, old)) return fresh;
  const [early, late] = old.last <= fresh.last ? [old, fresh] : [fresh, old];
  return {
    ...early,
    ...late,
    ...periodOf(early, late),
    kind: early.kind === "handover" || late.kind === "handover" ? "handover" : late.kind,
    priority: firstOf(priorityOrder, early.priority, late.priority),
    because: firstOf(priorityOrder, early.priority, late.priority) === late.priority ? late.because : early.because,
    members: union(early.members, late.members).slice(0, MOST_MEMBERS),
    stages: mergeStages(early.stages, late.stages),
    ...optional(
      "memberships",
      mergeBy(early.memberships, late.memberships, ({ address }) => address),
    ),
    ...optional(
      "links",
      mergeBy(early.links, late.links, ({ from, to }) => `${from} ${to}`),
    ),
    ...optional("intent", mergeIntent(early.intent, late.intent)),
  };
}

function mergeStages(early: IncidentReport["stages"], late: IncidentReport["stages"]): IncidentReport["stages"] {
  const stages = new Map(early.map((stage) => [stage.technique, stage]));
  for (const stage of late) {
    const known = stages.get(stage.technique);
    stages.set(stage.technique, known === undefined ? stage : { ...stage, ...periodOf(known, stage) });
  }
  return [...stages.values()].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
}

function mergeIntent(early: IncidentReport["intent"], late: IncidentReport["intent"]): IncidentReport["intent"] {
  if (early === undefined || late === undefined) return late ?? early;
  return {
    ...early,
    ...late,
    products: union(early.products, late.products),
    vulnerabilities: union(early.vulnerabilities, late.vulnerabilities),
    looksFor: union(early.looksFor, late.looksFor),
  };
}

/** Counts are added when the two tell of different times; where times overlap the greater one is the safe one. */
export function mergeActor(old: ToldActor, fresh: ToldActor): ToldActor {
  if (covers(fresh, old)) return fresh;
  const [early, late] = old.last <= fresh.last ? [old, fresh] : [fresh, old];
  const isApart = early.last < late.first;
  const sum = (a: number, b: number) => (isApart ? a + b : Math.max(a, b));
  const decided = early.decidedAt === null ? late : early;
  return {
    ...early,
    ...late,
    ...periodOf(early, late),
    verdict: late.verdict === "authorised" ? late.verdict : firstOf(verdictOrder, early.verdict, late.verdict),
    priority: firstOf(priorityOrder, early.priority, late.priority),
    score: Math.max(early.score, late.score),
    observations: sum(early.observations, late.observations),
    guesses: sum(early.guesses, late.guesses),
    decidedAt: decided.decidedAt,
    decidedAfter: decided.decidedAfter,
    techniques: union(early.techniques, late.techniques).sort(),
    tools: mergeBy(early.tools, late.tools, ({ name }) => name)!,
    checks: mergeChecks(early.checks, late.checks, sum),
    learned: union(early.learned, late.learned),
    incident: late.incident ?? early.incident,
    evidenceOmitted: sum(early.evidenceOmitted, late.evidenceOmitted),
  };
}

function mergeChecks(
  early: ActorReport["checks"],
  late: ActorReport["checks"],
  sum: (a: number, b: number) => number,
): ActorReport["checks"] {
  const checks = new Map(early.map((check) => [check.id, check]));
  for (const check of late) {
    const known = checks.get(check.id);
    const both = known && { count: sum(known.count, check.count), answered: sum(known.answered, check.answered) };
    checks.set(check.id, { ...check, ...both });
  }
  return [...checks.values()];
}

const MOST_TOLD = 1000;

/** Of two tellings of one thing to one actor the first counts. Those told first are kept. */
export function mergeTold(old: ExposureReport["told"], fresh: ExposureReport["told"]): ExposureReport["told"] {
  if (old === undefined || fresh === undefined) return fresh ?? old;
  const inOrder = [...old, ...fresh].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const first = new Map<string, NonNullable<ExposureReport["told"]>[number]>();
  for (const telling of inOrder) if (!first.has(telling.to)) first.set(telling.to, telling);
  return [...first.values()].slice(0, MOST_TOLD);
}

function covers(wide: Period, narrow: Period): boolean {
  return wide.first <= narrow.first && wide.last >= narrow.last;
}

function periodOf(a: Period, b: Period): Period {
  return { first: a.first < b.first ? a.first : b.first, last: a.last > b.last ? a.last : b.last };
}

function firstOf<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

function mergeBy<T>(early: T[] | undefined, late: T[] | undefined, key: (item: T) => string): T[] | undefined {
  if (early === undefined || late === undefined) return late ?? early;
  const items = new Map(early.map((item) => [key(item), item]));
  for (const item of late) items.set(key(item), item);
  return [...items.values()];
}

function optional<Key extends string, T>(key: Key, value: T | undefined): { [key in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [key in Key]: T });
}
