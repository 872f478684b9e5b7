import { ascii } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import type { Follower } from "./follower.ts";
import { said } from "./words.ts";

const OPENING = 40;
const COMMA = 44;
const LONGEST_ADDRESS = 15;

/** Commands that are told whole: who, what it runs, copying behind the server's back (mod_copy), bounces (RFC 959, RFC 2428). */
const told = new Set(["USER", "SYST", "STAT", "FEAT", "HELP", "SITE", "PORT", "EPRT", "AUTH", "CSID", "CLNT"]);
/** Transfers: the opening is over. */
const work = new Set(["RETR", "STOR", "APPE"]);
/** Replies that describe the server: status, help, system type. */
const describing = new Set(["211", "214", "215"]);

/** FTP: the user name and questions about the server; its answers to those, and the address that it has for transfers. */
export const ftp: Follower = {
  service: "ftp",
  hear(talk, side, bytes, start, end) {
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    said.clear();
    const word = wordAt(bytes, line.start, line.end);
    if (side === CLIENT) {
      if (work.has(word)) return FINISHED;
      if (told.has(word)) said.quote(bytes, line.start, line.end);
      talk.ask();
      return length;
    }
    if (describing.has(word.slice(0, 3)) || isVersionLine(bytes, line.start, line.end))
      said.quote(bytes, line.start, line.end);
    if (word.startsWith("227")) sayPassiveAddress(bytes);
    talk.reveal();
    return length;
  },
};

/** `227 10.1.2.3` of `227 Entering Passive Mode (10,1,2,3,195,80).` (RFC 959, section 4.1.2): its port is another each time. */
function sayPassiveAddress(bytes: Uint8Array): void {
  let at = findByte(bytes, line.start, line.end, OPENING) + 1;
  const from = at;
  for (let commas = 0; at < line.end; at++) if (bytes[at] === COMMA && ++commas === 4) break;
  if (at >= line.end || at - from > LONGEST_ADDRESS) return;
  said.say("227 ");
  for (let i = from; i < at; i++) said.say(bytes[i] === COMMA ? "." : String.fromCharCode(bytes[i]!));
}

const VSFTPD = ascii("vsFTPd ");

/** Within its status reply, whose other lines begin with a blank too, vsftpd says its version. */
function isVersionLine(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 32 && find(bytes, start, end, VSFTPD) >= 0;
}
