import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import type { CheckRule, RequestRule } from "../check-rule.ts";
import { readText } from "../files/source.ts";
import { parseYaml } from "../files/yaml.ts";
import { writeRules } from "../forms/rules.ts";
import type { Importer } from "../importer.ts";
import { cvesIn, HOLE, listOf, membersOf, stringsOf, titleOf } from "./byte-text.ts";
import { conditionsOf } from "./request-conditions.ts";

const LARGEST_FILE = 16 * 1024 * 1024;

const OwnCheck = z.object({
  id: z.string().min(1).max(120),
  product: z.string().optional(),
  cpe: z
    .string()
    .regex(/^[^:\s]+:[^:\s]+$/)
    .optional(),
  cve: z.string().optional(),
  severity: z.enum(["info", "low", "medium", "high", "critical"]).catch("info").optional(),
  requests: z.array(z.string().max(4000)).min(1),
});

/**
 * The user's own checks. TSV whose first line names the columns (`id`, `request`, and where known `product`, `cpe`, `cve`, `severity`; several lines with one
 * id are several ways to ask), or YAML: a list of the same, `requests` being a list. A request is `GET /path/*?name=value`; `*` is anything.
 */
export const importOwn: Importer = async (source, { folder, tally }, { set }) => {
  const rules = new Map<string, CheckRule>();
  for await (const file of source.files((name) => /\.(tsv|ya?ml)$/.test(name))) {
    const text = await readText(file, LARGEST_FILE);
    const records = /\.ya?ml$/.test(file.name) ? yamlRecords(text) : tsvRecords(text);
    if (typeof records === "string") {
      tally.reject(records, file.name);
      continue;
    }
    records.forEach((record, i) => {
      const rule = ruleOf(record, set);
      if (rule === undefined) tally.reject("not a check: it needs an id and a request", `${file.name}:${i + 1}`);
      else {
        const known = rules.get(rule.id);
        rules.set(rule.id, known ? { ...known, requests: [...known.requests, ...rule.requests] } : rule);
        tally.count("requests", rule.requests.length);
      }
    });
  }
  if (rules.size === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no checks`);
  tally.count("checks", rules.size);
  writeRules(folder, [...rules.values()]);
  return {};
};

function yamlRecords(text: string): unknown[] | string {
  const parsed = parseYaml(text);
  if ("why" in parsed) return parsed.why;
  return [...listOf(membersOf(parsed.value).checks ?? parsed.value)];
}

function tsvRecords(text: string): unknown[] | string {
  const [head = "", ...lines] = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const names = head.split("\t");
  if (!names.includes("id") || !names.includes("request"))
    return "the first line does not name the columns id and request";
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] || undefined]));
  });
}

function ruleOf(record: unknown, set: string): CheckRule | undefined {
  const written = membersOf(record);
  const requests = listOf(written.requests ?? written.request);
  const checked = OwnCheck.safeParse({ ...written, requests });
  if (!checked.success) return undefined;
  const { id, product, cpe, cve, severity } = checked.data;
  const ways = checked.data.requests.flatMap((request) => requestOf(request) ?? []);
  if (ways.length === 0) return undefined;
  return {
    id: titleOf(id),
    title: titleOf(product ?? id),
    cves: cvesIn(`${stringsOf(cve).join(" ")} ${id}`),
    ...(cpe !== undefined && { cpe: cpe.toLowerCase() }),
    ...(product !== undefined && { product: titleOf(product) }),
    severity: severity ?? "unknown",
    tags: [],
    set,
    requests: ways,
  };
}

function requestOf(text: string): RequestRule | undefined {
  const found = /^(?:([A-Z]{3,20}(?:,[A-Z]{3,20})*) )?(\/\S*)$/.exec(text.trim());
  if (found === null) return undefined;
  const conditions = conditionsOf({ target: found[2]!.replaceAll("*", HOLE), headers: [], body: "" });
  return { ...(found[1] && { methods: found[1].split(",") }), step: 0, conditions };
}
