import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Format } from "../src/formats/format.ts";
import { formats } from "../src/formats/index.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { netflowV5, type TestFlow } from "../tests/formats/flows/datagrams.ts";

/**
 * How many records a second each log and flow format reads from memory, without judgement: `node bench/log-formats.ts [RECORDS]
 * [RUNS] [ID]...`. The lines are those of its samples that give an observation, in turn, behind their header where they need
 * one. Processor time of the thread that reads, not the clock's, once the code is compiled.
 */
const recordCount = Number(process.argv[2] ?? 200_000);
const runs = Number(process.argv[3] ?? 5);
const ids = process.argv.slice(4);
const samples = join(import.meta.dirname, "../tests/formats/logs");
const chunkBytes = 256 * 1024;

/** Bytes, and how many records they hold. */
interface Input {
  readonly bytes: Buffer;
  readonly records: number;
}

const measured = formats.filter(({ id }) => (ids.length === 0 || ids.includes(id)) && isMeasured(id));
for (const format of measured) {
  // Each in a process of its own, as a user reads one file: code that has seen many formats is compiled for all of them.
  if (measured.length > 1) {
    spawnSync(process.execPath, [import.meta.filename, `${recordCount}`, `${runs}`, format.id], { stdio: "inherit" });
  } else {
    const input = format.id === "flow-export" ? exportedFlows() : sampleLog(format);
    if (input) measure(format, input);
  }
}

function isMeasured(id: string): boolean {
  return id === "flow-export" || existsSync(join(samples, id));
}

/** NetFlow version 5, thirty flows a datagram. */
function exportedFlows(): Input {
  const flows = Array.from({ length: 30 }, (_, i): TestFlow => {
    const isAnswer = i % 2 === 1;
    const client = `192.0.2.${i >> 1}`;
    return {
      source: isAnswer ? "198.51.100.4" : client,
      target: isAnswer ? client : "198.51.100.4",
      ports: isAnswer ? [443, 40000 + i] : [40001 + i, 443],
      flags: 27,
    };
  });
  const datagrams = Math.ceil(recordCount / 30);
  return { bytes: Buffer.concat(Array.from({ length: datagrams }, () => netflowV5(flows))), records: 30 * datagrams };
}

/** The sample lines that give a row, alone or behind their file's header, over and over. */
function sampleLog(format: Format): Input | undefined {
  const folder = join(samples, format.id);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .map((name) => readFileSync(join(folder, name), "latin1").split("\n"));
  const candidates = files.map((lines) => withHeader(format, lines));
  const alone = candidates.filter(({ header }) => header === "").flatMap(({ lines }) => lines);
  const longest = candidates.reduce((a, b) => (b.lines.length > a.lines.length ? b : a));
  const { header, lines } = alone.length >= longest.lines.length ? { header: "", lines: alone } : longest;
  if (lines.length === 0) return undefined;
  const body = Array.from({ length: recordCount }, (_, i) => lines[i % lines.length]).join("\n");
  return { bytes: Buffer.from(`${header}${body}\n`, "latin1"), records: recordCount };
}

/** A header is what a file starts with before the first line that gives a row: names of fields, comments. */
function withHeader(format: Format, lines: readonly string[]): { header: string; lines: string[] } {
  const givesRow = (header: string, line: string) =>
    decode(format, Buffer.from(`${header}${line}\n`, "latin1")).rows > 0;
  const comments = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((line) => !line.startsWith("#")),
    ),
  );
  for (const length of [0, comments.length, 1]) {
    const header = lines
      .slice(0, length)
      .map((line) => `${line}\n`)
      .join("");
    const alike = lines.slice(length).filter((line) => !line.startsWith("#") && givesRow(header, line));
    if (alike.length > 0 && (length > 0 || comments.length === 0)) return { header, lines: alike };
  }
  return { header: "", lines: [] };
}

function measure(format: Format, input: Input): void {
  const { bytes, records } = input;
  // The first run compiles.
  decode(format, bytes);
  const seconds = Array.from({ length: runs }, () => decode(format, bytes).seconds).sort((a, b) => a - b);
  const rate = (second: number) => (records / second / 1e6).toFixed(2).padStart(6);
  console.log(
    `${format.id.padEnd(24)} ${String(Math.round(bytes.length / records)).padStart(5)} bytes a record ` +
      `${rate(seconds[runs >> 1]!)} million a second (median of ${runs}; fastest ${rate(seconds[0]!).trim()})` +
      `${(bytes.length / seconds[runs >> 1]! / 1e6).toFixed(0).padStart(6)} MB/s`,
  );
}

function decode(format: Format, log: Buffer): { rows: number; seconds: number } {
  const decoder = format.open({ tally: new Tally(), referenceMs: Date.UTC(2026, 11, 31), zone: 0 });
  const batch = new Batch();
  let rows = 0;
  const before = process.threadCpuUsage();
  for (let at = 0; at < log.length; at += chunkBytes) {
    decoder.decode(log.subarray(at, at + chunkBytes), batch);
    rows += batch.length;
    batch.clear();
  }
  decoder.end(batch);
  const used = process.threadCpuUsage(before);
  return { rows: rows + batch.length, seconds: (used.user + used.system) / 1e6 };
}
