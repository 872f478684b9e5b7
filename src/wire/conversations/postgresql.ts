import { ascii } from "./ascii.ts";
import { CLIENT, Recognition } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import { u32 } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

/** Codes in place of a version (PostgreSQL documentation, section 55.7): 3.0, cancel, TLS, GSSAPI. */
const VERSION_3 = 0x00030000;
const SSL = 80877103;
const GSS = 80877104;
const CANCEL = 80877102;
const LONGEST_STARTUP = 10000;
const READING = 1;
const VERSION = ascii("server_version\0");
const ERROR = 69;
const PARAMETER = 83;
const QUOTATION_MARK = 34;

/** PostgreSQL: user, database and program of a start-up message; the server's version after the log-in, or its refusal. */
export const postgresql = talking({
  id: "postgresql",
  beginnings: [0],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== 0 || bytes[start + 1] !== 0) return Recognition.no;
    if (end - start < 8)
      return end - start < 4 || u32(bytes, start) <= LONGEST_STARTUP ? Recognition.moreBytesNeeded : Recognition.no;
    const code = u32(bytes, start + 4);
    const length = u32(bytes, start);
    if (code === SSL || code === GSS) return length === 8 ? Recognition.yes : Recognition.no;
    if (code === CANCEL) return length === 16 ? Recognition.yes : Recognition.no;
    return code === VERSION_3 && length > 8 && length <= LONGEST_STARTUP ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    said.clear();
    if (side === CLIENT) {
      // After the start-up come the password and queries, which are nobody's business.
      if (talk.stage === READING) return end - start;
      const length = u32(bytes, start);
      if (end - start < 8) return 0;
      const code = u32(bytes, start + 4);
      if (code === SSL) said.say("SSLRequest");
      else if (code === GSS) said.say("GSSENCRequest");
      else if (code === CANCEL) said.say("CancelRequest");
      else {
        if (end - start < length) return 0;
        said.say("startup");
        sayParameters(bytes, start + 8, start + length);
        talk.stage = READING;
      }
      talk.ask();
      return length < 8 ? end - start : length;
    }
    // One byte answers a request for encryption; messages are a type and a length.
    if (talk.stage !== READING) return 1;
    if (end - start < 5) return 0;
    const stop = start + 1 + u32(bytes, start + 1);
    if (bytes[start] === ERROR || bytes[start] === PARAMETER) {
      if (end < stop && end - start < 1024) return 0;
      if (bytes[start] === ERROR) sayError(bytes, start + 5, Math.min(end, stop));
      else sayVersion(bytes, start + 5, Math.min(end, stop));
      talk.reveal();
    }
    return stop - start;
  },
});

/** Names and values, each ended by a zero byte. */
function sayParameters(bytes: Uint8Array, at: number, end: number): void {
  for (let pair = 0; pair < 8 && at < end && bytes[at] !== 0; pair++) {
    const name = findByte(bytes, at, end, 0);
    const value = findByte(bytes, name + 1, end, 0);
    said
      .space()
      .quote(bytes, at, name)
      .say("=")
      .quote(bytes, name + 1, value);
    at = value + 1;
  }
}

function sayVersion(bytes: Uint8Array, at: number, end: number): void {
  const found = find(bytes, at, Math.min(end, at + VERSION.length), VERSION);
  if (found === at)
    said.say("server_version ").quote(bytes, at + VERSION.length, findByte(bytes, at + VERSION.length, end, 0));
}

/** Fields are a letter and a text (section 55.8): code, message, source file and line, which differ from version to version. */
function sayError(bytes: Uint8Array, at: number, end: number): void {
  said.say("error");
  while (at < end && bytes[at] !== 0) {
    const stop = findByte(bytes, at + 1, end, 0);
    if (bytes[at] === 67 || bytes[at] === 77 || bytes[at] === 70 || bytes[at] === 76)
      said.space().quoteOutside(bytes, at + 1, stop, QUOTATION_MARK);
    at = stop + 1;
  }
}
