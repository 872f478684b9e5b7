import { existsSync } from "node:fs";
import type { Command } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { Exit } from "./exit.ts";
import { openExistingStore } from "./store-file.ts";

/** `vedette backup`: a copy of a store that is in use. */
export function addBackup(program: Command, finish: (exit: number) => void): void {
  program
    .command("backup")
    .summary("copy a store while it is in use")
    .description(
      "Copy a store to a new file, also while it is served and runs are added. The copy is a store as it was at one moment.",
    )
    .requiredOption("--store <file>", "the store")
    .argument("<file>", "the copy; it must not exist yet")
    .action(async (copy: string, { store }: { store: string }) => finish(await runBackup(store, copy)));
}

async function runBackup(file: string, copy: string): Promise<number> {
  if (existsSync(copy)) throw new UserProblem("output-unwritable", `the copy '${copy}' exists already`);
  const store = await openExistingStore(file);
  try {
    await store.backup(copy);
  } catch (cause) {
    throw new UserProblem("output-unwritable", `cannot write the copy '${copy}'`, { cause });
  } finally {
    await store.close();
  }
  return Exit.done;
}
