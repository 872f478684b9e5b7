import { createHash } from "node:crypto";
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { ascii } from "./ascii.ts";

/** Distinct kinds of hello whose fingerprint is remembered; a network sees a few hundred. */
const MOST_REMEMBERED = 4096;
const MOST_LISTED = 512;

/** What carried a client hello, as JA4 writes it. */
export type HelloTransport = "t" | "q" | "d";

/** What JA3 and JA4 are made of, filled in by the reader of the client hello. */
export class HelloFacts {
  transport: HelloTransport = "t";
  /** `legacy_version`. */
  legacyVersion = 0;
  /** The same, or the highest of supported_versions. */
  version = 0;
  hasServerName = false;
  /** First and last byte of the first ALPN protocol; -1 when there is none. */
  alpnFirst = -1;
  alpnLast = -1;
  readonly ciphers = new Uint16Array(MOST_LISTED);
  cipherCount = 0;
  readonly extensions = new Uint16Array(MOST_LISTED);
  extensionCount = 0;
  readonly signatures = new Uint16Array(MOST_LISTED);
  signatureCount = 0;
  readonly groups = new Uint16Array(MOST_LISTED);
  groupCount = 0;
  readonly pointFormats = new Uint16Array(MOST_LISTED);
  pointFormatCount = 0;

  reset(): void {
    this.transport = "t";
    this.legacyVersion = 0;
    this.version = 0;
    this.hasServerName = false;
    this.alpnFirst = -1;
    this.alpnLast = -1;
    this.cipherCount = 0;
    this.extensionCount = 0;
    this.signatureCount = 0;
    this.groupCount = 0;
    this.pointFormatCount = 0;
  }
}

/** GREASE values (RFC 8701), which clients draw at random: 0x0a0a, 0x1a1a … 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 255);
}

/** What is made of a client hello, as bytes. */
export interface HelloPrints {
  readonly ja3: Uint8Array;
  readonly ja4: Uint8Array;
}

const remembered = new Map<string, HelloPrints>();
const key = new Uint8Array(MOST_LISTED * 10 + 32);

/**
 * The fingerprints of a client hello: JA3 (Salesforce, https://github.com/salesforce/ja3, BSD 3-clause) and JA4 (FoxIO,
 * https://github.com/FoxIO-LLC/ja4, JA4 TLS client, BSD 3-clause). Remembered by what goes into them, not by the raw
 * hello, whose random part never repeats.
 */
export function fingerprintsOf(facts: HelloFacts): HelloPrints {
  hashBytes(key, 0, writeKey(facts));
  const name = `${hashed.low} ${hashed.high}`;
  let prints = remembered.get(name);
  if (prints === undefined) {
    prints = { ja3: ascii(makeJa3(facts)), ja4: ascii(makeJa4(facts)) };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, prints);
  }
  return prints;
}

function writeKey(facts: HelloFacts): number {
  let used = 0;
  const put = (value: number) => {
    key[used++] = value >>> 8;
    key[used++] = value & 255;
  };
  put(facts.transport.charCodeAt(0));
  put(facts.legacyVersion);
  put(facts.version);
  put(facts.hasServerName ? 1 : 0);
  put(facts.alpnFirst & 0xffff);
  put(facts.alpnLast & 0xffff);
  for (const [list, count] of lists(facts)) {
    put(count);
    for (let i = 0; i < count; i++) put(list[i]!);
  }
  return used;
}

function lists(facts: HelloFacts): [Uint16Array, number][] {
  return [
    [facts.ciphers, facts.cipherCount],
    [facts.extensions, facts.extensionCount],
    [facts.signatures, facts.signatureCount],
    [facts.groups, facts.groupCount],
    [facts.pointFormats, facts.pointFormatCount],
  ];
}

/** The MD5 of version, ciphers, extensions, groups and point formats in decimal, in the order sent, without GREASE. */
function makeJa3(facts: HelloFacts): string {
  const fields = [
    [facts.ciphers, facts.cipherCount],
    [facts.extensions, facts.extensionCount],
    [facts.groups, facts.groupCount],
    [facts.pointFormats, facts.pointFormatCount],
  ] as const;
  const texts = fields.map(([list, count]) => withoutGrease(list, count).join("-"));
  return createHash("md5")
    .update(`${facts.legacyVersion},${texts.join(",")}`)
    .digest("hex");
}

function makeJa4(facts: HelloFacts): string {
  const ciphers = hexList(facts.ciphers, facts.cipherCount).sort();
  const extensions = hexList(facts.extensions, facts.extensionCount);
  const hashable = extensions.filter((extension) => extension !== "0000" && extension !== "0010").sort();
  const signatures = hexList(facts.signatures, facts.signatureCount);
  const third = signatures.length > 0 ? `${hashable.join(",")}_${signatures.join(",")}` : hashable.join(",");
  const counts = twoDigits(ciphers.length) + twoDigits(extensions.length);
  const first = `${facts.transport}${versionText(facts.version)}${facts.hasServerName ? "d" : "i"}${counts}${alpnText(facts)}`;
  return `${first}_${shortHash(ciphers.join(","))}_${extensions.length > 0 ? shortHash(third) : NO_HASH}`;
}

const NO_HASH = "000000000000";

function shortHash(text: string): string {
  return text === "" ? NO_HASH : createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The list in hexadecimal, without GREASE. */
function hexList(list: Uint16Array, count: number): string[] {
  return withoutGrease(list, count).map((value) => value.toString(16).padStart(4, "0"));
}

function withoutGrease(list: Uint16Array, count: number): number[] {
  return Array.from(list.subarray(0, count)).filter((value) => !isGrease(value));
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, "0");
}

function versionText(version: number): string {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

/** First and last character; when either is not alphanumeric, first and last digit of the hexadecimal form. */
function alpnText({ alpnFirst, alpnLast }: HelloFacts): string {
  if (alpnFirst < 0) return "00";
  if (isAlphanumeric(alpnFirst) && isAlphanumeric(alpnLast)) return String.fromCharCode(alpnFirst, alpnLast);
  return (alpnFirst >>> 4).toString(16) + (alpnLast & 15).toString(16);
}

function isAlphanumeric(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
}
