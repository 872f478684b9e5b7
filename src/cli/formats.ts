import type { Command } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { openBytes } from "../bytes/read-bytes.ts";
import { captureSupport } from "../formats/captures/support.ts";
import { formats } from "../formats/index.ts";
import { openBody } from "../formats/input-body.ts";
import { explainRecognition } from "../formats/recognise.ts";
import { escapeText } from "../presentation/escape.ts";
import { formatTable } from "../presentation/table.ts";
import { terminalOptions, writeOut } from "./streams.ts";

const examples = `Examples:
  vedette formats
  vedette formats --explain unknown.log
  vedette analyze --format netfilter firewall.log
`;

/** `vedette formats`: what can be read, and the names for `--format`. */
export function addFormats(program: Command): void {
  program
    .command("formats")
    .summary("list what can be read")
    .description("List what can be read.")
    .option("--explain <file>", "say which formats a file (`-`: standard input) looks like, and why one is taken")
    .addHelpText("before", examples)
    .action(async ({ explain }: { explain?: string }) =>
      writeOut(explain === undefined ? formatFormats() : await explainFile(explain)),
    );
}

/** Which formats were tried on the first 64 KiB of a file, how surely each fits, and why the winner won. */
async function explainFile(name: string): Promise<string> {
  const bytes = await openBytes(name);
  try {
    const { head, envelope } = await openBody(bytes.chunks(), formats);
    if (head.length === 0) throw bytes.problem ?? new UserProblem("input-empty", `'${escapeText(name)}' is empty`);
    const { winner, tried, because } = explainRecognition(head, formats);
    const alike = tried.filter(({ surety }) => surety > 0);
    const rows = alike.map(({ format, surety }) => [format.id, surety.toFixed(2), format.title]);
    const columns = [{ title: "Name" }, { title: "Surety" }, { title: "What" }];
    const table = rows.length === 0 ? [] : ["", ...formatTable(columns, rows, terminalOptions().width ?? 80)];
    const inside = envelope === undefined ? "" : `, taken out of ${envelope.title},`;
    const verdict = winner === undefined ? `${inside} is not recognised` : `${inside} is read as '${winner.id}'`;
    const rest = `${tried.length - alike.length} other formats do not fit at all.`;
    return `${[`${escapeText(name)}${verdict}: ${escapeText(because)}.`, ...table, "", rest].join("\n")}\n`;
  } finally {
    bytes.close();
  }
}

function formatFormats(): string {
  const width = Math.max(100, terminalOptions().width ?? 80);
  const rows = formats.map((format) => [format.id, format.kind, format.title]);
  const lines = formatTable([{ title: "Name" }, { title: "Kind" }, { title: "What" }], rows, width);
  const { links, tunnels, streams, datagrams } = captureSupport();
  const inCaptures = [
    ...formatTable([{ title: "Link layers of captures" }, { title: "Numbers" }], links, width),
    "",
    ...formatTable([{ title: "Tunnels" }, { title: "Announced by" }], tunnels, width),
    "",
    `Conversations in streams: ${streams.join(", ")}.`,
    `In datagrams: ${datagrams.join(", ")}.`,
  ];
  const notes =
    "Files may be compressed with gzip or zstd, and with xz, bzip2 or lz4 where the tool of that name is installed.\n" +
    "The format is recognised by content; --format overrides.";
  return `${[...lines, "", ...inCaptures, "", notes].join("\n")}\n`;
}
