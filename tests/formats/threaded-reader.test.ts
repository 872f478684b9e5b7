import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { type InputOptions, openInput, type Reader } from "../../src/formats/read-input.ts";
import { ThreadedReader } from "../../src/formats/threaded-reader.ts";
import type { Batch } from "../../src/observations/batch.ts";
import { BatchPool } from "../../src/observations/batch-pool.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-threads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Long enough for many batches. */
const log = join(folder, "access.log");
const lineOf = (n: number) =>
  `198.51.100.${n % 250} - - [22/Nov/2026:19:${String(Math.floor(n / 600) % 60).padStart(2, "0")}:16 +0000] "GET /page/${n % 977} HTTP/1.1" 200 ${n} "-" "agent ${n % 31}"`;
writeFileSync(log, Array.from({ length: 30_000 }, (_, n) => (n % 1000 === 7 ? "broken [" : lineOf(n))).join("\n"));

const options: InputOptions = { formats, pool: new BatchPool(), nowMs: Date.UTC(2026, 10, 22) };

async function found(name: string): Promise<ThreadedReader> {
  const reader = await openInput(name, 3, options);
  const { format, sizeBytes } = reader;
  reader.close();
  return new ThreadedReader({ name, index: 3, format, sizeBytes }, options);
}

/** What means something in rows of every kind, and in those of this one. */
function describe(batch: Batch, row: number): string {
  const { input, kind, position, atMs, source, target, sourcePort, targetPort, texts } = batch;
  const { method, host, path, agent, referer, service, detail, status, outcome, known } = batch;
  const common = [kind, position, atMs, sourcePort, targetPort].map((column) => column[row]);
  const ends = [source, target].map((words) => words.subarray(row * 4, row * 4 + 4).join("."));
  const ids = kind[row] === Kind.request ? [method, host, path, agent, referer] : [service, detail];
  const rest =
    kind[row] === Kind.contact
      ? [outcome[row], known[row]]
      : [...(kind[row] === Kind.request ? [status[row]] : []), ...ids.map((column) => texts.text(column[row]!))];
  return [input, ...common, ...ends, ...(kind[row] === Kind.question ? [] : rest)].join(" ");
}

async function rowsOf(reader: Reader): Promise<string[]> {
  const rows: string[] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (let row = 0; row < batch.length; row++) rows.push(describe(batch, row));
    reader.release(batch);
  }
  reader.close();
  return rows;
}

test.each(["access.log", "firewall.log", "capture.pcap.zst"])(
  "a thread reads samples/%s as this one does",
  async (name) => {
    const file = join(import.meta.dirname, "../../samples", name);
    const here = await openInput(file, 3, options);
    const there = await found(file);
    const expected = await rowsOf(here);
    expect(expected.length).toBeGreaterThan(100);
    expect(await rowsOf(there)).toEqual(expected);
    expect(there.tally).toEqual(here.tally);
    expect([there.bytesRead, there.problem]).toEqual([here.bytesRead, undefined]);
  },
);

test("rejects are told with their places", async () => {
  const there = await found(log);
  expect(await rowsOf(there)).toHaveLength(29_970);
  expect([there.tally.records, there.tally.rejected]).toEqual([30_000, 30]);
  expect([...there.tally.rejects.values()][0]).toEqual({ count: 30, firstPosition: 8 });
});

test("batches that are kept do not hold up reading, and stay as they were", async () => {
  const reader = await found(log);
  const kept = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) kept.push(batch);
  expect(kept.length).toBeGreaterThan(10);
  const positions = kept.flatMap((batch) => [...batch.position.subarray(0, batch.length)]);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  for (const batch of kept) reader.release(batch);
  reader.close();
});

test("an interrupt ends the reading with what was read before", async () => {
  const stopping = new AbortController();
  const opened = await openInput(log, 0, options);
  opened.close();
  const reader = new ThreadedReader(
    { name: log, index: 0, format: opened.format, sizeBytes: opened.sizeBytes },
    { ...options, signal: stopping.signal },
  );
  const first = await reader.next();
  expect(first?.length).toBeGreaterThan(0);
  stopping.abort();
  reader.release(first!);
  let rows = first!.length;
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    rows += batch.length;
    reader.release(batch);
  }
  reader.close();
  expect(rows).toBeLessThan(29_970);
  expect(reader.problem?.code).toBe("interrupted");
});

test("a reader may be closed at any time", async () => {
  const reader = await found(log);
  expect(await reader.next()).toBeDefined();
  reader.close();
  expect(await reader.next()).toBeUndefined();
});

test("a file that is gone when its thread opens it is told", async () => {
  const name = join(folder, "gone.log");
  writeFileSync(name, lineOf(1));
  const reader = await openInput(name, 0, options);
  reader.close();
  rmSync(name);
  const there = new ThreadedReader({ name, index: 0, format: reader.format, sizeBytes: 1 }, options);
  await expect(there.next()).resolves.toBeUndefined();
  expect(there.problem?.code).toBe("input-missing");
  there.close();
});
