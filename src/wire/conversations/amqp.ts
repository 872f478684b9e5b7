import { ascii, mayBecome, startsWith } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find } from "./find.ts";
import { u32 } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

const AMQP = ascii("AMQP");
const PRODUCT = ascii("\x07productS");
const VERSION = ascii("\x07versionS");
const PLATFORM = ascii("\x08platformS");
/** A frame: type 1, channel 0, size, then class 10 (connection), method 10 (start); AMQP 0-9-1, sections 2.3.5 and 1.4. */
const FRAME_HEAD = 7;
const MOST_NEEDED = 2048;

/** AMQP 0-9-1 and 1.0: the version that the client wants, and the server's name and version in `connection.start`. */
export const amqp = talking({
  id: "amqp",
  beginnings: [AMQP[0]!],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT) return Recognition.no;
    if (startsWith(bytes, start, end, AMQP)) return Recognition.yes;
    return mayBecome(bytes, start, end, AMQP) ? Recognition.moreBytesNeeded : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < 8) return 0;
    said.clear();
    if (side === CLIENT) {
      if (!startsWith(bytes, start, end, AMQP)) return end - start;
      said.say(`AMQP ${bytes[start + 5]}-${bytes[start + 6]}-${bytes[start + 7]}`);
      talk.ask();
      return 8;
    }
    if (end - start < FRAME_HEAD + 4) return 0;
    if (bytes[start] !== 1 || u32(bytes, start + FRAME_HEAD) !== 0x000a000a) return FINISHED;
    const length = FRAME_HEAD + u32(bytes, start + 3) + 1;
    if (end - start < Math.min(length, MOST_NEEDED)) return 0;
    for (const key of [PRODUCT, VERSION, PLATFORM]) {
      const at = find(bytes, start, end, key);
      const from = at + key.length + 4;
      if (at >= 0) said.space().quote(bytes, from, Math.min(end, from + u32(bytes, from - 4), from + 80));
    }
    talk.reveal();
    return FINISHED;
  },
});
