import type { CheckedReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { formatTable } from "./table.ts";
import { formatPlural } from "./words.ts";

const receptionWord: Readonly<Record<CheckedReport["reception"], string>> = {
  answered: "answered",
  silent: "silent",
  closed: "closed",
  unreachable: "not reached",
};

/** Every service that a check asked, and how that ended, for a terminal of `width` columns. */
export function formatChecked({ checked = [] }: Pick<Report, "checked">, width: number): string {
  const rows = mapTexts(checked, escapeText).map((each) => [
    `${each.target.includes(":") ? `[${each.target}]` : each.target}:${each.port}/${each.transport}`,
    each.asked,
    receptionWord[each.reception],
    (each.notes ?? []).join("; "),
  ]);
  const columns = [{ title: "Asked" }, { title: "As" }, { title: "Was" }, { title: "" }];
  return [
    "",
    `${formatPlural(rows.length, "service")} asked, each once:`,
    ...formatTable(columns, rows, width),
    "",
  ].join("\n");
}
