import { addressWords } from "../bytes/address.ts";
import type { Zone } from "../bytes/local-clock.ts";
import { UserProblem } from "../bytes/problem.ts";
import type { Format } from "../formats/format.ts";
import { formats } from "../formats/index.ts";
import { accessFormatOf } from "../formats/logs/custom-access.ts";
import { openInputs, type Reader } from "../formats/read-input.ts";
import { Tallied } from "../judgement/actor-table.ts";
import { Judge } from "../judgement/judge.ts";
import { restoreState, storeState } from "../judgement/state.ts";
import { RuleMatcher } from "../knowledge/checks/rules/rule-matcher.ts";
import { withRules } from "../knowledge/checks/rules/with-rules.ts";
import { knowledge } from "../knowledge/index.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import { listProgressOf } from "../knowledge/lists/word-lists.ts";
import type { Knowledge } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { BatchPool } from "../observations/batch-pool.ts";
import { ENOUGH_FOR_HOME, HomeFinder } from "../observations/home.ts";
import { type BatchSource, mergeByTime } from "../observations/merge.ts";
import { formatPrefix, type Prefix, PrefixSet, parsePrefix } from "../observations/prefix.ts";
import { type Skew, SkewMeter } from "../observations/skew.ts";
import { TlsSecrets } from "../wire/conversations/tls-secrets.ts";
import { type AttackVersion, inAttackVersion } from "./attack-version.ts";
import { buildReport, explainActor } from "./build-report.ts";
import { type ConfirmName, confirmNames } from "./confirm-names.ts";
import { findConnections } from "./connections.ts";
import { listCoverage } from "./coverage.ts";
import type { DeclaredScanner } from "./declared-scanners.ts";
import type { ActorReport, InputReport, Report } from "./report.ts";
import { Standings } from "./standings.ts";

/** Observations from which the skew between the inputs' clocks is measured. */
const SKEW_SAMPLE = 1_000_000;
/** Inputs whose clocks are compared with each other; more are not. */
const MOST_COMPARED = 16;
/** Wrong incidents a month that are accepted when the user does not say. */
const DEFAULT_BUDGET = 1;
const PROGRESS_EVERY_MS = 50;

export interface Progress {
  readonly bytesRead: number;
  readonly bytesTotal?: number;
  readonly records: number;
  /** The input that was read last. */
  readonly input: string;
}

export interface AnalyzeOptions {
  /** Paths; `-` is standard input. */
  readonly inputs: readonly string[];
  /** Home networks in CIDR form; inferred when absent or empty. */
  readonly home?: readonly string[];
  /** Format of all inputs; recognised by content when absent. */
  readonly format?: string;
  /** How web logs are written: a `log_format`, `LogFormat` or the name of a common one (formats/logs/custom-access.ts). */
  readonly logFormat?: string;
  /** Patterns that the user wrote for logs that nothing else reads (formats/pattern-text.ts). */
  readonly patterns?: string;
  /** Text of a key log (SSLKEYLOGFILE): TLS streams whose keys it holds are read. */
  readonly keyLog?: Uint8Array;
  /** Zone of time stamps that state none: minutes east of UTC, or `Europe/Berlin`. Default: UTC. */
  readonly zone?: Zone;
  /** Wrong incidents a month that are accepted. Default 1. */
  readonly budget?: number;
  /** Observations before or after these moments are not judged. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** What time it is, milliseconds since the Unix epoch. */
  readonly now: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** An address whose ledger is kept whole. */
  readonly explain?: string;
  /** Imported knowledge; the authored catalogues alone when absent. */
  readonly intel?: Intel;
  /** What to know without importing anything; the authored catalogues when absent. */
  readonly knowledge?: Knowledge;
  /** Scanners that the user runs or has let in. */
  readonly scanners?: readonly DeclaredScanner[];
  /** Looks up names of suspicious addresses, when the user asked for that; without it nothing is ever asked of anybody. */
  readonly confirmName?: ConfirmName;
  /** The version of ATT&CK whose ids and facts are told. */
  readonly attack?: AttackVersion;
  /**
   * Threads that may be used, this one included; each large file is then read by one of its own. The report is the same. Default 1.
   */
  readonly threads?: number;
  /** State of earlier runs to go on from: the file's name, and its bytes when it exists. `Analysis.state` is what to write back. */
  readonly state?: { readonly name: string; readonly bytes?: Uint8Array };
}

export interface Analysis {
  readonly report: Report;
  /** The entry of the address asked for with `explain`, also when it is a plain visitor; undefined when it was not seen. */
  readonly explained?: ActorReport | undefined;
  /** The state to carry to the next run, when one was asked for. */
  readonly state?: Uint8Array | undefined;
}

/**
 * Reads all inputs side by side in order of time, judges every actor, and reports.
 * @throws UserProblem for a mistake that makes the whole run pointless: a bad `--home`, an unknown format
 */
export async function analyze(options: AnalyzeOptions): Promise<Analysis> {
  const given = (options.home ?? []).map(readHome);
  const givenByUser = await givenFormats(options);
  const { readers, problems } = await openInputs(options.inputs, {
    formats: [...givenByUser, ...formats],
    // What the user wrote is known to this thread alone.
    readingThreads: givenByUser.length > 0 || (options.threads ?? 1) < 2 ? 0 : options.threads!,
    format: options.format,
    pool: new BatchPool(),
    nowMs: options.now,
    ...(options.zone === undefined ? {} : { zone: options.zone }),
    ...(options.keyLog === undefined ? {} : { secrets: secretsOf(options.keyLog) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const run = new Run(options, readers, given);
  try {
    await mergeByTime(readers, run.take, run.done);
  } finally {
    for (const reader of readers) reader.close();
  }
  const { judge, home, skews } = run.finish();
  if (options.confirmName !== undefined) await confirmNames(judge, options.confirmName, options.signal);
  const inputs = reportInputs(options.inputs, readers, problems);
  const { intel, attack } = options;
  const inputNames = readers.map(({ name }) => name);
  const standings = new Standings(judge, intel, options.scanners ?? []);
  const coverage = listCoverage(judge, readers, home, skews);
  // The search for what belongs together needs much room for a while, and the report much for good.
  const connections = findConnections(judge);
  const state = options.state === undefined ? undefined : storeState(judge);
  judge.stopObserving();
  const report = buildReport(judge, {
    intel,
    standings,
    generatedMs: options.now,
    inputs,
    inputNames,
    home: home.prefixes.map(formatPrefix),
    homeFrom: home.from,
    budget: options.budget ?? DEFAULT_BUDGET,
    coverage,
    connections,
  });
  const explained = explain(options.explain, judge, report, { inputNames, intel, standings });
  return { report: attack === undefined ? report : inAttackVersion(report, attack), explained, state };
}

/** Formats made of what the user wrote; on a tie of recognition they come before the known ones. */
async function givenFormats({ logFormat, patterns }: AnalyzeOptions): Promise<Format[]> {
  const given = logFormat === undefined ? [] : [accessFormatOf(logFormat)];
  if (patterns === undefined) return given;
  // Its engine for patterns is loaded by those only who ask for it.
  const { patternFormatOf } = await import("../formats/logs/pattern-log.ts");
  return [...given, patternFormatOf(patterns)];
}

/** @throws UserProblem when it is no key log */
function secretsOf(keyLog: Uint8Array): TlsSecrets {
  const secrets = new TlsSecrets();
  secrets.addKeyLog(keyLog);
  if (secrets.size > 0 || secrets.rejected === 0) return secrets;
  throw new UserProblem("option-invalid", "the file given with --keylog holds no session keys");
}

function readHome(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return prefix;
  throw new UserProblem(
    "home-invalid",
    `cannot take '${text}' as a home network: it is not an address or a CIDR prefix`,
  );
}

/** The authored fingerprints first: they say how to hide what they read. */
function withImported(authored: Knowledge, intel: Intel | undefined): Knowledge {
  if (intel === undefined) return authored;
  return {
    ...authored,
    checksOf: withRules(
      authored,
      intel.ruleIndexes().map((index) => new RuleMatcher(index)),
    ),
    softwareOf: (service, text) => authored.softwareOf(service, text) ?? intel.softwareOf(service, text),
    listProgressOf: (asked) => listProgressOf(asked, intel.wordLists()),
  };
}

interface Home {
  readonly prefixes: readonly Prefix[];
  readonly from: Report["homeFrom"];
  readonly because: string;
}

/** One pass over the inputs: holds the first observations back until it is settled which networks are home. */
class Run {
  readonly #options: AnalyzeOptions;
  readonly #readers: readonly Reader[];
  readonly #finder = new HomeFinder();
  #held: { batch: Batch; from: number; to: number }[] = [];
  #toRelease: { batch: Batch; source: BatchSource }[] = [];
  #heldRows = 0;
  readonly #skew: SkewMeter | undefined;
  #skewRows = 0;
  #judge: Judge | undefined;
  #home: Home | undefined;
  #toldMs = 0;

  constructor(options: AnalyzeOptions, readers: readonly Reader[], given: readonly Prefix[]) {
    this.#options = options;
    this.#readers = readers;
    if (readers.length > 1 && readers.length <= MOST_COMPARED) this.#skew = new SkewMeter(readers.length);
    if (given.length > 0) this.#settle({ prefixes: given, from: "given", because: "" });
  }

  readonly take = (batch: Batch, from: number, to: number): void => {
    if (this.#skew !== undefined && this.#skewRows < SKEW_SAMPLE) {
      this.#skew.observe(batch, from, to);
      this.#skewRows += to - from;
    }
    if (this.#judge !== undefined) {
      this.#observe(this.#judge, batch, from, to);
      return;
    }
    this.#finder.observe(batch, from, to);
    this.#held.push({ batch, from, to });
    this.#heldRows += to - from;
    const isHopeless = this.#readers.length === 1 && this.#finder.isHopeless;
    if (this.#heldRows >= ENOUGH_FOR_HOME || isHopeless) this.#settle(this.#finder.settle());
  };

  readonly done = (batch: Batch, source: BatchSource): void => {
    this.#tellProgress(batch);
    if (this.#judge === undefined) this.#toRelease.push({ batch, source });
    else source.release(batch);
  };

  finish(): { judge: Judge; home: Home; skews: readonly Skew[] } {
    if (this.#judge === undefined) this.#settle(this.#finder.settle());
    this.#judge!.settle();
    return { judge: this.#judge!, home: this.#home!, skews: this.#skew?.settle() ?? [] };
  }

  #settle(home: Home): void {
    this.#home = home;
    this.#judge = new Judge({
      knowledge: withImported(this.#options.knowledge ?? knowledge, this.#options.intel),
      home: home.prefixes.length > 0 ? new PrefixSet(home.prefixes) : undefined,
      budget: this.#options.budget ?? DEFAULT_BUDGET,
      explain: this.#options.explain === undefined ? undefined : addressWords(this.#options.explain),
    });
    const { state } = this.#options;
    if (state?.bytes !== undefined) restoreState(state.bytes, this.#judge, state.name);
    for (const { batch, from, to } of this.#held) this.#observe(this.#judge, batch, from, to);
    this.#held = [];
    for (const { batch, source } of this.#toRelease) source.release(batch);
    this.#toRelease = [];
  }

  #observe(judge: Judge, batch: Batch, from: number, to: number): void {
    const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = this.#options;
    if (sinceMs === Number.NEGATIVE_INFINITY && untilMs === Number.POSITIVE_INFINITY) {
      judge.observe(batch, from, to);
      return;
    }
    for (let row = from; row < to; row++) {
      if (batch.atMs[row]! >= sinceMs && batch.atMs[row]! <= untilMs) judge.observe(batch, row, row + 1);
    }
  }

  #tellProgress(batch: Batch): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < PROGRESS_EVERY_MS) return;
    this.#toldMs = nowMs;
    let bytesRead = 0;
    let bytesTotal: number | undefined = 0;
    let records = 0;
    for (const reader of this.#readers) {
      bytesRead += reader.bytesRead;
      bytesTotal =
        bytesTotal === undefined || reader.sizeBytes === undefined ? undefined : bytesTotal + reader.sizeBytes;
      records += reader.tally.records;
    }
    const input = this.#readers[batch.input]?.name ?? "";
    onProgress({ bytesRead, records, input, ...(bytesTotal === undefined ? {} : { bytesTotal }) });
  }
}

function reportInputs(
  names: readonly string[],
  readers: readonly Reader[],
  problems: readonly { readonly name: string; readonly problem: UserProblem }[],
): InputReport[] {
  const read = readers.map(reportInput);
  const failed = problems.map(({ name, problem }) => ({ ...unread, name, error: problem.message }));
  const all = [...read, ...failed];
  return names.flatMap((name) => {
    const at = all.findIndex((input) => input.name === name);
    return at < 0 ? [] : all.splice(at, 1);
  });
}

const unread = { format: "", bytes: 0, records: 0, rejected: 0, rejects: [], first: null, last: null };

function reportInput(reader: Reader): InputReport {
  const { tally } = reader;
  return {
    name: reader.name,
    format: reader.format.id,
    bytes: reader.bytesRead,
    records: tally.records,
    rejected: tally.rejected,
    rejects: [...tally.rejects]
      .map(([reason, { count, firstPosition }]) => ({ reason, count, firstPosition }))
      .sort((a, b) => b.count - a.count || a.firstPosition - b.firstPosition),
    first: Number.isNaN(tally.firstMs) ? null : new Date(tally.firstMs).toISOString(),
    last: Number.isNaN(tally.lastMs) ? null : new Date(tally.lastMs).toISOString(),
    ...(reader.problem === undefined ? {} : { error: reader.problem.message }),
  };
}

function explain(
  address: string | undefined,
  judge: Judge,
  report: Report,
  facts: Parameters<typeof explainActor>[2],
): ActorReport | undefined {
  const words = address === undefined ? undefined : addressWords(address);
  if (words === undefined) return undefined;
  const { actors } = judge;
  for (let row = 1; row < actors.end; row++) {
    const length = actors.get(row, Tallied.prefixLength);
    if (length !== 32 && length !== 128) continue;
    if (!actors.wordsOf(row).every((word, i) => word === words[i])) continue;
    const found = explainActor(judge, row, facts);
    return report.actors.find((actor) => actor.address === found.address) ?? found;
  }
  return undefined;
}
