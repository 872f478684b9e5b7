import type { FalseAlarms } from "./false-alarms.ts";
import type { InputKind } from "./labelled-sets.ts";
import type { LinkScore } from "./links.ts";
import type { Ranking } from "./ranking.ts";
import { decisionQuantile, hiddenBecause, type Judged, type Score } from "./score.ts";

/** What one run of the program on one view of one set gave. */
export interface Outcome {
  readonly set: string;
  readonly view: string;
  readonly kinds: readonly InputKind[];
  readonly seconds: number;
  /** Why there is no score. */
  readonly problem?: string;
  readonly observations?: number;
  /** Inputs that could not be read to their end, and why. */
  readonly unread?: readonly string[];
  readonly home?: { readonly inferred: readonly string[]; readonly labelled: readonly string[] };
  readonly score?: Score;
  readonly ranking?: Ranking;
  readonly links?: LinkScore;
  readonly falseAlarms?: FalseAlarms | undefined;
}

/** A line per set and view, and totals per view over the sets that were judged apart (a merged day repeats them). */
export function printTable(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(tableRow);
  const apart = outcomes.filter((outcome) => outcome.score !== undefined && outcome.set !== "merged");
  for (const view of new Set(apart.map((outcome) => outcome.view)))
    rows.push(tableRow({ ...totalOf(apart.filter((outcome) => outcome.view === view)), view }));
  console.log("scans: labelled scanners that the view shows at all; wrong: benign sources called a scanner;");
  console.log("hidden: not found, and the view cannot show that it scans; of shown: recall without those;");
  console.log("after: observations seen of a scanner when its verdict fell\n");
  printColumns([columns, ...rows]);
  for (const { set, view, problem } of outcomes) if (problem !== undefined) console.log(`${set} ${view}: ${problem}`);
}

/** Wrong incidents a month per set and view, with what the number is worth. */
export function printFalseAlarms(outcomes: readonly Outcome[]): void {
  console.log("\nwrong incidents a month = wrong * 30 days / the time that ordinary clients were at work;");
  console.log(
    "the 95 % interval is that of the count alone (Poisson). Minutes of recording, in which clients work faster than",
  );
  console.log(
    "people do, are scaled thousands of times: read it as an order of magnitude, and wrong per 1,000 benign beside it.\n",
  );
  const rows = outcomes.flatMap((outcome) => {
    const { falseAlarms, score } = outcome;
    if (falseAlarms === undefined || score === undefined) return [];
    const benign = score.wrong.length + score.benign.length;
    const { perMonth, low, high, periodSeconds } = falseAlarms;
    const minutes = (periodSeconds / 60).toFixed(1);
    const perThousand = benign === 0 ? "" : ((score.wrong.length / benign) * 1000).toFixed(1);
    const interval = `${low.toFixed(0)}..${high.toFixed(0)}`;
    return [[outcome.set, outcome.view, `${score.wrong.length}`, minutes, perMonth.toFixed(0), interval, perThousand]];
  });
  printColumns([["set", "view", "wrong", "minutes", "a month", "95 %", "per 1,000 benign"], ...rows]);
}

/** Whether what is to act on stands first, and who of those that only swept ports is to act on. */
export function printRanking(outcomes: readonly Outcome[]): void {
  console.log(
    "\nranking: act incidents that stand after a less urgent one; labelled sources that only swept ports and are",
  );
  console.log("to act on all the same\n");
  const rows = outcomes.flatMap(({ set, view, ranking }) => {
    if (ranking === undefined) return [];
    const { incidents, act, late, sweepers, raised } = ranking;
    return [[set, view, `${incidents}`, `${act}`, `${late}`, `${sweepers}`, `${raised.length}`, raised.join(" ")]];
  });
  printColumns([["set", "view", "incidents", "act", "late", "sweepers", "to act on", ""], ...rows]);
}

/** Scans that are linked to who used them. */
export function printLinks(outcomes: readonly Outcome[]): void {
  console.log(
    "\nhand-overs: of those labelled whose both sides the view shows, the linked ones; links to somebody else\n",
  );
  const rows = outcomes.flatMap(({ set, view, links }) => {
    if (links === undefined || links.labelled + links.links === 0) return [];
    const { labelled, linked, wrong } = links;
    return [[set, view, `${labelled}`, `${linked}`, `${wrong.length}`, wrong.join(", ")]];
  });
  printColumns([["set", "view", "labelled", "linked", "wrong", ""], ...rows]);
}

/** Everybody judged otherwise than labelled, by name, with what the inputs show of them. */
export function printNames(outcomes: readonly Outcome[]): void {
  for (const { set, view, score, home, unread } of outcomes) {
    if (score === undefined) continue;
    const lines = [
      ...(unread ?? []).map((input) => `unread    ${input}`),
      ...namesOf("wrong", score.wrong),
      ...namesOf("missed", score.missed),
      ...namesOf("suspect", score.suspects),
      ...score.unlabelled.map((address) => `unlabelled ${address}`),
    ];
    const strange = home?.inferred.filter((network) => !home.labelled.includes(network)) ?? [];
    if (strange.length > 0)
      lines.push(`home      inferred ${strange.join(", ")}; labelled ${home?.labelled.join(", ")}`);
    if (lines.length > 0) console.log(`\n${set} ${view}\n  ${lines.join("\n  ")}`);
  }
}

const columns =
  "set|view|scans|found|suspect|missed|recall|hidden|of shown|benign|wrong|precision|after median|p90|seconds".split(
    "|",
  );

function tableRow({ set, view, score, seconds }: Outcome): string[] {
  if (score === undefined) return [set, view, ...new Array<string>(columns.length - 3).fill("-"), seconds.toFixed(1)];
  const { found, suspects, missed, wrong, benign } = score;
  const scans = found.length + suspects.length + missed.length;
  const hidden = [...suspects, ...missed].filter((each) => hiddenBecause(each) !== undefined).length;
  const numbers = [scans, found.length, suspects.length, missed.length].map(String);
  const decided = [0.5, 0.9].map((share) => `${decisionQuantile(found, share) ?? "-"}`);
  return [
    set,
    view,
    ...numbers,
    percent(found.length, scans),
    `${hidden}`,
    percent(found.length, scans - hidden),
    `${benign.length + wrong.length}`,
    `${wrong.length}`,
    percent(found.length, found.length + wrong.length),
    ...decided,
    seconds.toFixed(1),
  ];
}

function totalOf(outcomes: readonly Outcome[]): Outcome {
  const all = (key: Exclude<keyof Score, "unlabelled">) => outcomes.flatMap(({ score }) => score![key]);
  return {
    set: "total",
    view: "",
    kinds: [],
    seconds: outcomes.reduce((sum, { seconds }) => sum + seconds, 0),
    score: {
      found: all("found"),
      suspects: all("suspects"),
      missed: all("missed"),
      wrong: all("wrong"),
      benign: all("benign"),
      unlabelled: outcomes.flatMap(({ score }) => score!.unlabelled),
    },
  };
}

/** One line each; sources that the labels describe alike, as those of one distributed scan, share a line. */
function namesOf(what: string, judged: readonly Judged[]): string[] {
  const alike = Map.groupBy(judged, (each) =>
    [...each.kinds, ...each.tools, ...each.notes, hiddenBecause(each)].join(),
  );
  return [...alike.values()].map((group) => {
    const [first] = group as [Judged, ...Judged[]];
    const more = group.length > 1 ? ` and ${group.length - 1} alike` : "";
    const why = hiddenBecause(first);
    return `${what.padEnd(8)}  ${first.address}${more}  ${nameOf(first)}${why === undefined ? "" : `  [${why}]`}`;
  });
}

function nameOf({ kinds, tools, notes, shown, verdict, score, decidedAfter }: Judged): string {
  const amount = Object.entries(shown)
    .map(([kind, count]) => `${count} ${kind === "capture" ? "packets" : `${kind} lines`}`)
    .join(", ");
  const decided = decidedAfter === undefined ? "" : ` after ${decidedAfter}`;
  const what = `${kinds.join("+")} ${tools.join("+")}${notes.length > 0 ? `: ${notes.join("; ")}` : ""}`;
  return `${verdict} ${score.toFixed(1)}${decided}  (${amount})  ${what}`;
}

const percent = (part: number, whole: number) => (whole === 0 ? "-" : `${((part / whole) * 100).toFixed(1)}%`);

function printColumns(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("  ")
        .trimEnd(),
    );
}
