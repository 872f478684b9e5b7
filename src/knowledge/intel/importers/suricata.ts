import { UserProblem } from "../../../bytes/problem.ts";
import type { CheckRule } from "../check-rule.ts";
import { readLines } from "../files/source.ts";
import { writeRules } from "../forms/rules.ts";
import type { Importer } from "../importer.ts";
import { cvesIn, titleOf } from "./byte-text.ts";
import { optionsOf, requestOf } from "./suricata-options.ts";

/**
 * Emerging Threats Open under the BSD licence (its LICENSE file). Among them lie Snort's old rules and Suricata's own, under the GPL (Emerging Threats,
 * "SidAllocation"); what lies beyond is sold, or others'.
 */
function isFree(sid: number): boolean {
  return (sid >= 2_000_000 && sid < 2_100_000) || (sid >= 2_300_000 && sid < 2_800_000);
}

/** Suricata's rules that name an HTTP request to a server: a `.rules` file, or an archive of them. */
export const importSuricata: Importer = async (source, { folder, tally }, { set, isLicensed }) => {
  const rules = new Map<string, CheckRule>();
  for await (const file of source.files((name) => name.endsWith(".rules"))) {
    let number = 0;
    for await (const line of readLines(file)) {
      number++;
      if (!/^\s*(alert|drop|reject\w*)\s/.test(line)) continue;
      const rule = ruleOf(line, set, isLicensed === true);
      if (typeof rule === "string") tally.reject(rule, `${file.name}:${number}`);
      else if (rules.has(rule.id)) tally.reject("another rule has the same id", `${file.name}:${number}`);
      else {
        rules.set(rule.id, rule);
        tally.count("rules");
      }
    }
  }
  if (rules.size === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no Suricata rule over requests`);
  writeRules(folder, [...rules.values()]);
  return {};
};

const head = /^\s*\w+\s+(\w+)\s+(\S+|\[.*?\])\s+\S+\s+->\s+(\S+|\[.*?\])\s+(\S+)\s+\((.*)\)\s*$/;

function ruleOf(line: string, set: string, isLicensed: boolean): CheckRule | string {
  const found = head.exec(line);
  if (found === null) return "not a rule of one direction";
  const [, protocol = "", from = "", , , body = ""] = found;
  const options = optionsOf(body);
  const sid = Number(options.find(({ name }) => name === "sid")?.value);
  if (!Number.isInteger(sid)) return "a rule without an id";
  if (!isLicensed && !isFree(sid)) return "its licence is not free; say --licensed if you have one";
  if (protocol !== "http" && !options.some(({ name }) => /^http[._]/.test(name))) return "not over HTTP";
  if (/\$HOME_NET|\$HTTP_SERVERS/.test(from)) return "about what the home network sends or answers";
  const request = requestOf(options);
  if (typeof request === "string") return request;
  const textOf = (name: string) => options.find((option) => option.name === name)?.value ?? "";
  const metadata = options
    .filter(({ name }) => name === "metadata")
    .map(({ value }) => value)
    .join(", ");
  const references = options
    .filter(({ name }) => name === "reference")
    .map(({ value }) => value.replace(/^cve,(CVE-)?/i, "CVE-"));
  return {
    id: `sid:${sid}`,
    title: titleOf(textOf("msg").replace(/^"|"$/g, "").replace(/\\(.)/g, "$1")),
    cves: cvesIn(`${references.join(" ")} ${metadata} ${textOf("msg")}`),
    severity: severityOf(metadata),
    tags: [
      textOf("classtype"),
      ...[...metadata.matchAll(/\btag ([\w-]+)/g)].map((match) => match[1]!.toLowerCase()),
    ].filter((tag) => tag !== ""),
    set,
    requests: [request],
  };
}

function severityOf(metadata: string): CheckRule["severity"] {
  switch (/signature_severity (\w+)/.exec(metadata)?.[1]) {
    case "Critical":
      return "critical";
    case "Major":
      return "high";
    case "Minor":
      return "medium";
    case "Informational":
      return "info";
    default:
      return "unknown";
  }
}
