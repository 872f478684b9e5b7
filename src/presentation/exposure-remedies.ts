import type { ExposureReport, RemedyReport } from "../stories/report.ts";
import { describePlace } from "./exposure-words.ts";
import { listSome } from "./words.ts";

/** Remedies listed; the JSON report has all. */
const MOST_LISTED = 40;

/** Something to do, and the places that it is for. */
export interface PlacedRemedy {
  readonly remedy: RemedyReport;
  readonly places: readonly string[];
}

/** What to do about all that was revealed, each thing once: updates first. */
export function groupRemedies(exposures: readonly ExposureReport[]): PlacedRemedy[] {
  const wanted = exposures.flatMap((exposure) =>
    (exposure.remedies ?? []).map((remedy) => ({ remedy, place: describePlace(exposure) })),
  );
  return [...Map.groupBy(wanted, ({ remedy }) => JSON.stringify(remedy)).values()]
    .map((same) => ({ remedy: same[0]!.remedy, places: [...new Set(same.map(({ place }) => place))] }))
    .sort((a, b) => Number(b.remedy.mitigation === "M1051") - Number(a.remedy.mitigation === "M1051"));
}

/** The same as lines to be wrapped. */
export function listRemedies(exposures: readonly ExposureReport[]): string[] {
  const alike = groupRemedies(exposures);
  if (alike.length === 0) return [];
  const left = alike.length - MOST_LISTED;
  return [
    "",
    "What to do, first things first:",
    ...alike.slice(0, MOST_LISTED).flatMap(describeRemedy),
    ...(left > 0 ? [`And ${left} more: the JSON report holds all.`] : []),
  ];
}

function describeRemedy({ remedy, places }: PlacedRemedy): string[] {
  const { mitigation, file, before, after, apply, hides, leaves, source } = remedy;
  return [
    "",
    `  ${mitigation}  ${remedy.do}`,
    `    for ${listSome(places, 4)}`,
    ...(file === undefined ? [] : [`    in ${file}:`]),
    ...quote("-", before),
    ...quote("+", after),
    ...(apply === undefined ? [] : [`    then ${apply}`]),
    ...(hides === undefined ? [] : [`    hides ${hides}`]),
    ...(leaves === undefined ? [] : [`    leaves ${leaves}`]),
    ...(source === undefined ? [] : [`    source: ${source}`]),
  ];
}

/** Lines of a file as in a patch. Texts are escaped by now, so that a line's end reads `\n`. */
function quote(sign: string, text = ""): string[] {
  return text === "" ? [] : text.split("\\n").map((line) => `      ${sign} ${line.trim()}`);
}
