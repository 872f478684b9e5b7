import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../files/json-elements.ts";

/** What ATT&CK says of a technique. Facts © The MITRE Corporation; see docs/knowledge.md. */
export interface AttackTechnique {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly tactics: readonly string[];
  /** Names of the data to look at: data sources up to v8, data components since v9. */
  readonly dataSources: readonly string[];
  readonly mitigations: readonly { readonly id: string; readonly name: string }[];
}

const FILE = "techniques.json";

export function writeAttack(folder: string, techniques: readonly AttackTechnique[]): void {
  writeFileSync(join(folder, FILE), JSON.stringify(techniques));
}

export function readAttack(folder: string): ReadonlyMap<string, AttackTechnique> {
  const techniques = parseJson(readFileSync(join(folder, FILE), "utf8"));
  const list = Array.isArray(techniques) ? (techniques as AttackTechnique[]) : [];
  return new Map(list.map((technique) => [technique.id, technique]));
}
