import { CLIENT, FINISHED } from "./conversation.ts";
import type { Follower } from "./follower.ts";
import { said } from "./words.ts";

/** `RFB 003.008` and a line feed (RFC 6143, section 7.1.1). */
const VERSION_BYTES = 12;
/** Security types (RFC 6143, section 7.1.2; IANA RFB registry). */
const types: Readonly<Record<number, string>> = {
  1: "none",
  2: "password",
  5: "RA2",
  6: "RA2ne",
  16: "Tight",
  17: "Ultra",
  18: "TLS",
  19: "VeNCrypt",
  20: "SASL",
  30: "Apple",
};

/** VNC: the client's version, and how the server lets people in; `none` needs no password. */
export const vnc: Follower = {
  service: "vnc",
  hear(talk, side, bytes, start, end) {
    said.clear();
    if (side === CLIENT) {
      if (end - start < VERSION_BYTES) return 0;
      said.quote(bytes, start, start + VERSION_BYTES);
      talk.ask();
      return talk.heard[CLIENT] > 0 ? FINISHED : VERSION_BYTES;
    }
    const count = bytes[start]!;
    if (end - start < 1 + count) return 0;
    // Version 3.3 sends one type as 32 bits.
    if (count === 0)
      said
        .say("security")
        .space()
        .say(types[bytes[start + 3]!] ?? "other");
    else said.say("security");
    for (let i = 0; i < Math.min(count, 8); i++) said.space().say(types[bytes[start + 1 + i]!] ?? "other");
    talk.reveal();
    return FINISHED;
  },
};
