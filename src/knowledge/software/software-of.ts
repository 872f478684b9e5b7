import type { Software } from "../types.ts";
import { bannerFingerprints } from "./banner-fingerprints.ts";
import { certificateFingerprints } from "./certificate-fingerprints.ts";
import { cookieFingerprints } from "./cookie-fingerprints.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { headerFingerprints } from "./header-fingerprints.ts";
import { hostFingerprints } from "./host-fingerprints.ts";
import { mailFingerprints } from "./mail-fingerprints.ts";
import { pageFingerprints } from "./page-fingerprints.ts";
import { webFingerprints } from "./web-fingerprints.ts";
import { type WholeVersion, wholeVersion } from "./whole-version.ts";

/** All authored fingerprints; of two that fit, the first is told. */
export const fingerprints: readonly Fingerprint[] = [
  ...webFingerprints,
  ...mailFingerprints,
  ...hostFingerprints,
  ...certificateFingerprints,
  ...cookieFingerprints,
  ...pageFingerprints,
  ...headerFingerprints,
  ...bannerFingerprints,
];

/** The same by the place where they are read: a service, or a header of `http`. */
const fingerprintsByPlace = placed();

/** Longest text that is read: a banner or one header. */
const LONGEST_TEXT = 512;

/** See `Knowledge.softwareOf`. */
export function softwareOf(service: string, text: string): Software | undefined {
  const said = text.length < LONGEST_TEXT ? text : withoutLastWord(text.slice(0, LONGEST_TEXT));
  const { header, value } = service === "http" ? splitHeader(said) : { header: undefined, value: said };
  for (const fingerprint of fingerprintsByPlace.get(header === undefined ? service : `http ${header}`) ?? []) {
    const found = fingerprint.says.exec(value);
    if (found) return softwareFrom(fingerprint, found, value, service === "tls" ? found[0] : value);
  }
  return undefined;
}

function placed(): ReadonlyMap<string, readonly Fingerprint[]> {
  const byPlace = new Map<string, Fingerprint[]>();
  for (const fingerprint of fingerprints) {
    for (const service of fingerprint.services) {
      const place = service === "http" ? `http ${fingerprint.header ?? "server"}` : service;
      byPlace.set(place, [...(byPlace.get(place) ?? []), fingerprint]);
    }
  }
  return byPlace;
}

/** `Server: nginx` → its name and value; a value without a name is taken as that of `Server`. */
function splitHeader(line: string): { header: string; value: string } {
  const found = /^([A-Za-z][\w-]*): ?/.exec(line);
  if (!found) return { header: "server", value: line };
  return { header: found[1]!.toLowerCase(), value: line.slice(found[0].length) };
}

/** Of a text that was cut the last word may be half. */
function withoutLastWord(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf(" ")));
}

/** @param words what is searched for a distribution and other software */
function softwareFrom(fingerprint: Fingerprint, found: RegExpExecArray, value: string, words: string): Software {
  const { vendor, product, cpe, advice, part = "a" } = fingerprint;
  // A protocol's number is not the program's version: rsync tells only the former.
  const told = product === "rsync" ? undefined : versionIn(fingerprint, found, value);
  const distribution = distributions.find(([pattern]) => pattern.test(words))?.[1];
  const operatingSystem = fingerprint.operatingSystem ?? distribution;
  const note = noteOf(words, found[0], distribution);
  return {
    product,
    ...(vendor && { vendor }),
    ...(told && { version: told.said }),
    ...(cpe &&
      told && {
        cpe: `cpe:2.3:${part}:${cpe}:${escapeCpe(told.version)}:${escapeCpe(told.update ?? "*")}:*:*:*:*:*:*`,
      }),
    ...(cpe && !told && { cpeProduct: cpe }),
    ...(operatingSystem && { operatingSystem }),
    ...(note && { note }),
    ...(advice && { advice }),
  };
}

/** The version that group 1 found. Where groups stand is asked of a match alone, for it costs more. */
function versionIn({ says }: Fingerprint, { 1: number }: RegExpExecArray, value: string): WholeVersion | undefined {
  const place = number ? new RegExp(says, `${says.flags}d`).exec(value)?.indices?.[1] : undefined;
  return place && wholeVersion(value, ...place);
}

/** CPE 2.3 formatted strings quote everything but letters, digits, `.`, `-` and `_` (NISTIR 7695, section 6.2). */
function escapeCpe(text: string): string {
  return text === "*" ? text : text.toLowerCase().replace(/[^\w.-]/g, "\\$&");
}

const distributions: readonly (readonly [RegExp, string])[] = [
  [/ubuntu/i, "Ubuntu"],
  [/raspbian/i, "Raspbian"],
  [/debian|\+deb\d|~deb\d/i, "Debian"],
  [/\bred hat|\.el\d|rhel/i, "Red Hat"],
  [/centos/i, "CentOS"],
  [/rocky/i, "Rocky Linux"],
  [/alma/i, "AlmaLinux"],
  [/fedora|\.fc\d/i, "Fedora"],
  [/suse/i, "SUSE"],
  [/amazon|\.amzn\d/i, "Amazon Linux"],
  [/oracle linux/i, "Oracle Linux"],
  [/alpine/i, "Alpine"],
  [/freebsd/i, "FreeBSD"],
];

/** What else the banner names, and whose package it is: distributions fix holes without changing the version. */
function noteOf(value: string, matched: string, distribution: string | undefined): string | undefined {
  const notes: string[] = [];
  if (distribution) notes.push(`possibly fixed by the distribution (${distribution})`);
  const others = value.slice(matched.length).match(/\b[A-Za-z][\w-]{1,20}\/\d[\w.-]{0,20}/g);
  if (others && value.startsWith(matched)) notes.push(`also names ${others.slice(0, 4).join(", ")}`);
  return notes.length > 0 ? notes.join("; ") : undefined;
}
