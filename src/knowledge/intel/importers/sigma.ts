import type { CheckRule } from "../check-rule.ts";
import { requestsFrom } from "./alternatives.ts";
import { cvesIn, membersOf, stringsOf, titleOf } from "./byte-text.ts";
import { detectionOf } from "./sigma-detection.ts";
import { yamlRuleImporter } from "./yaml-rules.ts";

/**
 * Sigma's rules over web server logs (sigma specification 2.0): category `webserver`, or `proxy`-like products that log requests. The author is
 * kept, because the Detection Rule License asks for the name to be shown.
 */
export const importSigma = yamlRuleImporter({
  what: "Sigma rule for web servers",
  other: /(^|\/)(tests|deprecated|unsupported)\//,
  ruleOf,
});

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
