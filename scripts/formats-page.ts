import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Format } from "../src/formats/format.ts";
import { formats } from "../src/formats/index.ts";
import { exceptions } from "../tests/formats/exceptions.ts";

// The text of docs/formats.md: rules for people from scripts/formats-page.md, and a section for each format from what the code
// and its samples say, so that neither can be forgotten.

const root = join(import.meta.dirname, "..");
const folders = ["captures", "flows", "logs"];

export function formatFormatsPage(): string {
  const prose = readFileSync(join(import.meta.dirname, "formats-page.md"), "utf8");
  return prose
    .replace("<!-- formats -->\n", formats.map(describe).join("\n"))
    .replace("<!-- exceptions -->\n", exceptionsTable());
}

function describe(format: Format): string {
  const facts = [
    `### \`${format.id}\``,
    `${format.title}. ${kinds[format.kind]}`,
    ...sourcesOf(format.id),
    ...readOf(format.id),
  ];
  return `${facts.join("\n")}\n`;
}

const kinds = { capture: "A capture.", log: "A log.", flow: "Flows." } as const;

/** What the format's own comment names as its specification. */
function sourcesOf(id: string): string[] {
  const comment = /\bSources?:(\s(?:(?!\/\*)[\s\S])*?)\*\//.exec(sourceFileOf(id))?.[1];
  const found = comment
    ?.replaceAll(/\s*\n \*\s*/g, " ")
    .trim()
    .replace(/\.$/, "");
  return found ? [`- Written after: ${found}.`] : [];
}

function sourceFileOf(id: string): string {
  for (const folder of folders) {
    const path = join(root, "src/formats", folder, `${id}.ts`);
    if (existsSync(path)) return readFileSync(path, "utf8");
  }
  throw new Error(`no file in src/formats is named after the format ${id}`);
}

/** What its samples are read as: the kinds of rows, and every column that any of them fills. */
function readOf(id: string): string[] {
  const folder = join(root, "tests/formats/logs", id);
  if (!existsSync(folder)) return [`- Samples: built by its tests, \`tests/formats/${testFolderOf(id)}/\`.`];
  const names = readdirSync(folder);
  const fieldsByKind = new Map<string, Set<string>>();
  let lines = 0;
  for (const name of names.filter((each) => each.endsWith(".expected.jsonl"))) {
    for (const line of readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean)) {
      const row = JSON.parse(line) as Record<string, unknown>;
      if (typeof row.kind === "string") addFields(fieldsByKind, row.kind, row);
      else lines += Number(row.records);
    }
  }
  const reads = [...fieldsByKind].sort().map(([kind, fields]) => `- Each ${kind}: ${[...fields].join(", ")}.`);
  const logs = names.filter((each) => each.endsWith(".log")).length;
  return [
    ...reads,
    `- Samples: ${lines} records in ${logs} ${logs === 1 ? "file" : "files"}, \`tests/formats/logs/${id}/\`.`,
  ];
}

function testFolderOf(id: string): string {
  return existsSync(join(root, "src/formats/flows", `${id}.ts`)) ? "flows" : "captures";
}

function addFields(fieldsByKind: Map<string, Set<string>>, kind: string, row: Record<string, unknown>): void {
  const fields = fieldsByKind.get(kind) ?? new Set();
  fieldsByKind.set(kind, fields);
  for (const name of Object.keys(row)) if (name !== "line" && name !== "kind") fields.add(fieldWords[name] ?? name);
}

const fieldWords: Readonly<Record<string, string>> = {
  at: "time",
  sourcePort: "source's port",
  targetPort: "target's port",
  bytesSent: "bytes sent",
  agent: "user agent",
  tcpFlags: "TCP flags",
  ipId: "IP identification",
  ttl: "TTL",
  mss: "MSS",
  synOptions: "TCP options",
  sequence: "sequence number",
  detail: "fingerprint or banner",
  asked: "type asked for",
  known: "flags of the question",
};

function exceptionsTable(): string {
  const rows = exceptions.map(({ format, lines, reason }) => `| \`${format}\` | ${lines} | ${reason} |`);
  return `${["| format | lines | reason |", "| --- | --- | --- |", ...rows].join("\n")}\n`;
}
