import type { DatagramProtocol } from "./datagram-talk.ts";
import { u16 } from "./integers.ts";
import { said, type Words } from "./words.ts";

const NAME_PORT = 137;
const HEADER = 12;
/** Length of an encoded name, with its length byte and the zero (RFC 1001, section 14.1). */
const NAME = 34;
/** Question types (RFC 1002, section 4.2.1.2): name, status. */
const STATUS = 0x21;
const QUESTION_KIND = 0x20;
/** Entry of a status answer: 15 bytes of name, a suffix, flags. */
const ENTRY = 18;
const GROUP = 0x8000;

/** NetBIOS names: questions for a name or for all that a host has (NBSTAT), and the names and hardware address that it tells (RFC 1002, section 4.2.18). */
export const netbios: DatagramProtocol = {
  id: "netbios",
  beginnings: Array.from({ length: 256 }, (_, byte) => byte),
  recognise(bytes, start, end, port) {
    return port === NAME_PORT && end - start >= HEADER + NAME && bytes[start + HEADER] === QUESTION_KIND;
  },
  ask(bytes, start, end) {
    if (bytes[start + 2]! & 0x80 || end - start < HEADER + NAME + 4 || bytes[start + HEADER] !== QUESTION_KIND) return;
    said.say(u16(bytes, start + HEADER + NAME) === STATUS ? "NBSTAT " : "NB ");
    sayName(said, bytes, start + HEADER + 1);
  },
  reveal(bytes, start, end) {
    if (!(bytes[start + 2]! & 0x80) || u16(bytes, start + HEADER + NAME) !== STATUS) return;
    // Name, type, class, time to live and length are before the number of names.
    const at = start + HEADER + NAME + 10;
    const count = Math.min(16, bytes[at] ?? 0);
    let entry = at + 1;
    for (let i = 0; i < count && entry + ENTRY <= end; i++, entry += ENTRY) {
      said
        .say(i === 0 ? "names " : ", ")
        .quote(bytes, entry, entry + 15)
        .say("<")
        .hex(bytes[entry + 15]!, 2)
        .say(">");
      if (u16(bytes, entry + 16) & GROUP) said.say(" group");
    }
    if (entry + 6 > end) return;
    said.say("; hardware address ");
    for (let i = 0; i < 6; i++) said.say(i === 0 ? "" : ":").hex(bytes[entry + i]!, 2);
  },
};

const name = new Uint8Array(15);

/** Each half of a byte is a letter from A on (RFC 1001, section 14.1). */
function sayName(words: Words, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 15; i++) name[i] = ((bytes[at + 2 * i]! - 65) << 4) | ((bytes[at + 2 * i + 1]! - 65) & 15);
  words.quote(name, 0, 15);
}
