import { existsSync } from "node:fs";
import { join } from "node:path";
import { exceptions } from "../../../tests/formats/exceptions.ts";
import { type Agreement, agreementsOf, type ParsedLog } from "./agreement.ts";
import { crowdsecLogs } from "./crowdsec.ts";
import { filebeatLogs } from "./filebeat.ts";
import { suricataLogs, zeekLogs } from "./sensors.ts";

const MOST_SHOWN = 20;

/** Prints how many lines of each format agree with what other parsers made of the samples in `folder`, and which do not. */
export function printFormatAgreement(folder: string): void {
  if (!existsSync(folder)) {
    console.log(`${folder} is not there: nothing to compare with.`);
    return;
  }
  const agreements = agreementsOf(logsBelow(folder));
  console.log("Lines in which every field agrees with what others read in the same lines:\n");
  console.log("format               read by          lines    agree   aside    share  fields compared");
  for (const agreement of agreements) console.log(rowOf(agreement));
  for (const agreement of agreements.filter(({ differing, aside }) => differing.length + aside > 0))
    printDiffering(agreement);
}

function* logsBelow(folder: string): Generator<ParsedLog> {
  yield* filebeatLogs(join(folder, "elastic-beats"));
  const hub = join(folder, "crowdsec-hub/crowdsecurity+hub/.tests");
  if (existsSync(hub)) yield* crowdsecLogs(hub);
  for (const part of ["zeek-logs", "ids-log-tests"]) yield* zeekLogs(join(folder, part));
  yield* suricataLogs(join(folder, "eve-alerts"));
}

/** The share is of the lines that are not read otherwise on purpose. */
function rowOf({ format, corpus, lines, agreeing, aside, fields }: Agreement): string {
  const share = lines === aside ? "" : `${((100 * agreeing) / (lines - aside)).toFixed(1)} %`;
  const counts = [lines, agreeing, aside].map((count) => `${count}`.padStart(7));
  return [format.padEnd(20), corpus.padEnd(14), ...counts, share.padStart(8), "", [...fields].join(", ")].join(" ");
}

function printDiffering({ format, corpus, differing, aside }: Agreement): void {
  console.log(`\n${format}, ${corpus}: ${aside} read otherwise on purpose, ${differing.length} others`);
  const known = aside > 0 ? exceptions.filter((each) => each.format === format && each.lines.includes(corpus)) : [];
  for (const { lines, reason } of known) console.log(`  ${lines}: ${reason}`);
  for (const text of differing.slice(0, MOST_SHOWN)) console.log(`  ${text.slice(0, 200)}`);
  if (differing.length > MOST_SHOWN) console.log(`  and ${differing.length - MOST_SHOWN} more`);
}
