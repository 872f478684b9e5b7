import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import type { Answer } from "../../src/server/api.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { addressOf, sampleReport } from "../stores/sample-report.ts";
import { send } from "./open-server.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-kill-"));
const file = join(folder, "store.db");
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs and notes after which the server is killed; each time it is at another point of its work. */
const rounds = [1, 3, 2, 5];
const program = new URL("./serve-and-write.ts", import.meta.url).pathname;

test("kill -9 in a loop under load loses nothing that was said to be stored", async () => {
  const first = new SqliteStore(file);
  await first.addRun(sampleReport(1), 1);
  const id = (await first.incidents({}, { limit: 1 })).items[0]!.id;
  await first.close();
  const runs: number[] = [];
  const notes: string[] = [];
  for (const most of rounds) {
    await killAfter(most, id, runs, notes);
    checkWhole();
    const store = new SqliteStore(file);
    expect((await store.notes(id)).map(({ text }) => text)).toEqual(expect.arrayContaining(notes));
    for (const run of runs) {
      const last = await store.actor(addressOf(run * 40 + 39));
      expect(await store.incident(last!.incident!)).toBeDefined();
    }
    const { incidents, actors } = await store.sizes();
    expect(actors).toBe(incidents);
    await store.close();
  }
  expect(runs.length).toBeGreaterThanOrEqual(rounds.length);
  expect(notes.length).toBeGreaterThanOrEqual(rounds.length);
});

/** Starts a server, writes notes through it while it adds runs, and kills it amid both. */
async function killAfter(most: number, id: string, runs: number[], notes: string[]): Promise<void> {
  const next = (runs.at(-1) ?? 0) + 1;
  const child = spawn(process.execPath, [program, file, String(next)], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const url = ((await lines.next()).value as string).slice(0, -1);
  const stored = (async () => {
    for await (const line of { [Symbol.asyncIterator]: () => lines }) runs.push(Number(line));
  })();
  const { csrf } = (await (await send(url, "get", "/api/session")).json()) as Answer<"session">;
  for (let count = 0; count < most || runs.at(-1) === undefined || runs.at(-1)! < next; count++) {
    const text = `note ${notes.length + 1}`;
    const response = await send(url, "post", `/api/incidents/${id}/notes`, { text }, { "x-vedette-csrf": csrf! });
    if (response.ok) notes.push(text);
  }
  // One more is under way when the end comes; whether it is stored is open.
  const late = send(url, "post", `/api/incidents/${id}/notes`, { text: "late" }, { "x-vedette-csrf": csrf! });
  child.kill("SIGKILL");
  await Promise.allSettled([late, gone, stored]);
}

function checkWhole(): void {
  const plain = new DatabaseSync(file);
  expect(plain.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(plain.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  plain.close();
}
