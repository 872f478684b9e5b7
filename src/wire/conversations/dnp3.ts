import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { u16, u16le } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

/** Link layer (IEEE 1815, clause 9.2): start bytes, length, control, target, source, checksum. */
const START = 0x0564;
const HEADER = 10;
const FROM_MASTER = 0x40;
const functions: Readonly<Record<number, string>> = {
  0: "reset link",
  2: "test link",
  3: "confirmed data",
  4: "data",
  9: "request link status",
};
const applications: Readonly<Record<number, string>> = {
  1: "read",
  2: "write",
  3: "select",
  4: "operate",
  5: "direct operate",
  13: "cold restart",
  14: "warm restart",
};

/** DNP3: what a master asks of an outstation, and that it answers. */
export const dnp3 = talking({
  id: "dnp3",
  beginnings: [START >> 8],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== START >> 8) return Recognition.no;
    if (end - start < HEADER)
      return end - start < 2 || bytes[start + 1] === 0x64 ? Recognition.moreBytesNeeded : Recognition.no;
    return u16(bytes, start) === START && bytes[start + 2]! >= 5 && bytes[start + 3]! & FROM_MASTER
      ? Recognition.yes
      : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEADER) return 0;
    const data = bytes[start + 2]! - 5;
    if (u16(bytes, start) !== START || data < 0) return FINISHED;
    // Each sixteen bytes of data have a checksum.
    const length = HEADER + data + 2 * Math.ceil(data / 16);
    if (end - start < length) return 0;
    said.clear();
    if (side === CLIENT) {
      const code = bytes[start + 3]! & 15;
      said.say(functions[code] ?? `link function ${code}`).say(` to ${u16le(bytes, start + 4)}`);
      // Transport byte, application control, function.
      const application = data >= 3 ? applications[bytes[start + HEADER + 2]!] : undefined;
      if (application !== undefined) said.say(", ").say(application);
      talk.ask();
    } else {
      said.say(`outstation ${u16le(bytes, start + 6)}`);
      talk.reveal();
    }
    return length;
  },
});
