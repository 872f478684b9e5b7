import { cellsOf } from "../../src/presentation/pictures/heat-map.ts";
import type { CheckTotal, Overview } from "../../src/stores/records.ts";
import {
  Funnel,
  funnelOf,
  hasReturned,
  pulseOf,
  sliceSecondsOf,
  summarizeActor,
  summarizeIncident,
} from "../../src/stores/summaries.ts";
import type { Report } from "../../src/stories/report.ts";
import type { Answers } from "../api.ts";
import { narrowActors, narrowExposures, narrowIncidents, pageOf } from "./lists.ts";
import { type Embedded, type StoredReport, storeReport } from "./stored-report.ts";

const FEW_ACTORS = 100;
const TOP = 10;

/** Answers to the calls of the console's pages from the report that the page has in it; undefined for what is not there. */
export function answersOf({ report, exploited }: Embedded): Answers {
  const stored = storeReport(report);
  const { incidents, actors, exposures, actorsByIncident, evidenceByAddress } = stored;
  const run = runOf(report);
  return {
    "get /api/session": () => ({ signInRequired: false, name: "", role: "reader", csrf: null }),
    "get /api/overview": () => overviewOf(stored, run),
    "get /api/incidents": ({ query }) => {
      const page = pageOf(narrowIncidents(incidents, query), query);
      return { ...page, items: page.items.map(summarizeIncident) };
    },
    "get /api/incidents/:id": ({ key }) => {
      const incident = incidents.find(({ id }) => id === key);
      if (incident === undefined) return undefined;
      const members = actorsByIncident.get(incident.id)?.slice(0, FEW_ACTORS) ?? [];
      const learned = new Set(members.flatMap((actor) => actor.learned));
      return { incident, actors: [...members], exposures: exposures.filter(({ id }) => learned.has(id)), notes: [] };
    },
    "get /api/incidents/:id/evidence": ({ key = "", query }) => {
      const rows = (actorsByIncident.get(key) ?? []).flatMap(({ address }) =>
        evidenceByAddress.get(address)!.map((row) => ({ ...row, actor: address })),
      );
      return pageOf(
        rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
        query,
      );
    },
    "get /api/campaigns": ({ query }) => {
      const page = pageOf(narrowIncidents(incidents, { kind: "campaign" }), query);
      const times = (each: { first: string; last: string }) => ({
        first: Date.parse(each.first),
        last: Date.parse(each.last),
      });
      const items = page.items.map((campaign) => ({
        ...summarizeIncident(campaign),
        pulse: pulseOf((actorsByIncident.get(campaign.id) ?? []).map(times), times(campaign)),
      }));
      return { ...page, items };
    },
    "get /api/actors": ({ query }) => {
      const page = pageOf(narrowActors(actors, query), query);
      return { ...page, items: page.items.map(summarizeActor) };
    },
    "get /api/actors/:address": ({ key = "" }) => stored.actorByAddress.get(key),
    "get /api/actors/:address/evidence": ({ key = "", query }) => pageOf(evidenceByAddress.get(key) ?? [], query),
    "get /api/exposures": ({ query }) => pageOf(narrowExposures(exposures, query), query),
    "get /api/checks": () => ({ items: checksOf(report, new Set(exploited)) }),
    "get /api/tried": () => {
      const cells = cellsOf(report.actors);
      const count = (names: readonly string[]) => new Set(names).size;
      return {
        cells,
        services: count(cells.map(({ service }) => service)),
        targets: count(cells.map(({ target }) => target)),
      };
    },
    "get /api/coverage": () => ({ items: report.coverage }),
    "get /api/knowledge": () => ({ items: report.knowledge ?? [] }),
    "get /api/runs": () => pageOf([run]),
    "get /api/assets": () => ({ items: [] }),
  };
}

function runOf({ generated, period, inputs, counts, home, threshold }: Report): NonNullable<Overview["lastRun"]> {
  return { id: "", at: generated, kind: "analysis", period, inputs, counts, home, threshold };
}

function overviewOf(stored: StoredReport, run: NonNullable<Overview["lastRun"]>): Overview {
  const { incidents, actors } = stored;
  const returned = new Set(incidents.filter(hasReturned).map(({ id }) => id));
  const funnels = actors.map((actor) => funnelOf(actor, returned.has(actor.incident ?? "")));
  const through = (bit: number) => funnels.filter((funnel) => funnel & bit).length;
  const open = (wanted: string) => incidents.filter(({ priority }) => priority === wanted).length;
  const first = incidents.map((incident) => incident.first).sort()[0] ?? null;
  const last =
    incidents
      .map((incident) => incident.last)
      .sort()
      .at(-1) ?? null;
  const seconds = sliceSecondsOf(Date.parse(last ?? "") - Date.parse(first ?? ""));
  const slices = Map.groupBy(incidents, (incident) => Math.floor(Date.parse(incident.last) / seconds / 1000));
  return {
    funnel: {
      visitors: run.counts.visitors,
      scanners: through(Funnel.scanner),
      aimed: through(Funnel.aimed),
      learned: through(Funnel.learned),
      returned: through(Funnel.returned),
    },
    incidents: { act: open("act"), notable: open("notable"), noise: open("noise") },
    acknowledged: 0,
    timeline: [...slices]
      .sort(([a], [b]) => a - b)
      .map(([slice, within]) => {
        const of = (wanted: string) => within.filter(({ priority }) => priority === wanted).length;
        const at = new Date(slice * seconds * 1000).toISOString();
        return { at, act: of("act"), notable: of("notable"), noise: of("noise") };
      }),
    sliceSeconds: seconds,
    top: incidents.slice(0, TOP).map(summarizeIncident),
    since: null,
    period: { first, last },
    lastRun: run,
  };
}

function checksOf({ actors }: Report, exploited: ReadonlySet<string>): (CheckTotal & { knownExploited: boolean })[] {
  const asked = actors.flatMap((actor) => actor.checks.map((check) => ({ ...check, actor })));
  const totals = [...Map.groupBy(asked, ({ id }) => id)].map(([id, alike]) => ({
    id,
    product: alike[0]!.product,
    count: alike.reduce((sum, { count }) => sum + count, 0),
    answered: alike.reduce((sum, { answered }) => sum + answered, 0),
    actors: alike.length,
    first: alike.map(({ actor }) => actor.first).sort()[0]!,
    last: alike
      .map(({ actor }) => actor.last)
      .sort()
      .at(-1)!,
    days: [...Map.groupBy(alike, ({ actor }) => actor.first.slice(0, 10))]
      .map(([day, within]) => ({ day, actors: within.length }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    knownExploited: exploited.has(id),
  }));
  return totals.sort((a, b) => b.actors - a.actors || (a.id < b.id ? -1 : 1));
}
