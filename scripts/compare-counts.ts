// Compares how many packets captures have here with what `capinfos` counts, and tells what took longer than a second.
// `node scripts/compare-counts.ts CAPTURE|FOLDER...`; docs/captures.md lists the differences and their causes.
import { spawnSync } from "node:child_process";
import { filesUnder, readCapture } from "./read-capture.ts";

/** Packets by file. */
function countedByCapinfos(files: readonly string[]): Map<string, number> {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 } as const;
  const { stdout } = spawnSync("capinfos", ["-c", "-M", "-T", "-r", ...files], options);
  const rows = stdout.split("\n").map((line) => line.split("\t"));
  return new Map(rows.map(([file = "", packets]) => [file, Number(packets)]));
}

const files = filesUnder(process.argv.slice(2));
const countedThere = countedByCapinfos(files);
const total = { here: 0, both: 0, equal: 0 };
for (const file of files) {
  const begun = performance.now();
  const tally = await readCapture(file);
  const seconds = (performance.now() - begun) / 1000;
  if (seconds > 1) console.log(`${file}: read in ${seconds.toFixed(1)} s`);
  if (tally === undefined) continue;
  const counted = countedThere.get(file);
  total.here++;
  if (counted !== undefined) total.both++;
  if (counted === tally.records) total.equal++;
  else console.log(`${file}: ${tally.records} here, ${counted ?? "refused"} there`, [...tally.rejects.keys()]);
}
console.log(`${total.here} captures, ${total.both} of them read by capinfos too, ${total.equal} with as many packets`);
