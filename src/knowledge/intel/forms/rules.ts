import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckRule } from "../check-rule.ts";
import { parseJson } from "../files/json-elements.ts";

const FILE = "rules.json";

/** Keeps the rules of a set; `folder` is the set's. */
export function writeRules(folder: string, rules: readonly CheckRule[]): void {
  writeFileSync(join(folder, FILE), JSON.stringify(rules));
}

/** The rules of a set, in the order of its files; none when they cannot be read. */
export function readRules(folder: string): CheckRule[] {
  const rules = parseJson(readFileSync(join(folder, FILE), "utf8"));
  return Array.isArray(rules) ? rules : [];
}
