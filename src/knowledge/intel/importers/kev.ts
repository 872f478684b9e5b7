import { join } from "node:path";
import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { parseCsvLine } from "../files/csv.ts";
import { parseJson } from "../files/json-elements.ts";
import { readText } from "../files/source.ts";
import { writeKeyedFile } from "../forms/keyed-file.ts";
import type { Importer } from "../importer.ts";
import { membersOf, titleOf } from "./byte-text.ts";

const LARGEST_FILE = 32 * 1024 * 1024;

const Entry = z.object({
  cveID: z.string().regex(/^CVE-\d{4}-\d{4,7}$/),
  vendorProject: z.string().catch(""),
  product: z.string().catch(""),
  vulnerabilityName: z.string().catch(""),
  dateAdded: z.iso.date(),
  knownRansomwareCampaignUse: z.string().catch(""),
});

/** CISA's catalogue of known exploited vulnerabilities, as its JSON (whose schema CISA publishes) or CSV. */
export const importKev: Importer = async (source, { folder, tally }) => {
  const values = new Map<string, string>();
  let released: string | undefined;
  let latest = "";
  for await (const file of source.files((name) => /\.(json|csv)$/.test(name))) {
    const text = await readText(file, LARGEST_FILE);
    const document = text.trimStart().startsWith("{")
      ? membersOf(parseJson(text))
      : { vulnerabilities: csvRecords(text) };
    if (!Array.isArray(document.vulnerabilities)) {
      tally.reject("not a catalogue of known exploited vulnerabilities", file.name);
      continue;
    }
    released = dateOf("dateReleased" in document ? document.dateReleased : undefined) ?? released;
    for (const [i, record] of document.vulnerabilities.entries()) {
      const entry = Entry.safeParse(record);
      if (!entry.success) {
        tally.reject("an entry lacks its CVE or the day it was added", `${file.name}:${i + 1}`);
        continue;
      }
      const { cveID, dateAdded, vendorProject, product, vulnerabilityName, knownRansomwareCampaignUse } = entry.data;
      if (dateAdded > latest) latest = dateAdded;
      const title = titleOf(vulnerabilityName || `${vendorProject} ${product}`);
      const ransomware = knownRansomwareCampaignUse === "Known";
      values.set(cveID, JSON.stringify({ added: dateAdded, title, ...(ransomware && { ransomware }) }));
    }
  }
  if (values.size === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' is no catalogue of known exploited vulnerabilities`);
  tally.count("vulnerabilities", values.size);
  writeKeyedFile(join(folder, "kev.keys"), values);
  return { dataDate: released ?? latest };
};

function dateOf(text: unknown): string | undefined {
  return /^\d{4}-\d\d-\d\d/.exec(String(text ?? ""))?.[0];
}

/** The CSV has the members of the JSON as its columns; cells may hold line ends. */
function csvRecords(text: string): Readonly<Record<string, string>>[] | undefined {
  const [head = "", ...rest] = text.split(/\r?\n/);
  const names = parseCsvLine(head);
  if (!names.includes("cveID") || !names.includes("dateAdded")) return undefined;
  const lines: string[] = [];
  for (const line of rest) {
    if (/^"?CVE-\d/.test(line) || lines.length === 0) lines.push(line);
    else lines[lines.length - 1] += ` ${line}`;
  }
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const cells = parseCsvLine(line);
      return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
    });
}
