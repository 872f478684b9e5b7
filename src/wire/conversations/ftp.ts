import { ascii } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import { find } from "./find.ts";
import type { Follower } from "./follower.ts";
import { said } from "./words.ts";

/** Commands that are told whole: who, what it runs, copying behind the server's back (mod_copy), bounces (RFC 959, RFC 2428). */
const told = new Set(["USER", "SYST", "STAT", "FEAT", "HELP", "SITE", "PORT", "EPRT", "AUTH", "CSID", "CLNT"]);
/** Transfers: the opening is over. */
const work = new Set(["RETR", "STOR", "APPE"]);
/** Replies that describe the server: status, help, system type. */
const describing = new Set(["211", "214", "215"]);

/** FTP: the user name and questions about the server; its answers to those. */
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
    talk.reveal();
    return length;
  },
};

const VSFTPD = ascii("vsFTPd ");

/** Within its status reply, whose other lines begin with a blank too, vsftpd says its version. */
function isVersionLine(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 32 && find(bytes, start, end, VSFTPD) >= 0;
}
