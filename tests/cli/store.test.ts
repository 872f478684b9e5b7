import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-cli-store-"));
const file = join(folder, "store.db");
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...args: readonly string[]) {
  const result = spawnSync(process.execPath, ["src/cli/main.ts", "analyze", ...args], { encoding: "utf8" });
  return { exit: result.status, said: result.stderr };
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
