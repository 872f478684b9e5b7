import { escapeText, mapTexts } from "../presentation/escape.ts";
import type { Output } from "./output-files.ts";

/** The output of `--name FILE`, when it was asked for. */
export function outputOf<Source>(
  options: Readonly<Record<string, unknown>>,
  name: string,
  format: Output<Source>["format"],
): Output<Source>[] {
  const file = options[name];
  return typeof file === "string" ? [{ option: `--${name}`, file, format }] : [];
}

/** A value as JSON, its strings escaped as for a terminal. */
export function formatParts(value: object): string[] {
  return [`${JSON.stringify(mapTexts(value, escapeText), undefined, 2)}\n`];
}
