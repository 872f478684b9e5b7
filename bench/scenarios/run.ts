import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePrefix } from "../../src/observations/prefix.ts";
import { analyze } from "../../src/stories/analyze.ts";
import type { Report } from "../../src/stories/report.ts";
import { type Judged, scoreOf } from "../accuracy/score.ts";
import { innocentClients } from "./clients.ts";
import { disguises, type ScenarioProgram } from "./disguises.ts";
import { innocents } from "./innocents.ts";
import { moreDisguises } from "./more-disguises.ts";
import { moreInnocents } from "./more-innocents.ts";
import { packetDisguises } from "./packets.ts";
import { Site } from "./site.ts";

/** What came of one scenario. */
export interface ScenarioOutcome {
  readonly name: string;
  /** Labelled scanners, and how many of them were found. */
  readonly scanners: number;
  readonly found: number;
  readonly suspects: number;
  /** Innocent sources, those called a scanner, and the incidents that name one of them. */
  readonly innocents: number;
  readonly wrong: readonly string[];
  readonly wrongIncidents: number;
  /** Members of the largest campaign. */
  readonly campaign: number;
  readonly judged: readonly Judged[];
  /** How surely each campaign member was said to be one, and whether it is a scanner. */
  readonly members: readonly { readonly stated: number; readonly isRight: boolean }[];
}

const HOME = ["198.51.100.0/24", "2001:db8:5100::/48"];

/** All scenarios: scans first. */
export const programs = [
  ...disguises,
  ...moreDisguises,
  ...packetDisguises,
  ...innocents,
  ...moreInnocents,
  ...innocentClients,
];

/** Writes every scenario with this seed into a folder of its own, judges it, and removes it. */
export async function* runScenarios(seed: number, budget = 1): AsyncGenerator<ScenarioOutcome> {
  for (const program of programs) yield await runScenario(program, seed, budget);
}

/** Writes one scenario, judges it, and removes it. */
export async function runScenario(
  { name, declared, write }: ScenarioProgram,
  seed: number,
  budget: number,
): Promise<ScenarioOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "vedette-scenario-"));
  try {
    const site = new Site(seed);
    write(site);
    const scanners = declared === undefined ? [] : [{ address: parsePrefix(declared)!, name: "own scanner" }];
    const { report } = await analyze({ inputs: site.write(folder), home: HOME, budget, now: 0, scanners });
    return outcomeOf(name, site, report);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outcomeOf(name: string, site: Site, report: Report): ScenarioOutcome {
  const score = scoreOf(report, { actors: site.labels }, ["firewall", "web"]);
  const wrong = new Set(score.wrong.map(({ address }) => address));
  return {
    name,
    scanners: score.found.length + score.suspects.length + score.missed.length,
    found: score.found.length,
    suspects: score.suspects.length,
    innocents: score.wrong.length + score.benign.length,
    wrong: [...wrong],
    wrongIncidents: report.incidents.filter(({ members }) => members.some((member) => wrong.has(member))).length,
    campaign: Math.max(
      0,
      ...report.incidents.filter(({ kind }) => kind === "campaign").map(({ members }) => members.length),
    ),
    members: report.incidents.flatMap(({ memberships = [] }) =>
      memberships.map(({ address, probability }) => ({ stated: probability, isRight: !wrong.has(address) })),
    ),
    judged: [...score.found, ...score.suspects, ...score.missed, ...score.wrong, ...score.benign],
  };
}
