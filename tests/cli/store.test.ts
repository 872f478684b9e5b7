import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-cli-store-"));
const file = join(folder, "store.db");
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], input = "") {
  const result = spawnSync(process.execPath, ["src/cli/main.ts", ...args], { encoding: "utf8", input });
  return { exit: result.status, said: result.stderr, out: result.stdout };
}

function analyze(...args: readonly string[]) {
  return run(["analyze", ...args]);
}

test("a run is stored, the same run again is merged, and a declared scanner is honoured", async () => {
  expect(analyze("--store", file, "samples/access.log")).toMatchObject({
    exit: 0,
    said: expect.stringContaining("0 were known"),
  });
  expect(analyze("--store", file, "samples/access.log").said).toContain("stored 0 new incidents");
  const store = new SqliteStore(file);
  const { items } = await store.actors({ verdict: "scanner" }, { limit: 1 });
  const { address } = items[0]!;
  await store.declare({ address, name: "our audit", from: null, until: null }, { by: "Ada", atMs: 1 });
  await store.close();
  analyze("--store", file, "samples/access.log");
  const again = new SqliteStore(file);
  expect(await again.actor(address)).toMatchObject({ verdict: "authorised", declared: { name: "our audit" } });
  await again.close();
});

test("what is no store is refused before anything is read", () => {
  const other = join(folder, "other.log");
  writeFileSync(other, "no store\n".repeat(100));
  expect(analyze("--store", other, "samples/access.log")).toMatchObject({
    exit: 1,
    said: expect.stringContaining("store-invalid"),
  });
});

test("serve needs an account to listen elsewhere, and answers nobody until there is one", async () => {
  const elsewhere = ["serve", "--store", file, "--listen", "0.0.0.0:0"];
  expect(run(elsewhere)).toMatchObject({ exit: 1, said: expect.stringContaining("account-missing") });
  expect(run(["account", "add", "ada", "--store", file], "short\n")).toMatchObject({ exit: 2 });
  expect(run(["account", "add", "ada", "--store", file], "correct-horse-battery\n").exit).toBe(0);
  const token = run(["account", "add", "watcher", "--token", "--role", "reader", "--store", file]).out;
  expect(token).toMatch(/^watcher\.[\w-]{43}\n$/);
  const server = spawn(process.execPath, ["src/cli/main.ts", ...elsewhere], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const url = `http://127.0.0.1:${/:(\d+)\//.exec(String(line))![1]}`;
  expect((await fetch(`${url}/api/overview`)).status).toBe(401);
  const authorization = `Bearer ${token.trim()}`;
  expect((await fetch(`${url}/api/overview`, { headers: { authorization } })).status).toBe(200);
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
});

test("a backup is a store with the same incidents", async () => {
  const copy = join(folder, "copy.db");
  expect(run(["backup", "--store", file, copy]).exit).toBe(0);
  expect(run(["backup", "--store", file, copy])).toMatchObject({
    exit: 1,
    said: expect.stringContaining("exists already"),
  });
  const [one, other] = [new SqliteStore(file), new SqliteStore(copy)];
  expect(await other.sizes()).toEqual(await one.sizes());
  await one.close();
  await other.close();
});
