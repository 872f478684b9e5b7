import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { Command } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { escapeText, mapTexts } from "../presentation/escape.ts";
import { renderExposureDiffPage } from "../presentation/exposure-diff-page.ts";
import { formatExposureDiff, formatExposures, formatExposureTable } from "../presentation/exposure-lists.ts";
import { renderExposurePage } from "../presentation/exposure-page.ts";
import { diffExposures, type ExposureDiff } from "../stories/exposure-diff.ts";
import { Report } from "../stories/report.ts";
import { Exit } from "./exit.ts";
import { formatParts, outputOf } from "./exposure-outputs.ts";
import { checkOutputs, type Output, writeOutputs } from "./output-files.ts";
import { addReadingOptions } from "./reading-options.ts";
import { isNothingRead, runAnalysis } from "./run-analysis.ts";
import { readingSettings } from "./settings.ts";
import { terminalOptions, writeOut } from "./streams.ts";

type Options = Readonly<Record<string, unknown>>;

const examples = `Examples:
  vedette exposure report capture.pcap.zst                             what was told, and to whom
  vedette exposure check --config vedette.yaml --save before.json      what your declared hosts tell right now
  vedette exposure diff before.json after.json                         what a change has changed
`;

/** `vedette exposure`: what own servers told about themselves, and how that changed. */
export function addExposure(program: Command, finish: (exit: number) => void): void {
  const exposure = program
    .command("exposure")
    .summary("what own servers reveal: seen, asked, compared")
    .addHelpText("before", examples);
  addReadingOptions(exposure.command("report"))
    .description("List what own servers told about themselves in captures, and who was told.")
    .argument("[input...]", "files to read; - is standard input")
    .option("--json <file>", "write the exposures as JSON")
    .option("--csv <file>", "write one line for each exposure and actor that was told")
    .option("--html <file>", "write the exposures as one self-contained page")
    .action(async (inputs: string[], options: Options) => finish(await runReport(inputs, options)));
  exposure
    .command("check")
    .summary("ask your own declared hosts what they reveal")
    .description(
      "Ask hosts of your own what they reveal right now: each declared service once, politely, without logging in.",
    )
    .argument("[host...]", "hosts to ask, names or addresses (default: all assets)")
    .option("--config <file>", "`assets`: the hosts that may be asked, and `contact` (see docs/exposure.md)")
    .option("--knowledge <folder>", "imported knowledge (default: VEDETTE_KNOWLEDGE, or the user's cache)")
    .option("--rate <n>", "services asked in a second, at most (default: 5)")
    .option("--timeout <seconds>", "for each service (default: 10)")
    .option("--save <file>", "keep a snapshot that `vedette exposure diff` reads")
    .option("--store <file>", "add what was told to a store, whose console compares it with other runs")
    .option("--json <file>", "write the exposures as JSON")
    .option("--csv <file>", "write one line for each exposure")
    .option("--html <file>", "write the exposures as one self-contained page")
    // What asking takes is loaded by those only who ask.
    .action(async (hosts: string[], options: Options) =>
      finish(await (await import("./exposure-check.ts")).runCheck(hosts, options)),
    );
  addReadingOptions(exposure.command("diff"))
    .description("Compare what was revealed before and after a change.")
    .argument("<before>", "a capture, a snapshot, or a JSON report of vedette analyze")
    .argument("<after>", "a capture, a snapshot, or a JSON report of vedette analyze")
    .option("--json <file>", "write the comparison as JSON")
    .option("--html <file>", "write the comparison as one self-contained page")
    .action(async (before: string, after: string, options: Options) => finish(await runDiff(before, after, options)));
}

async function runReport(inputs: readonly string[], options: Options): Promise<number> {
  const settings = readingSettings(inputs, options);
  const outputs: Output<Report>[] = [
    ...outputOf<Report>(options, "json", ({ exposures, coverage }) => formatParts({ exposures, coverage })),
    ...outputOf<Report>(options, "csv", formatExposureTable),
    ...outputOf<Report>(options, "html", (report) => [renderExposurePage(report)]),
  ];
  checkOutputs(outputs, inputs);
  const { analysis, exit } = await runAnalysis(settings);
  if (isNothingRead(analysis.report)) return exit;
  if (outputs.every(({ file }) => file !== "-")) await writeOut(formatExposures(analysis.report, width()));
  await writeOutputs(outputs, analysis.report);
  return exit;
}

async function runDiff(before: string, after: string, options: Options): Promise<number> {
  const outputs: Output<ExposureDiff>[] = [
    ...outputOf<ExposureDiff>(options, "json", formatParts),
    ...outputOf<ExposureDiff>(options, "html", (diff) => [renderExposureDiffPage(diff)]),
  ];
  checkOutputs(outputs, [before, after]);
  const earlier = await reportOf(before, options);
  const later = await reportOf(after, options);
  if (earlier.report === undefined || later.report === undefined) return Math.max(earlier.exit, later.exit);
  const diff = diffExposures(earlier.report, later.report);
  if (outputs.every(({ file }) => file !== "-")) await writeOut(formatExposureDiff(diff, width()));
  await writeOutputs(outputs, diff);
  return Math.max(earlier.exit, later.exit);
}

async function reportOf(input: string, options: Options): Promise<{ report: Report | undefined; exit: number }> {
  if (isReport(input)) return { report: parseReport(input), exit: Exit.done };
  const { analysis, exit } = await runAnalysis(readingSettings([input], options));
  if (isNothingRead(analysis.report)) return { report: undefined, exit };
  // As a report in a file has them, so that the same words are the same.
  return { report: { ...analysis.report, exposures: mapTexts(analysis.report.exposures, escapeText) }, exit };
}

/** Whether a file begins as JSON reports do; `schema` is their first key. */
function isReport(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  const head = Buffer.alloc(64);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, head, 0, head.length, 0);
    return /^\s*\{\s*"schema":\s*"vedette\.report\//.test(head.toString("latin1", 0, length));
  } finally {
    closeSync(descriptor);
  }
}

/** @throws UserProblem when the file is no whole report */
function parseReport(file: string): Report {
  try {
    return Report.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new UserProblem("command-misused", `'${file}' begins as a report but is not a whole one`, { cause });
  }
}

function width(): number {
  return terminalOptions().width ?? 80;
}
