import type { SourceFile } from "./files/source.ts";
import type { Tally } from "./files/tally.ts";
import type { ListRole } from "./sets.ts";

/** What an importer reads from. */
export interface Source {
  /** Of the file, archive or folder, without its path. */
  readonly name: string;
  /** The files whose name matters; a source that is one file always does. To be called once. */
  files(wants: (name: string) => boolean): AsyncIterable<SourceFile>;
}

/** What the user says about a source beside its path. */
export interface ImportOptions {
  /** Id of the set that is made. */
  readonly set: string;
  /** Name that the user gave it. */
  readonly name?: string;
  /** What the addresses of a list are. */
  readonly role?: ListRole;
  /** The user has a licence for all rules, also those that are not free. */
  readonly isLicensed?: boolean;
}

/** Where an importer writes what it made, and counts what it left out. */
export interface Workspace {
  /** Folder of the new set. Names of files in it are fixed: none comes from a source. */
  readonly folder: string;
  readonly tally: Tally;
}

/** What a source says of itself. */
export interface SourceFacts {
  /** When the data is from, `2026-11-20`. */
  readonly dataDate?: string;
  readonly licence?: string;
  readonly title?: string;
  /** What stands in place of the name when the user gave none, such as the version of ATT&CK. */
  readonly name?: string;
}

/**
 * Turns one kind of source into its compiled form. Whatever is odd is counted in the tally and left out.
 * @throws UserProblem when nothing of it can be used
 */
export type Importer = (source: Source, workspace: Workspace, options: ImportOptions) => Promise<SourceFacts>;
