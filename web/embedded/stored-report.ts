import type { StoredActor, StoredExposure, StoredIncident } from "../../src/stores/records.ts";
import { periodOf } from "../../src/stores/summaries.ts";
import type { ActorReport, EvidenceReport, Report } from "../../src/stories/report.ts";

/** What a page that is its own report has in it. */
export interface Embedded {
  readonly report: Report;
  /** Checks of the report whose vulnerability is known to be exploited. */
  readonly exploited: readonly string[];
}

/** A report in the shapes in which a store gives it back, in the report's own order. */
export interface StoredReport {
  readonly incidents: readonly StoredIncident[];
  readonly actors: readonly StoredActor[];
  readonly actorByAddress: ReadonlyMap<string, StoredActor>;
  readonly actorsByIncident: ReadonlyMap<string | null, readonly StoredActor[]>;
  readonly evidenceByAddress: ReadonlyMap<string, readonly EvidenceReport[]>;
  readonly exposures: readonly StoredExposure[];
}

export function storeReport(report: Report): StoredReport {
  const appeared = report.generated;
  const actors = report.actors.map(({ evidence: _, ...actor }) => ({ ...actor, appeared, changed: appeared }));
  const actorsByIncident = Map.groupBy(actors, ({ incident }) => incident);
  return {
    incidents: report.incidents.map((incident) => ({
      ...incident,
      ...periodOf(incident, actorsByIncident.get(incident.id) ?? []),
      size: incident.members.length,
      appeared,
      changed: appeared,
      runs: 1,
      acknowledged: null,
      notes: 0,
    })),
    actors,
    actorByAddress: new Map(actors.map((actor) => [actor.address, actor])),
    actorsByIncident,
    evidenceByAddress: new Map(report.actors.map(({ address, evidence }: ActorReport) => [address, evidence])),
    exposures: report.exposures.map((exposure) => ({ ...exposure, first: appeared, last: appeared })),
  };
}
