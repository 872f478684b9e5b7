/**
 * npm run bench [-- [--size 256M]... [--runs N] [--format NAME]... [--threads N] [--profile]] : speed and memory of the whole program.
 *
 * For each format an input is generated in the system's temporary folder, `vedette analyze` runs on it as a child process, and so do
 * `wc -l` and `cat` on the same file; times are medians of the runs, and the ratios compare CPU time, which a busy machine disturbs
 * less than the clock. Start-up is measured on a tiny input of the same format and taken off the rates, which are given by the clock and per second of
 * processor time (of all threads). Several sizes show that memory is flat and time linear. Without `--format` the decoders of all log and
 * flow formats follow, from memory (log-formats.ts); behind captures, what each protocol in them costs (conversations.ts).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Report } from "../src/stories/report.ts";
import { type GeneratedFormat, generate, generatedFormats } from "./speed/generate.ts";
import { median, type ProgramUsage, runNode, runShell } from "./speed/measure.ts";

const { values } = parseArgs({
  options: {
    size: { type: "string", multiple: true, default: ["256M"] },
    runs: { type: "string", default: "3" },
    format: { type: "string", multiple: true },
    threads: { type: "string" },
    profile: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), "vedette-bench-"));
process.once("SIGINT", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
});
try {
  printRow(
    "format",
    "size",
    "records",
    "seconds",
    "cpu s",
    "start s",
    "records/s",
    "MB/s",
    "peak MiB",
    "x wc -l",
    "x cat",
  );
  for (const format of values.format ?? generatedFormats)
    for (const size of values.size) await measure(formatNamed(format), bytesOf(size));
  if (values.profile) console.log("CPU profiles, one per run, for the developer tools of a browser: out/profiles");
  if (!values.format) runBeside("log-formats.ts");
  if (!values.format || values.format.includes("capture")) runBeside("conversations.ts");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(format: GeneratedFormat, bytes: number): Promise<void> {
  const tiny = join(folder, `tiny-${format}`);
  const file = join(folder, format);
  generate(format, tiny, 64 * 1024);
  generate(format, file, bytes);
  const report = join(folder, "report.json");
  const starts = await repeat(() => analyze(tiny, report));
  const start = median(starts.map((usage) => usage.wallSeconds));
  const startCpu = median(starts.map((usage) => usage.cpuSeconds));
  const usages = await repeat(() => analyze(file, report));
  const records = (JSON.parse(readFileSync(report, "utf8")) as Report).inputs[0]!.records;
  const wall = median(usages.map((usage) => usage.wallSeconds));
  const cpu = median(usages.map((usage) => usage.cpuSeconds));
  const lines = median(Array.from({ length: runs }, () => runShell('wc -l "$1" >/dev/null', file).cpuSeconds));
  const reading = median(Array.from({ length: runs }, () => runShell('cat "$1" >/dev/null', file).cpuSeconds));
  const size = statSync(file).size;
  const working = Math.max(wall - start, 1e-3);
  printRow(
    format,
    `${(size / 1e6).toFixed(0)} MB`,
    `${records}`,
    wall.toFixed(2),
    cpu.toFixed(2),
    start.toFixed(2),
    `${(records / working / 1e6).toFixed(2)} M`,
    `${(records / Math.max(cpu - startCpu, 1e-3) / 1e6).toFixed(2)} M`,
    (size / working / 1e6).toFixed(0),
    (Math.max(...usages.map((usage) => usage.peakBytes)) / 2 ** 20).toFixed(0),
    (cpu / Math.max(lines, 1e-3)).toFixed(1),
    (cpu / Math.max(reading, 1e-3)).toFixed(1),
  );
  rmSync(file);
  rmSync(tiny);
}

function analyze(file: string, report: string): Promise<ProgramUsage> {
  const profile = values.profile ? ["--cpu-prof", "--cpu-prof-dir=out/profiles"] : [];
  const threads = values.threads === undefined ? [] : ["--threads", values.threads];
  return runNode([...profile, "src/cli/main.ts", "analyze", ...threads, "--json", report, file]);
}

async function repeat(run: () => Promise<ProgramUsage>): Promise<ProgramUsage[]> {
  const usages: ProgramUsage[] = [];
  for (let i = 0; i < runs; i++) usages.push(await run());
  return usages;
}

function runBeside(script: string): void {
  spawnSync(process.execPath, [join(import.meta.dirname, script)], { stdio: "inherit" });
}

function formatNamed(name: string): GeneratedFormat {
  const found = generatedFormats.find((format) => format === name);
  if (found === undefined) throw new Error(`--format ${name}: choose from ${generatedFormats.join(", ")}`);
  return found;
}

/** `256M` is 256 MiB. */
function bytesOf(size: string): number {
  const [, number, unit] = /^(\d+)([KMG]?)$/i.exec(size) ?? [];
  if (number === undefined) throw new Error(`--size ${size}: a number with K, M or G, such as 256M`);
  return Number(number) * 1024 ** " KMG".indexOf((unit || " ").toUpperCase());
}

function printRow(...cells: string[]): void {
  console.log(cells.map((cell, column) => (column === 0 ? cell.padEnd(9) : cell.padStart(10))).join(" "));
}
