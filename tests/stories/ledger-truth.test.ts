import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { programs } from "../../bench/scenarios/run.ts";
import { Site } from "../../bench/scenarios/site.ts";
import { analyze } from "../../src/stories/analyze.ts";
import type { ActorReport, Report } from "../../src/stories/report.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-ledger-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HALF_LIFE_MS = 7 * 86_400_000;
/** Weights and scores are given with three digits, and a ledger has some thirty rows. */
const ROUNDED = 0.02;

async function reportOf(name: string, seed: number): Promise<Report> {
  const site = new Site(seed);
  programs.find((program) => program.name === name)!.write(site);
  const inputs = site.write(join(folder, `${name} ${seed}`));
  return (await analyze({ inputs, home: ["198.51.100.0/24"], now: 0 })).report;
}

const reports: readonly (readonly [string, () => Promise<Report>])[] = [
  [
    "the sample day",
    async () =>
      (
        await analyze({
          inputs: ["capture.pcap.zst", "firewall.log", "access.log"].map((name) => `samples/${name}`),
          now: 0,
        })
      ).report,
  ],
  ...["alternating hits and misses", "one guess a day for 14 days", "behind the NAT of ten visitors", "decoys"].flatMap(
    (name) => [11, 12].map((seed) => [`${name}, seed ${seed}`, () => reportOf(name, seed)] as const),
  ),
];

describe.each(reports)("%s", (_, make) => {
  test("evidence adds up to the scores, and the decision falls where it is said to", async () => {
    const { actors, threshold } = await make();
    for (const actor of actors.filter(({ evidenceOmitted }) => evidenceOmitted === 0)) {
      expectScores(actor);
      expectDecision(actor, threshold);
    }
    for (const { evidence } of actors) for (const row of evidence) expectWeight(row);
  });
});

/** The sequential test, from the rows alone. */
function expectScores({ address, evidence, score }: ActorReport): void {
  let sum = 0;
  let scoredMs = 0;
  for (const row of evidence) {
    const atMs = Date.parse(row.at);
    sum = Math.max(0, sum * 0.5 ** (Math.max(0, atMs - scoredMs) / HALF_LIFE_MS) + row.weight);
    scoredMs = Math.max(scoredMs, atMs);
    expect(Math.abs(sum - row.score), `${address}: ${row.what}`).toBeLessThan(ROUNDED);
  }
  expect(Math.abs(sum - score)).toBeLessThan(ROUNDED);
}

/** Clipped and tired weights are nearer to nothing than the two probabilities say, never farther, nor of the other sign. */
function expectWeight({ what, weight, ifScanner, ifVisitor }: ActorReport["evidence"][number]): void {
  // Probabilities are given with six digits.
  const [low, high] = [-5e-7, 5e-7].map((error) => Math.log(ifScanner / Math.max(1e-9, ifVisitor - error)));
  expect(weight, what).toBeGreaterThanOrEqual(Math.min(0, low!, high!) - ROUNDED);
  expect(weight, what).toBeLessThanOrEqual(Math.max(0, low!, high!) + ROUNDED);
}

function expectDecision({ address, verdict, evidence, decidedAfter, decidedAt }: ActorReport, threshold: number): void {
  if (verdict !== "scanner" && verdict !== "research-scanner") return;
  const at = evidence.findIndex(({ score }) => score >= threshold - 0.001);
  expect(evidence[at]?.at, address).toBe(decidedAt);
  expect(evidence.slice(0, at + 1).filter(({ weight }) => weight > 0)).toHaveLength(decidedAfter!);
}
