import { createHash } from "node:crypto";
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { ascii } from "./ascii.ts";

/** Distinct kinds of hello whose fingerprint is remembered; a network sees a few hundred. */
const MOST_REMEMBERED = 4096;
const MOST_LISTED = 512;

/** What JA4 is made of, filled in by the reader of the client hello. */
export class HelloFacts {
  /** `legacy_version`, or the highest of supported_versions. */
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

  reset(): void {
    this.version = 0;
    this.hasServerName = false;
    this.alpnFirst = -1;
    this.alpnLast = -1;
    this.cipherCount = 0;
    this.extensionCount = 0;
    this.signatureCount = 0;
  }
}

/** GREASE values (RFC 8701), which clients draw at random: 0x0a0a, 0x1a1a … 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 255);
}

const remembered = new Map<string, Uint8Array>();
const key = new Uint8Array(MOST_LISTED * 6 + 16);

/**
 * The JA4 fingerprint of a TLS client hello over TCP, as bytes (FoxIO, https://github.com/FoxIO-LLC/ja4, JA4 TLS client,
 * BSD 3-clause). Remembered by what goes into it, not by the raw hello, whose random part never repeats.
 */
export function ja4(facts: HelloFacts): Uint8Array {
  hashBytes(key, 0, writeKey(facts));
  const name = `${hashed.low} ${hashed.high}`;
  let fingerprint = remembered.get(name);
  if (fingerprint === undefined) {
    fingerprint = ascii(makeJa4(facts));
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, fingerprint);
  }
  return fingerprint;
}

function writeKey(facts: HelloFacts): number {
  let used = 0;
  const put = (value: number) => {
    key[used++] = value >>> 8;
    key[used++] = value & 255;
  };
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
  ];
}

function makeJa4(facts: HelloFacts): string {
  const ciphers = hexList(facts.ciphers, facts.cipherCount).sort();
  const extensions = hexList(facts.extensions, facts.extensionCount);
  const hashable = extensions.filter((extension) => extension !== "0000" && extension !== "0010").sort();
  const signatures = hexList(facts.signatures, facts.signatureCount);
  const third = signatures.length > 0 ? `${hashable.join(",")}_${signatures.join(",")}` : hashable.join(",");
  const counts = twoDigits(ciphers.length) + twoDigits(extensions.length);
  const first = `t${versionText(facts.version)}${facts.hasServerName ? "d" : "i"}${counts}${alpnText(facts)}`;
  return `${first}_${shortHash(ciphers.join(","))}_${extensions.length > 0 ? shortHash(third) : NO_HASH}`;
}

const NO_HASH = "000000000000";

function shortHash(text: string): string {
  return text === "" ? NO_HASH : createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The list in hexadecimal, without GREASE. */
function hexList(list: Uint16Array, count: number): string[] {
  const kept = Array.from(list.subarray(0, count)).filter((value) => !isGrease(value));
  return kept.map((value) => value.toString(16).padStart(4, "0"));
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
