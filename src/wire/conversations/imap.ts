import { ascii, startsWith } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import { findByte } from "./find.ts";
import type { Follower } from "./follower.ts";
import { sayNtlmBase64 } from "./ntlm.ts";
import { said } from "./words.ts";

const ID = ascii("* ID ");
const CONTINUE = ascii("+ ");
const work = new Set(["FETCH", "UID", "APPEND", "IDLE", "SEARCH", "LIST", "LSUB"]);

/** IMAP (RFC 9051): the user name, the client's and the server's words of themselves (ID, RFC 2971). */
export const imap: Follower = {
  service: "imap",
  hear(talk, side, bytes, start, end) {
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    said.clear();
    if (side === CLIENT) {
      // Each command has a tag before it.
      const at = findByte(bytes, line.start, line.end, 32) + 1;
      const word = wordAt(bytes, at, line.end);
      if (work.has(word)) return FINISHED;
      if (word === "ID" || word === "CAPABILITY") said.quote(bytes, at, line.end);
      if (word === "AUTHENTICATE") said.say("AUTHENTICATE ").say(wordAt(bytes, at + 13, line.end));
      if (word === "LOGIN") said.say("LOGIN ").quote(bytes, at + 6, findByte(bytes, at + 6, line.end, 32));
      talk.ask();
      return length;
    }
    if (startsWith(bytes, line.start, line.end, ID)) said.quote(bytes, line.start + 5, line.end);
    if (startsWith(bytes, line.start, line.end, CONTINUE)) sayNtlmBase64(said, bytes, line.start + 2, line.end);
    talk.reveal();
    return length;
  },
};
