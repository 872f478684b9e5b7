/**
 * One imported rule that names what a request was meant to find out, whoever wrote it: nuclei templates, CrowdSec virtual patches,
 * Suricata and Sigma rules all become this. Importers (`importers/`) write it, `knowledge/checks/` compiles and matches it.
 *
 * Every text of a rule is a byte string: one character a byte (0 to 255), UTF-8 where the rule had more. It is plain JSON.
 */
export interface CheckRule {
  /** The rule's name in its set: `CVE-2021-45422`, `vpatch-CVE-2023-7028`, `sid:2034567`, a Sigma UUID. Unique within the set. */
  readonly id: string;
  /** For people, as its author wrote it; control bytes removed. */
  readonly title: string;
  /** Who wrote it, where the licence asks for the name to be shown (Sigma). */
  readonly author?: string;
  /** `CVE-2021-45422`, upper case, none twice. */
  readonly cves: readonly string[];
  /** CPE `vendor:product`, lower case. */
  readonly cpe?: string;
  /** For people, when the rule names it. */
  readonly product?: string;
  readonly severity: "info" | "low" | "medium" | "high" | "critical" | "unknown";
  /** Lower case, as the rule has them: `rce`, `panel`, `cve2021`. What tells a look from an attempt, with `severity`. */
  readonly tags: readonly string[];
  /** Name of the set that it came from: `nuclei`, `crowdsec`, `suricata`, `sigma`, or that of the user. */
  readonly set: string;
  /** Ways to ask. A request that fits any one of them fits the rule. At least one. */
  readonly requests: readonly RequestRule[];
}

/** One request of a rule. It fits when every condition holds. */
export interface RequestRule {
  /** Upper case; undefined where any will do. */
  readonly methods?: readonly string[];
  /** Position in the rule's dialogue, from 0; requests of a rule with one step are alternatives. */
  readonly step: number;
  /** At least one. */
  readonly conditions: readonly Condition[];
  /** The rule says more than literal parts can (an expression, a count, an answer): it fits more requests than its author meant. */
  readonly isLoose?: boolean;
}

/** A part of the request must contain these literal parts, in this order. */
export interface Condition {
  readonly of: RequestPart;
  /** Name of the header (lower case), parameter or cookie; undefined for parts without names, or where any name will do. */
  readonly name?: string;
  /**
   * Literal texts in order, with anything between them: where the rule had a variable or a wildcard. An empty first (or last) part of a
   * `whole` fit means that it may begin (or end) with anything.
   */
  readonly parts: readonly string[];
  /** Where the parts must stand: `parts` joined by anything is all of it, begins it, ends it, or stands somewhere in it. */
  readonly fit: "whole" | "start" | "end" | "anywhere";
  /** One of these bytes must stand there as well: what the rule says by a class of characters. */
  readonly oneOf?: string;
  /** Letter case matters; most rules fold it. */
  readonly isExact?: boolean;
  /** The condition holds when it does not fit. Such conditions never stand alone. */
  readonly isNot?: boolean;
}

/**
 * What a condition looks at.
 * - `target`: path and query as sent; `rawTarget`: the same where escapes must not be decoded;
 * - `path`: decoded, without query. A `whole` path may stand at the root or beneath a directory unless the importer says otherwise;
 * - `query`: decoded, all of it; `queryParam`: one parameter's value, `queryName`: any parameter's name;
 * - `body`: all of it as sent; `bodyParam`, `bodyName`: as for the query, in a form or JSON body;
 * - `param`, `paramName`: in the query or the body; `fileName`: of an uploaded file;
 * - `header`: a value; `headers`: the block of all, `name: value` lines; `cookie`: one cookie's value.
 */
export type RequestPart =
  | "target"
  | "rawTarget"
  | "path"
  | "query"
  | "queryParam"
  | "queryName"
  | "body"
  | "bodyParam"
  | "bodyName"
  | "param"
  | "paramName"
  | "fileName"
  | "header"
  | "headers"
  | "cookie";
