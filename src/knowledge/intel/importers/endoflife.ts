import { join } from "node:path";
import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { parseCpe } from "../cpe.ts";
import { readText } from "../files/source.ts";
import { parseYaml } from "../files/yaml.ts";
import { writeKeyedFile } from "../forms/keyed-file.ts";
import type { Importer } from "../importer.ts";
import { listOf, membersOf, titleOf } from "./byte-text.ts";

const LARGEST_FILE = 1024 * 1024;

/** A date is when it ends; `true` is that it has ended, `false` that it has not. */
const End = z.union([z.boolean(), z.iso.date()]);
const Release = z.object({
  releaseCycle: z.union([z.string(), z.number()]).transform(String),
  eol: End,
  eoes: End.optional().catch(undefined),
  latest: z.union([z.string(), z.number()]).transform(String).optional().catch(undefined),
});

/** Products of endoflife.date: Markdown files whose front matter is YAML (its `product-schema.json`). */
export const importEndoflife: Importer = async (source, { folder, tally }) => {
  const values = new Map<string, string>();
  for await (const file of source.files((name) => /(^|\/)products\/[^/]+\.md$|^[^/]+\.md$/.test(name))) {
    const front = /^---\r?\n(.*?)\r?\n---\s*(\r?\n|$)/s.exec(await readText(file, LARGEST_FILE))?.[1];
    const parsed = front === undefined ? { why: "no front matter" } : parseYaml(front);
    if ("why" in parsed) {
      tally.reject(parsed.why, file.name);
      continue;
    }
    const product = membersOf(parsed.value);
    const cycles = listOf(product.releases).flatMap((release) => {
      const read = Release.safeParse(release);
      if (!read.success) tally.reject("a release without a cycle or an end", file.name);
      return read.success ? [[read.data.releaseCycle, read.data.eol, read.data.latest ?? "", read.data.eoes ?? 0]] : [];
    });
    if (cycles.length === 0) continue;
    tally.count("products");
    tally.count("releases", cycles.length);
    const value = JSON.stringify({ name: titleOf(product.title), cycles });
    for (const key of keysOf(product)) values.set(key, value);
  }
  if (values.size === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no product of endoflife.date`);
  writeKeyedFile(join(folder, "cycles.keys"), values);
  return {};
};

/** `vendor:product` of its CPE names, and `*:name` for its own name. */
function keysOf(product: Readonly<Record<string, unknown>>): string[] {
  const cpes = listOf(product.identifiers).flatMap((identifier) => {
    const { cpe } = membersOf(identifier);
    return typeof cpe === "string" ? (parseCpe(cpe)?.product ?? []) : [];
  });
  const name = typeof product.permalink === "string" ? product.permalink.replace(/^\//, "").toLowerCase() : "";
  return name === "" ? cpes : [...cpes, `*:${name}`];
}
