import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { UserProblem } from "../bytes/problem.ts";
import type { AnalyzeOptions } from "../stories/analyze.ts";

/**
 * The state to go on from; without bytes when there is no such file yet.
 * @throws UserProblem when it is there and cannot be read
 */
export function readState(file: string | undefined): AnalyzeOptions["state"] {
  if (file === undefined) return undefined;
  if (file === "-") throw new UserProblem("option-invalid", "--state needs a file: it is read and written");
  try {
    return { name: file, bytes: readFileSync(file) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { name: file };
    throw new UserProblem("option-invalid", `cannot read the state in '${file}'`, { cause });
  }
}

/** Replaces the file at once, so that an interrupt leaves the old state or the new one. Only its owner may read it. */
export function writeState(file: string, state: Uint8Array): void {
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, state, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw new UserProblem("output-unwritable", `cannot write the state to '${file}'`, { cause });
  }
}
