import { hashBytes, hashed } from "../../bytes/hash.ts";
import type { Batch } from "../../observations/batch.ts";
import { ascii } from "./ascii.ts";
import { type Certificate, type DistinguishedName, readCertificate } from "./x509.ts";

const SERVICE = ascii("tls");
/** Certificates whose text is remembered: servers show the same few to everybody. */
const MOST_REMEMBERED = 1024;
/** What is told of one. */
const LONGEST_TEXT = 512;
const NAMES_TOLD = 8;

const remembered = new Map<string, Uint8Array>();
const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/**
 * Tells what the first certificate of a Certificate message says: `bytes[start, end)` is its body (RFC 5246, section
 * 7.4.2; with `isTls13` RFC 8446, section 4.4.2). It is the server's own; the others are its issuers', named there.
 * @param startRow adds the reveal's row to `batch`
 */
export function tellCertificate(
  batch: Batch,
  startRow: () => number,
  bytes: Uint8Array,
  start: number,
  end: number,
  isTls13: boolean,
): void {
  const list = isTls13 ? start + 1 + (bytes[start] ?? 0) : start;
  if (list + 6 > end) return;
  const first = list + 6;
  const length = (bytes[list + 3]! << 16) | (bytes[list + 4]! << 8) | bytes[list + 5]!;
  if (length === 0 || first + length > end) return;
  const text = textOf(bytes, first, first + length);
  if (text.length === 0) return;
  const row = startRow();
  batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
  batch.detail[row] = batch.texts.add(text, 0, text.length);
}

function textOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  hashBytes(bytes, start, end);
  const name = `${hashed.low} ${hashed.high}`;
  let text = remembered.get(name);
  if (text === undefined) {
    const certificate = readCertificate(bytes, start, end);
    text = certificate === undefined ? NOTHING : encoder.encode(describe(certificate)).slice(0, LONGEST_TEXT);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, text);
  }
  return text;
}

/** `certificate CN=www.example.org; issuer CN=Example CA, O=Example; names www.example.org; valid 2026-01-01 to 2027-01-01`. */
function describe(certificate: Certificate): string {
  const { names, nameCount, isSelfIssued } = certificate;
  const told = names.slice(0, NAMES_TOLD);
  const more = nameCount > told.length ? ` and ${nameCount - told.length} more` : "";
  const parts = [
    `certificate ${describeName(certificate.subject) || "without a name"}`,
    isSelfIssued ? "self-signed" : `issuer ${describeName(certificate.issuer) || "without a name"}`,
    told.length > 0 ? `names ${told.join(", ")}${more}` : "",
    `valid ${day(certificate.notBeforeMs)} to ${day(certificate.notAfterMs)}`,
  ];
  return parts.filter(Boolean).join("; ");
}

function describeName({ parts }: DistinguishedName): string {
  return parts.map(([type, value]) => `${type}=${value}`).join(", ");
}

function day(atMs: number): string {
  return Number.isNaN(atMs) ? "?" : new Date(atMs).toISOString().slice(0, 10);
}
