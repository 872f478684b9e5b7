import { ascii } from "./ascii.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find } from "./find.ts";
import { u16le, u32, u32le } from "./integers.ts";
import { said } from "./words.ts";

/** Version and connection id present, of the public flags; the long header of Q046 on is that of the standard. */
const VERSION = 0x01;
const CONNECTION_ID = 0x08;
const LONG_HEADER = 0xc0;
const HELLO = ascii("CHLO");
const PAIR = 8;
const MOST_TAGS = 64;
/** Tags of the hello, as little-endian words: `SNI\0`, `UAID`. */
const SERVER_NAME = 0x00494e53;
const USER_AGENT = 0x44494155;

/** Google's QUIC before the standard (Q0xx): version, and, where the hello is in the clear, the name asked for and the client. */
export const googleQuic: DatagramProtocol = {
  id: "gquic",
  beginnings: [0x09, 0x0d, 0xc0, 0xc1, 0xc2, 0xc3],
  recognise(bytes, start, end) {
    const at = versionAt(bytes, start);
    return at + 4 <= end && isVersion(u32(bytes, at));
  },
  ask(bytes, start, end) {
    const at = versionAt(bytes, start);
    if (at + 4 > end || !isVersion(u32(bytes, at))) return;
    said.say("version ").quote(bytes, at, at + 4);
    const hello = find(bytes, at, end, HELLO);
    if (hello >= 0) sayHello(bytes, hello + HELLO.length, end);
  },
  reveal() {},
};

function versionAt(bytes: Uint8Array, start: number): number {
  const flags = bytes[start]!;
  if (flags >= LONG_HEADER) return start + 1;
  return flags & VERSION && flags & CONNECTION_ID ? start + 9 : start + 1;
}

/** `Q` and three digits of which the first is 0. */
function isVersion(word: number): boolean {
  return word >>> 16 === 0x5130 && isDigit((word >>> 8) & 255) && isDigit(word & 255);
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** Pairs of a tag and where its value ends, counted from behind them all (QUIC Crypto, "Handshake message format"). */
function sayHello(bytes: Uint8Array, start: number, end: number): void {
  const count = Math.min(MOST_TAGS, u16le(bytes, start));
  const values = start + 4 + PAIR * u16le(bytes, start);
  let from = values;
  for (let i = 0; i < count; i++) {
    const pair = start + 4 + PAIR * i;
    const to = values + u32le(bytes, pair + 4);
    if (to < from || to > end) return;
    const tag = u32le(bytes, pair);
    if (tag === SERVER_NAME) said.say(", name ").quote(bytes, from, to);
    if (tag === USER_AGENT) said.say(", agent ").quote(bytes, from, to);
    from = to;
  }
}
