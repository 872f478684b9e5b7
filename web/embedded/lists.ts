import type { StoredActor, StoredExposure, StoredIncident } from "../../src/stores/records.ts";
import { severities } from "../../src/stories/priorities.ts";
import type { Asking } from "../api.ts";

/** What a store does for lists: narrows, orders, and gives them page by page. Orders are those of the API. */

type IncidentQuery = Asking<"get /api/incidents">["query"];
type ActorQuery = Asking<"get /api/actors">["query"];
type ExposureQuery = Asking<"get /api/exposures">["query"];

export function pageOf<Item>(
  items: readonly Item[],
  query: { readonly cursor?: string | undefined; readonly limit?: unknown } = {},
): { items: Item[]; next: string | null; total: number } {
  const from = Number(query.cursor ?? 0);
  const to = from + Number(query.limit ?? 50);
  return { items: items.slice(from, to), next: to < items.length ? String(to) : null, total: items.length };
}

export function narrowIncidents(incidents: readonly StoredIncident[], query: IncidentQuery = {}): StoredIncident[] {
  const { priority, kind, acknowledged, q, since, until, sort } = query;
  const priorities = priority?.split(",");
  const words = wordsOf(q);
  const found = incidents.filter(
    (incident) =>
      (priorities === undefined || priorities.includes(incident.priority)) &&
      (kind === undefined || incident.kind === kind) &&
      acknowledged !== "true" &&
      (since === undefined || incident.last >= since) &&
      (until === undefined || incident.first < until) &&
      holds([incident.summary, incident.objective, ...incident.members], words),
  );
  if (sort === "size") return found.sort((a, b) => b.size - a.size);
  return sort === "first" || sort === "last" ? found.sort((a, b) => latestFirst(a[sort], b[sort])) : found;
}

export function narrowActors(actors: readonly StoredActor[], query: ActorQuery = {}): StoredActor[] {
  const { verdict, priority, incident, check, q, sort } = query;
  const found = actors.filter(
    (actor) =>
      (verdict === undefined || actor.verdict === verdict) &&
      (priority === undefined || actor.priority === priority) &&
      (incident === undefined || actor.incident === incident) &&
      (check === undefined || actor.checks.some(({ id }) => id === check)) &&
      (q === undefined || actor.address.startsWith(q.toLowerCase())),
  );
  if (sort === "score") return found.sort((a, b) => b.score - a.score);
  return sort === "last" ? found.sort((a, b) => latestFirst(a.last, b.last)) : found;
}

export function narrowExposures(
  exposures: readonly StoredExposure[],
  { q, learnedBy, severity, sort }: ExposureQuery = {},
): StoredExposure[] {
  const words = wordsOf(q);
  const levels = severity?.split(",");
  const found = exposures.filter(
    (exposure) =>
      (levels === undefined || levels.includes(exposure.severity?.level ?? "info")) &&
      (learnedBy === undefined || exposure.learnedBy.includes(learnedBy)) &&
      holds(
        [
          exposure.target,
          String(exposure.port),
          exposure.service,
          exposure.vendor ?? "",
          exposure.product ?? "",
          exposure.version ?? "",
          ...(exposure.leaks ?? []).flatMap(({ kind, what }) => [kind, what]),
        ],
        words,
      ),
  );
  if (sort === "last") return found;
  const rankOf = ({ severity: told }: StoredExposure) => severities.indexOf(told?.level ?? "info");
  return found.sort((a, b) => rankOf(a) - rankOf(b));
}

function latestFirst(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

function wordsOf(search: string | undefined): string[] {
  return (search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
}

function holds(texts: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)));
}
