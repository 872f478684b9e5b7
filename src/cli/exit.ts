import type { ProblemCode } from "../bytes/problem.ts";

/** Exit statuses, the same for every command. */
export const Exit = {
  done: 0,
  failed: 1,
  misused: 2,
  /** `--fail-on` matched. Stands above `failed`: what was found is certain whatever else could not be read. */
  matched: 3,
  /** Ended by Ctrl-C, or by SIGTERM, after reporting what had been read: 128 plus the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

/** Problems of the command line rather than of the world. */
const misuses: ReadonlySet<ProblemCode> = new Set([
  "command-misused",
  "option-invalid",
  "home-invalid",
  "format-unknown",
  "output-overwrites-input",
  "config-invalid",
  "asset-undeclared",
]);

export function exitOf(code: ProblemCode): number {
  return misuses.has(code) ? Exit.misused : Exit.failed;
}
