import type { TextTable } from "../bytes/text-table.ts";
import { undoEscapes, undone } from "./log-escapes.ts";

/** Result of the last `parseRequestLine`: ids in its text table. Reused. */
export const requestLine = { method: 0, path: 0, host: 0 };

const SPACE = 32;
const SLASH = 47;
const COLON = 58;

/**
 * Takes apart the request line that a log holds in `bytes[start, end)`, escapes undone: `METHOD target HTTP/x.y` (RFC 9112,
 * section 3), where the target may hold spaces. Without protocol it is HTTP/0.9 if its method is in capitals. Anything else
 * is kept whole as the path of a request without method: a TLS hello sent to a plain port, another protocol, junk. `-`,
 * which servers write when the client sent nothing, is neither.
 */
export function parseRequestLine(texts: TextTable, bytes: Uint8Array, start: number, end: number): void {
  const length = undoEscapes(bytes, start, end);
  parseRequestText(texts, undone(), length);
}

/** The same for the plain bytes `text[0, length)`. */
export function parseRequestText(texts: TextTable, text: Uint8Array, length: number): void {
  requestLine.method = 0;
  requestLine.host = 0;
  requestLine.path = 0;
  if (length === 1 && text[0] === 45) return;

  const methodEnd = tokenEnd(text, length);
  const protocol = protocolStart(text, length);
  const isRequest =
    methodEnd > 0 &&
    methodEnd <= 32 &&
    methodEnd + 1 < length &&
    text[methodEnd] === SPACE &&
    (protocol >= 0 ? isHttp(text, protocol, length) : isCapital(text, methodEnd));
  if (!isRequest) {
    requestLine.path = texts.add(text, 0, length);
    return;
  }
  const targetEnd = protocol >= 0 ? Math.max(protocol - 1, methodEnd + 1) : length;
  requestLine.method = texts.add(text, 0, methodEnd);
  requestLine.host = addAuthority(texts, text, methodEnd + 1, targetEnd);
  // HTTP/2 and 3 send the authority beside the path (RFC 9113, section 8.3.1); HAProxy writes them as one.
  const isJoined = requestLine.host > 0 && protocol >= 0 && text[protocol + 5]! >= 50 && text[authorityEnd] === SLASH;
  requestLine.path = texts.add(text, isJoined ? authorityEnd : methodEnd + 1, targetEnd);
}

/** Where the authority ended that `addAuthority` found. */
let authorityEnd = 0;

/** Host of an absolute target (`http://host:port/…`) or of CONNECT's (`host:port`); 0 when the target is a path. */
function addAuthority(texts: TextTable, text: Uint8Array, start: number, end: number): number {
  if (text[start] === SLASH || start >= end) return 0;
  let at = start;
  while (at < end && isLetter(text[at]!)) at++;
  const isAbsolute = at > start && text[at] === COLON && text[at + 1] === SLASH && text[at + 2] === SLASH;
  const hostAt = isAbsolute ? at + 3 : start;
  let hostEnd = hostAt;
  let colon = -1;
  let inBrackets = false;
  for (; hostEnd < end; hostEnd++) {
    const c = text[hostEnd]!;
    if (c === 91) inBrackets = true;
    else if (c === 93) inBrackets = false;
    else if (c === COLON && !inBrackets) colon = hostEnd;
    else if (c === 64) return 0;
    else if (c === SLASH || c === 63 || c === 35 || c <= SPACE) break;
  }
  if (!isAbsolute && (colon < 0 || hostEnd < end)) return 0;
  authorityEnd = hostEnd;
  return texts.add(text, hostAt, colon < 0 ? hostEnd : colon);
}

/** Where the token (RFC 9110, section 5.6.2) that the text starts with ends. */
function tokenEnd(text: Uint8Array, length: number): number {
  let at = 0;
  while (at < length && isTokenByte(text[at]!)) at++;
  return at;
}

/** Where the last word starts when it is `NAME/digit…`, a protocol; -1 when it is not. */
function protocolStart(text: Uint8Array, length: number): number {
  let at = length;
  while (at > 0 && text[at - 1] !== SPACE) at--;
  if (at === 0) return -1;
  let slash = at;
  while (slash < length && text[slash]! >= 65 && text[slash]! <= 90) slash++;
  const isProtocol = slash > at && text[slash] === SLASH && text[slash + 1]! >= 48 && text[slash + 1]! <= 57;
  return isProtocol && slash + 1 < length ? at : -1;
}

function isHttp(text: Uint8Array, at: number, length: number): boolean {
  return at + 6 <= length && text[at] === 72 && text[at + 1] === 84 && text[at + 2] === 84 && text[at + 3] === 80;
}

function isCapital(text: Uint8Array, end: number): boolean {
  for (let i = 0; i < end; i++) if (text[i]! < 65 || text[i]! > 90) return false;
  return true;
}

function isLetter(c: number): boolean {
  return (c | 32) >= 97 && (c | 32) <= 122;
}

function isTokenByte(c: number): boolean {
  return isLetter(c) || (c >= 48 && c <= 57) || (c < 128 && "!#$%&'*+-.^_`|~".includes(String.fromCharCode(c)));
}
