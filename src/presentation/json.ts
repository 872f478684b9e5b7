import { z } from "zod";
import { ActorReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";

/**
 * The report as one JSON object: strings escaped as for a terminal (`jq -r` prints them raw), keys in the order of the
 * contract, lists in the report's own order. In parts, since many actors make a longer text than one string can hold.
 */
export function* formatJson(report: Report): Generator<string, void, void> {
  let separator = "{\n";
  for (const [key, definition] of Object.entries(Report.shape)) {
    const value = report[key as keyof Report];
    if (value === undefined && definition instanceof z.ZodOptional) continue;
    yield `${separator}  ${JSON.stringify(key)}: `;
    if (Array.isArray(value) && definition instanceof z.ZodArray) {
      yield* formatList(value, definition.element as z.ZodType);
    } else yield formatValue(value, definition, "  ");
    separator = ",\n";
  }
  yield "\n}\n";
}

function* formatList(items: readonly unknown[], definition: z.ZodType): Generator<string, void, void> {
  let separator = "[\n    ";
  for (const item of items) {
    yield separator + formatValue(item, definition, "    ");
    separator = ",\n    ";
  }
  yield items.length === 0 ? "[]" : "\n  ]";
}

/** `parse` puts an object's keys into the order of its definition, and is the last check of what we publish. */
function formatValue(value: unknown, definition: z.ZodType, indent: string): string {
  const ordered = definition.parse(mapTexts(value, escapeText));
  return JSON.stringify(ordered, undefined, 2).replaceAll("\n", `\n${indent}`);
}

/** The actors as one JSON object a line, what deserves attention first. Nothing when there are none. */
export function* formatActorLines(report: Report): Generator<string, void, void> {
  for (const actor of report.actors) yield `${JSON.stringify(ActorReport.parse(mapTexts(actor, escapeText)))}\n`;
}

/** The JSON Schema (draft 2020-12) of the report. Fields are only ever added, so it lets pass what it does not know. */
export function formatReportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(Report, { target: "draft-2020-12", io: "input" });
  const head = { $schema, $id: "urn:vedette:report:1", title: "Vedette report", description: reportDescription };
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`;
}

const reportDescription =
  "What `vedette analyze --json` writes. Strings that come from inputs are data of unknown origin: escape them where they are shown.";
