import { existsSync } from "node:fs";
import { UserProblem } from "../bytes/problem.ts";
import { parsePrefix } from "../observations/prefix.ts";
import type { Declared } from "../stores/records.ts";
import { defaultLimits, type Store } from "../stores/store.ts";
import type { DeclaredScanner } from "../stories/declared-scanners.ts";
import type { Report } from "../stories/report.ts";
import { currentMs } from "./settings.ts";
import { say } from "./streams.ts";

/**
 * Opens the store in a file, which is made when it does not exist. The database is loaded by those only who have a store.
 * @throws UserProblem
 */
export async function openStore(file: string): Promise<Store> {
  if (file === "-") throw new UserProblem("option-invalid", "--store needs a file: it is read and written");
  const { SqliteStore } = await import("../stores/sqlite/sqlite-store.ts");
  return new SqliteStore(file);
}

/** Opens a store that must be there. */
export async function openExistingStore(file: string): Promise<Store> {
  if (file !== "-" && !existsSync(file)) {
    const advice = "`vedette analyze --store FILE` makes one";
    throw new UserProblem("store-invalid", `there is no store '${file}'; ${advice}`);
  }
  return openStore(file);
}

/** Adds a run to the store, lets go of what is beyond its limits, says what was done, and closes it. */
export async function storeRun(store: Store, report: Report): Promise<void> {
  try {
    const { added, merged } = await store.addRun(report, currentMs());
    await store.retain(defaultLimits, currentMs());
    say(`stored ${added} new incidents; ${merged} were known`);
  } finally {
    await store.close();
  }
}

/** A declaration as an analysis takes it; none when its address cannot be read. */
export function scannerOf({ address, name, from, until }: Declared): DeclaredScanner[] {
  const prefix = parsePrefix(address);
  if (prefix === undefined) return [];
  return [
    {
      address: prefix,
      name,
      ...(from === null ? {} : { from: Date.parse(from) }),
      ...(until === null ? {} : { until: Date.parse(until) }),
    },
  ];
}
