import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrations } from "../../src/stores/sqlite/schema.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { describeStore } from "./conformance.ts";
import { sampleExposure, sampleReport } from "./sample-report.ts";

describeStore("SqliteStore", async (folder) => new SqliteStore(join(folder, "store.db")));

const folder = mkdtempSync(join(tmpdir(), "vedette-sqlite-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

test("a backup made while a run is written is a whole store", async () => {
  const store = new SqliteStore(join(folder, "live.db"));
  await store.addRun(sampleReport(500), 1);
  const writing = store.addRun(sampleReport(500, 2, 500), 2);
  await store.backup(join(folder, "backup.db"));
  await writing;
  await store.close();
  const copy = new SqliteStore(join(folder, "backup.db"));
  expect((await copy.sizes()).incidents).toBeGreaterThanOrEqual(500);
  expect((await copy.report(10))!.incidents).toHaveLength(10);
  await copy.close();
  const plain = new DatabaseSync(join(folder, "backup.db"));
  expect(plain.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  plain.close();
});

test("only its owner may read a new store", async () => {
  const file = join(folder, "mode.db");
  await new SqliteStore(file).close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("another program's file is refused and left as it was", () => {
  const file = join(folder, "other.db");
  const other = new DatabaseSync(file);
  other.exec("CREATE TABLE mail (x)");
  other.close();
  expect(() => new SqliteStore(file)).toThrow("belongs to another program");
  const text = join(folder, "text.db");
  writeFileSync(text, "no database at all, but long enough to be looked at\n".repeat(40));
  expect(() => new SqliteStore(text)).toThrow("not a store");
});

test("a store of an older version gets the severity of what it holds", async () => {
  const file = join(folder, "older.db");
  const older = new DatabaseSync(file);
  for (const step of migrations.slice(0, 2)) older.exec(step);
  older.exec(`PRAGMA application_id = ${0x56454454}; PRAGMA user_version = 2`);
  const add = older.prepare("INSERT INTO exposures (id, first, last, words, doc) VALUES (?, 1, ?, '', ?)");
  add.run("e-1", 2, JSON.stringify(sampleExposure({ severity: { level: "medium", because: [] } })));
  add.run("e-2", 3, JSON.stringify(sampleExposure({ port: 81 })));
  older.close();
  const store = new SqliteStore(file);
  const { items } = await store.exposures({}, { limit: 10 });
  expect(items.map(({ port }) => port)).toEqual([80, 81]);
  expect((await store.exposures({ severity: ["medium"] }, { limit: 10 })).items).toHaveLength(1);
  await store.close();
});

test("a later version's store is refused", async () => {
  const file = join(folder, "later.db");
  await new SqliteStore(file).close();
  const plain = new DatabaseSync(file);
  plain.exec("PRAGMA user_version = 999");
  plain.close();
  expect(() => new SqliteStore(file)).toThrow("a later version");
});
