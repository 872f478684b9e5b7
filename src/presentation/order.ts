import type { ActorReport, ExposureReport, IncidentReport, Report } from "../stories/report.ts";

/** How much of each list a text or page shows; the JSON report always holds all. */
export const SHOWN_ACTORS = 20;
export const SHOWN_NOISE = 10;
/** Of those to act on, this many get a paragraph, the others a line. */
export const SHOWN_IN_FULL = 5;
export const SHOWN_INCIDENTS = 10;
export const SHOWN_EXPOSURES = 10;

/** A report's actors in the order in which a person should read them. */
export interface Attention {
  readonly act: readonly ActorReport[];
  readonly notable: readonly ActorReport[];
  readonly noise: readonly ActorReport[];
}

/** Splits by priority and keeps the report's own order within each. */
export function orderByAttention(report: Report): Attention {
  const of = (priority: ActorReport["priority"]) => report.actors.filter((actor) => actor.priority === priority);
  return { act: of("act"), notable: of("notable"), noise: of("noise") };
}

/** Incidents worth a paragraph: all but lone background scanners, whose line among the actors says as much. */
export function tellingIncidents(report: Report): IncidentReport[] {
  return report.incidents.filter((incident) => incident.priority !== "noise" || incident.kind !== "single");
}

/** A lone actor's summary says what its stages say, so the stages stand for it. */
export function needsSummary(incident: IncidentReport): boolean {
  return incident.kind !== "single" || incident.stages.length === 0;
}

/** Exposures with known exploited vulnerabilities first, then those that actors of the report learned. */
export function orderExposures(report: Report): ExposureReport[] {
  const listed = new Set(report.actors.map(({ address }) => address));
  const rank = (exposure: ExposureReport) =>
    (exposure.vulnerabilities.some((vulnerability) => vulnerability.knownExploited) ? 0 : 2) +
    (exposure.learnedBy.some((address) => listed.has(address)) ? 0 : 1);
  return [...report.exposures].sort((a, b) => rank(a) - rank(b));
}

/** What a report says in numbers. An incident that is more urgent than each of its actors counts as one beside them. */
export interface Headline {
  readonly act: number;
  readonly notable: number;
  readonly noise: number;
  /** Actors called scanner or research-scanner, by the report's own count. */
  readonly scanners: number;
  readonly suspects: number;
  readonly visitors: number;
}

export function headlineOf(report: Report): Headline {
  const { act, notable, noise } = orderByAttention(report);
  const { scanners, suspects, visitors } = report.counts;
  const joint = jointIncidents(report);
  return {
    act: act.length + joint.filter(({ priority }) => priority === "act").length,
    notable: notable.length + joint.filter(({ priority }) => priority === "notable").length,
    noise: noise.length,
    scanners,
    suspects,
    visitors,
  };
}

/** Incidents more urgent than each of their actors is alone: a scan spread over many sources, a hand-over. */
function jointIncidents({ incidents, actors }: Report): IncidentReport[] {
  const told = new Set(actors.map(({ incident, priority }) => `${priority} ${incident}`));
  return incidents.filter(({ id, kind, priority }) => kind !== "single" && !told.has(`${priority} ${id}`));
}
