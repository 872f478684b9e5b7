import { addressWords } from "../../bytes/address.ts";
import { addressScope } from "../../bytes/address-scope.ts";
import { backendOfCookie } from "./balancer-cookies.ts";
import type { Leak } from "./leak.ts";
import { kindByCheck, kindByHeader, kindByTitle, kindOfBody } from "./telling-pages.ts";

const MOST_LEAKS = 8;
const LONGEST_TEXT = 512;

/** Names that resolve inside a network alone (RFC 6762, RFC 8375, and ICANN's list of names in private use). */
const internalName =
  /^(?:[\w-]{1,63}\.){1,8}(?:local|localdomain|internal|intranet|private|corp|lan|home|home\.arpa)\.?$/i;
/** `localhost` tells nothing. */
const bareName = /^(?!localhost$)(?=[\w-]*[a-z])[a-z\d][\w-]{0,62}$/i;
/** A name without dots that counts its like, such as `web03`: other words are no hosts. Fastly's caches are everybody's. */
const numberedName = /^(?!cache-[a-z]{3}|localhost$)[a-z][a-z_-]{1,40}-?\d{1,6}[a-z]?$/i;

/** Which names without dots are hosts, by the place where they stand. */
type Bare = "all" | "numbered" | "none";

/** Headers in which hosts stand, and hosts alone: elsewhere four numbers may be a version. */
const hostHeaders: readonly (readonly [RegExp, Bare])[] = [
  [/^(?:Via|X-Server|X-Pingback|WWW-Authenticate): /i, "none"],
  [
    /^(?:X-Backend(?:-Server|-Host)?|X-Served-By|X-Server-Name|X-Server-IP|X-Upstream|X-Host(?:name)?|X-Node|X-Forwarded-Server|X-Real-Server|X-Cache(?:-Lookup)?): /i,
    "numbered",
  ],
  // Microsoft Exchange names its front and back ends.
  [/^X-(?:FEServer|BEServer|CalculatedBETarget): /i, "all"],
  [/^(?:Content-)?Location: /i, "all"],
];

const ANSWERED = /^Answered: (.*), probably with content \(([\w-]+)\)$/;

/** The words for a check that was answered with content, which nobody saw. */
export function answeredCheck(check: string, place: string): string | undefined {
  return Object.hasOwn(kindByCheck, check) ? `Answered: ${place}, probably with content (${check})` : undefined;
}

/** What a reveal of `service` leaks; the words are those that readers of captures tell. */
export function leaksIn(service: string, text: string): readonly Leak[] {
  const said = text.slice(0, LONGEST_TEXT);
  const found =
    service === "tls"
      ? inCertificate(said)
      : [...inNtlm(said), ...(service === "http" ? inAnswer(said) : inGreeting(said))];
  return found.slice(0, MOST_LEAKS);
}

function inCertificate(text: string): Leak[] {
  if (!text.startsWith("certificate ")) return [];
  const subject = /\bCN=([^,;]+)/.exec(text.split("; ", 1)[0]!)?.[1] ?? "";
  const names = (/; names ([^;]+)/.exec(text)?.[1] ?? "").replace(/ and \d+ more$/, "").split(", ");
  const hosts = [...new Set([subject, ...names])].filter((name) => name !== "" && !name.includes(" "));
  return [
    { kind: "certificate", what: text.slice("certificate ".length) },
    ...hosts.flatMap((host) => inHost(host, host === subject ? "none" : "all")),
  ];
}

function inNtlm(text: string): Leak[] {
  const from = /(?:^|[ :,])NTLM[ ,]/.exec(text)?.index ?? -1;
  if (from < 0) return [];
  const names = [...text.slice(from).matchAll(/(?:DNS )?(?:computer|domain|forest) [^,;]+/g)];
  return names.map(([what]) => ({ kind: "domain", what }));
}

/** What an HTTP answer tells: `Header: value`, or what it is by its title or body. */
function inAnswer(text: string): Leak[] {
  const colon = text.indexOf(": ");
  const [name, value] = [text.slice(0, colon), text.slice(colon + 2).trim()];
  if (name === "Title") return kindByTitle.flatMap(([says, kind]) => (says.test(value) ? [{ kind, what: value }] : []));
  if (name === "Body") return inBody(value);
  if (name === "Answered") return inAnswered(text);
  if (name === "Set-Cookie") return inHost(backendOfCookie(value) ?? "", "all");
  if (Object.hasOwn(kindByHeader, name)) return [{ kind: kindByHeader[name]!, what: text }];
  return inHeader(text, value);
}

function inBody(value: string): Leak[] {
  const kind = kindOfBody(value.split(" at ", 1)[0]!);
  return kind === undefined ? [] : [{ kind, what: value }];
}

function inAnswered(text: string): Leak[] {
  const [, place = "", check = ""] = ANSWERED.exec(text) ?? [];
  if (!Object.hasOwn(kindByCheck, check)) return [];
  return [{ kind: kindByCheck[check]!, what: `probably ${place}`, isProbable: true }];
}

function inHeader(text: string, value: string): Leak[] {
  const bare = hostHeaders.find(([header]) => header.test(text))?.[1];
  if (bare === undefined) return [];
  const url = /^https?:\/\/(?:[^/?#@]*@)?(\[[\da-f:.]+\]|[^/:?#]+)/i.exec(value)?.[1];
  if (url !== undefined) return inHost(url.replace(/[[\]]/g, ""), "all");
  return value.split(/[\s,;:()[\]"=~]+/).flatMap((word) => inHost(word, bare));
}

/** The host that a mail or file server greets as (RFC 5321, sections 4.2 and 4.1.1.1), or transfers files from (RFC 959, 227). */
function inGreeting(text: string): Leak[] {
  return inHost(/^(?:2[25]0[ -]|227 )([\w.-]+)/.exec(text)?.[1] ?? "", "none");
}

function inHost(host: string, bare: Bare): Leak[] {
  const isBare = bare === "all" ? bareName.test(host) : bare === "numbered" && numberedName.test(host);
  if (internalName.test(host) || isBare) return [{ kind: "internal-name", what: host }];
  const words = /^[\d.]+$|:/.test(host) ? addressWords(host) : undefined;
  const isInside = words !== undefined && addressScope(words) === "private" && !/^127\.|^::1$/.test(host);
  return isInside ? [{ kind: "private-address", what: host }] : [];
}
