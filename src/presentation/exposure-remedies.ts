import type { ExposureReport, RemedyReport } from "../stories/report.ts";
import { describePlace } from "./exposure-words.ts";
import { listSome } from "./words.ts";

/** Remedies listed; the JSON report has all. */
const MOST_LISTED = 40;

/** What to do about all that was revealed, each thing once with the places it is for: updates first. Lines to be wrapped. */
export function listRemedies(exposures: readonly ExposureReport[]): string[] {
  const wanted = exposures.flatMap((exposure) =>
    (exposure.remedies ?? []).map((remedy) => ({ remedy, place: describePlace(exposure) })),
  );
  const alike = [...Map.groupBy(wanted, ({ remedy }) => JSON.stringify(remedy)).values()].sort(
    (a, b) => Number(b[0]!.remedy.mitigation === "M1051") - Number(a[0]!.remedy.mitigation === "M1051"),
  );
  if (alike.length === 0) return [];
  const left = alike.length - MOST_LISTED;
  return [
    "",
    "What to do, first things first:",
    ...alike
      .slice(0, MOST_LISTED)
      .flatMap((same) => describeRemedy(same[0]!.remedy, [...new Set(same.map(({ place }) => place))])),
    ...(left > 0 ? [`And ${left} more: the JSON report holds all.`] : []),
  ];
}

function describeRemedy(remedy: RemedyReport, places: readonly string[]): string[] {
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
