import type { ExposureChange } from "../stories/exposure-diff.ts";
import type { ExposureReport } from "../stories/report.ts";
import { describePlace, describeSoftware } from "./exposure-words.ts";
import { listSome } from "./words.ts";

/** What is said of a comparison, in the order in which it deserves attention. */
export const changeTitles: readonly (readonly [ExposureChange["change"], string])[] = [
  ["gone", "No longer revealed"],
  ["changed", "Revealed otherwise"],
  ["new", "Newly revealed"],
  ["unseen", "Not seen later, which proves nothing"],
  ["same", "Still revealed"],
];

/** In what words one place said something. */
export function listWordings(all: readonly ExposureReport[]): string {
  return listSome([...new Set(all.map(({ text }) => text))], 3);
}

/** What one actor was told. */
export function listTold(exposures: readonly ExposureReport[]): string {
  return listSome([...new Set(exposures.map((each) => `${describeSoftware(each)} at ${describePlace(each)}`))], 6);
}
