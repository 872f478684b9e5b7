import type { Intel, Quote } from "../knowledge/intel/intel.ts";
import { ageDays, dateOf } from "../knowledge/intel/sets.ts";
import type { ActorReport, CoverageReport, EvidenceReport, Report } from "./report.ts";
import { citation, type Standing } from "./standings.ts";

/** The fields of an actor's entry that quote imported knowledge. */
export function describeStanding(standing: Standing): Partial<ActorReport> {
  const { research, bad, known, declared } = standing;
  return {
    ...(research && { operator: quoted(research) }),
    ...(bad && { blockList: { ...quoted(bad), ratio: bad.ratio } }),
    ...(known.length > 0 && { knownAs: known.map(quoted) }),
    ...(declared && { declared: { name: declared.name, inTime: declared.isInTime } }),
  };
}

function quoted({ set, date, label }: Quote): { set: string; date: string; label: string } {
  return { set, date, label };
}

/**
 * The row of a block list in an actor's evidence. Only the ratio of the two probabilities is stated by whoever imported the list; they are given as its
 * shares.
 * @param at when the actor was seen last: the list is looked up at the end
 */
export function listEvidence({ bad, lift }: Standing, at: string, score: number): EvidenceReport | undefined {
  if (bad === undefined || lift === 0) return undefined;
  const label = bad.label === "" ? "" : ` as ${bad.label}`;
  const round = (value: number) => Number(value.toFixed(6));
  return {
    at,
    input: bad.set,
    position: bad.position,
    what: `is listed by ${citation(bad)}${label}: scanners are ${bad.ratio} times as often on it as visitors`,
    weight: Number(lift.toFixed(3)),
    ifScanner: round(bad.ratio / (1 + bad.ratio)),
    ifVisitor: round(1 / (1 + bad.ratio)),
    score,
  };
}

/** The sets that findings may quote, and a warning for each that is old. */
export function describeKnowledge(
  intel: Intel | undefined,
  nowMs: number,
): { readonly knowledge: Partial<Report>; readonly coverage: readonly CoverageReport[] } {
  if (intel === undefined || intel.sets.length === 0) return { knowledge: {}, coverage: [] };
  const sets = intel.sets.map((set) => ({
    id: set.id,
    title: set.title,
    date: dateOf(set),
    ageDays: ageDays(set, nowMs),
    licence: set.licence,
    ...(set.notice !== undefined && { notice: set.notice }),
    source: set.source,
    sha256: set.sha256,
  }));
  const effect = "what became known since is missing; `vedette intel update` fetches it";
  return { knowledge: { knowledge: sets }, coverage: intel.staleSets(nowMs).map((what) => ({ what, effect })) };
}
