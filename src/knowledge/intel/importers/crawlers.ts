import { join } from "node:path";
import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { operatorOfRangesFile } from "../../tools/operators.ts";
import { parseJson } from "../files/json-elements.ts";
import { readText } from "../files/source.ts";
import { type ListedPrefix, writeAddressList } from "../forms/address-list.ts";
import type { Importer } from "../importer.ts";
import { prefixesIn } from "./address-text.ts";

const LARGEST_FILE = 8 * 1024 * 1024;

const Ranges = z.object({
  creationTime: z.string().catch(""),
  prefixes: z.array(z.object({ ipv4Prefix: z.string().optional(), ipv6Prefix: z.string().optional() })),
});

/**
 * The networks that search engines publish for their crawlers: Google's JSON (Google Search Central, "Verifying Google's crawlers"), which Bing, Apple and
 * others write as well. Whose they are is told by the file's name as its publisher has it, or by the set's.
 */
export const importCrawlers: Importer = async (source, { folder, tally }, { name: given }) => {
  const listed: ListedPrefix[] = [];
  let dataDate: string | undefined;
  for await (const file of source.files((name) => name.endsWith(".json"))) {
    const operator = operatorOfRangesFile(file.name) ?? operatorOfRangesFile(given ?? "");
    const ranges = Ranges.safeParse(parseJson(await readText(file, LARGEST_FILE)));
    if (!ranges.success) {
      tally.reject("no list of crawlers' networks", file.name);
      continue;
    }
    if (operator === undefined) {
      tally.reject("no search engine is known that publishes a file of this name; give it with --name", file.name);
      continue;
    }
    const date = ranges.data.creationTime.slice(0, 10);
    if (/^20\d\d-\d\d-\d\d$/.test(date) && (dataDate === undefined || date > dataDate)) dataDate = date;
    ranges.data.prefixes.forEach(({ ipv4Prefix, ipv6Prefix }, i) => {
      const prefixes = prefixesIn(ipv4Prefix ?? ipv6Prefix ?? "");
      if (typeof prefixes === "string") tally.reject(prefixes, `${file.name}:${i + 1}`);
      else for (const prefix of prefixes) listed.push({ prefix, label: operator.name, position: i + 1 });
    });
  }
  if (listed.length === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no networks of a search engine's crawlers`);
  tally.count("networks", listed.length);
  writeAddressList(join(folder, "addresses.bin"), listed);
  return dataDate === undefined ? {} : { dataDate };
};
