import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { describeStore } from "./conformance.ts";
import { sampleReport } from "./sample-report.ts";

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

test("a later version's store is refused", async () => {
  const file = join(folder, "later.db");
  await new SqliteStore(file).close();
  const plain = new DatabaseSync(file);
  plain.exec("PRAGMA user_version = 999");
  plain.close();
  expect(() => new SqliteStore(file)).toThrow("a later version");
});
