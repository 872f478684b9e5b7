import type { Command } from "commander";
import { isKnownExploited } from "../knowledge/checks/exploited.ts";
import { renderConsolePage } from "../presentation/console-page.ts";
import { renderPage } from "../presentation/html.ts";
import { formatActorLines, formatJson } from "../presentation/json.ts";
import { formatReport } from "../presentation/terminal.ts";
import { readWebFiles } from "../server/web-files.ts";
import { withRawRows } from "../stories/raw-rows.ts";
import type { Report } from "../stories/report.ts";
import { Exit } from "./exit.ts";
import { checkOutputs, type Output, writeOutputs } from "./output-files.ts";
import { addReadingOptions } from "./reading-options.ts";
import { isNothingRead, runAnalysis } from "./run-analysis.ts";
import { checkedChoice, readingSettings } from "./settings.ts";
import { readState, writeState } from "./state-file.ts";
import { openStore, storeRun } from "./store-file.ts";
import { terminalOptions, writeOut } from "./streams.ts";

const examples = `Examples:
  vedette analyze /var/log/nginx/access.log
  vedette analyze capture.pcap.zst firewall.log access.log
  vedette analyze --home 198.51.100.0/24 --html report.html access.log*
  zcat access.log.*.gz | vedette analyze --json report.json -
  vedette analyze --fail-on act --json - access.log | jq .incidents
`;

const exits = `
Exit status: 0 done, 1 an input or output failed (what could be read is reported), 2 misused, 3 when --fail-on matched.
`;

/** Whoever opens the page goes down to the line or packet; programs find it by its position. */
const PAGE = "--html";

/** `vedette analyze`: reads inputs to their end and says who scanned. */
export function addAnalyze(program: Command, finish: (exit: number) => void): void {
  addReadingOptions(program.command("analyze"))
    .summary("read captures and logs, and say who scanned")
    .description("Read captures, firewall logs and web logs, and say who scanned, for what, and whether it matters.")
    .argument("[input...]", "files to read; - is standard input")
    .option("--json <file>", "write the whole report as JSON (docs/report.schema.json describes it)")
    .option("--html <file>", "write the report as one self-contained page")
    .option("--ndjson <file>", "write the actors as JSON, one a line")
    .option("--state <file>", "carry what is known from run to run: read when it exists, written at the end")
    .option("--store <file>", "add what was found to a store, which `vedette serve` shows; made when it does not exist")
    .option("--fail-on <priority>", "exit with 3 when something is at least that urgent: act or notable")
    .addHelpText("before", examples)
    .addHelpText("after", exits)
    .action(async (inputs: string[], options: Record<string, unknown>) => finish(await runAnalyze(inputs, options)));
}

async function runAnalyze(inputs: readonly string[], options: Readonly<Record<string, unknown>>): Promise<number> {
  const settings = readingSettings(inputs, options);
  const failOn = checkedChoice("--fail-on", options.failOn, ["act", "notable"]);
  const outputs = outputsOf(options);
  const stateFile = typeof options.state === "string" ? options.state : undefined;
  const states = stateFile === undefined ? [] : [{ option: "--state", file: stateFile, format: () => [""] }];
  const storeFile = typeof options.store === "string" ? options.store : undefined;
  const stores = storeFile === undefined ? [] : [{ option: "--store", file: storeFile, format: () => [""] }];
  checkOutputs([...outputs, ...states, ...stores], inputs);
  const store = storeFile === undefined ? undefined : await openStore(storeFile);
  const { analysis, exit } = await runAnalysis(settings, undefined, readState(stateFile), await store?.declared());
  const { report } = analysis;
  if (isNothingRead(report)) {
    await store?.close();
    return exit;
  }
  if (outputs.every((output) => output.file !== "-")) await writeOut(formatReport(report, terminalOptions()));
  const isLookedAt = store !== undefined || outputs.some(({ option }) => option === PAGE);
  const told = isLookedAt && exit < Exit.interrupted ? await withRawRows(report) : report;
  await writeOutputs(
    outputs.map((output) => (output.option === PAGE ? { ...output, format: () => output.format(told) } : output)),
    report,
  );
  if (stateFile !== undefined && analysis.state !== undefined) writeState(stateFile, analysis.state);
  if (store !== undefined) await storeRun(store, told);
  return matches(report, failOn) && exit < Exit.interrupted ? Exit.matched : exit;
}

function outputsOf(options: Readonly<Record<string, unknown>>): Output<Report>[] {
  const formatters: Readonly<Record<string, Output<Report>["format"]>> = {
    json: formatJson,
    html: formatPage,
    ndjson: formatActorLines,
  };
  return Object.entries(formatters).flatMap(([name, format]) => {
    const file = options[name];
    return typeof file === "string" ? [{ option: `--${name}`, file, format }] : [];
  });
}

/** The console with the report in it; the document alone where the console's files are not there. */
function formatPage(report: Report): Iterable<string> {
  const files = readWebFiles();
  const textOf = (path: string) => Buffer.from(files.get(path)?.bytes ?? []).toString();
  const [script, style] = [textOf("/console.js"), textOf("/console.css")];
  if (script === "") return [renderPage(report)];
  const checks = new Set(report.actors.flatMap((actor) => actor.checks.map(({ id }) => id)));
  return renderConsolePage(report, [...checks].filter(isKnownExploited), { script, style });
}

/** Whether an actor or incident is at least as urgent as `failOn`. */
function matches(report: Report, failOn: "act" | "notable" | undefined): boolean {
  if (failOn === undefined) return false;
  const urgent = new Set(failOn === "act" ? ["act"] : ["act", "notable"]);
  return [...report.actors, ...report.incidents].some((each) => urgent.has(each.priority));
}
