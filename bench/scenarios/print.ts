import { decisionQuantile, type Judged } from "../accuracy/score.ts";
import { runChains } from "./chains.ts";
import { programs, runScenario, runScenarios, type ScenarioOutcome } from "./run.ts";

/** Runs all scenarios and prints recall per disguise, wrong incidents per innocent scenario, the trade-off and the reliability. */
export async function printScenarios(seed: number): Promise<void> {
  const outcomes: ScenarioOutcome[] = [];
  console.log(
    `scenarios, seed ${seed}: sources found of those that scan; innocents called a scanner, and incidents that name them\n`,
  );
  console.log(`${"scenario".padEnd(52)} found        recall  campaign   innocents  wrong  incidents`);
  for await (const outcome of runScenarios(seed)) {
    outcomes.push(outcome);
    console.log(lineOf(outcome));
  }
  await printTradeOff(seed, outcomes);
  printReliability(outcomes);
  console.log("\nhand-overs: scans linked to who used them; links to somebody else\n");
  for await (const { name, chains, linked, links, wrong } of runChains(seed))
    console.log(
      `${name.padEnd(64)} ${linked} of ${chains} linked; ${wrong.length} of ${links} links wrong ${wrong.join(", ")}`,
    );
}

/** Recall and wrong innocents of each scenario, summed over seeds 1 to `seeds`; the flood is left out. */
export async function printSeeds(seeds: number): Promise<void> {
  console.log(`${"scenario".padEnd(60)} found        recall   innocents  wrong  incidents`);
  for (const program of programs.filter(({ isFlood }) => !isFlood)) {
    const outcomes: ScenarioOutcome[] = [];
    for (let seed = 1; seed <= seeds; seed++) outcomes.push(await runScenario(program, seed, 1));
    const sum = (count: (outcome: ScenarioOutcome) => number) =>
      outcomes.reduce((total, each) => total + count(each), 0);
    const scanners = sum((each) => each.scanners);
    const found = sum((each) => each.found);
    const recall = scanners === 0 ? "" : `${((100 * found) / scanners).toFixed(1)}%`;
    const ofScanners = scanners === 0 ? "" : `${found}/${scanners}`;
    const wrong = String(sum((each) => each.wrong.length)).padStart(6);
    const incidents = String(sum((each) => each.wrongIncidents)).padStart(10);
    const innocents = String(sum((each) => each.innocents)).padStart(11);
    console.log(
      `${program.name.padEnd(60)} ${ofScanners.padEnd(11)} ${recall.padStart(7)} ${innocents} ${wrong} ${incidents}`,
    );
  }
}

function lineOf({ name, scanners, found, campaign, innocents, wrong, wrongIncidents }: ScenarioOutcome): string {
  const recall = scanners === 0 ? "" : `${((100 * found) / scanners).toFixed(1)}%`;
  const ofScanners = scanners === 0 ? "" : `${found}/${scanners}`;
  const numbers = [
    String(innocents).padStart(9),
    String(wrong.length).padStart(6),
    String(wrongIncidents).padStart(10),
  ];
  return `${name.padEnd(52)} ${ofScanners.padEnd(11)} ${recall.padStart(7)} ${String(campaign || "").padStart(9)}   ${numbers.join(" ")}`;
}

const isScanner = ({ kinds }: Judged) => kinds.some((kind) => kind !== "benign");

/** Budgets of wrong incidents a month that set the thresholds ln(10,000 / budget) 4.6, 6.9, 9.2 and 11.5. */
const budgets = [100, 10, 1, 0.1];

/** What a higher or lower threshold would cost: after how many observations the verdict falls, and who is wrong. */
async function printTradeOff(seed: number, usual: readonly ScenarioOutcome[]): Promise<void> {
  console.log("\nthe trade-off: everything but the flood, judged with other budgets\n");
  console.log(
    "threshold  scanners found  observations to the decision: 50 %   90 %   99 %   innocents wrong  per 1,000",
  );
  for (const budget of budgets) {
    const outcomes: ScenarioOutcome[] = [];
    if (budget === 1) outcomes.push(...usual);
    else
      for (const program of programs.filter(({ isFlood }) => !isFlood))
        outcomes.push(await runScenario(program, seed, budget));
    const sum = (count: (outcome: ScenarioOutcome) => number) =>
      outcomes.reduce((total, each) => total + count(each), 0);
    const decided = outcomes.flatMap(({ judged }) => judged.filter(isScanner));
    const share = ((100 * sum(({ found }) => found)) / sum(({ scanners }) => scanners)).toFixed(1);
    const after = [0.5, 0.9, 0.99].map((each) => String(decisionQuantile(decided, each)).padStart(6)).join(" ");
    const wrong = sum((outcome) => outcome.wrong.length);
    const rate = ((1000 * wrong) / sum(({ innocents }) => innocents)).toFixed(2);
    const threshold = Math.log(10_000 / budget).toFixed(1);
    console.log(
      `${threshold.padStart(9)} ${`${share}%`.padStart(15)} ${after.padStart(50)} ${String(wrong).padStart(17)} ${rate.padStart(10)}`,
    );
  }
}

/** A score against the odds of one scanner in 10,000 sources, the odds that the threshold starts from at budget 1. */
const PRIOR_ODDS = 10_000;

/** Stated probabilities against how often they were right: of single sources (their score), and of campaign members. */
function printReliability(outcomes: readonly ScenarioOutcome[]): void {
  const singles = outcomes.flatMap(({ judged }) => judged.filter(({ score }) => score > 0));
  const ofScores = singles.map((each) => ({
    stated: 1 / (1 + PRIOR_ODDS * Math.exp(-each.score)),
    isRight: isScanner(each),
  }));
  for (const [title, claims] of [
    ["sources with a score", ofScores],
    ["campaign members", outcomes.flatMap(({ members }) => members)],
  ] as const) {
    console.log(`\nreliability of ${title}\nstated         count     right  observed`);
    for (const [from, to] of bands) {
      const within = claims.filter(({ stated }) => stated >= from && stated < to);
      const right = within.filter(({ isRight }) => isRight).length;
      const observed = within.length === 0 ? "" : (right / within.length).toFixed(3);
      console.log(
        `${`${from}–${Math.min(1, to)}`.padEnd(10)} ${String(within.length).padStart(9)} ${String(right).padStart(9)} ${observed.padStart(9)}`,
      );
    }
  }
}

const bands = [
  [0, 0.05],
  [0.05, 0.5],
  [0.5, 0.9],
  [0.9, 0.99],
  [0.99, 1.01],
] as const;
