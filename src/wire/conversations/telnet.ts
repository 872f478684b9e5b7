import { ascii, startsWith } from "./ascii.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import type { Follower } from "./follower.ts";
import type { Talk } from "./talk.ts";
import { said } from "./words.ts";

/** Commands (RFC 854) and the option NEW-ENVIRON (RFC 1572). */
const IAC = 255;
const SUBNEGOTIATION = 250;
const END_OF_SUBNEGOTIATION = 240;
const NEW_ENVIRON = 39;
const TERMINAL_TYPE = 24;
/** What the malware of the Mirai family types to get a shell and to learn whether it has one. */
const shellWords = [
  "enable",
  "system",
  "shell",
  "linuxshell",
  "sh",
  "/bin/busybox ",
  "busybox ",
  "wget ",
  "tftp ",
  "cat /proc/",
].map(ascii);
const LONGEST_LINE = 512;
/** Lines that may be a password: the one after the user name. */
const USER_LINE = 0;
const PASSWORD_LINE = 1;

/** Telnet: the user name, variables of the environment (CVE-2026-24061 is a `USER` of `-f root`), and what shells are asked for. */
export const telnet: Follower = {
  service: "telnet",
  hear(talk, side, bytes, start, end) {
    if (side !== CLIENT) return end - start;
    if (bytes[start] === IAC) return command(talk, bytes, start, end);
    let stop = start;
    while (stop < end && bytes[stop] !== 13 && bytes[stop] !== 10 && bytes[stop] !== IAC) stop++;
    if (stop === end && !talk.isLast) return end - start < LONGEST_LINE ? 0 : FINISHED;
    if (bytes[stop] === IAC) return stop - start;
    typed(talk, bytes, start, stop);
    // The end of a line is CR LF or CR NUL.
    while (
      stop < end &&
      stop - start < LONGEST_LINE &&
      (bytes[stop]! === 13 || bytes[stop]! === 10 || bytes[stop] === 0)
    )
      stop++;
    return Math.max(1, stop - start);
  },
};

function typed(talk: Talk, bytes: Uint8Array, start: number, end: number): void {
  said.clear();
  const number = talk.lines++;
  if (number === USER_LINE) said.say("login ").quote(bytes, start, end);
  else if (number > PASSWORD_LINE && shellWords.some((word) => startsWith(bytes, start, end, word))) {
    said.say("types ").quote(bytes, start, Math.min(end, start + 64));
  }
  talk.ask();
}

/** @returns the command's length. */
function command(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return 0;
  const verb = bytes[start + 1]!;
  if (verb === IAC || verb < SUBNEGOTIATION) return 2;
  if (verb > SUBNEGOTIATION) return end - start < 3 ? 0 : 3;
  let stop = start + 2;
  while (stop + 1 < end && !(bytes[stop] === IAC && bytes[stop + 1] === END_OF_SUBNEGOTIATION)) stop++;
  if (stop + 1 >= end) return end - start < LONGEST_LINE ? 0 : FINISHED;
  const option = bytes[start + 2];
  said.clear();
  // IS, then bytes of type before each name and value: they become blanks.
  if (option === NEW_ENVIRON) said.say("environment ").quote(bytes, start + 4, stop);
  if (option === TERMINAL_TYPE) said.say("terminal ").quote(bytes, start + 4, stop);
  talk.ask();
  return stop + 2 - start;
}
