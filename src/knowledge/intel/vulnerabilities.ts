import { join } from "node:path";
import { parseJson } from "./files/json-elements.ts";
import { type Affected, affectedPath, isWithin, readAffected } from "./forms/affected.ts";
import { KeyedFile } from "./forms/keyed-file.ts";
import { dateOf, type KnowledgeSet } from "./sets.ts";
import { namesOf } from "./vendor-aliases.ts";
import { isVersion } from "./version-order.ts";

/** Software as a banner names it, in CPE's words. */
export interface SoftwareInQuestion {
  readonly vendor: string;
  readonly product: string;
  readonly version?: string | undefined;
  /** CPE's update, such as `p1`, where it stands apart from the version. */
  readonly update?: string | undefined;
  /** A distribution's package: holes are fixed there without a new version. */
  readonly isRepackaged?: boolean;
}

/**
 * How surely a vulnerability is there:
 * - `version`: the version lies in a range that is stated as affected;
 * - `possibly-fixed`: it does, but a distribution made the package and may have fixed it;
 * - `product-only`: the product is affected, its version was not told;
 * - `range-unknown`: the product is affected, in versions that nobody stated in a way that can be compared.
 */
export type Certainty = "version" | "possibly-fixed" | "product-only" | "range-unknown";

export interface Vulnerability {
  readonly id: string;
  readonly certainty: Certainty;
  /** In CISA's catalogue, or stated as actively exploited. */
  readonly knownExploited: boolean;
  /** Used by ransomware, by CISA's catalogue. */
  readonly ransomware?: boolean;
  /** Probability that it is exploited within 30 days (EPSS). */
  readonly epss?: number;
  /** CVSS base score, 0 to 10. */
  readonly score?: number;
  /** Only together with other software or hardware. */
  readonly isConditional?: boolean;
  /** Sets that say so, `nvd (2026-11-20)`. */
  readonly sources: readonly string[];
}

export interface VulnerabilityAnswer {
  /** What deserves attention first: known exploited, then the surer, the likelier exploited, the graver. */
  readonly vulnerabilities: readonly Vulnerability[];
  /** Whether any set that states affected products is imported, and knows this one. Without, an empty list says nothing. */
  readonly isKnown: boolean;
}

interface Opened {
  readonly source: string;
  readonly file: KeyedFile;
}

/** Affected products, CISA's catalogue, EPSS and life cycles, looked up by name. Of the sources of ranges the first that states some is believed. */
export class Vulnerabilities {
  readonly #affected: readonly Opened[];
  readonly #kev: readonly Opened[];
  readonly #epss: readonly Opened[];
  readonly #cycles: readonly Opened[];

  constructor(filesOf: (kind: string) => readonly { readonly set: KnowledgeSet; readonly path: string }[]) {
    const open = (kind: string, pathIn: (folder: string) => string): Opened[] =>
      filesOf(kind).map(({ set, path }) => ({
        source: `${set.id} (${dateOf(set)})`,
        file: new KeyedFile(pathIn(path)),
      }));
    this.#affected = ["nvd", "cvelist", "vulnrichment"].flatMap((kind) => open(kind, affectedPath));
    this.#kev = open("kev", (folder) => join(folder, "kev.keys"));
    this.#epss = open("epss", (folder) => join(folder, "epss.keys"));
    this.#cycles = open("endoflife", (folder) => join(folder, "cycles.keys"));
  }

  /** See `VulnerabilityAnswer`. */
  of(software: SoftwareInQuestion): VulnerabilityAnswer {
    const keys = namesOf(`${software.vendor}:${software.product}`.toLowerCase());
    const stated = new Map<string, { readonly affected: Affected; readonly sources: string[] }>();
    for (const { source, file } of this.#affected) {
      for (const affected of readAllNames(file, keys)) {
        const known = stated.get(affected.cve);
        if (known === undefined) stated.set(affected.cve, { affected, sources: [source] });
        else {
          known.sources.push(source);
          stated.set(affected.cve, { affected: joined(known.affected, affected), sources: known.sources });
        }
      }
    }
    const vulnerabilities = [...stated.values()].flatMap(({ affected, sources }) => {
      const certainty = certaintyOf(affected, software);
      return certainty === undefined ? [] : [this.#describe(affected, certainty, sources)];
    });
    return { vulnerabilities: vulnerabilities.sort(byUrgency), isKnown: stated.size > 0 };
  }

  /** CISA's and FIRST's words on one vulnerability, with the sets that say so. */
  exploitationOf(cve: string): {
    knownExploited: boolean;
    ransomware: boolean;
    epss: number | undefined;
    sources: string[];
  } {
    const sources: string[] = [];
    let knownExploited = false;
    let ransomware = false;
    let epss: number | undefined;
    for (const { source, file } of this.#kev) {
      const entry = parseJson(file.get(cve) ?? "") as { ransomware?: boolean } | undefined;
      if (entry === undefined) continue;
      knownExploited = true;
      ransomware ||= entry.ransomware === true;
      sources.push(source);
    }
    for (const { source, file } of this.#epss) {
      const score = Number(file.get(cve)?.split(" ")[0] ?? Number.NaN);
      if (Number.isNaN(score)) continue;
      epss = Math.max(epss ?? 0, score);
      sources.push(source);
    }
    return { knownExploited, ransomware, epss, sources };
  }

  /** The release line that a version belongs to, and when its maintenance ends or ended. */
  maintenanceOf(
    vendor: string,
    product: string,
    version: string,
  ): { name: string; cycle: string; until: string | boolean; latest: string; source: string } | undefined {
    for (const { source, file } of this.#cycles) {
      const text =
        namesOf(`${vendor}:${product}`.toLowerCase())
          .map((name) => file.get(name))
          .find((found) => found !== undefined) ?? file.get(`*:${product.toLowerCase().replaceAll("_", "-")}`);
      const known = parseJson(text ?? "") as { name: string; cycles: [string, string | boolean, string][] } | undefined;
      // The longest name that the version starts with: 7.4 and 7 may both be cycles.
      const cycle = known?.cycles
        .filter(
          ([name]) => version === name || (version.startsWith(name) && /^[^0-9]/.test(version.slice(name.length))),
        )
        .sort(([a], [b]) => b.length - a.length)[0];
      if (known && cycle) return { name: known.name, cycle: cycle[0], until: cycle[1], latest: cycle[2], source };
    }
    return undefined;
  }

  close(): void {
    for (const { file } of [...this.#affected, ...this.#kev, ...this.#epss, ...this.#cycles]) file.close();
  }

  #describe(affected: Affected, certainty: Certainty, statedBy: readonly string[]): Vulnerability {
    const { knownExploited, ransomware, epss, sources } = this.exploitationOf(affected.cve);
    return {
      id: affected.cve,
      certainty,
      knownExploited: knownExploited || affected.exploitation === "active",
      ...(ransomware && { ransomware }),
      ...(epss !== undefined && { epss }),
      ...(affected.score !== undefined && { score: affected.score }),
      ...(affected.isConditional && { isConditional: true }),
      sources: [...statedBy, ...sources],
    };
  }
}

function joined(first: Affected, second: Affected): Affected {
  const ranges = first.ranges ?? second.ranges;
  const score = first.score ?? second.score;
  const exploitation = first.exploitation ?? second.exploitation;
  return {
    cve: first.cve,
    ...(ranges && { ranges }),
    ...(score !== undefined && { score }),
    ...(first.isConditional && second.isConditional && { isConditional: true }),
    ...(exploitation && { exploitation }),
  };
}

/** What one source says of a product under all of its names: ranges of one vulnerability are added up. */
function readAllNames(file: KeyedFile, names: readonly string[]): readonly Affected[] {
  const all = names.flatMap((name) => readAffected(file, name));
  if (names.length === 1) return all;
  return [...Map.groupBy(all, ({ cve }) => cve).values()].map((same) => {
    const ranges = same.flatMap((affected) => affected.ranges ?? []);
    return { ...same[0]!, ...(ranges.length > 0 && { ranges }) };
  });
}

function certaintyOf(
  { ranges }: Affected,
  { version, update, isRepackaged }: SoftwareInQuestion,
): Certainty | undefined {
  if (version === undefined || !isVersion(version)) return "product-only";
  if (ranges === undefined) return "range-unknown";
  if (!isWithin(`${version}${update ?? ""}`, ranges)) return undefined;
  return isRepackaged ? "possibly-fixed" : "version";
}

const certaintyOrder: Readonly<Record<Certainty, number>> = {
  version: 0,
  "possibly-fixed": 1,
  "range-unknown": 2,
  "product-only": 3,
};

function byUrgency(a: Vulnerability, b: Vulnerability): number {
  return (
    Number(b.knownExploited) - Number(a.knownExploited) ||
    certaintyOrder[a.certainty] - certaintyOrder[b.certainty] ||
    (b.epss ?? 0) - (a.epss ?? 0) ||
    (b.score ?? 0) - (a.score ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}
