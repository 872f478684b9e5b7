// Hot: once per HTTP request; measured by bench/captures.ts.

import { viewOf } from "../../bytes/hash.ts";
import { ascii, equalsIgnoringCase, lineFeed, startsWith } from "./ascii.ts";
import type { Narrator } from "./conversation.ts";

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

const NOTHING = new Uint8Array(0);
/** Buffers beyond this are not kept for the next request. */
const ORDINARY_BYTES = 512;

/** One request of which the head was read; offsets count from `start`, so that moving it changes two fields. */
export class HttpRequest {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  length = 0;
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
  names: Uint8Array = new Uint8Array(192);
  namesLength = 0;
  /** Length of the body, or -1 when it comes in chunks. */
  bodyLength = 0;
  isHead = false;
  isConnect = false;
  atMs = 0;
  position = 0;
  /** Bytes copied by `pin`; 0 while it lies in the chunk. */
  pinned = 0;
  /** Memory for `pin`, kept from request to request. */
  #own = NOTHING;
  #ownView = new DataView(NOTHING.buffer);

  /**
   * Reads the head at `bytes[start, end)` (RFC 9112, sections 2 to 5), forgiving: what has the shape
   * `method SP target` is a request, whatever its version and headers are.
   * @param isLast no more bytes follow: a head that ends early is taken as it is.
   * @returns its length in bytes, INCOMPLETE or NO_REQUEST.
   */
  parse(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const lineEnd = lineFeed(bytes, start, end);
    if (lineEnd === end) return INCOMPLETE;
    const hasVersion = this.#requestLine(bytes, start, trimmed(bytes, start, lineEnd));
    if (this.methodEnd === 0) return NO_REQUEST;
    this.bytes = bytes;
    this.start = start;
    this.hostEnd = 0;
    this.agentEnd = 0;
    this.refererEnd = 0;
    this.namesLength = 0;
    this.bodyLength = 0;
    if (!hasVersion) {
      // HTTP/0.9 has no headers.
      this.length = lineEnd + 1 - start;
      return this.length;
    }
    const headEnd = this.#headers(bytes, lineEnd + 1, end);
    if (headEnd === INCOMPLETE && !isLast) return INCOMPLETE;
    this.length = (headEnd === INCOMPLETE ? end : headEnd) - start;
    return this.length;
  }

  /** Copies the head out of the chunk. @returns false when there is no room for it. */
  pin(narrator: Narrator): boolean {
    if (this.pinned > 0) return true;
    if (!narrator.hold(this.length)) return false;
    if (this.#own.length < this.length + 3) {
      this.#own = new Uint8Array(this.length * 2);
      this.#ownView = new DataView(this.#own.buffer);
    }
    copyWords(this.bytes, this.start, this.length, this.#own, this.#ownView);
    this.bytes = this.#own;
    this.start = 0;
    this.pinned = this.length;
    return true;
  }

  /** Gives its bytes back. */
  release(narrator: Narrator): void {
    if (this.pinned > 0) narrator.hold(-this.pinned);
    this.pinned = 0;
    this.bytes = NOTHING;
    if (this.names.length > ORDINARY_BYTES) this.names = new Uint8Array(192);
    if (this.#own.length > ORDINARY_BYTES * 4) this.#own = NOTHING;
  }

  /** Sets method and path; `methodEnd` stays 0 when it is no request line. @returns whether it names a version. */
  #requestLine(bytes: Uint8Array, start: number, end: number): boolean {
    this.methodEnd = 0;
    let at = start;
    while (at < end && isMethodByte(bytes[at]!)) at++;
    if (at === start || at === end || bytes[at] !== 32 || at - start > 32) return false;
    let last = end;
    while (last > at && bytes[last - 1] !== 32) last--;
    const hasVersion = last > at + 1 && startsWith(bytes, last, end, VERSION);
    let pathEnd = hasVersion ? last - 1 : end;
    let pathStart = at + 1;
    while (pathStart < pathEnd && bytes[pathStart] === 32) pathStart++;
    while (pathEnd > pathStart && bytes[pathEnd - 1] === 32) pathEnd--;
    if (pathEnd === pathStart) return false;
    this.methodEnd = at - start;
    this.pathStart = pathStart - start;
    this.pathEnd = pathEnd - start;
    this.isHead = at - start === 4 && startsWith(bytes, start, at, HEAD);
    this.isConnect = at - start === 7 && startsWith(bytes, start, at, CONNECT);
    return hasVersion;
  }

  /** @returns the offset after the empty line, or INCOMPLETE. */
  #headers(bytes: Uint8Array, at: number, end: number): number {
    let names = this.names;
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
        if (used + at - nameStart >= names.length) names = this.#widerNames(used + at - nameStart);
        if (used > 0) names[used++] = 44;
        for (let i = nameStart; i < at; i++) names[used++] = bytes[i]!;
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

  #widerNames(atLeast: number): Uint8Array {
    const wider = new Uint8Array(atLeast * 2);
    wider.set(this.names);
    this.names = wider;
    return wider;
  }

  #header(bytes: Uint8Array, nameStart: number, nameEnd: number, lineEnd: number): void {
    switch (nameEnd - nameStart) {
      case 4:
        if (this.hostEnd > 0 || !equalsIgnoringCase(bytes, nameStart, HOST)) return;
        this.hostStart = valueStart(bytes, nameEnd, lineEnd) - this.start;
        this.hostEnd = trimmed(bytes, this.start + this.hostStart, lineEnd) - this.start;
        return;
      case 7:
        if (!equalsIgnoringCase(bytes, nameStart, REFERER)) return;
        this.refererStart = valueStart(bytes, nameEnd, lineEnd) - this.start;
        this.refererEnd = trimmed(bytes, this.start + this.refererStart, lineEnd) - this.start;
        return;
      case 10:
        if (!equalsIgnoringCase(bytes, nameStart, USER_AGENT)) return;
        this.agentStart = valueStart(bytes, nameEnd, lineEnd) - this.start;
        this.agentEnd = trimmed(bytes, this.start + this.agentStart, lineEnd) - this.start;
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

/** Copies `source[start, start + length)` to the beginning of `target`, a word at a time: a third of the time of `slice`. */
function copyWords(source: Uint8Array, start: number, length: number, target: Uint8Array, targetView: DataView): void {
  const sourceView = viewOf(source);
  let i = 0;
  for (; i + 4 <= length; i += 4) targetView.setInt32(i, sourceView.getInt32(start + i, true), true);
  for (; i < length; i++) target[i] = source[start + i]!;
}

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
