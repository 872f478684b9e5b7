import { join } from "node:path";
import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { parseJson } from "../files/json-elements.ts";
import { readText } from "../files/source.ts";
import { type ListedPrefix, writeAddressList } from "../forms/address-list.ts";
import type { Importer } from "../importer.ts";
import { prefixesIn } from "./address-text.ts";
import { titleOf } from "./byte-text.ts";

const LARGEST_LIST = 32 * 1024 * 1024;

const WarningList = z.object({
  name: z.string(),
  description: z.string().catch(""),
  version: z.union([z.number(), z.string()]).transform(String),
  type: z.string(),
  list: z.array(z.string()),
});

/**
 * MISP's warning lists (`schema.json` of misp-warninglists): a folder for each with its `list.json`. Lists of networks are kept; those that say that they
 * are of scanners become operators of research scanning, the others names without weight.
 */
export const importWarninglists: Importer = async (source, { folder, tally }) => {
  const research: ListedPrefix[] = [];
  const known: ListedPrefix[] = [];
  let dataDate: string | undefined;
  for await (const file of source.files((name) => /(^|\/)list\.json$/.test(name))) {
    const list = WarningList.safeParse(parseJson(await readText(file, LARGEST_LIST)));
    if (!list.success) {
      tally.reject("not a warning list", file.name);
      continue;
    }
    if (list.data.type !== "cidr") {
      tally.reject("a list of names, not of networks", file.name);
      continue;
    }
    const date = dateOf(list.data.version);
    if (date !== undefined && (dataDate === undefined || date > dataDate)) dataDate = date;
    const isScanner = scanning.test(`${list.data.name} ${list.data.description}`);
    const label = titleOf(list.data.name).slice(0, LONGEST_LABEL);
    tally.count(isScanner ? "lists of scanners" : "other lists");
    list.data.list.forEach((entry, i) => {
      const prefixes = prefixesIn(entry.trim());
      if (typeof prefixes === "string") tally.reject(prefixes, `${file.name}:${i + 1}`);
      else for (const prefix of prefixes) (isScanner ? research : known).push({ prefix, label, position: i + 1 });
    });
  }
  if (research.length + known.length === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no warning list of networks`);
  tally.count("networks", research.length + known.length);
  writeAddressList(join(folder, "research.bin"), research);
  writeAddressList(join(folder, "known.bin"), known);
  return dataDate === undefined ? {} : { dataDate };
};

const LONGEST_LABEL = 80;

/** How the publishers of scanner networks describe them. */
const scanning = /\bscan(s|ning|ner|ners)?\b|\bcensus\b|\bconnection[ -]attempts?\b/i;

/** `20260811` or `26081010` (year, month, day, count); small numbers count versions and tell no day. */
function dateOf(version: string): string | undefined {
  const parts = /^(20\d\d)(\d\d)(\d\d)/.exec(version) ?? /^(\d\d)(\d\d)(\d\d)\d\d$/.exec(version);
  if (parts === null) return undefined;
  const [, year = "", month, day] = parts;
  const date = `${year.padStart(4, "20")}-${month}-${day}`;
  return Number.isNaN(Date.parse(date)) ? undefined : date;
}
