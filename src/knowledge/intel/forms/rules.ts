import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileRules, RuleIndex } from "../../checks/rules/rule-index.ts";
import type { CheckRule } from "../check-rule.ts";
import { parseJson } from "../files/json-elements.ts";

const FILE = "rules.json";
const INDEX = "rules.bin";

/** Keeps the rules of a set; `folder` is the set's. */
export function writeRules(folder: string, rules: readonly CheckRule[]): void {
  writeFileSync(join(folder, FILE), JSON.stringify(rules));
  writeFileSync(join(folder, INDEX), compileRules(rules));
}

/** The rules of a set, in the order of its files; none when they cannot be read. */
export function readRules(folder: string): CheckRule[] {
  const rules = parseJson(readFileSync(join(folder, FILE), "utf8"));
  return Array.isArray(rules) ? rules : [];
}

/** The rules of a set as they were compiled when it was imported; compiled anew when another version of the program did that. */
export function readRuleIndex(folder: string): RuleIndex {
  const path = join(folder, INDEX);
  const index = new RuleIndex(existsSync(path) ? readFileSync(path) : new Uint8Array(0));
  return index.requests > 0 ? index : new RuleIndex(compileRules(readRules(folder)));
}
