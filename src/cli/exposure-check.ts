import { lookup } from "node:dns/promises";
import { type Asked, type AskingOptions, askAll } from "../asking/ask-all.ts";
import { agentOf } from "../asking/asks.ts";
import { type Errand, planErrands } from "../asking/assets.ts";
import { ordinaryBounds } from "../asking/recording.ts";
import { UserProblem } from "../bytes/problem.ts";
import { formatPrefix } from "../observations/prefix.ts";
import { formatChecked } from "../presentation/exposure-checked.ts";
import { formatExposures, formatExposureTable } from "../presentation/exposure-lists.ts";
import { renderExposurePage } from "../presentation/exposure-page.ts";
import { formatJson } from "../presentation/json.ts";
import { reportCheck } from "../stories/exposure-check.ts";
import type { Report } from "../stories/report.ts";
import { readConfig } from "./config.ts";
import { Exit } from "./exit.ts";
import { formatParts, outputOf } from "./exposure-outputs.ts";
import { type Interruption, withInterrupt } from "./interrupt.ts";
import { openKnown } from "./known.ts";
import { checkOutputs, type Output, writeOutputs } from "./output-files.ts";
import { ProgressBar } from "./progress-bar.ts";
import { currentMs } from "./settings.ts";
import { openStore, storeRun } from "./store-file.ts";
import { terminalOptions, writeOut } from "./streams.ts";
import { ownVersion } from "./version.ts";

type Options = Readonly<Record<string, unknown>>;

const MOST_A_SECOND = 50;
const MOST_SECONDS = 60;

/** `vedette exposure check`: asks declared hosts of the user's own, and tells what they revealed. */
export async function runCheck(hosts: readonly string[], options: Options): Promise<number> {
  const rate = numberOf(options, "rate", 5, MOST_A_SECOND);
  const totalMs = 1000 * numberOf(options, "timeout", ordinaryBounds.totalMs / 1000, MOST_SECONDS);
  const outputs = outputsOf(options);
  const storeFile = typeof options.store === "string" ? options.store : undefined;
  const stores = storeFile === undefined ? [] : [{ option: "--store", file: storeFile, format: () => [""] }];
  checkOutputs([...outputs, ...stores], []);
  const { assets, contact } = await readConfig(options.config as string | undefined);
  if (contact === undefined) {
    throw new UserProblem(
      "config-invalid",
      "the configuration names no `contact`: whoever is asked must know whom to ask back",
    );
  }
  const errands = await planErrands(assets, hosts, (name) => lookup(name, { all: true }));
  const { intel } = await openKnown({ knowledge: options.knowledge as string | undefined });
  const agent = agentOf(ownVersion(), contact);
  try {
    return await withInterrupt(async (interruption) => {
      const asked = await askWithProgress(
        errands,
        { agent, rate, bounds: { ...ordinaryBounds, totalMs } },
        interruption,
      );
      const home = [...new Set(assets.map(({ network }) => formatPrefix(network)))];
      const unasked = errands.length - asked.length;
      const report = reportCheck(asked, { nowMs: currentMs(), home, unasked, intel });
      await tell(report, outputs);
      if (storeFile !== undefined) await storeRun(await openStore(storeFile), report);
      return interruption.exit ?? Exit.done;
    });
  } finally {
    intel?.close();
  }
}

async function tell(report: Report, outputs: readonly Output<Report>[]): Promise<void> {
  if (outputs.every(({ file }) => file !== "-")) {
    const width = terminalOptions().width ?? 80;
    await writeOut(formatExposures(report, width) + formatChecked(report, width));
  }
  await writeOutputs(outputs, report);
}

function outputsOf(options: Options): Output<Report>[] {
  return [
    ...outputOf<Report>(options, "save", formatJson),
    ...outputOf<Report>(options, "json", ({ exposures, checked, coverage }) =>
      formatParts({ exposures, checked, coverage }),
    ),
    ...outputOf<Report>(options, "csv", formatExposureTable),
    ...outputOf<Report>(options, "html", (report) => [renderExposurePage(report)]),
  ];
}

async function askWithProgress(
  errands: readonly Errand[],
  options: Pick<AskingOptions, "agent" | "rate" | "bounds">,
  { signal }: Interruption,
): Promise<Asked[]> {
  const bar = new ProgressBar();
  const onAsk = ({ place }: Errand, done: number) =>
    bar.showSteps(done, errands.length, `${place.address}:${place.port}`);
  try {
    return await askAll(errands, { ...options, signal, onAsk });
  } finally {
    bar.clear();
  }
}

/** @throws UserProblem for what is no number above 0, or more than `most` */
function numberOf(options: Options, name: string, ordinary: number, most: number): number {
  const given = options[name];
  const value = given === undefined ? ordinary : Number(given);
  if (value > 0 && value <= most) return value;
  throw new UserProblem("option-invalid", `--${name} '${given}' is not a number above 0 and at most ${most}`);
}
