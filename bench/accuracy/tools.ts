import { knowledge } from "../../src/knowledge/index.ts";
import { analyze } from "../../src/stories/analyze.ts";
import type { ActorReport } from "../../src/stories/report.ts";
import { type LabelledActor, labelledSetsBelow } from "./labelled-sets.ts";

/** As if no client said who it is: no user agent, no SSH ident. */
const nameless: typeof knowledge = { ...knowledge, agentOf: () => ({ kind: "none", weight: 0 }) };

interface Source {
  readonly tools: ReadonlySet<string>;
  readonly isBenign: boolean;
  readonly isListed: boolean;
  named: string;
}

/**
 * Which tool is named for whom, from captures alone in which no client says who it is: a line per labelled tool, with what the strongest sign of its sources
 * was taken for. A source of several tools may be named after any of them. Nobody named is no mistake, but is not found.
 */
export async function printToolConfusion(folders: readonly string[]): Promise<void> {
  console.log("tools named from captures without user agents and idents; a row per source, its strongest sign\n");
  let all: Source[] = [];
  for (const set of folders.flatMap((folder) => labelledSetsBelow(folder))) {
    if (set.inputs.capture.length === 0) continue;
    const { report } = await analyze({ inputs: set.inputs.capture, now: Date.now(), knowledge: nameless });
    const sources = sourcesOf(set.labels.actors, report.actors);
    printFigures(set.name, sources);
    all = [...all, ...sources];
  }
  printFigures("all", all);
  const scanners = all.filter(({ isBenign }) => !isBenign);
  console.log("\ntool -> named (sources)");
  for (const [tool, sources] of [...Map.groupBy(scanners, ({ tools }) => [...tools].sort().join("+"))].sort()) {
    const named = [...Map.groupBy(sources, (source) => source.named)].sort((a, b) => b[1].length - a[1].length);
    console.log(`${tool.padEnd(18)} ${named.map(([name, { length }]) => `${name} ${length}`).join(", ")}`);
  }
}

function sourcesOf(actors: readonly LabelledActor[], reported: readonly ActorReport[]): Source[] {
  const named = new Map(reported.map(({ address, tools }) => [address, tools[0]?.name ?? "-"]));
  const shown = actors.filter(({ packets }) => (packets ?? 1) > 0);
  const bySource = Map.groupBy(
    shown.flatMap((actor) => actor.sources.map((source) => ({ source, actor }))),
    ({ source }) => source,
  );
  return [...bySource].map(([source, each]) => {
    const scanning = each.filter(({ actor }) => actor.kind !== "benign");
    return {
      tools: new Set(scanning.map(({ actor }) => actor.tool)),
      isBenign: scanning.length === 0,
      isListed: named.has(source),
      named: named.get(source) ?? "-",
    };
  });
}

function printFigures(name: string, sources: readonly Source[]): void {
  const scanners = sources.filter(({ isBenign }) => !isBenign);
  if (scanners.length === 0) return;
  const named = sources.filter((source) => source.named !== "-");
  const right = named.filter((source) => source.tools.has(source.named));
  const share = (part: number, whole: number) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);
  const precision = share(right.length, named.length);
  const recall = share(right.length, scanners.length);
  const listed = share(right.length, scanners.filter(({ isListed }) => isListed).length);
  const ordinary = sources.filter(({ isBenign }) => isBenign);
  const wrong = ordinary.filter((source) => source.named !== "-").length;
  console.log(
    `${name.padEnd(18)} sources ${scanners.length}, named ${named.length}, right ${right.length}: precision ${precision}, recall ${recall}, of those in the report ${listed}; ordinary sources named ${wrong} of ${ordinary.length}`,
  );
}
