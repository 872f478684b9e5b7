import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Format } from "../src/formats/format.ts";
import { combined } from "../src/formats/logs/combined.ts";
import { netfilter } from "../src/formats/logs/netfilter.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { writeCombinedLog, writeNetfilterLog } from "./log-generators.ts";

// How many lines a second each line format reads from memory, without judgement: `node bench/lines.ts [LINES] [RUNS]`.
// Processor time, not the clock's: the machine may be shared.
const lines = Number(process.argv[2] ?? 500_000);
const runs = Number(process.argv[3] ?? 11);
const chunkBytes = 256 * 1024;

function secondsOf(format: Format, log: Buffer): number {
  const tally = new Tally();
  const decoder = format.open({ tally, referenceMs: Date.UTC(2026, 11, 31), zone: 0 });
  const batch = new Batch();
  const before = process.cpuUsage();
  for (let at = 0; at < log.length; at += chunkBytes) {
    decoder.decode(log.subarray(at, at + chunkBytes), batch);
    batch.clear();
  }
  decoder.end(batch);
  const used = process.cpuUsage(before);
  if (tally.rejected > 0) throw new Error(`${format.id} rejected ${tally.rejected} generated lines`);
  return (used.user + used.system) / 1e6;
}

const folder = mkdtempSync(join(tmpdir(), "vedette-bench-"));
for (const [format, write] of [[combined, writeCombinedLog] as const, [netfilter, writeNetfilterLog] as const]) {
  const path = join(folder, "log");
  write(path, lines);
  const log = readFileSync(path);
  const seconds = Array.from({ length: runs }, () => secondsOf(format, log)).sort((a, b) => a - b);
  const rate = (second: number) => (lines / second / 1e6).toFixed(2);
  console.log(
    `${format.id}: ${(log.length / lines).toFixed(0)} bytes a line, ${rate(seconds[runs >> 1]!)} million lines a second ` +
      `(median of ${runs}; fastest ${rate(seconds[0]!)})`,
  );
}
rmSync(folder, { recursive: true });
