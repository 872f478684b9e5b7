import type { CheckedReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { describePlace } from "./exposure-words.ts";
import { formatTable } from "./table.ts";
import { wrap } from "./width.ts";
import { formatPlural } from "./words.ts";

const receptionWord: Readonly<Record<CheckedReport["reception"], string>> = {
  answered: "answered",
  silent: "silent",
  closed: "closed",
  unreachable: "not reached",
};

/** Every service that a check asked, and how that ended, for a terminal of `width` columns. */
export function formatChecked({ checked = [] }: Pick<Report, "checked">, width: number): string {
  const all = mapTexts(checked, escapeText);
  const columns = [{ title: "Asked" }, { title: "As" }, { title: "Was" }];
  const rows = all.map((each) => [describePlace(each), each.asked, receptionWord[each.reception]]);
  const notes = all.flatMap((each) =>
    (each.notes ?? []).flatMap((note) => wrap(`${describePlace(each)}: ${note}.`, width)),
  );
  const head = `${formatPlural(rows.length, "service")} asked, each once:`;
  return ["", head, ...formatTable(columns, rows, width), ...notes, ""].join("\n");
}
