import { line, nextLine } from "./commands.ts";
import { CLIENT, FINISHED } from "./conversation.ts";
import type { Follower } from "./follower.ts";
import { said } from "./words.ts";

/** rsync: the client's version and the module or list it asks for. */
export const rsync: Follower = {
  service: "rsync",
  hear(talk, side, bytes, start, end) {
    if (side !== CLIENT) return end - start;
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    said.clear().quote(bytes, line.start, line.end);
    // The second line says what is wanted; an empty one asks for the list, too.
    if (said.length === 0) said.say("#list");
    talk.ask();
    return talk.heard[CLIENT] > 0 ? FINISHED : length;
  },
};
