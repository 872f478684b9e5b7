import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import type { Follower } from "./follower.ts";
import { sayNtlmBase64 } from "./ntlm.ts";
import { said } from "./words.ts";

/** Commands that are told whole (RFC 5321, section 4.1.1). */
const told = new Set(["EHLO", "HELO", "VRFY", "EXPN", "RCPT", "MAIL", "HELP", "ETRN", "TURN"]);

/** SMTP: who the client says it is, users it asks for, mail it wants relayed; what HELP and an NTLM challenge say of the server. */
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
    if (code === "214") said.quote(bytes, line.start, line.end);
    if (code === "334") sayNtlmBase64(said, bytes, line.start + 4, line.end);
    talk.reveal();
    return length;
  },
};
