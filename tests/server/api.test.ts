import { expect, test } from "vitest";
import type { z } from "zod";
import { type Answer, type Route, routes } from "../../src/server/api.ts";
import { defaultLimits } from "../../src/stores/store.ts";
import { addressOf, sampleActor, sampleExposure, sampleIncident, sampleReport } from "../stores/sample-report.ts";
import { openServer, send, signIn } from "./open-server.ts";

async function get<T>(url: string, path: string): Promise<T> {
  const response = await send(url, "get", path);
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
}

test("every route that reads answers with what the API says, and nothing else", async () => {
  const { url, store } = await openServer();
  const incident = (await store.incidents({}, { limit: 1 })).items[0]!;
  for (const route of Object.values(routes) as Route[]) {
    if (route.method !== "get" || route.response === undefined) continue;
    const path = route.path.replace(":id", incident.id).replace(":address", addressOf(0));
    (route.response as z.ZodType).parse(await get(url, path));
  }
});

test("the OpenAPI document names every route", async () => {
  const { url } = await openServer();
  const document = await get<{ paths: Record<string, object> }>(url, "/api/openapi.json");
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((m) => `${m} ${path}`),
  );
  const expected = Object.values(routes).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/, "{$1}")}`);
  expect(named.sort()).toEqual(expected.sort());
});

test("two runs are compared by what they told, the latest two unless others are named", async () => {
  const { url, store } = await openServer();
  const before = await store.addRun(sampleReport(1), 2);
  const quiet = sampleExposure({ text: "Server: Apache", version: null });
  await store.addRun({ ...sampleReport(1, 2), exposures: [quiet] }, 3);
  const latest = await get<Answer<"exposureChanges">>(url, "/api/exposure-changes");
  expect(latest).toMatchObject({
    before: { id: before.id },
    counts: { changed: 1, gone: 0 },
    changes: [{ before: [{ version: "2.4.49" }], after: [{ version: null }] }],
    learners: [{ address: addressOf(0) }],
    learnersAlike: 0,
  });
  const alike = await get<Answer<"exposureChanges">>(url, `/api/exposure-changes?after=${before.id}`);
  expect(alike).toMatchObject({ after: { id: before.id }, counts: { same: 1 }, learnersAlike: 1 });
  expect((await send(url, "get", "/api/exposure-changes?before=none")).status).toBe(404);
});

test("cursors lead through a whole list", async () => {
  const { url } = await openServer();
  const seen: string[] = [];
  for (let cursor = ""; ; ) {
    const page = await get<Answer<"incidents">>(url, `/api/incidents?limit=4&sort=last${cursor}`);
    seen.push(...page.items.map(({ id }) => id));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(new Set(seen).size).toBe(25);
});

test.each([
  "/api/incidents?cursor=zzz",
  "/api/incidents?limit=0",
  "/api/incidents?limit=501",
  "/api/incidents?priority=urgent",
  "/api/incidents?since=yesterday",
  "/api/exposures?severity=urgent",
  `/api/incidents?q=${"x".repeat(201)}`,
  "/api/overview?since=1",
])("%s is refused with the reason", async (path) => {
  const { url } = await openServer();
  const response = await send(url, "get", path);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: "query-invalid" });
});

test("an actor that is a prefix is found by its encoded name", async () => {
  const { url, store } = await openServer();
  const address = "2001:db8::/64";
  await store.addRun({ ...sampleReport(0), actors: [sampleActor(1, 1, { address, incident: null })] }, 1);
  expect(await get(url, `/api/actors/${encodeURIComponent(address)}`)).toMatchObject({ address });
});

test("people acknowledge, note, declare and name, and the log says who did", async () => {
  const { url, store } = await openServer();
  const { csrf } = await get<Answer<"session">>(url, "/api/session");
  const headers = { "x-vedette-csrf": csrf! };
  const { id } = (await store.incidents({}, { limit: 1 })).items[0]!;
  const acknowledged = await send(url, "put", `/api/incidents/${id}/acknowledgement`, { reason: "ours" }, headers);
  expect(await acknowledged.json()).toMatchObject({ acknowledged: { by: "local", reason: "ours" } });
  const text = "called them\nand they\u202e answered";
  expect((await send(url, "post", `/api/incidents/${id}/notes`, { text }, headers)).status).toBe(200);
  expect(await get(url, `/api/incidents/${id}`)).toMatchObject({
    notes: [{ text: "called them\nand they\\u202e answered" }],
    incident: { notes: 1 },
  });
  const declared = await send(url, "post", "/api/scanners", { address: "192.0.2.0/28", name: "audit" }, headers);
  const { id: scanner } = (await declared.json()) as Answer<"declareScanner">;
  expect((await send(url, "post", "/api/scanners", { address: "nobody", name: "x" }, headers)).status).toBe(400);
  expect((await send(url, "delete", `/api/scanners/${scanner}`, undefined, headers)).status).toBe(200);
  expect((await send(url, "post", "/api/assets", { address: "198.51.100.4", name: "shop" }, headers)).status).toBe(200);
  const audit = await get<Answer<"audit">>(url, "/api/audit");
  expect(audit.items.map(({ what }) => what)).toEqual([
    "Name a host",
    "Withdraw a declaration",
    "Declare an own scanner; runs with this store honour it",
    "Add a note",
    "Say that somebody has seen to it",
  ]);
});

test("settings tell who may sign in, without their secrets, and how much is kept", async () => {
  const { url } = await openServer({ accounts: true });
  const { headers } = await signIn(url);
  const accounts = await send(url, "get", "/api/accounts", undefined, headers);
  expect(await accounts.json()).toEqual({
    items: [
      { name: "ada", role: "admin", kind: "password" },
      { name: "rob", role: "reader", kind: "password" },
      { name: "watcher", role: "reader", kind: "token" },
    ],
  });
  const storage = await send(url, "get", "/api/storage", undefined, headers);
  expect(await storage.json()).toMatchObject({ rows: { incidents: 25 }, limits: defaultLimits });
});

test("changes of another process arrive as events, and those that were missed", async () => {
  const { url, store } = await openServer();
  const before = await store.revision();
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stop.signal });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  await store.addRun(sampleReport(1, 2, 900), Date.now());
  const text = await readUntil(response, /"what":"run"/);
  expect(text).toContain('event: change\ndata: {"revision"');
  const missed = await fetch(`${url}/api/events`, {
    signal: stop.signal,
    headers: { "last-event-id": String(before) },
  });
  expect(await readUntil(missed, /"what":"run"/)).toContain('"what":"incident"');
  const long = await fetch(`${url}/api/events`, { signal: stop.signal, headers: { "last-event-id": "0" } });
  expect(await readUntil(long, /event/)).toContain("id: ");
  stop.abort();
});

async function readUntil(response: Response, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body!) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (pattern.test(text)) return text;
  }
  return text;
}

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "=cmd|' /C calc'!A0",
  "\u202egnp.exe",
  "\x1b]0;owned\x07\x1b[2J",
  "{{constructor.constructor('alert(1)')()}}",
  "a\r\nset-cookie: x=1",
  `Mozilla ${"A".repeat(100_000)}`,
];

test.each(hostile)("what an attacker wrote stays text: %j", async (text) => {
  const { url, store } = await openServer();
  const told = sampleIncident(77, 1, { summary: text, objective: text, members: ["192.0.2.77"] });
  const actor = sampleActor(77, 1, { address: "192.0.2.77", tools: [{ name: text, confidence: 1, because: text }] });
  const evidence = [{ ...actor.evidence[0]!, what: text }];
  const priority = "act" as const;
  const report = { ...sampleReport(0), incidents: [{ ...told, priority }], actors: [{ ...actor, priority, evidence }] };
  await store.addRun(report, Date.now());
  const steering = /[\x00-\x09\x0b\x0c\x0e-\x1f\u202a-\u202e]/u;
  const table = `/api/incidents/${(await store.incidents({}, { limit: 1 })).items[0]!.id}/evidence.csv`;
  for (const path of ["/api/incidents", "/api/report", "/api/incidents.csv", table, "/api/incidents.ndjson", "/"]) {
    const response = await send(url, "get", path);
    const answer = await response.text();
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(answer).not.toMatch(steering);
    if (path === "/") expect(answer).not.toMatch(/<script>alert|<img src=x|href="javascript:/);
    else expect(response.headers.get("content-type")).not.toContain("html");
    if (path.endsWith(".csv")) expect(answer).not.toMatch(/(?:^|,)"?[=+@]/m);
  }
});
