import { ascii } from "./ascii.ts";
import { line, nextLine, wordAt } from "./commands.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import { type Talk, talking } from "./talk.ts";
import { said } from "./words.ts";

const REDIS_PORT = 6379;
const VERSION = ascii("redis_version:");
/** Commands whose next two words say what is wanted; of others, values are left out. */
const openWords = new Set([
  "CONFIG",
  "SLAVEOF",
  "REPLICAOF",
  "MODULE",
  "CLIENT",
  "EVAL",
  "SCRIPT",
  "DEBUG",
  "INFO",
  "COMMAND",
  "SYSTEM.EXEC",
  "KEYS",
  "SYSTEM",
]);
/** Inline commands, as people and scanners type them. */
const inline = new Set([
  "INFO",
  "PING",
  "QUIT",
  "CONFIG",
  "COMMAND",
  "AUTH",
  "ECHO",
  "CLIENT",
  "KEYS",
  "HELLO",
  "EXISTS",
]);
const LONGEST_COMMAND = 4096;
/** How far into a text the version is looked for. */
const LONGEST_LOOK = 256;

/** Redis: commands (RESP arrays and inline), and the version that INFO tells (Redis serialization protocol). */
export const redis = talking({
  id: "redis",
  beginnings: [..."*ICKEAHPQickeahpq"].map((letter) => letter.charCodeAt(0)),
  recognise(exchange, side, bytes, start, end) {
    if (side !== CLIENT) return Recognition.no;
    if (bytes[start] === 42) {
      const stop = findByte(bytes, start, Math.min(end, start + 8), 13);
      if (stop === end) return end - start < 8 ? Recognition.moreBytesNeeded : Recognition.no;
      if (end - stop < 3) return Recognition.moreBytesNeeded;
      return isDigit(bytes[start + 1]!) && bytes[stop + 1] === 10 && bytes[stop + 2] === 36
        ? Recognition.yes
        : Recognition.no;
    }
    return exchange.serverPort === REDIS_PORT && inline.has(wordAt(bytes, start, end))
      ? Recognition.yes
      : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    said.clear();
    if (side === CLIENT)
      return bytes[start] === 42 ? hearArray(talk, bytes, start, end) : hearInline(talk, bytes, start, end);
    return bytes[start] === 36 ? hearText(talk, bytes, start, end) : hearReply(talk, bytes, start, end);
  },
});

/** `$3000\r\n# Server\r\nredis_version:7.0.15 …`: the version stands at the beginning of what INFO answers. */
function hearText(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  const from = findByte(bytes, start, end, 10) + 1;
  if (from > end) return end - start < LONGEST_COMMAND ? 0 : FINISHED;
  const length = decimal(bytes, start + 1);
  if (end - from < Math.min(length, LONGEST_LOOK)) return 0;
  const at = find(bytes, from, Math.min(end, from + LONGEST_LOOK), VERSION);
  if (at >= 0) said.quote(bytes, at, findByte(bytes, at, Math.min(end, at + 60), 13));
  talk.reveal();
  return from - start + length + 2;
}

function hearReply(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  const length = nextLine(talk, bytes, start, end);
  if (length <= 0) return length;
  if (bytes[start] === 45) said.quote(bytes, line.start, Math.min(line.end, line.start + 80));
  talk.reveal();
  return length;
}

function hearInline(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  const length = nextLine(talk, bytes, start, end);
  if (length <= 0) return length;
  const word = wordAt(bytes, line.start, line.end);
  if (openWords.has(word)) said.quote(bytes, line.start, Math.min(line.end, line.start + 160));
  else said.say(word);
  talk.ask();
  return length;
}

/** `*2\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n` */
function hearArray(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  let at = findByte(bytes, start, end, 10) + 1;
  if (at > end) return end - start < LONGEST_COMMAND ? 0 : FINISHED;
  const count = decimal(bytes, start + 1);
  let isOpen = false;
  for (let i = 0; i < count; i++) {
    if (at >= end) return end - start < LONGEST_COMMAND ? 0 : FINISHED;
    if (bytes[at] !== 36) return FINISHED;
    const length = decimal(bytes, at + 1);
    const from = findByte(bytes, at, end, 10) + 1;
    if (from > end) return end - start < LONGEST_COMMAND ? 0 : FINISHED;
    if (from + length + 2 > end && end - start < LONGEST_COMMAND) return 0;
    if (i === 0) {
      const word = wordAt(bytes, from, Math.min(end, from + length));
      isOpen = openWords.has(word);
      said.say(word);
    } else if (isOpen && i < 4) said.space().quote(bytes, from, Math.min(end, from + length, from + 120));
    at = from + length + 2;
  }
  talk.ask();
  return Math.max(1, at - start);
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function decimal(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < 7 && isDigit(bytes[at + i]!); i++) value = value * 10 + bytes[at + i]! - 48;
  return value;
}
