/**
 * One known check, written so that it reads like its description and carries its own proof. The language of `asks` and
 * `attempts` is explained in docs/knowledge.md and parsed by ask.ts.
 */
export interface CheckDefinition {
  /** `CVE-2021-41773`, or a name of ours such as `dotenv-file`. */
  readonly id: string;
  /** For people: `Apache HTTP Server`. */
  readonly product: string;
  /** CPE 2.3 `vendor:product`, when there is one. */
  readonly cpe?: string;
  /** In CISA's catalogue of known exploited vulnerabilities. */
  readonly knownExploited?: boolean;
  /** Requests that only look whether the thing is there. Each entry is one way to ask. */
  readonly asks?: readonly string[];
  /** Requests that carry the attempt itself (T1190). */
  readonly attempts?: readonly string[];
  /** Requests that must be named as this check; between them they show every intent the check declares. */
  readonly matches: readonly string[];
  /** Look-alikes that must not be named as this check. */
  readonly ignores: readonly string[];
  /** Where the fact comes from. */
  readonly source: string;
}

/** Declares a check. It exists for its type: a catalogue is a plain array of what this returns. */
export function defineCheck(definition: CheckDefinition): CheckDefinition {
  return definition;
}
