import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Asset, hostName, isTooWide, parseService } from "../asking/assets.ts";
import { UserProblem } from "../bytes/problem.ts";
import { kinds } from "../knowledge/intel/kinds.ts";
import { listRoles } from "../knowledge/intel/sets.ts";
import { parsePrefix } from "../observations/prefix.ts";
import type { DeclaredScanner } from "../stories/declared-scanners.ts";
import { parseMoment } from "./settings.ts";

const MOST_BYTES = 4 * 1024 * 1024;

const Moment = z.union([z.string(), z.number()]).transform((value, context) => {
  const atMs = parseMoment(String(value));
  if (atMs !== undefined) return atMs;
  context.addIssue("is not a time; write 2026-11-20, 2026-11-20T08:00:00Z or seconds since 1970");
  return z.NEVER;
});

const Scanner = z.strictObject({
  address: z.string().transform((text, context) => {
    const prefix = parsePrefix(text);
    if (prefix !== undefined) return prefix;
    context.addIssue("is not an address or network; write 198.51.100.7 or 198.51.100.0/28");
    return z.NEVER;
  }),
  name: z.string().min(1).max(80),
  from: Moment.optional(),
  until: Moment.optional(),
});

const ConfiguredSet = z.strictObject({
  kind: z.enum(kinds.map(({ id }) => id)),
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/, "has characters other than letters, digits, - _ and .")
    .optional(),
  address: z.union([z.string(), z.array(z.string()).min(1)]),
  role: z.enum(listRoles).optional(),
  ratio: z.number().min(1).max(20).optional(),
  licence: z.string().max(200).optional(),
});

const Service = z.union([z.int(), z.string()]).transform((value, context) => {
  const service = parseService(String(value));
  if (service !== undefined) return service;
  context.addIssue("is no service; write a port that docs/exposure.md lists, or a port and a way to ask: 8443/https");
  return z.NEVER;
});

const ConfiguredAsset = z
  .strictObject({
    address: z.string().transform((text, context) => {
      const network = parsePrefix(text);
      if (network !== undefined && !isTooWide(network)) return network;
      context.addIssue(network === undefined ? "is not an address or network" : "is too wide to be all yours");
      return z.NEVER;
    }),
    reason: z.string().trim().min(3, "has to say why this host may be asked").max(200),
    name: z.string().regex(hostName, "is not a host name").optional(),
    services: z.array(Service).min(1, "names no service").max(100),
  })
  .transform(({ address, ...rest }): Asset => ({ network: address, ...rest }));

/** The file of `--config`, of which each command reads its own parts. A part that none reads is a slip of the pen. */
const Config = z.strictObject({
  scanners: z.array(Scanner).default([]),
  intel: z.array(ConfiguredSet).default([]),
  assets: z.array(ConfiguredAsset).max(10_000).default([]),
  contact: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]{1,78}[\x21-\x7e])$/, "is not 3 to 80 plain characters")
    .optional(),
});

/** What the user set down for good. */
export interface Config {
  readonly scanners: readonly DeclaredScanner[];
  /** Sets of knowledge and where to fetch them. */
  readonly intel: readonly z.infer<typeof ConfiguredSet>[];
  /** Hosts of the user's own that `exposure check` may ask. */
  readonly assets: readonly Asset[];
  /** How to reach the people who ask: an address or a page. */
  readonly contact?: string | undefined;
}

/**
 * Reads a configuration, YAML or JSON; empty when none is named.
 * @throws UserProblem
 */
export async function readConfig(file: string | undefined): Promise<Config> {
  if (file === undefined) return { scanners: [], intel: [], assets: [] };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserProblem("config-invalid", `cannot read the configuration '${file}'`, { cause });
  }
  // The engine for YAML is loaded by those only who have a configuration.
  const { parseYaml } = await import("../knowledge/intel/files/yaml.ts");
  const parsed = text.length > MOST_BYTES ? { why: "it is too long" } : parseYaml(text);
  if ("why" in parsed) throw new UserProblem("config-invalid", `the configuration '${file}': ${parsed.why}`);
  const config = Config.safeParse(parsed.value ?? {});
  if (config.success) return config.data;
  const issue = config.error.issues[0]!;
  throw new UserProblem(
    "config-invalid",
    `the configuration '${file}': ${`${issue.path.join(".")} ${issue.message}`.trim()}`,
  );
}
