import { readFileSync } from "node:fs";
import { z } from "zod";
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

/** The file of `--config`. Parts that other commands read are passed over. */
const Config = z.object({ scanners: z.array(Scanner).default([]), intel: z.array(ConfiguredSet).default([]) });

/** What the user set down for good. */
export interface Config {
  readonly scanners: readonly DeclaredScanner[];
  /** Sets of knowledge and where to fetch them. */
  readonly intel: readonly z.infer<typeof ConfiguredSet>[];
}

/**
 * Reads a configuration, YAML or JSON; empty when none is named.
 * @throws UserProblem
 */
export async function readConfig(file: string | undefined): Promise<Config> {
  if (file === undefined) return { scanners: [], intel: [] };
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
  throw new UserProblem("config-invalid", `the configuration '${file}': ${issue.path.join(".")} ${issue.message}`);
}
