import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Format } from "../src/formats/format.ts";
import { formats } from "../src/formats/index.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";

/**
 * How many lines a second each log format reads from memory, without judgement: `node bench/log-formats.ts [LINES] [RUNS]
 * [ID]...`. The lines are those of its samples that give an observation, in turn. Processor time, not the clock's.
 */
const lineCount = Number(process.argv[2] ?? 200_000);
const runs = Number(process.argv[3] ?? 7);
const ids = process.argv.slice(4);
const samples = join(import.meta.dirname, "../tests/formats/logs");
const chunkBytes = 256 * 1024;

const measured = formats.filter(({ id }) => (ids.length === 0 || ids.includes(id)) && existsSync(join(samples, id)));
for (const format of measured) {
  // Each in a process of its own, as a user reads one file: code that has seen many formats is compiled for all of them.
  if (measured.length > 1) {
    spawnSync(process.execPath, [import.meta.filename, `${lineCount}`, `${runs}`, format.id], { stdio: "inherit" });
  } else {
    const lines = readableLines(format);
    if (lines.length > 0) measure(format, lines);
  }
}

/** The sample lines that one by one give a row: a format that needs the lines before (a header) has none, and is left out. */
function readableLines(format: Format): string[] {
  const folder = join(samples, format.id);
  const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
  const lines = names.flatMap((name) => readFileSync(join(folder, name), "latin1").split("\n"));
  return lines.filter((line) => decode(format, Buffer.from(`${line}\n`, "latin1")).rows > 0);
}

function measure(format: Format, lines: readonly string[]): void {
  const text = Array.from({ length: lineCount }, (_, i) => lines[i % lines.length]).join("\n");
  const log = Buffer.from(`${text}\n`, "latin1");
  const seconds = Array.from({ length: runs }, () => decode(format, log).seconds).sort((a, b) => a - b);
  const rate = (second: number) => (lineCount / second / 1e6).toFixed(2).padStart(6);
  console.log(
    `${format.id.padEnd(24)} ${String(Math.round(log.length / lineCount)).padStart(5)} bytes a line ` +
      `${rate(seconds[runs >> 1]!)} million lines a second (median of ${runs}; fastest ${rate(seconds[0]!).trim()})`,
  );
}

function decode(format: Format, log: Buffer): { rows: number; seconds: number } {
  const decoder = format.open({ tally: new Tally(), referenceMs: Date.UTC(2026, 11, 31), zoneMinutes: 0 });
  const batch = new Batch();
  let rows = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < log.length; at += chunkBytes) {
    decoder.decode(log.subarray(at, at + chunkBytes), batch);
    rows += batch.length;
    batch.clear();
  }
  decoder.end(batch);
  const used = process.cpuUsage(before);
  return { rows: rows + batch.length, seconds: (used.user + used.system) / 1e6 };
}
