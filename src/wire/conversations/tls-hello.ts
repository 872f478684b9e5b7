import { HelloFacts, type HelloTransport, isGrease } from "./ja4.ts";

/** What the latest `readClientHello` found: reused. */
export const hello = { facts: new HelloFacts(), nameStart: 0, nameEnd: 0 };

/** Where the random of a hello stands in its body, and how long it is. */
export const RANDOM_AT = 2;
const RANDOM = 32;

/**
 * Reads the body of a client hello at `bytes[start, end)` (RFC 8446, section 4.1.2; RFC 5246 reads the same) into `hello`;
 * that of DTLS has a cookie (RFC 6347, section 4.2.1).
 * @returns false when its lengths do not fit.
 */
export function readClientHello(
  bytes: Uint8Array,
  start: number,
  end: number,
  transport: HelloTransport = "t",
): boolean {
  const { facts } = hello;
  facts.reset();
  facts.transport = transport;
  hello.nameStart = 0;
  hello.nameEnd = 0;
  if (end - start < 38) return false;
  facts.legacyVersion = u16(bytes, start);
  facts.version = facts.legacyVersion;
  let at = start + RANDOM_AT + RANDOM;
  at += 1 + bytes[at]!;
  if (transport === "d" && at < end) at += 1 + bytes[at]!;
  if (at + 2 > end) return false;
  const ciphersEnd = at + 2 + u16(bytes, at);
  if (ciphersEnd + 1 > end) return false;
  facts.cipherCount = readList(bytes, at + 2, ciphersEnd, facts.ciphers);
  at = ciphersEnd + 1 + bytes[ciphersEnd]!;
  if (at === end) return true;
  if (at + 2 > end) return false;
  const extensionsEnd = at + 2 + u16(bytes, at);
  return extensionsEnd <= end && readExtensions(bytes, at + 2, extensionsEnd);
}

function readExtensions(bytes: Uint8Array, at: number, end: number): boolean {
  const { facts } = hello;
  while (at + 4 <= end) {
    const type = u16(bytes, at);
    const bodyEnd = at + 4 + u16(bytes, at + 2);
    if (bodyEnd > end) return false;
    if (facts.extensionCount < facts.extensions.length) facts.extensions[facts.extensionCount++] = type;
    readExtension(bytes, type, at + 4, bodyEnd);
    at = bodyEnd;
  }
  return at === end;
}

function readExtension(bytes: Uint8Array, type: number, at: number, end: number): void {
  const { facts } = hello;
  switch (type) {
    case 0: // server_name, RFC 6066 section 3
      facts.hasServerName = true;
      if (end - at >= 5 && bytes[at + 2] === 0) {
        hello.nameStart = at + 5;
        hello.nameEnd = Math.min(end, at + 5 + u16(bytes, at + 3));
      }
      return;
    case 10: // supported_groups
      if (end - at >= 2)
        facts.groupCount = readList(bytes, at + 2, Math.min(end, at + 2 + u16(bytes, at)), facts.groups);
      return;
    case 11: // ec_point_formats, one octet each
      facts.pointFormatCount = 0;
      for (let i = at + 1; i < Math.min(end, at + 1 + bytes[at]!); i++) {
        facts.pointFormats[facts.pointFormatCount++] = bytes[i]!;
      }
      return;
    case 13: // signature_algorithms
      if (end - at >= 2)
        facts.signatureCount = readList(bytes, at + 2, Math.min(end, at + 2 + u16(bytes, at)), facts.signatures);
      return;
    case 16: // application_layer_protocol_negotiation, RFC 7301
      if (end - at >= 4 && bytes[at + 2]! > 0 && at + 3 + bytes[at + 2]! <= end) {
        facts.alpnFirst = bytes[at + 3]!;
        facts.alpnLast = bytes[at + 2 + bytes[at + 2]!]!;
      }
      return;
    case 43: // supported_versions
      facts.version = highestVersion(bytes, at + 1, end, facts.transport === "d") || facts.version;
  }
}

/** The highest version offered in `bytes[at, end)` that is not GREASE; 0 when there is none. DTLS counts downwards. */
function highestVersion(bytes: Uint8Array, at: number, end: number, isDatagram: boolean): number {
  let highest = 0;
  for (; at + 2 <= end; at += 2) {
    const version = u16(bytes, at);
    if (isGrease(version)) continue;
    if (highest === 0 || (isDatagram ? version < highest : version > highest)) highest = version;
  }
  return highest;
}

/** What the latest `readServerHello` found: reused. */
export const serverHello = { version: 0, suite: 0, isMacLast: false };

/**
 * Reads version, cipher suite and the place of the MAC (RFC 7366) of the body of a server hello at `bytes[start, end)` (RFC 8446, section 4.1.3).
 * @returns false when its lengths do not fit.
 */
export function readServerHello(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < RANDOM_AT + RANDOM + 1) return false;
  serverHello.version = u16(bytes, start);
  serverHello.isMacLast = false;
  let at = start + RANDOM_AT + RANDOM;
  at += 1 + bytes[at]!;
  if (at + 3 > end) return false;
  serverHello.suite = u16(bytes, at);
  at += 3;
  if (at + 2 > end) return true;
  const stop = Math.min(end, at + 2 + u16(bytes, at));
  for (at += 2; at + 4 <= stop; at += 4 + u16(bytes, at + 2)) {
    const extension = u16(bytes, at);
    if (extension === SUPPORTED_VERSIONS && at + 6 <= stop) serverHello.version = u16(bytes, at + 4);
    else if (extension === ENCRYPT_THEN_MAC) serverHello.isMacLast = true;
  }
  return true;
}

const ENCRYPT_THEN_MAC = 22;
const SUPPORTED_VERSIONS = 43;

function readList(bytes: Uint8Array, at: number, end: number, list: Uint16Array): number {
  let count = 0;
  for (; at + 2 <= end && count < list.length; at += 2) list[count++] = u16(bytes, at);
  return count;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
