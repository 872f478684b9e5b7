import { dirname } from "node:path";
import { analyze } from "../../../src/stories/analyze.ts";
import { labelledSetsBelow } from "../labelled-sets.ts";
import { type LedgerScore, scoreLedger } from "./ledger.ts";
import { placesIn, repliesIn } from "./replies.ts";
import { compareTruth, readTruth } from "./truth-file.ts";
import { hasTshark } from "./tshark.ts";

/** Holds the disclosure ledger of every labelled capture against what tshark reads in it, and against a list of the servers where one lies beside. */
export async function printLedgerAgreement(folders: readonly string[]): Promise<void> {
  if (!hasTshark()) {
    console.log("skipped: tshark (Debian's package of that name) is not installed");
    return;
  }
  console.log(
    "told: things told to receivers, by tshark, and how many the ledger has; named: exposures that name software, and how",
  );
  console.log("many do as the words do; wrong: tellings whose packet did not go from that server to that receiver\n");
  for (const set of folders.flatMap((folder) => labelledSetsBelow(folder))) {
    for (const capture of set.inputs.capture) {
      const { report } = await analyze({ inputs: [capture], now: Date.now() });
      print(capture, scoreLedger(report, await repliesIn(capture), await placesIn(capture)));
      const truth = readTruth(dirname(capture));
      if (truth === undefined) continue;
      const differences = compareTruth(report.exposures, truth);
      console.log(`  servers beside it: ${truth.length}, ${differences.length} differences`);
      for (const difference of differences) console.log(`    ${difference}`);
    }
  }
}

function print(capture: string, score: LedgerScore): void {
  const { told, known, named, agreed, tellings, wrong } = score;
  console.log(
    `${capture}: told ${known} of ${told} (${percent(known, told)}), named ${agreed} of ${named} (${percent(agreed, named)}), wrong ${wrong.length} of ${tellings}`,
  );
  for (const line of score.missed) console.log(`  missed     ${JSON.stringify(line)}`);
  for (const line of score.different) console.log(`  different  ${JSON.stringify(line)}`);
  for (const line of wrong) console.log(`  wrong      ${line}`);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`;
}
