import { UserProblem } from "../../../bytes/problem.ts";
import type { CheckRule } from "../check-rule.ts";
import { readText } from "../files/source.ts";
import { parseYamlStream } from "../files/yaml.ts";
import { writeRules } from "../forms/rules.ts";
import type { Importer } from "../importer.ts";
import { requestsFrom } from "./alternatives.ts";
import { cvesIn, membersOf, stringsOf, titleOf } from "./byte-text.ts";
import { detectionOf } from "./sigma-detection.ts";

const LARGEST_RULE = 1024 * 1024;

/**
 * Sigma's rules over web server logs (sigma specification 2.0): category `webserver`, or `proxy`-like products that log requests. The author is
 * kept, because the Detection Rule License asks for the name to be shown.
 */
export const importSigma: Importer = async (source, { folder, tally }, { set }) => {
  const rules = new Map<string, CheckRule>();
  for await (const file of source.files(
    (name) => /\.ya?ml$/.test(name) && !/(^|\/)(tests|deprecated|unsupported)\//.test(name),
  )) {
    const parsed = parseYamlStream(await readText(file, LARGEST_RULE));
    if ("why" in parsed) {
      tally.reject(parsed.why, file.name);
      continue;
    }
    for (const document of parsed.value.map(membersOf)) {
      const rule = ruleOf(document, set);
      if (typeof rule === "string") tally.reject(rule, file.name);
      else if (rules.has(rule.id)) tally.reject("another rule has the same id", file.name);
      else {
        rules.set(rule.id, rule);
        tally.count("rules");
        tally.count("requests", rule.requests.length);
      }
    }
  }
  if (rules.size === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no Sigma rule for web servers`);
  writeRules(folder, [...rules.values()]);
  return {};
};

const severities = { informational: "info", low: "low", medium: "medium", high: "high", critical: "critical" } as const;

function ruleOf(document: Readonly<Record<string, unknown>>, set: string): CheckRule | string {
  const { id, title, detection } = document;
  if (detection === undefined || typeof title !== "string") return "not a Sigma rule";
  const log = membersOf(document.logsource);
  const isWeb =
    log.category === "webserver" || (log.category === undefined && /^(apache|nginx|iis)$/.test(String(log.product)));
  if (!isWeb) return "not about the log of a web server";
  const requests = requestsFrom(detectionOf(membersOf(detection)));
  if (requests.length === 0) return "cannot be told by what stands in a request";
  const tags = stringsOf(document.tags).map((tag) => tag.toLowerCase());
  const level = String(document.level) as keyof typeof severities;
  return {
    id: titleOf(id ?? title).slice(0, 120),
    title: titleOf(title),
    author: titleOf(stringsOf(document.author).join(", ")) || "not named",
    cves: cvesIn(
      `${tags
        .join(" ")
        .replaceAll("cve.", "cve-")
        .replace(/(cve-\d{4})\./g, "$1-")} ${title}`,
    ),
    severity: severities[level] ?? "unknown",
    tags,
    set,
    requests,
  };
}
