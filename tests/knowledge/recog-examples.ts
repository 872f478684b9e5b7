import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseXml, type XmlElement } from "../../src/knowledge/intel/files/xml.ts";
import {
  type BannerFingerprint,
  compileFingerprint,
  matchFingerprint,
} from "../../src/knowledge/intel/forms/fingerprints.ts";

/** A banner that recog explains by an example, and what recog reads in it. */
export interface RecogExample {
  readonly file: string;
  /** As our readers tell it: the service, and what stands before the banner. */
  readonly service: string;
  readonly text: string;
  /** The program, what it is made of, the device and its system, as far as named. */
  readonly names: readonly RecogName[];
}

export interface RecogName {
  readonly vendor: string;
  readonly product: string;
  readonly family: string;
  readonly version: string;
  /** `vendor:product` of the CPE. */
  readonly cpe: string;
}

/** Where recog's databases are read by us, and what stands before the words there. */
const places: Readonly<Record<string, readonly [service: string, before: string]>> = {
  dns_versionbind: ["dns", ""],
  ftp_banners: ["ftp", "220 "],
  html_title: ["http", "Title: "],
  http_cookies: ["http", "Set-Cookie: "],
  http_servers: ["http", "Server: "],
  http_wwwauth: ["http", "WWW-Authenticate: "],
  http_xpoweredby: ["http", "X-Powered-By: "],
  imap_banners: ["imap", "* OK "],
  mysql_banners: ["mysql", ""],
  mysql_error: ["mysql", ""],
  nntp_banners: ["nntp", "200 "],
  ntp_banners: ["ntp", ""],
  pop_banners: ["pop3", "+OK "],
  rtsp_servers: ["rtsp", "Server: "],
  sip_banners: ["sip", ""],
  sip_user_agents: ["sip", ""],
  smb_native_lm: ["smb", ""],
  smtp_banners: ["smtp", "220 "],
  snmp_sysdescr: ["snmp", ""],
  ssh_banners: ["ssh", "SSH-2.0-"],
  telnet_banners: ["telnet", ""],
  x509_subjects: ["tls", "certificate "],
};

/** All examples of the databases in a folder. */
export function recogExamples(folder: string): RecogExample[] {
  return Object.entries(places).flatMap(([file, [service, before]]) => {
    const parsed = parseXml(readFileSync(join(folder, `${file}.xml`), "utf8"));
    if ("why" in parsed) throw new Error(`${file}: ${parsed.why}`);
    const fingerprints = parsed.root.children.filter(({ name }) => name === "fingerprint");
    return fingerprints.flatMap((each) =>
      explained(each).map(({ text, names }) => ({ file, service, text: before + text, names })),
    );
  });
}

function explained({ attributes, children }: XmlElement): { text: string; names: RecogName[] }[] {
  const flags = attributes.flags ?? "";
  const params: BannerFingerprint["params"] = children
    .filter(({ name }) => name === "param")
    .map(({ attributes: { pos = "0", name = "", value = "" } }) => [name, pos === "0" ? value : Number(pos)]);
  const dotAll = /REG_DOT_NEWLINE|REG_MULTILINE/.test(flags) ? "s" : "";
  const pattern = attributes.pattern ?? "";
  const compiled = compileFingerprint({ pattern, flags: `${dotAll}${flags.includes("REG_ICASE") ? "i" : ""}`, params });
  if (compiled === undefined) return [];
  return children.flatMap((child) => {
    if (child.name !== "example") return [];
    const isEncoded = child.attributes._encoding === "base64";
    const text = isEncoded ? Buffer.from(child.text, "base64").toString("latin1") : child.text.trim();
    const told = matchFingerprint(compiled, params, text);
    return told === undefined ? [] : [{ text, names: namesIn(told) }];
  });
}

function namesIn(told: ReadonlyMap<string, string>): RecogName[] {
  const names = ["service", "service.component", "hw", "os"].map((what) => {
    const of = (name: string) => told.get(`${what}.${name}`) ?? "";
    const cpe = of("cpe23")
      .replace(/^cpe:\//, "")
      .split(":")
      .slice(1, 3)
      .join(":");
    return { vendor: of("vendor"), product: of("product"), family: of("family"), version: of("version"), cpe };
  });
  return names.filter(({ vendor, product }) => vendor !== "" || product !== "");
}
