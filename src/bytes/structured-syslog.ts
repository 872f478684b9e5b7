const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const ANGLE = 60;
const CLOSING_ANGLE = 62;
const BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;

/** Words between the version and the structured data: time, host, program, process, id of the message. */
const WORDS = 5;

/**
 * Where the message of a line with RFC 5424's header starts, `<134>1 2026-11-22T19:05:16Z web nginx - - - message`, perhaps behind an
 * octet count; -1 of other lines.
 */
export function structuredMessageAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at]!)) at++;
  if (at > start) at++;
  if (bytes[at] !== ANGLE) return -1;
  while (at < end && at < start + 16 && bytes[at] !== CLOSING_ANGLE) at++;
  if (bytes[at] !== CLOSING_ANGLE || bytes[at + 1] !== 49 || bytes[at + 2] !== SPACE) return -1;
  at += 3;
  for (let word = 0; word < WORDS; word++) {
    while (at < end && bytes[at] !== SPACE) at++;
    at++;
  }
  at = behindStructuredData(bytes, at, end);
  while (at < end && bytes[at] === SPACE) at++;
  return at < end ? at : -1;
}

/** What follows `-`, or `[id name="value"]…`, at `at` (RFC 5424, section 6.3); a quote or bracket in a value is escaped. */
export function behindStructuredData(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === DASH) return at + 1;
  while (bytes[at] === BRACKET && at < end) {
    let isQuoted = false;
    for (; at < end && (isQuoted || bytes[at] !== CLOSING_BRACKET); at++) {
      if (bytes[at] === BACKSLASH) at++;
      else if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    }
    at++;
  }
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
