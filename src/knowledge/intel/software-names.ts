import { join } from "node:path";
import type { RE2JS } from "re2js";
import type { Software } from "../types.ts";
import { parseJson } from "./files/json-elements.ts";
import { type BannerFingerprint, compileFingerprint, matchFingerprint } from "./forms/fingerprints.ts";
import { KeyedFile } from "./forms/keyed-file.ts";
import { literalsOf } from "./importers/pattern-literals.ts";
import { dateOf, type KnowledgeSet } from "./sets.ts";

/** Which of recog's databases reads what a service says, and what stands before the words that it reads. */
const databases: Readonly<Record<string, { readonly kind: string; readonly before?: RegExp }>> = {
  "http server": { kind: "http_header.server" },
  "http x-powered-by": { kind: "http_header.x-powered-by" },
  "http www-authenticate": { kind: "http_header.wwwauth" },
  "http set-cookie": { kind: "http_header.cookie" },
  "http title": { kind: "html_title" },
  ssh: { kind: "ssh.banner", before: /^SSH-[\d.]+-/ },
  ftp: { kind: "ftp.banner", before: /^220[ -]/ },
  smtp: { kind: "smtp.banner", before: /^220[ -]/ },
  pop3: { kind: "pop3.banner", before: /^\+OK ?/ },
  imap: { kind: "imap4.banner", before: /^\* OK ?/ },
  nntp: { kind: "nntp.banner", before: /^20[01] ?/ },
  mysql: { kind: "mysql.banners" },
  telnet: { kind: "telnet_banners" },
  rtsp: { kind: "rtsp_header.server" },
  sip: { kind: "sip_header.server" },
  dns: { kind: "dns.versionbind" },
  snmp: { kind: "snmp.sys_description" },
};

interface Ready {
  readonly fingerprint: BannerFingerprint;
  /** Stands in every text that fits, in small letters; most texts are passed over by it. */
  readonly literal: string;
  /** Compiled when it is first tried; null for one that cannot be. */
  compiled: RE2JS | null | undefined;
}

/** Recog's fingerprints, compiled as they are needed: a run meets few different banners. */
export class SoftwareNames {
  readonly #files: readonly { readonly date: string; readonly file: KeyedFile }[];
  readonly #ready = new Map<string, readonly Ready[]>();

  constructor(sets: readonly { readonly set: KnowledgeSet; readonly path: string }[]) {
    this.#files = sets.map(({ set, path }) => ({
      date: `${set.id}, ${dateOf(set)}`,
      file: new KeyedFile(join(path, "fingerprints.keys")),
    }));
  }

  /** What a service's words name; of several fingerprints that fit the first, as recog's order has it. */
  of(service: string, text: string): Software | undefined {
    const header = service === "http" ? /^([A-Za-z][\w-]*): ?/.exec(text) : null;
    const database = databases[service === "http" ? `http ${(header?.[1] ?? "server").toLowerCase()}` : service];
    if (database === undefined) return undefined;
    const words = text.slice(header?.[0].length ?? 0).replace(database.before ?? /^$/, "");
    const lower = words.toLowerCase();
    for (const { date, file } of this.#files) {
      for (const ready of this.#readyOf(date, file, database.kind)) {
        if (!lower.includes(ready.literal)) continue;
        ready.compiled ??= compileFingerprint(ready.fingerprint) ?? null;
        const told = ready.compiled && matchFingerprint(ready.compiled, ready.fingerprint.params, words);
        const software = told ? softwareFrom(told, date) : undefined;
        if (software) return software;
      }
    }
    return undefined;
  }

  close(): void {
    for (const { file } of this.#files) file.close();
  }

  #readyOf(date: string, file: KeyedFile, kind: string): readonly Ready[] {
    const key = `${date} ${kind}`;
    let ready = this.#ready.get(key);
    if (ready === undefined) {
      const list = parseJson(file.get(kind) ?? "[]") as BannerFingerprint[] | undefined;
      ready = (list ?? []).map((fingerprint) => ({
        fingerprint,
        literal: longestOf(literalsOf(fingerprint.pattern)).toLowerCase(),
        compiled: undefined,
      }));
      this.#ready.set(key, ready);
    }
    return ready;
  }
}

function longestOf(literals: readonly string[]): string {
  return literals.reduce((longest, literal) => (literal.length > longest.length ? literal : longest), "");
}

function softwareFrom(told: ReadonlyMap<string, string>, source: string): Software | undefined {
  const product = told.get("service.product") ?? told.get("hw.product") ?? told.get("os.product");
  if (product === undefined) return undefined;
  const of = told.has("service.product") ? "service" : told.has("hw.product") ? "hw" : "os";
  const vendor = told.get(`${of}.vendor`);
  const version = told.get(`${of}.version`);
  const cpe = version === undefined ? undefined : formattedCpe(told.get(`${of}.cpe23`) ?? "", version);
  return {
    product,
    ...(vendor && { vendor }),
    ...(version && { version }),
    ...(cpe && { cpe }),
    note: `named by ${source}`,
  };
}

/** `cpe:/a:apache:http_server:2.4.1` as the formatted string of CPE 2.3. */
function formattedCpe(uri: string, version: string): string | undefined {
  const found = /^cpe:\/([aoh]):([\w.-]+):([\w.~%-]+):/.exec(uri);
  if (found === null || version.length > 60) return undefined;
  const quoted = version.toLowerCase().replace(/[^\w.-]/g, "\\$&");
  return `cpe:2.3:${found[1]}:${found[2]}:${found[3]}:${quoted}:*:*:*:*:*:*:*`;
}
