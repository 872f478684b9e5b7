import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import { findByte } from "./find.ts";
import type { Follower } from "./follower.ts";
import { sayNtlmBase64 } from "./ntlm.ts";
import { said } from "./words.ts";

const DOT = 46;

/** Commands that are told whole (RFC 5321, section 4.1.1). */
const told = new Set(["EHLO", "HELO", "VRFY", "EXPN", "RCPT", "MAIL", "HELP", "ETRN", "TURN"]);

/**
 * SMTP: who the client says it is, users it asks for, mail it wants relayed; the name by which the server greets it back, and what HELP
 * and an NTLM challenge say of the server.
 */
export const smtp: Follower = {
  service: "smtp",
  hear(talk, side, bytes, start, end) {
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    said.clear();
    if (side === CLIENT) {
      const word = wordAt(bytes, line.start, line.end);
      if (word === "DATA" || word === "BDAT") return FINISHED;
      if (told.has(word)) said.quote(bytes, line.start, line.end);
      // What follows the mechanism may be a password.
      if (word === "AUTH") said.say("AUTH ").say(wordAt(bytes, line.start + 5, line.end));
      talk.ask();
      return length;
    }
    const code = wordAt(bytes, line.start, line.start + 3);
    if (code === "250") sayHost(bytes);
    if (code === "214") said.quote(bytes, line.start, line.end);
    if (code === "334") sayNtlmBase64(said, bytes, line.start + 4, line.end);
    talk.reveal();
    return length;
  },
};

/** The host that answers EHLO (RFC 5321, section 4.1.1.1): a name with dots, as no extension and no code of a reply is. */
function sayHost(bytes: Uint8Array): void {
  const from = line.start + 4;
  const first = bytes[from]! | 32;
  if (first < 97 || first > 122) return;
  let to = from;
  while (to < line.end && bytes[to]! > 32) to++;
  if (findByte(bytes, from, to, DOT) < to - 1) said.say("250 ").quote(bytes, from, to);
}
