import { z } from "zod";
import { ActorReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";

/** The report as one JSON object: strings escaped as for a terminal (`jq -r` prints them raw), keys in the order of the contract, lists in the report's own order. */
export function formatJson(report: Report): string {
  return `${JSON.stringify(Report.parse(mapTexts(report, escapeText)), undefined, 2)}\n`;
}

/** The actors as one JSON object a line, what deserves attention first. Empty when there are none. */
export function formatActorLines(report: Report): string {
  return report.actors.map((actor) => `${JSON.stringify(ActorReport.parse(mapTexts(actor, escapeText)))}\n`).join("");
}

/** The JSON Schema (draft 2020-12) of the report. Fields are only ever added, so it lets pass what it does not know. */
export function formatReportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(Report, { target: "draft-2020-12", io: "input" });
  const head = { $schema, $id: "urn:vedette:report:1", title: "Vedette report", description: reportDescription };
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`;
}

const reportDescription =
  "What `vedette analyze --json` writes. Strings that come from inputs are data of unknown origin: escape them where they are shown.";
