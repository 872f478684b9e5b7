import { existsSync } from "node:fs";
import { UserProblem } from "../bytes/problem.ts";
import { attackFacts, attackVersions } from "../knowledge/attack-versions.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import { knowledgeFolder } from "../knowledge/intel/knowledge-folder.ts";
import type { AnalyzeOptions } from "../stories/analyze.ts";
import { readConfig } from "./config.ts";

/** Options that say what is known beside the inputs, as the parser gives them. */
export interface KnownOptions {
  readonly config?: string | undefined;
  readonly knowledge?: string | undefined;
  readonly attackVersion?: string | undefined;
  /** Names of suspicious addresses are looked up. */
  readonly resolve?: boolean | undefined;
}

/**
 * Opens imported knowledge and reads the configuration.
 * @throws UserProblem
 */
export async function openKnown(
  options: KnownOptions,
): Promise<Pick<AnalyzeOptions, "intel" | "scanners" | "attack" | "confirmName">> {
  const { scanners } = await readConfig(options.config);
  const intel = await openIntel(options.knowledge);
  const version = options.attackVersion;
  return {
    scanners,
    ...(intel !== undefined && { intel }),
    ...(options.resolve && { confirmName: (await import("./reverse-names.ts")).nameConfirmer() }),
    ...(version !== undefined && { attack: { version, facts: factsOf(version, intel) } }),
  };
}

/** What it takes to read knowledge is loaded by those only who have some. */
async function openIntel(named: string | undefined): Promise<Intel | undefined> {
  const folder = knowledgeFolder(named);
  if (!existsSync(folder)) {
    if (named === undefined) return undefined;
    throw new UserProblem("knowledge-missing", `there is no knowledge folder '${named}'`);
  }
  const { Intel } = await import("../knowledge/intel/intel.ts");
  return new Intel(folder);
}

function factsOf(version: string, intel: Intel | undefined): ReturnType<typeof attackFacts> & object {
  const facts = intel?.attackOf(version) ?? attackFacts(version);
  if (facts !== undefined) return facts;
  const there = attackVersions.join(" and ");
  throw new UserProblem(
    "option-invalid",
    `--attack-version '${version}' is not known: ${there} are built in, others with \`vedette intel import attack FILE --name ${version}\``,
  );
}
