import { message, readMessage, typeText } from "../dns-message.ts";
import { ascii } from "./ascii.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find } from "./find.ts";
import { said } from "./words.ts";

const MDNS_PORT = 5353;
const MODEL = ascii("model=");
/** The upper bit of the class asks for an answer to the asker alone (RFC 6762, section 5.4). */
const CLASS_MASK = 0x7fff;

/** Multicast DNS that is sent to one host (RFC 6762, section 5.5), as scanners do: the services asked for; the model that an answer names. */
export const mdns: DatagramProtocol = {
  id: "mdns",
  beginnings: Array.from({ length: 256 }, (_, byte) => byte),
  recognise(bytes, start, end, port) {
    return port === MDNS_PORT && end - start > 12 && (bytes[start + 2]! & 0x78) === 0;
  },
  ask(bytes, start, end) {
    if (!readMessage(bytes, start, end) || message.isAnswer) return;
    said
      .say(typeText(message.type, message.class & CLASS_MASK).bytes)
      .space()
      .quote(message.name.bytes, 0, message.name.length);
  },
  reveal(bytes, start, end) {
    const at = find(bytes, start, end, MODEL);
    // The text's length stands before it (RFC 6763, section 6.1).
    if (at > start) said.quote(bytes, at, Math.min(end, at + bytes[at - 1]!));
  },
};
