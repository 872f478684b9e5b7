import { UserProblem } from "../../../bytes/problem.ts";

/** How much of a knowledge file is read before it is refused. All in bytes, but `files`. */
export interface Limits {
  /** As stored or fetched. */
  readonly stored: number;
  /** All files together, decompressed. */
  readonly unpacked: number;
  /** One file of an archive or folder; a larger one is rejected alone. A source that is one file may be as large as `unpacked`. */
  readonly file: number;
  readonly files: number;
}

const MiB = 1024 * 1024;

/** Trees of templates and rules, feeds of some megabytes: ten times the largest that is published. */
export const ordinaryLimits: Limits = { stored: 256 * MiB, unpacked: 768 * MiB, file: 32 * MiB, files: 200_000 };

/** Every vulnerability there is: the CVE list has 300,000 files, NVD's feeds are 1.5 GB. */
export const largeLimits: Limits = { stored: 2048 * MiB, unpacked: 12_288 * MiB, file: 32 * MiB, files: 1_000_000 };

/** The sentence that refuses a whole knowledge file. Nothing of it is kept. */
export function refusal(name: string, why: string, cause?: unknown): UserProblem {
  return new UserProblem("knowledge-refused", `'${name}' is refused: ${why}`, { cause });
}
