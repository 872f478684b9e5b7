import { join } from "node:path";
import { UserProblem } from "../../../bytes/problem.ts";
import { parseCsvLine } from "../files/csv.ts";
import { readLines } from "../files/source.ts";
import { writeKeyedFile } from "../forms/keyed-file.ts";
import type { Importer } from "../importer.ts";

/** FIRST's EPSS scores, CSV: a comment with the day, `cve,epss,percentile`, one vulnerability a line. */
export const importEpss: Importer = async (source, { folder, tally }) => {
  const values = new Map<string, string>();
  let dataDate: string | undefined;
  for await (const file of source.files((name) => /\.csv(\.gz)?$/.test(name))) {
    let number = 0;
    for await (const line of readLines(file)) {
      number++;
      dataDate ??= /^#.*score_date:(\d{4}-\d\d-\d\d)/.exec(line)?.[1];
      if (line === "" || line.startsWith("#") || line.startsWith("cve,")) continue;
      const [cve = "", score = "", percentile = ""] = parseCsvLine(line);
      if (!/^CVE-\d{4}-\d{4,7}$/.test(cve) || !isShare(score))
        tally.reject("a line is no score of a CVE", `${file.name}:${number}`);
      else values.set(cve, isShare(percentile) ? `${score} ${percentile}` : score);
    }
  }
  if (values.size === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no EPSS scores`);
  tally.count("scores", values.size);
  writeKeyedFile(join(folder, "epss.keys"), values);
  return dataDate === undefined ? {} : { dataDate };
};

function isShare(text: string): boolean {
  return /^\d(\.\d{1,20})?(e-\d{1,2})?$/i.test(text) && Number(text) <= 1;
}
