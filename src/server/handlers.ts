import type { z } from "zod";
import { isKnownExploited } from "../knowledge/checks/exploited.ts";
import { parsePrefix } from "../observations/prefix.ts";
import { escapeCsv, escapeText, mapTexts } from "../presentation/escape.ts";
import type { IncidentFilter } from "../stores/records.ts";
import type { Act, Limits, Page, PageWanted, Store } from "../stores/store.ts";
import { priorities, severities } from "../stories/report.ts";
import type { Answer, RouteName, Routes } from "./api.ts";
import { compareRuns } from "./compare-runs.ts";
import { openApiDocument } from "./openapi.ts";
import { Refusal } from "./refusal.ts";

/** Routes that a store alone answers. Sessions, events and metrics are the server's own. */
export type StoreRoute = Exclude<RouteName, "session" | "signIn" | "signOut" | "events" | "metrics">;

type Parsed<Name extends RouteName, Part extends "query" | "body"> =
  Routes[Name] extends Record<Part, infer Schema extends z.ZodType> ? z.infer<Schema> : undefined;

export interface Asking<Name extends RouteName> {
  readonly store: Store;
  readonly query: Parsed<Name, "query">;
  readonly body: Parsed<Name, "body">;
  /** The part of the path that a name stands for, decoded; empty where the path has none. */
  readonly key: string;
  readonly act: Act;
  /** How much the server keeps. */
  readonly limits: Limits;
}

type Handlers = {
  readonly [Name in StoreRoute]: (
    asking: Asking<Name>,
  ) => Promise<Routes[Name] extends { produces: string } ? AsyncIterable<string> : Answer<Name>>;
};

const FEW_ACTORS = 100;
const FEW_EXPOSURES = 200;
const MOST_CHECKS = 1000;
const MOST_TOLD = 1000;
const MOST_EXPORTED = 100_000;
const EXPORTED_AT_ONCE = 500;

export const handlers: Handlers = {
  health: async ({ store }) => {
    await store.revision();
    return { status: "ok" };
  },
  openapi: async () => openApiDocument(),
  overview: ({ store, query }) => store.overview(query.since === undefined ? undefined : Date.parse(query.since)),
  incidents: async ({ store, query }) => {
    const filter = filterOf(query);
    const page = await store.incidents(filter, query);
    // Words are looked for in every row; telling how many hold them would look through all of them again.
    const isCheap = query.cursor === undefined && filter.search === undefined;
    return isCheap ? { ...page, total: await store.countIncidents(filter) } : page;
  },
  exportIncidents: async ({ store, query }) => csvOf(store, filterOf(query)),
  exportIncidentLines: async ({ store, query }) => linesOf(store, filterOf(query)),
  incident: async ({ store, key }) => {
    const incident = found(await store.incident(key), "incident");
    const actors = await store.actorsOf(key, FEW_ACTORS);
    const learned = [...new Set(actors.flatMap((actor) => actor.learned))].slice(0, FEW_EXPOSURES);
    return { incident, actors, exposures: await store.exposuresNamed(learned), notes: await store.notes(key) };
  },
  incidentEvidence: ({ store, key, query }) => store.incidentEvidence(key, query),
  exportEvidence: async ({ store, key }) => evidenceTableOf(store, found(await store.incident(key), "incident").id),
  acknowledge: async ({ store, key, body, act }) => found(await store.acknowledge(key, body.reason, act), "incident"),
  reopen: async ({ store, key, act }) => found(await store.reopen(key, act), "incident"),
  addNote: async ({ store, key, body, act }) => found(await store.addNote(key, body.text, act), "incident"),
  campaigns: ({ store, query }) => store.campaigns(query),
  tried: ({ store }) => store.tried(),
  accounts: async ({ store }) => ({
    items: (await store.accounts()).map(({ name, role, kind }) => ({ name, role, kind })),
  }),
  storage: async ({ store, limits }) => ({ rows: await store.sizes(), limits }),
  actors: ({ store, query: { q, ...query } }) => store.actors({ ...query, search: q }, query),
  actor: async ({ store, key }) => found(await store.actor(key), "actor"),
  actorEvidence: ({ store, key, query }) => store.actorEvidence(key, query),
  exposures: ({ store, query: { q, learnedBy, severity, sort, ...page } }) =>
    store.exposures({ search: q, learnedBy, severity: someOf("severity", severities, severity), sort }, page),
  exposureChanges: ({ store, query }) => compareRuns(store, query),
  checks: async ({ store }) => {
    const totals = await store.checks(MOST_CHECKS);
    return { items: totals.map((total) => ({ ...total, knownExploited: isKnownExploited(total.id) })) };
  },
  coverage: async ({ store }) => ({ items: await store.coverage() }),
  knowledge: async ({ store }) => ({ items: await store.knowledge() }),
  runs: ({ store, query }) => store.runs(query),
  report: async ({ store }) => found(await store.report(MOST_TOLD), "run"),
  scanners: async ({ store }) => ({ items: await store.declared() }),
  declareScanner: ({ store, body, act }) => {
    checkAddress(body.address);
    return store.declare(body, act);
  },
  withdrawScanner: async ({ store, key, act }) => doneWhen(await store.withdraw(key, act), "declaration"),
  assets: async ({ store }) => ({ items: await store.assets() }),
  putAsset: ({ store, body, act }) => {
    checkAddress(body.address);
    return store.putAsset(body, act);
  },
  removeAsset: async ({ store, key, act }) => doneWhen(await store.removeAsset(key, act), "asset"),
  audit: ({ store, query }) => store.audit(query),
};

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Refusal(404, "not-found", `there is no such ${what}`);
  return value;
}

function doneWhen(isDone: boolean, what: string): { done: true } {
  found(isDone || undefined, what);
  return { done: true };
}

function checkAddress(text: string): void {
  if (parsePrefix(text) !== undefined) return;
  throw new Refusal(400, "body-invalid", "address: is not an address or a network such as 198.51.100.0/24");
}

function filterOf(query: Parsed<"exportIncidents", "query">): IncidentFilter {
  const { priority, acknowledged, q, ...rest } = query;
  return {
    ...rest,
    priority: someOf("priority", priorities, priority),
    acknowledged: acknowledged === undefined ? undefined : acknowledged === "true",
    search: q,
  };
}

/** Some of `choices`, written with commas. */
function someOf<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  text: string | undefined,
): Choice[] | undefined {
  const wanted = text?.split(",") as Choice[] | undefined;
  if (wanted?.every((one) => choices.includes(one)) === false) {
    throw new Refusal(400, "query-invalid", `${name}: is not one of ${choices.join(", ")}`);
  }
  return wanted;
}

async function* linesOf(store: Store, filter: IncidentFilter): AsyncIterable<string> {
  for await (const rows of allPages((page) => store.incidents(filter, page))) {
    yield rows.map((row) => `${JSON.stringify(mapTexts(row, escapeText))}\n`).join("");
  }
}

async function* csvOf(store: Store, filter: IncidentFilter): AsyncIterable<string> {
  yield "id,priority,kind,first,last,size,techniques,objective,summary,because,acknowledged by\r\n";
  for await (const rows of allPages((page) => store.incidents(filter, page))) {
    const lines = rows.map((row) => {
      const { id, priority, kind, first, last, size, techniques, objective, summary, because } = row;
      const cells = [id, priority, kind, first, last, String(size), techniques.join(" "), objective, summary, because];
      return `${[...cells, row.acknowledged?.by ?? ""].map(escapeCsv).join(",")}\r\n`;
    });
    yield lines.join("");
  }
}

async function* evidenceTableOf(store: Store, incident: string): AsyncIterable<string> {
  yield "at,actor,input,position,what,weight,if scanner,if visitor,score,raw\r\n";
  for await (const rows of allPages((page) => store.incidentEvidence(incident, page))) {
    const lines = rows.map(({ at, actor, input, position, what, weight, ifScanner, ifVisitor, score, raw }) => {
      const numbers = [weight, ifScanner, ifVisitor, score].map(String);
      return `${[...[at, actor, input, String(position), what].map(escapeCsv), ...numbers, escapeCsv(raw?.content ?? "")].join(",")}\r\n`;
    });
    yield lines.join("");
  }
}

async function* allPages<Item>(ask: (page: PageWanted) => Promise<Page<Item>>) {
  let page: PageWanted = { limit: EXPORTED_AT_ONCE };
  for (let count = 0; count < MOST_EXPORTED; count += EXPORTED_AT_ONCE) {
    const { items, next } = await ask(page);
    yield items;
    if (next === null) return;
    page = { cursor: next, limit: EXPORTED_AT_ONCE };
  }
}
