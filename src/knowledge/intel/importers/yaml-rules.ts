import { UserProblem } from "../../../bytes/problem.ts";
import type { CheckRule } from "../check-rule.ts";
import { readText } from "../files/source.ts";
import { parseYamlStream } from "../files/yaml.ts";
import { writeRules } from "../forms/rules.ts";
import type { Importer } from "../importer.ts";
import { membersOf } from "./byte-text.ts";

const LARGEST_RULE = 1024 * 1024;

/** Rules kept as YAML documents, one or more a file. */
interface YamlRules {
  /** What a rule is called: `a CrowdSec virtual patch`. */
  readonly what: string;
  /** Folders and files whose names match hold something else. */
  readonly other: RegExp;
  /** The rule in a document of the set named, or why there is none. */
  readonly ruleOf: (document: Readonly<Record<string, unknown>>, set: string) => CheckRule | string;
}

/** Makes an importer of such rules; of several with one id, the first counts. */
export function yamlRuleImporter({ what, other, ruleOf }: YamlRules): Importer {
  return async (source, { folder, tally }, { set }) => {
    const rules = new Map<string, CheckRule>();
    for await (const file of source.files((name) => /\.ya?ml$/.test(name) && !other.test(name))) {
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
    if (rules.size === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no ${what}`);
    writeRules(folder, [...rules.values()]);
    return {};
  };
}
