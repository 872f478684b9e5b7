import { addressWords } from "../../bytes/address.ts";
import { addressScope } from "../../bytes/address-scope.ts";

/**
 * What words of a server tell beside its software:
 * - `certificate`: the names a certificate is for, and how long;
 * - `internal-name`, `private-address`: what only those inside can use;
 * - `domain`: names of the computer and its domain, from NTLM;
 * - `directory-listing`, `default-page`, `debug-page`: what a page is, by its title.
 */
export interface Leak {
  readonly kind:
    | "certificate"
    | "internal-name"
    | "private-address"
    | "domain"
    | "directory-listing"
    | "default-page"
    | "debug-page";
  /** What was told, in the server's own words: never print it unescaped. */
  readonly what: string;
}

const MOST_LEAKS = 8;
const LONGEST_TEXT = 512;

/** Names that resolve inside a network alone (RFC 6762, RFC 8375, and ICANN's list of names in private use). */
const internalName =
  /^(?:[\w-]{1,63}\.){1,8}(?:local|localdomain|internal|intranet|private|corp|lan|home|home\.arpa)\.?$/i;
/** `localhost` tells nothing. */
const bareName = /^(?!localhost$)(?=[\w-]*[a-z])[a-z\d][\w-]{0,62}$/i;

/** Headers in which hosts stand, and hosts alone: elsewhere four numbers may be a version. */
const hostHeader = /^(?:Location|Via|X-Backend-Server|X-Server|X-Pingback): (.*)$/i;

/** Titles that products give to pages meant for their makers. */
const titles: readonly (readonly [RegExp, Leak["kind"]])[] = [
  [/^(?:Index of \/|Directory listing for \/|Directory Listing For \[?\/)/i, "directory-listing"],
  [
    /^(?:Welcome to (?:nginx|OpenResty|Caddy|CentOS|JBoss)\b|Apache2? (?:\w+ )?Default Page|Apache HTTP Server Test Page|Test Page for the|HTTP Server Test Page|IIS Windows(?: Server)?$|Microsoft Internet Information Services|Apache Tomcat\/)/i,
    "default-page",
  ],
  [
    /^(?:PHP \d[\w.+~-]* - phpinfo\(\)|phpinfo\(\)|Apache Status$|Server Information$|Whoops! There was an error|Action Controller: Exception caught|.* \/\/ Werkzeug Debugger$|(?:\w+)(?:Error|Exception|DoesNotExist|DisallowedHost) at \/)/,
    "debug-page",
  ],
];

/** What a reveal of `service` leaks; the words are those that readers of captures tell. */
export function leaksIn(service: string, text: string): readonly Leak[] {
  const said = text.slice(0, LONGEST_TEXT);
  const found =
    service === "tls"
      ? inCertificate(said)
      : [...inNtlm(said), ...(service === "http" ? inHeader(said) : inGreeting(said))];
  return found.slice(0, MOST_LEAKS);
}

function inCertificate(text: string): Leak[] {
  if (!text.startsWith("certificate ")) return [];
  const subject = /\bCN=([^,;]+)/.exec(text.split("; ", 1)[0]!)?.[1] ?? "";
  const names = (/; names ([^;]+)/.exec(text)?.[1] ?? "").replace(/ and \d+ more$/, "").split(", ");
  const hosts = [...new Set([subject, ...names])].filter((name) => name !== "" && !name.includes(" "));
  return [
    { kind: "certificate", what: text.slice("certificate ".length) },
    ...hosts.flatMap((host) => inHost(host, host !== subject)),
  ];
}

function inNtlm(text: string): Leak[] {
  const from = /(?:^|[ :,])NTLM[ ,]/.exec(text)?.index ?? -1;
  if (from < 0) return [];
  const names = [...text.slice(from).matchAll(/(?:DNS )?(?:computer|domain|forest) [^,;]+/g)];
  return names.map(([what]) => ({ kind: "domain", what }));
}

function inHeader(text: string): Leak[] {
  if (text.startsWith("Title: ")) {
    const title = text.slice("Title: ".length).trim();
    return titles.flatMap(([says, kind]) => (says.test(title) ? [{ kind, what: title }] : []));
  }
  const value = hostHeader.exec(text)?.[1] ?? "";
  const url = /^https?:\/\/(?:[^/?#@]*@)?(\[[\da-f:.]+\]|[^/:?#]+)/i.exec(value)?.[1];
  if (url !== undefined) return inHost(url.replace(/[[\]]/g, ""), true);
  return value.split(/[\s,;:()[\]]+/).flatMap((word) => inHost(word, false));
}

/** The host that a mail or file server greets as (RFC 5321, section 4.2). */
function inGreeting(text: string): Leak[] {
  return inHost(/^220[ -]([\w.-]+)/.exec(text)?.[1] ?? "", false);
}

function inHost(host: string, mayBeBare: boolean): Leak[] {
  if (internalName.test(host) || (mayBeBare && bareName.test(host))) return [{ kind: "internal-name", what: host }];
  const words = /^[\d.]+$|:/.test(host) ? addressWords(host) : undefined;
  const isInside = words !== undefined && addressScope(words) === "private" && !/^127\.|^::1$/.test(host);
  return isInside ? [{ kind: "private-address", what: host }] : [];
}
