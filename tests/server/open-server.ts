import { scryptSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { Session } from "../../src/server/api.ts";
import { type Listening, type ListenOptions, listen } from "../../src/server/listen.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { sampleReport } from "../stores/sample-report.ts";

export const password = "correct-horse-battery";
/** Cheaper to check than what `hashSecret` makes: the cost stands in a hash. */
const salt = "cheap-salt";
const hash = [
  "scrypt",
  1024,
  8,
  1,
  Buffer.from(salt).toString("base64url"),
  scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString("base64url"),
].join(":");

export interface Opened {
  readonly store: SqliteStore;
  readonly url: string;
  readonly folder: string;
}

const listening: Listening[] = [];
const opened: Opened[] = [];

afterEach(async () => {
  for (const each of listening.splice(0)) await each.close();
  for (const { store, folder } of opened.splice(0)) {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

/** A server on any free port with the incidents of a sample report; closed after the test. */
export async function openServer(
  { accounts = false, files }: { readonly accounts?: boolean; readonly files?: Readonly<Record<string, string>> } = {},
  options: Partial<ListenOptions> = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "vedette-server-"));
  const store = new SqliteStore(join(folder, "store.db"));
  await store.addRun(sampleReport(25), Date.now());
  if (accounts) {
    await store.putAccount({ name: "ada", role: "admin", kind: "password", hash }, 1);
    await store.putAccount({ name: "rob", role: "reader", kind: "password", hash }, 1);
    await store.putAccount({ name: "watcher", role: "reader", kind: "token", hash }, 1);
  }
  const webFolder = join(folder, "web");
  mkdirSync(webFolder);
  for (const [name, text] of Object.entries(files ?? {})) writeFileSync(join(webFolder, name), text);
  const server = await listen({ store, host: "127.0.0.1", port: 0, webFolder, ...options });
  listening.push(server);
  opened.push({ store, folder, url: server.url.slice(0, -1) });
  return opened.at(-1)!;
}

/** Headers that somebody signed in sends. */
export async function signIn(url: string, name = "ada", extra: Readonly<Record<string, string>> = {}) {
  const response = await send(url, "post", "/api/session", { name, password }, extra);
  const session = (await response.json()) as Session;
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { response, session, headers: { cookie, "x-vedette-csrf": session.csrf ?? "" } };
}

export function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(url + path, {
    method: method.toUpperCase(),
    headers: { ...json, ...headers },
    redirect: "manual",
    ...sent,
  });
}

/** The status of a request whose path goes out as it is written; `fetch` would resolve its dots. */
export function statusOfRaw(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}
