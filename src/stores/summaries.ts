import type { ToldActor } from "./merge.ts";
import type { ActorRow, IncidentRow, StoredActor, StoredIncident } from "./records.ts";

/** What lists and the overview say of incidents and actors, alike in every store and in a report that is opened as a file. */

const FEW_MEMBERS = 8;

export function summarizeIncident(incident: StoredIncident): IncidentRow {
  const { memberships: _m, links: _l, intent: _i, decidedAt: _d, ...row } = incident;
  const techniques = [...new Set(row.stages.map(({ technique }) => technique))];
  return { ...row, members: row.members.slice(0, FEW_MEMBERS), techniques };
}

export function summarizeActor(actor: StoredActor): ActorRow {
  const { address, verdict, priority, score, first, last, observations, guesses, techniques, incident, changed } =
    actor;
  return {
    ...{ address, verdict, priority, score, first, last, observations, guesses, techniques, incident, changed },
    ...(actor.network && { network: actor.network }),
    ...(actor.operator && { operator: actor.operator }),
    tools: actor.tools.map(({ name }) => name),
    checks: actor.checks.length,
    learned: actor.learned.length,
  };
}

/** Bits of the overview's funnel: a scanner, aimed, learned, returned. */
export const Funnel = { scanner: 1, aimed: 2, learned: 4, returned: 8 } as const;

export function funnelOf(actor: Pick<ToldActor, "verdict" | "priority" | "learned">, returned: boolean): number {
  if (actor.verdict !== "scanner" && actor.verdict !== "research-scanner") return 0;
  return (
    Funnel.scanner +
    (actor.priority === "noise" ? 0 : Funnel.aimed) +
    (actor.learned.length > 0 ? Funnel.learned : 0) +
    (returned ? Funnel.returned : 0)
  );
}

const afterScan: ReadonlySet<string> = new Set(["T1190", "T1110", "T1133"]);

/** Whether an incident went on to an attempt at a public service, at passwords, or to a log-in. */
export function hasReturned({ kind, stages }: Pick<StoredIncident, "kind" | "stages">): boolean {
  return kind === "handover" || stages.some(({ technique }) => afterScan.has(technique));
}

interface Period {
  readonly first: string;
  readonly last: string;
}

/** When an incident began and ended: its stages and its actors tell. */
export function periodOf({ stages }: { readonly stages: readonly Period[] }, actors: readonly Period[]): Period {
  const periods = [...stages, ...actors];
  const firsts = periods.map(({ first }) => first).sort();
  const lasts = periods.map(({ last }) => last).sort();
  const none = "1970-01-01T00:00:00.000Z";
  return { first: firsts[0] ?? none, last: lasts.at(-1) ?? none };
}

/** Slices of a campaign's pulse. */
const PULSE = 32;

/** Milliseconds. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** How many members were about in each slice of a campaign's time. */
export function pulseOf(members: readonly Span[], whole: Span): number[] {
  const part = (at: number) => (at - whole.first) / Math.max(1, whole.last - whole.first);
  const sliceOf = (at: number) => Math.min(PULSE - 1, Math.max(0, Math.floor(part(at) * PULSE)));
  const pulse = new Array<number>(PULSE).fill(0);
  for (const { first, last } of members) {
    for (let i = sliceOf(first); i <= sliceOf(last); i++) pulse[i]! += 1;
  }
  return pulse;
}

const DAY_S = 86_400;
/** Up to this long the timeline is told by slices shorter than a day, at most so many. */
const SHORT_S = 8 * DAY_S;
const MOST_SLICES = 100;
const short = [1, 5, 15, 60, 300, 900, 3600, 10_800];

/** How long a slice of the timeline is, in seconds. */
export function sliceSecondsOf(spanMs: number): number {
  const seconds = spanMs / 1000;
  if (seconds > SHORT_S) return DAY_S;
  return short.find((each) => seconds / each < MOST_SLICES) ?? DAY_S;
}
