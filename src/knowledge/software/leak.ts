/**
 * What words of a server tell beside its software:
 * - `certificate`: the names a certificate is for, and how long;
 * - `internal-name`, `private-address`: what only those inside can use;
 * - `domain`: names of the computer and its domain, from NTLM;
 * - `directory-listing`, `default-page`, `debug-page`: what a page is;
 * - `stack-trace`: an error told with the program's own files;
 * - `repository`, `secrets`, `backup`: files that are not meant for others.
 */
export interface Leak {
  readonly kind:
    | "certificate"
    | "internal-name"
    | "private-address"
    | "domain"
    | "directory-listing"
    | "default-page"
    | "debug-page"
    | "stack-trace"
    | "repository"
    | "secrets"
    | "backup";
  /** What was told, in the server's own words: never print it unescaped. */
  readonly what: string;
  /** Told by status and size alone: nobody saw the content. */
  readonly isProbable?: true;
}
