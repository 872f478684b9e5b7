import type { Command } from "commander";
import { formats } from "../formats/index.ts";
import { formatTable } from "../presentation/table.ts";
import { terminalOptions, writeOut } from "./streams.ts";

const examples = `Examples:
  vedette formats
  vedette analyze --format netfilter firewall.log
`;

/** `vedette formats`: what can be read, and the names for `--format`. */
export function addFormats(program: Command): void {
  program
    .command("formats")
    .summary("list what can be read")
    .description("List what can be read.")
    .addHelpText("before", examples)
    .action(() => writeOut(formatFormats()));
}

function formatFormats(): string {
  const rows = formats.map((format) => [format.id, format.kind, format.title]);
  const columns = [{ title: "Name" }, { title: "Kind" }, { title: "What" }];
  const lines = formatTable(columns, rows, Math.max(100, terminalOptions().width ?? 80));
  return `${lines.join("\n")}\n\nFiles may be compressed with gzip or zstd. The format is recognised by content; --format overrides.\n`;
}
