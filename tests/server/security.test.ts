import { connect } from "node:net";
import { expect, test } from "vitest";
import { routes } from "../../src/server/api.ts";
import { openServer, password, send, signIn, statusOfRaw } from "./open-server.ts";

const console = { "index.html": "<!doctype html><title>console</title>", "app.js": "export {};" };
const elsewhere = { host: "0.0.0.0" };

/** What no route names: files of the console, and paths that lead nowhere. */
const others = ["/", "/index.html", "/app.js", "/sign-in", "/api", "/api/unknown", "/favicon.ico", "/%2e%2e/store.db"];

/** Where a server that listens on all addresses is reached. */
function here(url: string): string {
  return url.replace("0.0.0.0", "127.0.0.1");
}

test.each([true, false])(
  "elsewhere than on loopback nothing but /healthz answers a stranger (accounts: %s)",
  async (accounts) => {
    const opened = await openServer({ accounts, files: console }, elsewhere);
    const url = here(opened.url);
    const paths = [...new Set(Object.values(routes).map(({ path }) => path)), ...others];
    const statuses = new Map<string, number>();
    for (const path of paths) {
      for (const method of ["get", "head", "post", "put", "delete", "options", "patch"]) {
        const body = method === "post" || method === "put" ? {} : undefined;
        const response = await send(url, method, path, body, { "x-vedette-csrf": "x" });
        statuses.set(`${method} ${path}`, response.status);
        expect(await response.text(), `${method} ${path}`).not.toMatch(/203\.0\.0\.|export|console/);
      }
    }
    const answered = [...statuses].filter(([, status]) => status < 400).map(([asked]) => asked);
    expect(answered).toEqual(["get /healthz", "head /healthz"]);
    const others401 = [...statuses].filter(
      ([asked, status]) => status !== 401 && !/^\w+ \/healthz|^post \/(api\/session)?$/.test(asked),
    );
    expect(others401).toEqual([]);
    expect(await statusOfRaw(url, "/api/overview", { host: "localhost" })).toBe(401);
  },
);

test("a name that leads to loopback by somebody else's DNS opens nothing", async () => {
  const { url } = await openServer();
  expect(await statusOfRaw(url, "/api/overview", { host: "rebound.example" })).toBe(401);
  expect(await statusOfRaw(url, "/api/overview", { host: "127.0.0.1.example:80" })).toBe(401);
  expect(await statusOfRaw(url, "/api/overview", { host: "localhost:8420" })).toBe(200);
});

test("who signs in gets a cookie that scripts, plain connections and other sites do not", async () => {
  const { url, store } = await openServer({ accounts: true });
  const { response, headers, session } = await signIn(url);
  expect(response.headers.get("set-cookie")).toMatch(
    /^__Host-vedette=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict$/,
  );
  expect(session).toMatchObject({ signInRequired: true, name: "ada", role: "admin" });
  expect((await send(url, "get", "/api/overview", undefined, headers)).status).toBe(200);
  expect((await send(url, "delete", "/api/session", undefined, headers)).status).toBe(200);
  expect((await send(url, "get", "/api/overview", undefined, headers)).status).toBe(401);
  expect((await store.audit({ limit: 2 })).items.map(({ what }) => what)).toEqual(["Signed out", "Signed in"]);
});

test("session fixation: an id that was there before signing in opens nothing after it", async () => {
  const { url } = await openServer({ accounts: true });
  const planted = `__Host-vedette=${"a".repeat(43)}`;
  const first = await signIn(url, "ada", { cookie: planted });
  expect(first.headers.cookie).not.toBe(planted);
  expect((await send(url, "get", "/api/overview", undefined, { cookie: planted })).status).toBe(401);
  const second = await signIn(url, "rob", { cookie: first.headers.cookie });
  expect(second.headers.cookie).not.toBe(first.headers.cookie);
  expect((await send(url, "get", "/api/overview", undefined, first.headers)).status).toBe(401);
});

test("a session ends with its account, and with a new password", async () => {
  const { url, store } = await openServer({ accounts: true });
  const { headers } = await signIn(url);
  const account = (await store.account("ada"))!;
  await store.putAccount({ ...account, hash: `${account.hash}x` }, 2);
  expect((await send(url, "get", "/api/overview", undefined, headers)).status).toBe(401);
  const { headers: other } = await signIn(url, "rob");
  await store.removeAccount("rob");
  expect((await send(url, "get", "/api/overview", undefined, other)).status).toBe(401);
});

test.each([
  ["without the header", { "x-vedette-csrf": "" }],
  ["with another value", { "x-vedette-csrf": "A".repeat(43) }],
  ["from another origin", { origin: "https://evil.example" }],
  ["from a page without an origin", { origin: "null" }],
  ["from another site, by fetch metadata", { "sec-fetch-site": "cross-site" }],
  ["from a neighbouring host", { "sec-fetch-site": "same-site" }],
])("CSRF: nothing is changed %s", async (_name, changes: Record<string, string>) => {
  for (const accounts of [true, false]) {
    const { url, store } = await openServer({ accounts });
    const headers = accounts ? (await signIn(url)).headers : await localHeaders(url);
    const { id } = (await store.incidents({}, { limit: 1 })).items[0]!;
    const path = `/api/incidents/${id}/acknowledgement`;
    expect((await send(url, "put", path, {}, { ...headers, ...changes })).status).toBe(403);
    expect((await store.incident(id))!.acknowledged).toBeNull();
    expect((await send(url, "put", path, {}, headers)).status).toBe(200);
  }
});

test("CSRF: a form of another site can neither sign in nor change", async () => {
  const { url } = await openServer({ accounts: true });
  const form = { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example" };
  const body = new URLSearchParams({ name: "ada", password });
  expect((await fetch(url, { method: "POST", headers: form, body })).status).toBe(403);
  const plain = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "{}",
  });
  expect(plain.status).toBe(415);
});

test("the form stands where the console would be, and signs in", async () => {
  const { url } = await openServer({ accounts: true, files: console });
  const form = await send(url, "get", "/");
  expect([form.status, form.headers.get("content-security-policy")]).toEqual([
    401,
    expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none';/),
  ]);
  const text = await form.text();
  expect(text).toContain('type="password"');
  expect(text).not.toMatch(/<script|<link rel="stylesheet"|src=/);
  const sent = (secret: string) =>
    fetch(url, { method: "POST", body: new URLSearchParams({ name: "ada", password: secret }), redirect: "manual" });
  const failed = await sent("wrong");
  expect([failed.status, await failed.text()]).toEqual([401, expect.stringContaining('role="alert"')]);
  const signed = await sent(password);
  expect([signed.status, signed.headers.get("location")]).toEqual([303, "/"]);
  const cookie = signed.headers.get("set-cookie")!.split(";")[0]!;
  expect(await (await send(url, "get", "/", undefined, { cookie })).text()).toBe(console["index.html"]);
});

test("a reader reads and changes nothing; a token works without a cookie", async () => {
  const { url, store } = await openServer({ accounts: true });
  const { headers } = await signIn(url, "rob");
  const token = { authorization: `Bearer watcher.${password}` };
  const { id } = (await store.incidents({}, { limit: 1 })).items[0]!;
  expect((await send(url, "put", `/api/incidents/${id}/acknowledgement`, {}, headers)).status).toBe(403);
  expect((await send(url, "get", "/api/audit", undefined, headers)).status).toBe(403);
  for (let i = 0; i < 10; i++) expect((await send(url, "get", "/api/overview", undefined, token)).status).toBe(200);
  const wrong = { authorization: "Bearer watcher.x" };
  expect((await send(url, "get", "/api/overview", undefined, wrong)).status).toBe(401);
  const asPerson = { authorization: `Bearer ada.${password}` };
  expect((await send(url, "get", "/api/overview", undefined, asPerson)).status).toBe(401);
  expect((await send(url, "post", "/api/session", { name: "watcher", password })).status).toBe(401);
});

test("who guesses passwords is stopped before the next hash", async () => {
  const { url, store } = await openServer({ accounts: true });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) {
    statuses.push((await send(url, "post", "/api/session", { name: i % 2 ? "ada" : "nobody", password: "x" })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect((await send(url, "post", "/api/session", { name: "ada", password })).headers.get("retry-after")).toMatch(
    /^\d+$/,
  );
  expect((await store.audit({ limit: 20 })).items).toHaveLength(5);
});

test("who guesses tokens is stopped before the next hash too; who has the right one is not", async () => {
  const { url } = await openServer({ accounts: true });
  const right = { authorization: `Bearer watcher.${password}` };
  expect((await send(url, "get", "/api/overview", undefined, right)).status).toBe(200);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++)
    statuses.push(
      (await send(url, "get", "/api/overview", undefined, { authorization: `Bearer watcher.${i}` })).status,
    );
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  expect((await send(url, "get", "/api/overview", undefined, right)).status).toBe(200);
});

test("who asks too often waits", async () => {
  const { url } = await openServer({}, { nowMs: () => 1_000_000 });
  const statuses = await Promise.all(Array.from({ length: 310 }, () => statusOfRaw(url, "/healthz")));
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
});

test.each([
  "/../store.db",
  "/..%2fstore.db",
  "/%2e%2e/%2e%2e/store.db",
  "/..\\store.db",
  "/%5c..%5cstore.db",
  "//etc/passwd",
  "/app.js/../../store.db",
  "/app.js%00.html",
  "/%c0%ae%c0%ae/store.db",
])("path traversal: %s leads nowhere", async (path) => {
  const { url } = await openServer({ files: console });
  expect([400, 404]).toContain(await statusOfRaw(url, path));
});

test("the console's files come with a policy that lets no inline script run, and no CORS", async () => {
  const { url } = await openServer({ files: console });
  for (const path of ["/", "/app.js"]) {
    const { headers } = await send(url, "get", path, undefined, { origin: "https://evil.example" });
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'self';/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("oversized bodies, paths and headers are refused", async () => {
  const { url, store } = await openServer();
  const { id } = (await store.incidents({}, { limit: 1 })).items[0]!;
  const headers = { ...(await localHeaders(url)), "content-type": "application/json" };
  const path = `${url}/api/incidents/${id}/notes`;
  const large = JSON.stringify({ text: "x".repeat(70_000) });
  expect((await fetch(path, { method: "POST", headers, body: large })).status).toBe(413);
  const parts = ReadableStream.from(Array.from({ length: 100 }, () => new TextEncoder().encode("x".repeat(1000))));
  const chunked = { method: "POST", headers, body: parts, duplex: "half" } as RequestInit;
  expect((await fetch(path, chunked)).status).toBe(413);
  expect(
    (await fetch(path, { method: "POST", headers, body: JSON.stringify({ text: "x".repeat(10_001) }) })).status,
  ).toBe(400);
  expect((await fetch(path, { method: "POST", headers, body: "[".repeat(60_000) })).status).toBe(400);
  expect(await statusOfRaw(url, "/healthz", { "x-long": "x".repeat(20_000) })).toBe(431);
  expect(await store.notes(id)).toEqual([]);
});

test("clients that never finish a request keep nobody else from one", async () => {
  const { url } = await openServer();
  const { port } = new URL(url);
  const slow = Array.from({ length: 50 }, () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{");
    return socket;
  });
  expect((await send(url, "get", "/healthz")).status).toBe(200);
  for (const socket of slow) socket.destroy();
});

/** What a page sends that was opened where nobody signs in. */
async function localHeaders(url: string): Promise<{ "x-vedette-csrf": string }> {
  const { csrf } = (await (await send(url, "get", "/api/session")).json()) as { csrf: string };
  return { "x-vedette-csrf": csrf };
}
