import { describeFailure } from "../presentation/report-words.ts";
import type { Declared } from "../stores/records.ts";
import { type Analysis, type AnalyzeOptions, analyze } from "../stories/analyze.ts";
import type { InputReport, Report } from "../stories/report.ts";
import { Exit } from "./exit.ts";
import { type Interruption, withInterrupt } from "./interrupt.ts";
import { openKnown } from "./known.ts";
import { ProgressBar } from "./progress-bar.ts";
import { currentMs, type ReadingSettings } from "./settings.ts";
import { scannerOf } from "./store-file.ts";
import { say } from "./streams.ts";

/** An analysis and the exit status that its inputs ask for. */
export interface FinishedAnalysis {
  readonly analysis: Analysis;
  /** `Exit.done`, `Exit.failed` when an input could not be read to its end, or that of an interrupt. */
  readonly exit: number;
}

/**
 * Reads and judges the inputs, with a progress bar, until their end or an interrupt; names failed inputs on standard
 * error. `explain` is the address whose whole ledger is kept; `declared` are scanners that a store adds to the configured ones.
 */
export async function runAnalysis(
  settings: ReadingSettings,
  explain?: string,
  state?: AnalyzeOptions["state"],
  declared: readonly Declared[] = [],
): Promise<FinishedAnalysis> {
  return withInterrupt(async (interruption) => {
    const analysis = await analyzeWithProgress(settings, interruption, explain, state, declared);
    if (interruption.exit !== undefined) return { analysis, exit: interruption.exit };
    const failed = analysis.report.inputs.filter((input) => input.error !== undefined);
    for (const input of failed) say(describeFailure(input.name, input.error!));
    return { analysis, exit: failed.length > 0 ? Exit.failed : Exit.done };
  });
}

async function analyzeWithProgress(
  settings: ReadingSettings,
  interruption: Interruption,
  explain: string | undefined,
  state: AnalyzeOptions["state"],
  declared: readonly Declared[],
): Promise<Analysis> {
  const opened = await openKnown(settings.known);
  const known = { ...opened, scanners: [...(opened.scanners ?? []), ...declared.flatMap(scannerOf)] };
  const { inputs, home, format, logFormat, patterns, keyLog, zone, budget, threads, sinceMs, untilMs } = settings;
  const bar = new ProgressBar();
  try {
    return await analyze({
      ...known,
      inputs,
      home,
      threads,
      now: currentMs(),
      signal: interruption.signal,
      onProgress: (progress) => bar.show(progress),
      ...(format === undefined ? {} : { format }),
      ...(logFormat === undefined ? {} : { logFormat }),
      ...(patterns === undefined ? {} : { patterns }),
      ...(keyLog === undefined ? {} : { keyLog }),
      ...(zone === undefined ? {} : { zone }),
      ...(budget === undefined ? {} : { budget }),
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
      ...(explain === undefined ? {} : { explain }),
      ...(state === undefined ? {} : { state }),
    });
  } finally {
    bar.clear();
    known.intel?.close();
  }
}

/** Whether there is nothing to report: every input failed before its first record. */
export function isNothingRead(report: Report): boolean {
  return report.inputs.every((input: InputReport) => input.error !== undefined && input.records === 0);
}
