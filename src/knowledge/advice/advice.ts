import type { Leak } from "../software/leak.ts";

/**
 * Mitigations of MITRE ATT&CK that advice belongs to: M1042 disable or remove a feature or program, M1056 pre-compromise
 * (minimise what others can learn), M1051 update software.
 */
export type Mitigation = "M1042" | "M1051" | "M1056";

/** A change of one configuration file, exact enough to be made by a program: a test does so with real servers. */
export interface Change {
  /** Where it stands in the maker's, else Debian's, layout; with the section, where the file has some. */
  readonly file: string;
  /** The text as installed or by default; empty where the file then says nothing. */
  readonly before: string;
  readonly after: string;
  /** What makes it take effect. */
  readonly apply: string;
}

/** How one piece of software is kept from telling what it is, and how far that goes. */
export interface Advice {
  /** Products as fingerprints and CPE name them, lower case; all when absent. */
  readonly products?: readonly string[];
  /** Services whose words it is about; all when absent. */
  readonly services?: readonly string[];
  /** Whoever offers those services is taken to be one of the products. */
  readonly isWholeService?: true;
  /** What must have leaked for it to be of use; anything when absent. */
  readonly leaks?: readonly Leak["kind"][];
  /** What must have been told for it to be of use: a version, or whose package it is. Always of use when absent. */
  readonly against?: "version" | "distribution";
  readonly mitigation: Mitigation;
  /** One line for lists and tables. */
  readonly short: string;
  /** Absent where no setting hides it, or it is done by hand in a console. */
  readonly change?: Change;
  readonly hides: string;
  /** What stays visible: hiding is no protection by itself. */
  readonly leaves: string;
  /** The maker's documentation. */
  readonly source: string;
}
