import { expect, test } from "vitest";
import type { z } from "zod";
import { type Route, routes } from "../../src/server/api.ts";
import { type Asking as HandlerAsking, handlers } from "../../src/server/handlers.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { answersOf } from "../../web/embedded/answers.ts";
import { addressOf, sampleActor, sampleIncident, sampleReport } from "../stores/sample-report.ts";

const campaign = sampleIncident(40, 1, { kind: "campaign", members: [40, 41, 42].map(addressOf), priority: "notable" });
const base = sampleReport(30);
const report = {
  ...base,
  actors: [...base.actors, ...[40, 41, 42].map((number) => sampleActor(number, 1, { incident: campaign.id }))],
  incidents: [...base.incidents, campaign],
};
const answers = answersOf({ report, exploited: ["CVE-2021-41773"] });
const keys = { incidents: campaign.id, actors: addressOf(40) };

test("a report in a page answers every call as the API says", () => {
  const asked = Object.keys(answers) as (keyof typeof answers)[];
  for (const call of asked) {
    const key = call.includes("/incidents/") ? keys.incidents : keys.actors;
    const answer = (answers[call] as (asking: object) => unknown)({ key, query: {} });
    const route = (Object.values(routes) as Route[]).find(({ method, path }) => `${method} ${path}` === call)!;
    expect(() => (route.response as z.ZodType).parse(answer), call).not.toThrow();
  }
  expect(asked.length).toBeGreaterThan(15);
});

test("what a report says of itself is what a store says of it", async () => {
  const store = new SqliteStore(":memory:");
  await store.addRun(report, Date.parse(report.generated));
  const stored = await store.overview();
  const told = answers["get /api/overview"]!({})!;
  for (const part of ["funnel", "incidents", "timeline", "sliceSeconds", "period"] as const) {
    expect(told[part], part).toEqual(stored[part]);
  }
  const [pulse] = (await store.campaigns({ limit: 5 })).items.map((each) => each.pulse);
  expect(answers["get /api/campaigns"]!({})!.items[0]!.pulse).toEqual(pulse);
  const checks = await handlers.checks({ store } as unknown as HandlerAsking<"checks">);
  expect(answers["get /api/checks"]!({})).toEqual(checks);
  await store.close();
});

test.each([
  ["words", { q: "203.0.0.4" }, 2],
  ["a priority", { priority: "act,notable" }, 4],
  ["a kind", { kind: "campaign" as const }, 1],
  ["what was acknowledged, which a report does not know", { acknowledged: "true" as const }, 0],
])("incidents are narrowed by %s", (_name, query, count) => {
  expect(answers["get /api/incidents"]!({ query })!.total).toBe(count);
});

test("pages lead through a whole list", () => {
  const seen: string[] = [];
  for (let cursor: string | undefined = "0"; cursor !== undefined; ) {
    const page: { items: { id: string }[]; next: string | null } = answers["get /api/incidents"]!({
      query: { cursor, limit: 7, sort: "last" },
    })!;
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? undefined;
  }
  expect(new Set(seen).size).toBe(31);
});
