import { ascii } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import { u32le } from "./integers.ts";
import { type Talk, talking } from "./talk.ts";
import { said } from "./words.ts";

/** Operations (MongoDB wire protocol). */
const REPLY = 1;
const QUERY = 2004;
const COMPRESSED = 2012;
const MESSAGE = 2013;
const HEADER = 16;
const LONGEST = 48 * 1024 * 1024;
const VERSION = ascii("\x02version\0");
const WIRE_VERSION = ascii("\x10maxWireVersion\0");
/** Deflate cannot do better than about 1032:1, and a hello's reply does not come near. */
const BELIEVABLE_RATIO = 128;

/** MongoDB: names of the commands, compressed messages that lie about their size (CVE-2025-14847), and the server's version. */
export const mongodb = talking({
  id: "mongodb",
  recognise(_exchange, side, bytes, start, end) {
    if (end - start < HEADER) return side === CLIENT ? mayBegin(bytes, start, end) : Recognition.no;
    const length = u32le(bytes, start);
    const operation = u32le(bytes, start + 12);
    const isKnown =
      operation === QUERY ||
      operation === COMPRESSED ||
      operation === MESSAGE ||
      (side !== CLIENT && operation === REPLY);
    if (!isKnown || length < HEADER + 5 || length > LONGEST) return Recognition.no;
    return (u32le(bytes, start + 8) === 0) === (side === CLIENT) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEADER) return 0;
    const length = u32le(bytes, start);
    if (length < HEADER || length > LONGEST) return FINISHED;
    const stop = start + length;
    if (end < stop && end - start < 1024) return 0;
    said.clear();
    if (side === CLIENT) sayCommand(talk, bytes, start, Math.min(end, stop));
    else sayServer(talk, bytes, start + HEADER, Math.min(end, stop));
    return length;
  },
});

/** Whether so few bytes may be the beginning of a request: a length that fits. */
function mayBegin(bytes: Uint8Array, start: number, end: number): Recognition {
  if (end - start < 4) return Recognition.moreBytesNeeded;
  const length = u32le(bytes, start);
  return length >= HEADER + 5 && length <= LONGEST ? Recognition.moreBytesNeeded : Recognition.no;
}

function sayCommand(talk: Talk, bytes: Uint8Array, start: number, end: number): void {
  const operation = u32le(bytes, start + 12);
  let at = start + HEADER;
  if (operation === COMPRESSED) {
    const claimed = u32le(bytes, at + 4);
    const held = u32le(bytes, start) - HEADER - 9;
    said.say("compressed message");
    if (bytes[at + 8] === 0 ? claimed !== held : claimed > held * BELIEVABLE_RATIO) {
      said.say(" that claims ").number(claimed).say(" bytes and holds ").number(held);
    }
    talk.ask();
    return;
  }
  if (operation === QUERY) at = findByte(bytes, at + 4, end, 0) + 9;
  // A message's first section must be its body (kind 0) here; drivers send it first.
  else if (operation === MESSAGE && bytes[at + 4] === 0) at += 5;
  else return;
  // A document: length, then elements of type, name, value; the first one's name is the command.
  if (at + 5 < end) said.quote(bytes, at + 5, findByte(bytes, at + 5, Math.min(end, at + 70), 0));
  talk.ask();
}

function sayServer(talk: Talk, bytes: Uint8Array, start: number, end: number): void {
  const version = find(bytes, start, end, VERSION);
  const wire = find(bytes, start, end, WIRE_VERSION);
  if (version >= 0) {
    const at = version + VERSION.length + 4;
    said.say("version ").quote(bytes, at, findByte(bytes, at, Math.min(end, at + 40), 0));
  } else if (wire >= 0) said.say("maxWireVersion ").number(u32le(bytes, wire + WIRE_VERSION.length));
  talk.reveal();
}
