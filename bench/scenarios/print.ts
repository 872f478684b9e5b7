import { decisionQuantile, type Judged } from "../accuracy/score.ts";
import { runChains } from "./chains.ts";
import { runScenarios, type ScenarioOutcome } from "./run.ts";

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
  const judged = outcomes.flatMap((outcome) => outcome.judged);
  printTradeOff(judged);
  printReliability(outcomes);
  console.log("\nhand-overs: scans linked to who used them; links to somebody else\n");
  for await (const { name, chains, linked, links, wrong } of runChains(seed))
    console.log(
      `${name.padEnd(64)} ${linked} of ${chains} linked; ${wrong.length} of ${links} links wrong ${wrong.join(", ")}`,
    );
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

/** What a higher or lower threshold would cost: who reaches it, and after how many observations the verdict fell. */
function printTradeOff(judged: readonly Judged[]): void {
  const scanners = judged.filter(isScanner);
  const innocents = judged.filter((each) => !isScanner(each));
  console.log("\nthe trade-off, over single sources: highest scores against a threshold (budget 1 sets 9.2)");
  console.log("threshold  scanners above  innocents above  per 1,000 innocents");
  for (const threshold of [3, 4.6, 6.2, 7.8, 9.2, 11.5, 13.8]) {
    const above = (each: Judged) => each.score >= threshold;
    const wrong = innocents.filter(above).length;
    const share = ((100 * scanners.filter(above).length) / scanners.length).toFixed(1);
    const rate = ((1000 * wrong) / innocents.length).toFixed(2);
    console.log(
      `${threshold.toFixed(1).padStart(9)} ${`${share}%`.padStart(15)} ${String(wrong).padStart(16)} ${rate.padStart(20)}`,
    );
  }
  const found = scanners.filter(({ decidedAfter }) => decidedAfter !== undefined);
  const quantiles = [0.5, 0.9, 0.99].map((share) => `${share * 100} %: ${decisionQuantile(found, share)}`);
  console.log(`observations to the decision: ${quantiles.join(", ")}`);
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
