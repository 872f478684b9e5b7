import { type Command, Option } from "commander";
import { kinds } from "../knowledge/intel/kinds.ts";
import { listRoles } from "../knowledge/intel/sets.ts";
import type { IntelOptions } from "./run-intel.ts";
import { writeOut } from "./streams.ts";

const examples = `Examples:
  vedette intel list
  vedette intel update kev
  vedette intel import nuclei nuclei-templates.tar.gz
  vedette intel import list scanners.txt --role research --name our-census
`;

const listHelp = `
Kinds:
${kinds.map(({ id, title }) => `  ${id.padEnd(13)} ${title}`).join("\n")}
`;

// What importing takes is loaded by those only who import.
const run = () => import("./run-intel.ts");

/** `vedette intel`: the knowledge that is imported; nothing but `update` ever asks the network. */
export function addIntel(program: Command, finish: (exit: number) => void): void {
  const intel = program
    .command("intel")
    .summary("list, import or update knowledge")
    .description("Keep what the program knows up to date: checks, vulnerabilities, fingerprints, scanner networks.")
    .addHelpText("before", examples)
    .addHelpText("after", listHelp);
  withFolder(intel.command("list"))
    .description("List the sets of knowledge, their age and licence.")
    .option("--json", "as JSON")
    .action(async (options: IntelOptions) => writeOut((await run()).formatSets(options)));
  withFolder(intel.command("import <kind> <path>"))
    .description("Import a file, an archive or a folder as knowledge.")
    .option("--name <name>", "name of the set, where there may be several")
    .addOption(new Option("--role <role>", "what the addresses of a list are (default: bad)").choices([...listRoles]))
    .option("--ratio <n>", "how much likelier a scanner is on a list than a visitor, 1 to 20 (default: 3)")
    .option("--licence <text>", "its licence")
    .option("--licensed", "you have a licence for all of its rules, also those that are not free")
    .action(async (kind: string, path: string, options: IntelOptions) =>
      writeOut(await (await run()).runImport(kind, path, options)),
    );
  withFolder(intel.command("update [kind]"))
    .description("Fetch knowledge from its publishers, or from the addresses in --config.")
    .option("--config <file>", "sets and their addresses (see docs/knowledge.md)")
    .option("--from <address>", "another address for this kind")
    .action(async (kind: string | undefined, options: IntelOptions) =>
      finish(await (await run()).runUpdate(kind, options)),
    );
  withFolder(intel.command("remove <set>"))
    .description("Remove a set of knowledge.")
    .action(async (set: string, options: IntelOptions) => (await run()).runRemove(set, options));
}

function withFolder(command: Command): Command {
  return command.option(
    "--knowledge <folder>",
    "where knowledge is kept (default: VEDETTE_KNOWLEDGE, or the user's cache)",
  );
}
