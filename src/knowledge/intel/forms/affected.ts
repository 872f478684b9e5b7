import { join } from "node:path";
import { parseJson } from "../files/json-elements.ts";
import { compareVersions, isVersion } from "../version-order.ts";
import { type KeyedFile, writeKeyedFile } from "./keyed-file.ts";

/** Versions of a product: one, or all between two; an end that is null is open. */
export type VersionRange =
  | string
  | readonly [from: string | null, to: string | null, isFromExcluded: 0 | 1, isToIncluded: 0 | 1];

/** One vulnerability of a product, as a source states it. */
export interface Affected {
  readonly cve: string;
  /** Versions that have it; undefined when the source does not say in a way that can be compared. */
  readonly ranges?: readonly VersionRange[];
  /** CVSS base score, 0 to 10. */
  readonly score?: number;
  /** Only together with other software or hardware. */
  readonly isConditional?: boolean;
  /** CISA's word (SSVC) on exploitation. */
  readonly exploitation?: "active" | "poc";
}

const FILE = "affected.keys";
const MOST_RANGES = 1000;

/** Collects vulnerabilities by product, `vendor:product` in lower case. */
export class AffectedCollector {
  readonly #byProduct = new Map<string, Map<string, string>>();

  add(product: string, affected: Affected): void {
    let known = this.#byProduct.get(product);
    if (known === undefined) {
      known = new Map();
      this.#byProduct.set(product, known);
    }
    const ranges = affected.ranges?.slice(0, MOST_RANGES);
    const { cve, score, isConditional, exploitation } = affected;
    known.set(cve, JSON.stringify([cve, ranges ?? 0, score ?? 0, isConditional ? 1 : 0, exploitation ?? 0]));
  }

  get products(): number {
    return this.#byProduct.size;
  }

  write(folder: string): void {
    const values = new Map<string, string>();
    for (const [product, known] of this.#byProduct) values.set(product, `[${[...known.values()].join(",")}]`);
    writeKeyedFile(join(folder, FILE), values);
  }
}

export function affectedPath(folder: string): string {
  return join(folder, FILE);
}

/** What a source knows of a product. */
export function readAffected(file: KeyedFile, product: string): Affected[] {
  const rows = parseJson(file.get(product) ?? "[]");
  if (!Array.isArray(rows)) return [];
  return rows.map(([cve, ranges, score, isConditional, exploitation]) => ({
    cve,
    ...(Array.isArray(ranges) && { ranges }),
    ...(score > 0 && { score }),
    ...(isConditional && { isConditional: true }),
    ...(exploitation && { exploitation }),
  }));
}

/** Whether a version lies in one of the ranges. */
export function isWithin(version: string, ranges: readonly VersionRange[]): boolean {
  return ranges.some((range) => {
    if (typeof range === "string") return compareVersions(version, range) === 0;
    const [from, to, isFromExcluded, isToIncluded] = range;
    if (from !== null) {
      const order = compareVersions(version, from);
      if (order < 0 || (order === 0 && isFromExcluded)) return false;
    }
    if (to !== null) {
      const order = compareVersions(version, to);
      if (order > 0 || (order === 0 && !isToIncluded)) return false;
    }
    return true;
  });
}

/** A range of two ends that can be compared; undefined when one of them cannot. */
export function rangeOf(
  from: string | undefined,
  to: string | undefined,
  isFromExcluded: boolean,
  isToIncluded: boolean,
): VersionRange | undefined {
  if ((from !== undefined && !isVersion(from)) || (to !== undefined && !isVersion(to))) return undefined;
  return [from ?? null, to ?? null, isFromExcluded ? 1 : 0, isToIncluded ? 1 : 0];
}
