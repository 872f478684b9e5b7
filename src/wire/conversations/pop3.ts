import { ascii, startsWith } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import type { Follower } from "./follower.ts";
import { sayNtlmBase64 } from "./ntlm.ts";
import { said } from "./words.ts";

const IMPLEMENTATION = ascii("IMPLEMENTATION ");
const CONTINUE = ascii("+ ");
const work = new Set(["RETR", "LIST", "UIDL", "TOP"]);

/** POP3 (RFC 1939): the user name, the ways to authenticate; the implementation among the capabilities (RFC 2449, section 6.9). */
export const pop3: Follower = {
  service: "pop3",
  hear(talk, side, bytes, start, end) {
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    said.clear();
    if (side === CLIENT) {
      const word = wordAt(bytes, line.start, line.end);
      if (work.has(word)) return FINISHED;
      if (word === "USER" || word === "CAPA") said.quote(bytes, line.start, line.end);
      if (word === "AUTH" || word === "APOP") said.say(`${word} `).say(wordAt(bytes, line.start + 5, line.end));
      talk.ask();
      return length;
    }
    if (startsWith(bytes, line.start, line.end, IMPLEMENTATION)) said.quote(bytes, line.start, line.end);
    if (startsWith(bytes, line.start, line.end, CONTINUE)) sayNtlmBase64(said, bytes, line.start + 2, line.end);
    talk.reveal();
    return length;
  },
};
