/**
 * npm run accuracy [-- [--json FILE] [FOLDER...]] : how well `vedette analyze` does on labelled recordings.
 * npm run accuracy -- --checks : how many checks of imported templates are recognised in a replay, alone.
 * npm run accuracy -- --tools [FOLDER...]        : which tool is named for whom when no client says who it is.
 * npm run accuracy -- --formats                 : how logs are read, line by line, against what other parsers read in them.
 * npm run accuracy -- --exposures [FOLDER...]    : who was told what, in captures, against what tshark reads in them.
 * npm run accuracy -- --scenarios [--seed N]     : on written ones: scans in disguise, and innocents that look like scans.
 * npm run accuracy -- --scenarios --seeds N      : the same summed over seeds 1 to N, without the flood.
 *
 * A folder is any that holds `labels.json` beside captures, firewall logs and web logs, or holds such folders. Without one: `samples`, and the
 * laboratory recordings beside the project when they are there. Each set is judged from each kind of input alone and from all
 * together; sets of one folder are also judged merged, as one estate's day. It prints; it never fails on a number.
 */
import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { analyze } from "../src/stories/analyze.ts";
import { printScale } from "./accuracy/checks/at-scale.ts";
import { printCheckRecall } from "./accuracy/checks/check-recall.ts";
import { printLedgerAgreement } from "./accuracy/exposures/print-exposures.ts";
import { falseAlarmsOf } from "./accuracy/false-alarms.ts";
import { printFormatAgreement } from "./accuracy/formats/print-formats.ts";
import { type InputKind, type LabelledSet, labelledSetsBelow, mergedSet } from "./accuracy/labelled-sets.ts";
import { linkScoreOf } from "./accuracy/links.ts";
import { type Outcome, printFalseAlarms, printLinks, printNames, printRanking, printTable } from "./accuracy/print.ts";
import { rankingOf } from "./accuracy/ranking.ts";
import { scoreOf } from "./accuracy/score.ts";
import { printToolConfusion } from "./accuracy/tools.ts";
import { printScenarios, printSeeds } from "./scenarios/print.ts";

const defaultFolders = ["samples", "../shared/data/lab"];

/** Half of nuclei's templates; the section on checks is skipped where they are not. */
const templates = "../shared/intel/nuclei/templates-half.tar.gz";

/** A way of looking at a set: which kinds of its inputs are read. */
const views: readonly (readonly InputKind[])[] = [
  ["capture"],
  ["firewall"],
  ["web"],
  ["firewall", "web"],
  ["capture", "firewall", "web"],
];

const { values, positionals } = parseArgs({
  options: {
    json: { type: "string" },
    scenarios: { type: "boolean" },
    seed: { type: "string" },
    seeds: { type: "string" },
    checks: { type: "boolean" },
    tools: { type: "boolean" },
    formats: { type: "boolean" },
    exposures: { type: "boolean" },
  },
  allowPositionals: true,
});
if (values.scenarios) {
  if (values.seeds === undefined) await printScenarios(Number(values.seed ?? 1));
  else await printSeeds(Number(values.seeds));
  process.exit();
}
if (values.checks) {
  await printCheckRecall(templates);
  if (existsSync(templates)) await printScale(templates);
  process.exit();
}
if (values.formats) {
  printFormatAgreement(positionals[0] ?? "../shared/data/formats");
  process.exit();
}
if (values.exposures) {
  await printLedgerAgreement(positionals.length > 0 ? positionals : defaultFolders);
  process.exit();
}
if (values.tools) {
  await printToolConfusion(positionals.length > 0 ? positionals : defaultFolders);
  process.exit();
}
const outcomes: Outcome[] = [];
for (const folder of positionals.length > 0 ? positionals : defaultFolders) {
  const sets = labelledSetsBelow(folder);
  if (sets.length === 0 && positionals.length > 0) console.error(`${folder}: no labels.json in it or below it`);
  for (const set of sets) outcomes.push(...(await outcomesOf(set)));
  if (sets.length > 1) outcomes.push(...(await outcomesOf(mergedSet("merged", sets))));
}
printTable(outcomes);
printFalseAlarms(outcomes);
printRanking(outcomes);
printLinks(outcomes);
printNames(outcomes);
if (positionals.length === 0) await printCheckRecall(templates);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcomes, null, 1)}\n`);

async function outcomesOf(set: LabelledSet): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (const view of views) {
    const kinds = view.filter((kind) => set.inputs[kind].length > 0);
    const isRepeated = found.some((outcome) => outcome.kinds.join() === kinds.join());
    if (kinds.length > 0 && !isRepeated) found.push(await outcomeOf(set, kinds, view.length === 3));
  }
  return found;
}

async function outcomeOf(set: LabelledSet, kinds: readonly InputKind[], isAll: boolean): Promise<Outcome> {
  const about = { set: set.name, view: isAll ? "all" : kinds.join("+"), kinds };
  const beganMs = performance.now();
  try {
    const { report } = await analyze({ inputs: kinds.flatMap((kind) => set.inputs[kind]), now: Date.now() });
    const score = scoreOf(report, set.labels, kinds);
    return {
      ...about,
      seconds: (performance.now() - beganMs) / 1000,
      observations: report.counts.observations,
      unread: report.inputs.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error}`])),
      home: { inferred: report.home, labelled: set.labels.protected ?? [] },
      score,
      ranking: rankingOf(report, set.labels),
      links: linkScoreOf(report, set.labels, kinds),
      falseAlarms: falseAlarmsOf(score.wrong.length, set.labels),
    };
  } catch (cause) {
    return {
      ...about,
      seconds: (performance.now() - beganMs) / 1000,
      problem: (cause as Error).stack ?? String(cause),
    };
  }
}
