import { join } from "node:path";
import { UserProblem } from "../../../bytes/problem.ts";
import { readLines } from "../files/source.ts";
import { type ListedPrefix, writeAddressList } from "../forms/address-list.ts";
import type { Importer } from "../importer.ts";
import { prefixesIn } from "./address-text.ts";
import { titleOf } from "./byte-text.ts";

const MOST_ENTRIES = 4_000_000;

/**
 * A list of addresses, one entry a line: plain, CIDR, `first-last`, or what `ipset save` writes (`add NAME 192.0.2.7`). What follows `#`, `;` or a comma is
 * the entry's label, such as the operator's name. Dates in the leading comments say when the list is from.
 */
export const importAddressList: Importer = async (source, { folder, tally }) => {
  const listed: ListedPrefix[] = [];
  let dataDate: string | undefined;
  for await (const file of source.files((name) => /\.(txt|list|csv|ipset|netset|gz)$/.test(name))) {
    let position = 0;
    for await (const line of readLines(file)) {
      position++;
      const isComment = /^\s*([#;]|\/\/|$)/.test(line);
      if (isComment && listed.length === 0) dataDate = dateIn(line) ?? dataDate;
      if (isComment || /^(create|COMMIT|flush)\b/.test(line)) continue;
      const { address, label } = partsOf(line);
      const prefixes = prefixesIn(address);
      if (typeof prefixes === "string") tally.reject(prefixes, `${file.name}:${position}`);
      else if (listed.length >= MOST_ENTRIES) tally.reject("more entries than are kept", `${file.name}:${position}`);
      else for (const prefix of prefixes) listed.push({ prefix, label, position });
    }
  }
  if (listed.length === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no address or network`);
  tally.count("networks", listed.length);
  writeAddressList(join(folder, "addresses.bin"), listed);
  return dataDate === undefined ? {} : { dataDate };
};

function partsOf(line: string): { address: string; label: string } {
  const entry = line.replace(/^add\s+\S+\s+/, "").trim();
  const end = entry.search(/[\s,;#]/);
  if (end < 0) return { address: entry, label: "" };
  const rest = entry.slice(end);
  // `192.0.2.1 - 192.0.2.9` has spaces around its dash.
  const range = /^\s+-\s+([0-9a-fA-F.:]+)/.exec(rest);
  const address = entry.slice(0, end) + (range ? `-${range[1]}` : "");
  return { address, label: labelIn(range ? rest.slice(range[0].length) : rest) };
}

function labelIn(rest: string): string {
  const text = titleOf(rest.replace(/^[\s,;#"]+|["\s]+$/g, ""));
  return text.slice(0, LONGEST_LABEL);
}

const LONGEST_LABEL = 80;

/** `# Source File Date: Sat Nov 21 10:00:00 UTC 2026`, `; Last-Modified: …`, `# 2026-11-21 …`. */
function dateIn(comment: string): string | undefined {
  const named = /(?:date|modified|updated|generated|created)\b[^:=]*[:=]\s*(.{6,40})$/i.exec(comment)?.[1];
  const written = named ?? /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(:\d\d)?)?/.exec(comment)?.[0];
  const atMs = written === undefined ? Number.NaN : Date.parse(written);
  // A year that no list was made in is a version number.
  return atMs > Date.UTC(2000, 0) && atMs < Date.UTC(2100, 0) ? new Date(atMs).toISOString().slice(0, 10) : undefined;
}
