import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { parseCpe } from "../cpe.ts";
import { readJsonElements } from "../files/json-elements.ts";
import { type Affected, AffectedCollector, rangeOf, type VersionRange } from "../forms/affected.ts";
import type { Importer } from "../importer.ts";

const CpeMatch = z.object({
  vulnerable: z.boolean(),
  criteria: z.string(),
  versionStartIncluding: z.string().optional(),
  versionStartExcluding: z.string().optional(),
  versionEndIncluding: z.string().optional(),
  versionEndExcluding: z.string().optional(),
});
type CpeMatch = z.infer<typeof CpeMatch>;

const Node = z.object({ negate: z.boolean().optional(), cpeMatch: z.array(CpeMatch).catch([]) });
const Element = z.object({
  cve: z.object({
    id: z.string().regex(/^CVE-\d{4}-\d{4,7}$/),
    vulnStatus: z.string().optional(),
    metrics: z.record(z.string(), z.array(z.object({ cvssData: z.object({ baseScore: z.number() }) }))).catch({}),
    configurations: z
      .array(z.object({ operator: z.string().optional(), nodes: z.array(Node).catch([]) }))
      .optional()
      .catch([]),
  }),
});

/** NVD's feeds, or answers of its API, in JSON 2.0 (schema nvd_cve_2.0): one file, or a folder or archive of several. */
export const importNvd: Importer = async (source, { folder, tally }) => {
  const collector = new AffectedCollector();
  let dataDate: string | undefined;
  for await (const file of source.files((name) => /\.json(\.gz|\.zst)?$/.test(name))) {
    const head = (text: string) => {
      const date = /"timestamp"\s*:\s*"(\d{4}-\d\d-\d\d)/.exec(text)?.[1];
      if (date !== undefined && (dataDate === undefined || date > dataDate)) dataDate = date;
    };
    let number = 0;
    for await (const value of readJsonElements(file, "vulnerabilities", tally, head)) {
      number++;
      const element = Element.safeParse(value);
      if (!element.success) tally.reject("not a vulnerability of NVD's JSON 2.0", `${file.name}:${number}`);
      else if (element.data.cve.vulnStatus === "Rejected") tally.reject("rejected by NVD", `${file.name}:${number}`);
      else {
        tally.count("vulnerabilities");
        addTo(collector, element.data.cve);
      }
    }
  }
  if (collector.products === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no data of NVD's JSON 2.0`);
  tally.count("products", collector.products);
  collector.write(folder);
  return dataDate === undefined ? {} : { dataDate };
};

function addTo(collector: AffectedCollector, cve: z.infer<typeof Element>["cve"]): void {
  const ranges = new Map<string, { ranges: VersionRange[]; isConditional: boolean; isOpen: boolean }>();
  for (const { operator, nodes } of cve.configurations ?? []) {
    const isConditional = operator === "AND" && nodes.length > 1;
    for (const node of nodes) {
      if (node.negate) continue;
      for (const match of node.cpeMatch) {
        const name = match.vulnerable ? parseCpe(match.criteria) : undefined;
        if (name === undefined) continue;
        const known = ranges.get(name.product) ?? { ranges: [], isConditional: true, isOpen: false };
        const range = versionsOf(match, name.version, name.update);
        if (range !== undefined) known.ranges.push(range);
        ranges.set(name.product, {
          ...known,
          isConditional: known.isConditional && isConditional,
          isOpen: known.isOpen || range === undefined,
        });
      }
    }
  }
  const score = Object.entries(cve.metrics).sort().at(-1)?.[1][0]?.cvssData.baseScore;
  for (const [product, known] of ranges) {
    const affected: Affected = {
      cve: cve.id,
      ...(known.ranges.length > 0 && { ranges: known.ranges }),
      ...(score !== undefined && { score }),
      ...(known.isConditional && { isConditional: true }),
    };
    collector.add(product, affected);
  }
}

function versionsOf(
  match: CpeMatch,
  version: string | undefined,
  update: string | undefined,
): VersionRange | undefined {
  if (version !== undefined) return `${version}${update ?? ""}`;
  const from = match.versionStartIncluding ?? match.versionStartExcluding;
  const to = match.versionEndIncluding ?? match.versionEndExcluding;
  // `*` without ends is every version; `-` says that there are none to tell apart.
  if (from === undefined && to === undefined && !/^cpe:2\.3:.:[^:]+:[^:]+:\*/.test(match.criteria)) return undefined;
  return rangeOf(from, to, match.versionStartExcluding !== undefined, match.versionEndIncluding !== undefined);
}
