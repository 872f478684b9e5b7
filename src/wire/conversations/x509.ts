import { formatAddress } from "../../bytes/address.ts";
import { element, enter, readElement, stringOf, Tag, timeOf } from "./der.ts";

/** What of a distinguished name tells, the common name first, else in the order of the certificate. */
export interface DistinguishedName {
  readonly parts: readonly (readonly [type: "CN" | "O" | "OU", value: string])[];
}

/** What a certificate says of its holder. Texts are the certificate's own: never print them unescaped. */
export interface Certificate {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Subject and issuer are the same name: nobody else vouches for it. */
  readonly isSelfIssued: boolean;
  /** DNS names and addresses of the subject alternative name. */
  readonly names: readonly string[];
  /** How many there are; more than `names` holds when there are too many. */
  readonly nameCount: number;
  /** Milliseconds since the Unix epoch; NaN when not readable. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const MOST_NAMES = 32;
const MOST_PARTS = 8;
const LONGEST_PART = 128;
const LONGEST_NAME = 255;

/** Tags of the certificate's optional parts (RFC 5280, section 4.1). */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** 2.5.29.17 */
const SUBJECT_ALTERNATIVE_NAME = [0x55, 0x1d, 0x11];
/** Of GeneralName (RFC 5280, section 4.2.1.6). */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** The last octet of 2.5.4.n. */
const nameTypes: Readonly<Record<number, "CN" | "O" | "OU">> = { 3: "CN", 10: "O", 11: "OU" };

/** Reads the X.509 certificate at `bytes[start, end)` (RFC 5280, section 4.1); undefined when its lengths do not fit. */
export function readCertificate(bytes: Uint8Array, start: number, end: number): Certificate | undefined {
  if (!enter(bytes, start, end, Tag.sequence) || !enter(bytes, element.start, element.end, Tag.sequence))
    return undefined;
  const to = element.end;
  let at = element.start;
  if (!readElement(bytes, at, to)) return undefined;
  if (element.tag === VERSION) at = element.end;
  // Serial number, and the algorithm that the issuer signed with.
  for (let i = 0; i < 2; i++) {
    if (!readElement(bytes, at, to)) return undefined;
    at = element.end;
  }
  const issuerAt = at;
  if (!enter(bytes, at, to, Tag.sequence)) return undefined;
  const issuerEnd = element.end;
  if (!enter(bytes, issuerEnd, to, Tag.sequence)) return undefined;
  const subjectAt = element.end;
  const [notBeforeMs, notAfterMs] = readValidity(bytes, element.start, element.end);
  if (!enter(bytes, subjectAt, to, Tag.sequence)) return undefined;
  const subjectEnd = element.end;
  const names: string[] = [];
  const nameCount = readAlternativeNames(bytes, subjectEnd, to, names);
  return {
    subject: readName(bytes, subjectAt, subjectEnd),
    issuer: readName(bytes, issuerAt, issuerEnd),
    isSelfIssued: isSame(bytes, issuerAt, issuerEnd, subjectAt, subjectEnd),
    names,
    nameCount,
    notBeforeMs,
    notAfterMs,
  };
}

function readValidity(bytes: Uint8Array, at: number, end: number): [number, number] {
  const times: [number, number] = [Number.NaN, Number.NaN];
  for (let i = 0; i < 2 && readElement(bytes, at, end); i++) {
    times[i] = timeOf(bytes, element.tag, element.start, element.end);
    at = element.end;
  }
  return times;
}

function readName(bytes: Uint8Array, at: number, end: number): DistinguishedName {
  const parts: ["CN" | "O" | "OU", string][] = [];
  if (!readElement(bytes, at, end)) return { parts };
  at = element.start;
  while (parts.length < MOST_PARTS && enter(bytes, at, end, Tag.set)) {
    at = element.end;
    if (!enter(bytes, element.start, element.end, Tag.sequence)) continue;
    const stop = element.end;
    if (!enter(bytes, element.start, stop, Tag.oid)) continue;
    const isName = element.end - element.start === 3 && bytes[element.start] === 0x55 && bytes[element.start + 1] === 4;
    const type = isName ? nameTypes[bytes[element.start + 2]!] : undefined;
    if (type === undefined || !readElement(bytes, element.end, stop)) continue;
    parts.push([
      type,
      stringOf(bytes, element.tag, element.start, Math.min(element.end, element.start + LONGEST_PART)),
    ]);
  }
  return { parts: [...parts.filter(([type]) => type === "CN"), ...parts.filter(([type]) => type !== "CN")] };
}

/** @returns how many names there are. */
function readAlternativeNames(bytes: Uint8Array, at: number, end: number, names: string[]): number {
  while (readElement(bytes, at, end) && element.tag !== EXTENSIONS) at = element.end;
  if (element.tag !== EXTENSIONS || !enter(bytes, element.start, element.end, Tag.sequence)) return 0;
  const stop = element.end;
  at = element.start;
  while (enter(bytes, at, stop, Tag.sequence)) {
    at = element.end;
    const last = element.end;
    if (!enter(bytes, element.start, last, Tag.oid)) continue;
    const { start } = element;
    const isWanted =
      element.end - start === 3 && SUBJECT_ALTERNATIVE_NAME.every((octet, i) => bytes[start + i] === octet);
    if (!isWanted || !readElement(bytes, element.end, last)) continue;
    // A boolean may say that the extension is critical.
    if (element.end < last && !readElement(bytes, element.end, last)) continue;
    return readGeneralNames(bytes, element.start, element.end, names);
  }
  return 0;
}

function readGeneralNames(bytes: Uint8Array, at: number, end: number, names: string[]): number {
  if (!enter(bytes, at, end, Tag.sequence)) return 0;
  const stop = element.end;
  let count = 0;
  for (at = element.start; readElement(bytes, at, stop); at = element.end) {
    const { tag, start } = element;
    const length = element.end - start;
    if (tag !== DNS_NAME && !(tag === IP_ADDRESS && (length === 4 || length === 16))) continue;
    if (++count > MOST_NAMES) continue;
    const part = bytes.subarray(start, Math.min(element.end, start + LONGEST_NAME));
    names.push(tag === DNS_NAME ? String.fromCharCode(...part) : addressText(part));
  }
  return count;
}

function addressText(octets: Uint8Array): string {
  return octets.length === 4 ? octets.join(".") : formatAddress(wordsOf(octets));
}

function wordsOf(octets: Uint8Array): Uint32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(at));
}

function isSame(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; i < aEnd - a; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
