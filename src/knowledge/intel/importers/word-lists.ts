import { join } from "node:path";
import { UserProblem } from "../../../bytes/problem.ts";
import { entryHash } from "../../lists/entry-hash.ts";
import { readLines } from "../files/source.ts";
import { writeWordList } from "../forms/word-list.ts";
import type { Importer } from "../importer.ts";

const MOST_ENTRIES = 4_000_000;
const encoder = new TextEncoder();

/** A word list of a scanner, one entry a line, as tools read it: empty lines and comments (`#`) are no entries. Only hashes are kept. */
export const importWordList: Importer = async (source, { folder, tally }) => {
  const hashes: number[] = [];
  let files = 0;
  for await (const file of source.files((name) => /\.(txt|lst|list|dic|gz)$/.test(name))) {
    if (++files > 1)
      throw new UserProblem("knowledge-refused", `'${source.name}' holds several lists; import each alone`);
    let position = 0;
    for await (const line of readLines(file)) {
      position++;
      const entry = line.trim();
      if (entry === "" || entry.startsWith("#")) continue;
      if (hashes.length < MOST_ENTRIES) hashes.push(entryHash(encoder.encode(entry)));
      else tally.reject("more entries than are kept", `${file.name}:${position}`);
    }
  }
  if (hashes.length === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no entries`);
  tally.count("entries", hashes.length);
  writeWordList(join(folder, "entries.bin"), hashes);
  return {};
};
