import { z } from "zod";

/** Parts of the report that quote imported knowledge; see report.ts. */

const QuoteReport = z.object({
  set: z.string().describe("id of the set, see `knowledge`"),
  date: z.string(),
  label: z.string().describe("what the set has for the address, such as the operator; empty when it says nothing"),
});

/** What is known of an actor beside what it did. */
export const StandingReport = {
  operator: QuoteReport.optional().describe("the census or research scanner in whose network it lies"),
  blockList: QuoteReport.extend({ ratio: z.number() })
    .optional()
    .describe("the block list that weighs most, with its stated likelihood ratio"),
  knownAs: z.array(QuoteReport).optional().describe("names without a weight: clouds, crawlers, proxies"),
  declared: z
    .object({ name: z.string(), inTime: z.boolean() })
    .optional()
    .describe("a scanner that the user declared, and whether it kept to its time"),
  network: z
    .object({
      asn: z.int().positive().optional(),
      organisation: z.string().optional(),
      country: z.string().optional(),
      sets: z.array(z.string()),
    })
    .optional()
    .describe("its network's operator and country, where a database is imported"),
};

export const certainties = ["version", "possibly-fixed", "product-only", "range-unknown"] as const;

export const VulnerabilityReport = z.object({
  id: z.string(),
  knownExploited: z.boolean(),
  certainty: z
    .enum(certainties)
    .optional()
    .describe(
      "version: the version is stated as affected; possibly-fixed: so it is, but a distribution made the package; product-only: no version was told; " +
        "range-unknown: no comparable range is stated",
    ),
  ransomware: z.boolean().optional(),
  epss: z.number().optional().describe("probability that it is exploited within 30 days"),
  score: z.number().optional().describe("CVSS base score"),
  isConditional: z.boolean().optional().describe("only together with other software or hardware"),
  sources: z.array(z.string()).optional().describe("sets that say so, with their dates"),
});

export const KnowledgeReport = z.object({
  id: z.string(),
  title: z.string(),
  date: z.string().describe("what day the data is from"),
  ageDays: z.int().nonnegative(),
  licence: z.string(),
  notice: z.string().optional(),
  source: z.string(),
  sha256: z.string(),
});

export const AttackReport = z.object({
  version: z.string(),
  notice: z.string(),
  techniques: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      url: z.string(),
      tactics: z.array(z.string()),
      dataSources: z.array(z.string()),
      mitigations: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
});
