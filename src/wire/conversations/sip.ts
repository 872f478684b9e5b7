import { ascii, lineFeed, startsWith } from "./ascii.ts";
import { CLIENT, Recognition } from "./conversation.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find } from "./find.ts";
import { talking } from "./talk.ts";
import { headLength, sayFirstLine, sayHeader } from "./text-head.ts";
import { said } from "./words.ts";

const VERSION = ascii(" SIP/2.0");
const RESPONSE = ascii("SIP/2.0 ");
const AGENT = [ascii("user-agent:")];
const SERVER = [ascii("server:"), ascii("user-agent:")];
const LONGEST_HEAD = 4096;

/** SIP over UDP (RFC 3261): the request with the client's name, and the server's name. */
export const sipDatagrams: DatagramProtocol = {
  id: "sip",
  beginnings: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => letter.charCodeAt(0)),
  recognise(bytes, start, end) {
    return isSip(bytes, start, end);
  },
  ask: sayAsk,
  reveal: sayServer,
};

/** The same over TCP. */
export const sip = talking({
  id: "sip",
  beginnings: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => letter.charCodeAt(0)),
  recognise(_exchange, side, bytes, start, end) {
    return side === CLIENT && isSip(bytes, start, end) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    const length = headLength(bytes, start, end);
    if (length === 0 && end - start < LONGEST_HEAD && !talk.isLast) return 0;
    const stop = length === 0 ? end : start + length;
    said.clear();
    if (side === CLIENT) {
      sayAsk(bytes, start, stop);
      talk.ask();
    } else {
      sayServer(bytes, start, stop);
      talk.reveal();
    }
    // A body is read as lines that say nothing.
    return stop - start;
  },
});

function isSip(bytes: Uint8Array, start: number, end: number): boolean {
  if (startsWith(bytes, start, end, RESPONSE)) return true;
  const stop = lineFeed(bytes, start, Math.min(end, start + 1024));
  return bytes[start]! >= 65 && bytes[start]! <= 90 && find(bytes, Math.max(start, stop - 10), stop, VERSION) > 0;
}

function sayAsk(bytes: Uint8Array, start: number, end: number): void {
  if (!isSip(bytes, start, end) || startsWith(bytes, start, end, RESPONSE)) return;
  sayFirstLine(said, bytes, start, end);
  sayHeader(said, bytes, start, end, AGENT);
}

function sayServer(bytes: Uint8Array, start: number, end: number): void {
  if (startsWith(bytes, start, end, RESPONSE)) sayHeader(said, bytes, start, end, SERVER);
}
