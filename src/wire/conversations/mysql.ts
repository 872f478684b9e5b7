import { ascii } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import { recogniseMysqlGreeting } from "./first-words.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

/** First byte of the server's first packet when it is an error. */
const ERROR = 255;
const HEAD = 4;
const APOSTROPHE = 39;
/** Where a log-in's user name begins: after capabilities, longest packet, character set and 23 reserved bytes. */
const USER = HEAD + 32;
/** A shorter packet of these capabilities asks for TLS. */
const PROTOCOL_41 = 0x0200;
const PROGRAM = ascii("program_name");
const CLIENT_NAME = ascii("_client_name");

/**
 * MySQL and MariaDB: the version in the server's greeting, or its refusal; the user who logs in and the program that says it
 * is (MySQL internals, connection phase: a packet is length (3 bytes, little-endian), sequence number, payload).
 */
export const mysql = talking({
  id: "mysql",
  greets: true,
  recognise(exchange, side, bytes, start, end) {
    if (side === CLIENT || !exchange.fromBeginning || bytes[start]! < 8) return Recognition.no;
    const greeting = recogniseMysqlGreeting(bytes, start, end);
    if (greeting === Recognition.yes || exchange.spoken & 1) return greeting;
    if (end - start < 6) return bytes[start + 1] ? Recognition.no : Recognition.moreBytesNeeded;
    const isFirstPacket = bytes[start + 1]! < 2 && bytes[start + 2] === 0 && bytes[start + 3] === 0;
    return isFirstPacket && bytes[start + 4] === ERROR ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEAD) return 0;
    const length = HEAD + (bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16));
    if (end < start + length && end - start < 2048) return 0;
    const stop = Math.min(end, start + length);
    said.clear();
    if (side === CLIENT) {
      if (!(((bytes[start + 5] ?? 0) << 8) & PROTOCOL_41) || stop < start + USER) return FINISHED;
      if (stop === start + USER) said.say("asks for TLS");
      else sayLogin(bytes, start + USER, stop);
      talk.ask();
      return stop === start + USER ? length : FINISHED;
    }
    const isError = bytes[start + HEAD] === ERROR;
    // An error is its code (2 bytes) and, from the next byte on, its text; a greeting's version ends in a zero byte.
    const text = isError ? start + 7 : start + 5;
    said.quoteOutside(bytes, text, findByte(bytes, text, stop, 0), APOSTROPHE);
    talk.reveal();
    return isError ? FINISHED : length;
  },
});

/** The name ends in a zero byte; of the attributes, those of the client's program are told. */
function sayLogin(bytes: Uint8Array, at: number, end: number): void {
  said.say("login ").quote(bytes, at, findByte(bytes, at, end, 0));
  for (const key of [PROGRAM, CLIENT_NAME]) {
    const found = find(bytes, at, end, key);
    if (found < 0) continue;
    const value = found + key.length;
    said.say(", program ").quote(bytes, value + 1, Math.min(end, value + 1 + bytes[value]!));
    return;
  }
}
