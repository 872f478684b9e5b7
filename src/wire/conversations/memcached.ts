import { ascii, mayBecome, startsWith } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find, findByte } from "./find.ts";
import { u16 } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

const MEMCACHED_PORT = 11211;
const STATS = ascii("stats");
const VERSION = ascii("VERSION ");
const STAT_VERSION = ascii("STAT version ");
/** Commands (memcached's protocol.txt) that describe the server; others are work. */
const describing = new Set(["STATS", "VERSION", "VERBOSITY", "FLUSH_ALL", "QUIT", "LRU_CRAWLER", "CONFIG"]);
/** Binary protocol: request magic, and the operation that asks for the version. */
const BINARY_REQUEST = 0x80;
/** Datagrams begin with request id, number, count and a reserved zero. */
const FRAME = 8;

/** Memcached: questions about the server, and its version. */
export const memcached = talking({
  id: "memcached",
  beginnings: [BINARY_REQUEST, ...ascii("svflqcSVFLQC")],
  recognise(exchange, side, bytes, start, end) {
    if (side !== CLIENT) return Recognition.no;
    if (startsWith(bytes, start, end, STATS)) return Recognition.yes;
    if (mayBecome(bytes, start, end, STATS)) return Recognition.moreBytesNeeded;
    if (exchange.serverPort !== MEMCACHED_PORT) return Recognition.no;
    return describing.has(wordAt(bytes, start, end)) || (bytes[start] === BINARY_REQUEST && end - start >= 24)
      ? Recognition.yes
      : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    said.clear();
    if (side !== CLIENT) {
      const taken = nextLine(talk, bytes, start, end);
      if (taken <= 0) return taken;
      sayVersion(bytes, line.start, line.end);
      talk.reveal();
      return taken;
    }
    if (bytes[start] === BINARY_REQUEST) {
      if (end - start < 24) return 0;
      said.say(`binary operation ${bytes[start + 1]}`);
      talk.ask();
      return end - start;
    }
    const length = nextLine(talk, bytes, start, end);
    if (length <= 0) return length;
    if (!describing.has(wordAt(bytes, line.start, line.end))) return FINISHED;
    said.quote(bytes, line.start, line.end);
    talk.ask();
    return length;
  },
});

function sayVersion(bytes: Uint8Array, start: number, end: number): void {
  let at = startsWith(bytes, start, end, VERSION) ? start + VERSION.length : find(bytes, start, end, STAT_VERSION);
  if (at < 0) return;
  if (bytes[at] === 83) at += STAT_VERSION.length;
  said.say("version ").quote(bytes, at, findByte(bytes, at, Math.min(end, at + 40), 13));
}

/** The same over UDP, where answers that are far longer than questions are abused against others. */
export const memcachedDatagrams: DatagramProtocol = {
  id: "memcached",
  beginnings: Array.from({ length: 256 }, (_, byte) => byte),
  recognise(bytes, start, end, port) {
    const isFramed =
      end - start > FRAME && u16(bytes, start + 6) === 0 && u16(bytes, start + 2) < u16(bytes, start + 4);
    return isFramed && port === MEMCACHED_PORT;
  },
  ask(bytes, start, end) {
    const at = start + FRAME;
    if (describing.has(wordAt(bytes, at, end)) || wordAt(bytes, at, end).startsWith("GET"))
      said.quote(bytes, at, Math.min(end, at + 80));
  },
  reveal(bytes, start, end) {
    sayVersion(bytes, start + FRAME, end);
  },
};
