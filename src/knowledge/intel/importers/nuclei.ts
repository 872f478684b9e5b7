import { UserProblem } from "../../../bytes/problem.ts";
import type { CheckRule } from "../check-rule.ts";
import { readText } from "../files/source.ts";
import { parseYaml } from "../files/yaml.ts";
import { writeRules } from "../forms/rules.ts";
import type { Importer } from "../importer.ts";
import { bytesOf, cvesIn, membersOf, stringsOf, titleOf } from "./byte-text.ts";
import { requestsOf } from "./nuclei-requests.ts";

const LARGEST_TEMPLATE = 1024 * 1024;

/**
 * Templates of nuclei: a tree, a tar or a zip of YAML files, or one of them. Only what they ask over HTTP is read; the line with the signature
 * is a comment to YAML. Templates that ask hosts of other parties (open-source intelligence, token checks) can never be seen here.
 */
export const importNuclei: Importer = async (source, { folder, tally }, { set }) => {
  const rules: CheckRule[] = [];
  const seen = new Set<string>();
  for await (const file of source.files((name) => /\.ya?ml$/.test(name))) {
    const parsed = parseYaml(await readText(file, LARGEST_TEMPLATE));
    if ("why" in parsed) {
      tally.reject(parsed.why, file.name);
      continue;
    }
    const template = membersOf(parsed.value);
    const rule = ruleOf(template, set);
    if (typeof rule === "string") tally.reject(rule, file.name);
    else if (seen.has(rule.id)) tally.reject("another template has the same id", file.name);
    else {
      seen.add(rule.id);
      rules.push(rule);
      tally.count("templates");
      tally.count("requests", rule.requests.length);
    }
  }
  if (rules.length === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no nuclei template`);
  writeRules(folder, rules);
  return {};
};

const severities = ["info", "low", "medium", "high", "critical"] as const;

/** One template as a rule; a sentence when it gives none. */
function ruleOf(template: Readonly<Record<string, unknown>>, set: string): CheckRule | string {
  const { id, info } = template;
  if (typeof id !== "string" || info === undefined) return "not a nuclei template";
  if (template.http === undefined && template.requests === undefined) return "asks nothing over HTTP";
  const { requests, foreign } = requestsOf(template);
  if (requests.length === 0) return foreign > 0 ? "asks other parties' hosts" : "asks nothing of its own";
  const facts = membersOf(info);
  const classification = membersOf(facts.classification);
  const metadata = membersOf(facts.metadata);
  const cpe = cpeOf(classification.cpe, metadata);
  const severity = severities.find((each) => each === String(facts.severity).toLowerCase()) ?? "unknown";
  const product = stringsOf(metadata.product)[0];
  return {
    id: titleOf(id).slice(0, 120),
    title: titleOf(facts.name),
    cves: cvesIn(`${stringsOf(classification["cve-id"]).join(" ")} ${id}`),
    ...(cpe !== undefined && { cpe }),
    ...(product !== undefined && { product: titleOf(product) }),
    severity,
    tags: stringsOf(facts.tags).map((tag) => bytesOf(tag.toLowerCase())),
    set,
    requests,
  };
}

function cpeOf(cpe: unknown, metadata: Readonly<Record<string, unknown>>): string | undefined {
  const found = /^cpe:2\.3:[aoh]:([^:]+):([^:]+):/i.exec(String(cpe ?? ""));
  const [vendor, product] = found
    ? [found[1], found[2]]
    : [stringsOf(metadata.vendor)[0], stringsOf(metadata.product)[0]];
  return vendor && product ? `${vendor}:${product}`.toLowerCase() : undefined;
}
