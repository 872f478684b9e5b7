import { ascii } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find } from "./find.ts";
import { u16 } from "./integers.ts";
import { sayNtlmChallenge } from "./ntlm.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

/** Packet types ([MS-TDS] 2.2.3.1.1). */
const PRELOGIN = 18;
const LOGIN7 = 16;
const TABULAR_RESULT = 4;
const HEADER = 8;
const END_OF_OPTIONS = 255;
const VERSION_OPTION = 0;
/** Longest list of options that is taken for one. */
const MOST_OPTIONS = 12;

/** Microsoft SQL Server: PRELOGIN in both directions, with the server's version ([MS-TDS] 2.2.6.5), and the user who logs in. */
export const mssql = talking({
  id: "mssql",
  beginnings: [PRELOGIN],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== PRELOGIN) return Recognition.no;
    if (end - start < HEADER) return Recognition.moreBytesNeeded;
    const length = u16(bytes, start + 2);
    if (end - start < Math.min(length, HEADER + 5 * MOST_OPTIONS)) return Recognition.moreBytesNeeded;
    const isFirst = bytes[start + 1]! <= 1 && length > HEADER + 5 && length < 4096;
    return isFirst && versionAt(bytes, start, end) >= 0 ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEADER) return 0;
    const type = bytes[start]!;
    const length = u16(bytes, start + 2);
    if (length < HEADER || (type !== PRELOGIN && type !== LOGIN7 && type !== TABULAR_RESULT && type !== 17))
      return FINISHED;
    if (end - start < length && end - start < 2048) return 0;
    const stop = Math.min(end, start + length);
    said.clear();
    if (side === CLIENT) {
      if (type === PRELOGIN) {
        const at = versionAt(bytes, start, stop);
        if (at < 0) return length;
        said.say("PRELOGIN ");
        sayVersion(bytes, at);
      } else if (type === LOGIN7) sayLogin(bytes, start + HEADER, stop);
      talk.ask();
      return length;
    }
    const at = versionAt(bytes, start, stop);
    if (at >= 0 && talk.heard[side] === 0) {
      said.say("version ");
      sayVersion(bytes, at);
    } else sayNtlmChallenge(said, bytes, start, stop);
    talk.reveal();
    return length;
  },
});

/** Where the VERSION option's data is, which must be the first option; or -1. */
function versionAt(bytes: Uint8Array, start: number, end: number): number {
  const options = start + HEADER;
  let at = options;
  for (let i = 0; i < MOST_OPTIONS && at < end && bytes[at] !== END_OF_OPTIONS; i++) at += 5;
  if (bytes[options] !== VERSION_OPTION || bytes[at] !== END_OF_OPTIONS) return -1;
  const data = options + u16(bytes, options + 1);
  return u16(bytes, options + 3) === 6 && data + 6 <= end ? data : -1;
}

/** Major, minor, build (UL_VERSION), then a sub-build. */
function sayVersion(bytes: Uint8Array, at: number): void {
  said
    .number(bytes[at]!)
    .say(".")
    .number(bytes[at + 1]!)
    .say(".")
    .number(u16(bytes, at + 2));
}

/** Offsets and lengths in characters of host, user, password and program ([MS-TDS] 2.2.6.4), from byte 36 on. */
function sayLogin(bytes: Uint8Array, at: number, end: number): void {
  const field = (number: number) => {
    const from = at + (bytes[at + 36 + 4 * number]! | (bytes[at + 37 + 4 * number]! << 8));
    const length = bytes[at + 38 + 4 * number]! | (bytes[at + 39 + 4 * number]! << 8);
    said.quoteUtf16(bytes, from, Math.min(end, from + 2 * length));
  };
  if (end - at < 60) return;
  said.say("login ");
  field(1);
  said.say(" host ");
  field(0);
  said.say(" program ");
  field(3);
}

const BROWSER_PORT = 1434;
const SERVER_NAME = ascii("ServerName;");

/** SQL Server Browser ([MC-SQLR] 2.2): a list of instances is asked for, and told with their versions. */
export const sqlBrowser: DatagramProtocol = {
  id: "mssql",
  beginnings: [2, 3, 4, 5],
  recognise(bytes, start, end, port) {
    const isAnswer = bytes[start] === 5 && find(bytes, start, Math.min(end, start + 16), SERVER_NAME) === start + 3;
    return isAnswer || (port === BROWSER_PORT && end - start <= 40 && bytes[start] !== 5);
  },
  ask(bytes, start, end) {
    if (bytes[start] === 5) return;
    said.say(bytes[start] === 4 ? "instance " : "list of instances").quote(bytes, start + 1, end);
  },
  reveal(bytes, start, end) {
    if (bytes[start] === 5) said.quote(bytes, start + 3, end);
  },
};
