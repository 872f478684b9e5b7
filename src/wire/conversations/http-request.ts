// Hot: once per HTTP request; measured by bench/captures.ts.
import { viewOf } from "../../bytes/hash.ts";
import { ascii, equalsIgnoringCase, lineFeed, mayBecome, startsWith } from "./ascii.ts";

const HOST = ascii("host");
const REFERER = ascii("referer");
const USER_AGENT = ascii("user-agent");
const CONTENT_LENGTH = ascii("content-length");
const TRANSFER_ENCODING = ascii("transfer-encoding");
const HEAD = ascii("HEAD");
const CONNECT = ascii("CONNECT");
const VERSION = ascii("HTTP/");

/** The head does not end in the bytes at hand. */
export const INCOMPLETE = 0;
/** This is no request line. */
export const NO_REQUEST = -1;
/** Names of headers beyond this many bytes are not told. */
const LONGEST_NAMES = 2048;

/** The request head at hand; one is reused for all. Offsets are into the bytes that were parsed. */
export class HttpRequest {
  methodEnd = 0;
  pathStart = 0;
  pathEnd = 0;
  hostStart = 0;
  hostEnd = 0;
  agentStart = 0;
  agentEnd = 0;
  refererStart = 0;
  refererEnd = 0;
  /** Header names in order as sent, comma-joined: `names[0, namesLength)`. */
  readonly names = new Uint8Array(LONGEST_NAMES + 8);
  namesLength = 0;
  /** Length of the body, or -1 when it comes in chunks. */
  bodyLength = 0;
  hasVersion = false;
  isHead = false;
  isConnect = false;
  readonly #namesView = new DataView(this.names.buffer);

  /**
   * Reads the request line at `bytes[start, end)` (RFC 9112, section 3), forgiving: what has the shape
   * `method SP target` is a request, whatever its version is. Headers follow only where `hasVersion`.
   * @param isLast no more bytes follow: a line that is cut off within its version is taken, since its target is whole.
   * @returns its length in bytes, INCOMPLETE or NO_REQUEST.
   */
  parseLine(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const lineEnd = lineFeed(bytes, start, end);
    const isCut = lineEnd === end;
    if (isCut && !isLast) return INCOMPLETE;
    this.hasVersion = this.#requestLine(bytes, start, trimmed(bytes, start, lineEnd), isCut);
    if (isCut) return this.hasVersion ? end - start : INCOMPLETE;
    return this.methodEnd === 0 ? NO_REQUEST : lineEnd + 1 - start;
  }

  /**
   * Reads the header lines at `bytes[start, end)` (RFC 9112, section 5).
   * @param isLast no more bytes follow: a head that ends early is taken as it is.
   * @returns their length in bytes with the empty line, or INCOMPLETE.
   */
  parseHeaders(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    this.forgetHeaders();
    const headEnd = this.#headers(bytes, start, end);
    if (headEnd === INCOMPLETE) return isLast ? end - start : INCOMPLETE;
    return headEnd - start;
  }

  /** HTTP/0.9 has no headers. */
  forgetHeaders(): void {
    this.hostStart = 0;
    this.hostEnd = 0;
    this.agentStart = 0;
    this.agentEnd = 0;
    this.refererStart = 0;
    this.refererEnd = 0;
    this.namesLength = 0;
    this.bodyLength = 0;
  }

  /** Sets method and path; `methodEnd` stays 0 when it is no request line. @returns whether it names a version. */
  #requestLine(bytes: Uint8Array, start: number, end: number, isCut: boolean): boolean {
    this.methodEnd = 0;
    let at = start;
    while (at < end && isMethodByte(bytes[at]!)) at++;
    if (at === start || at === end || bytes[at] !== 32 || at - start > 32) return false;
    let last = end;
    while (last > at && bytes[last - 1] !== 32) last--;
    const isVersion = startsWith(bytes, last, end, VERSION) || (isCut && mayBecome(bytes, last, end, VERSION));
    const hasVersion = last > at + 1 && isVersion;
    let pathEnd = hasVersion ? last - 1 : end;
    let pathStart = at + 1;
    while (pathStart < pathEnd && bytes[pathStart] === 32) pathStart++;
    while (pathEnd > pathStart && bytes[pathEnd - 1] === 32) pathEnd--;
    if (pathEnd === pathStart) return false;
    this.methodEnd = at;
    this.pathStart = pathStart;
    this.pathEnd = pathEnd;
    this.isHead = at - start === 4 && startsWith(bytes, start, at, HEAD);
    this.isConnect = at - start === 7 && startsWith(bytes, start, at, CONNECT);
    return hasVersion;
  }

  /** @returns the offset after the empty line, or INCOMPLETE. */
  #headers(bytes: Uint8Array, at: number, end: number): number {
    const view = viewOf(bytes);
    const { names } = this;
    let used = 0;
    while (at < end) {
      const first = bytes[at]!;
      if (first === 10 || (first === 13 && bytes[at + 1] === 10)) {
        if (first === 13 && at + 1 >= end) break;
        this.namesLength = used;
        return at + (first === 10 ? 1 : 2);
      }
      const nameStart = at;
      let c = first;
      while (c !== 58 && c !== 10 && ++at < end) c = bytes[at]!;
      if (at === end) break;
      if (c === 10) {
        // A line without a colon (or a folded one) has no name.
        at++;
        continue;
      }
      if (used + at - nameStart < LONGEST_NAMES) {
        if (used > 0) names[used++] = 44;
        // Name, colon and a bit: whole words are copied, what is too much is overwritten.
        if (at + 4 <= end) {
          for (let i = nameStart; i < at; i += 4)
            this.#namesView.setInt32(used + i - nameStart, view.getInt32(i, true), true);
        } else for (let i = nameStart; i < at; i++) names[used + i - nameStart] = bytes[i]!;
        used += at - nameStart;
      }
      const nameEnd = at;
      at = lineFeed(bytes, at, end);
      if (at === end) break;
      this.#header(bytes, nameStart, nameEnd, at);
      at++;
    }
    this.namesLength = used;
    return INCOMPLETE;
  }

  #header(bytes: Uint8Array, nameStart: number, nameEnd: number, lineEnd: number): void {
    switch (nameEnd - nameStart) {
      case 4:
        if (this.hostEnd > 0 || !equalsIgnoringCase(bytes, nameStart, HOST)) return;
        this.hostStart = valueStart(bytes, nameEnd, lineEnd);
        this.hostEnd = trimmed(bytes, this.hostStart, lineEnd);
        return;
      case 7:
        if (!equalsIgnoringCase(bytes, nameStart, REFERER)) return;
        this.refererStart = valueStart(bytes, nameEnd, lineEnd);
        this.refererEnd = trimmed(bytes, this.refererStart, lineEnd);
        return;
      case 10:
        if (!equalsIgnoringCase(bytes, nameStart, USER_AGENT)) return;
        this.agentStart = valueStart(bytes, nameEnd, lineEnd);
        this.agentEnd = trimmed(bytes, this.agentStart, lineEnd);
        return;
      case 14:
        if (this.bodyLength === 0 && equalsIgnoringCase(bytes, nameStart, CONTENT_LENGTH)) {
          this.bodyLength = decimal(bytes, nameEnd, lineEnd);
        }
        return;
      case 17:
        if (equalsIgnoringCase(bytes, nameStart, TRANSFER_ENCODING) && endsInChunked(bytes, nameEnd, lineEnd)) {
          this.bodyLength = CHUNKED;
        }
    }
  }
}

/** Body length of what comes in chunks. */
export const CHUNKED = -1;

/** Start of a header's value: after the colon at `colon` and blanks. */
export function valueStart(bytes: Uint8Array, colon: number, lineEnd: number): number {
  let at = colon + 1;
  while (at < lineEnd && (bytes[at] === 32 || bytes[at] === 9)) at++;
  return at;
}

/** End of `bytes[start, end)` without trailing carriage returns and blanks. */
export function trimmed(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && (bytes[end - 1] === 13 || bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
  return end;
}

/** The number after the colon at `colon`; 0 when it is none. */
export function decimal(bytes: Uint8Array, colon: number, lineEnd: number): number {
  let value = 0;
  let digits = 0;
  for (let at = valueStart(bytes, colon, lineEnd); at < lineEnd; at++, digits++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9 || digits > 14) break;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether a Transfer-Encoding's last coding is chunked (RFC 9112, section 6.1). */
export function endsInChunked(bytes: Uint8Array, colon: number, lineEnd: number): boolean {
  const end = trimmed(bytes, colon, lineEnd);
  return end - colon > 7 && equalsIgnoringCase(bytes, end - 7, CHUNKED_NAME);
}

const CHUNKED_NAME = ascii("chunked");

/** Letters, digits and what else methods are made of; not all of RFC 9110's tchar, which would fit too much. */
export function isMethodByte(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 45 || c === 95 || (c >= 48 && c <= 57);
}

/** The hexadecimal number at `bytes[at, end)`, up to a `;` or blank; -1 when it is none, or more than `most`. */
export function hexadecimal(bytes: Uint8Array, at: number, end: number, most: number): number {
  let value = 0;
  const first = at;
  for (; at < end; at++) {
    const c = bytes[at]!;
    const lower = c | 32;
    const digit = c >= 48 && c <= 57 ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (digit < 0) break;
    value = value * 16 + digit;
    if (value > most) return -1;
  }
  return at === first ? -1 : value;
}
