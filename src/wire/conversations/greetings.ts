import { ascii, lineFeed } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { recogniseGreeting } from "./first-words.ts";
import { followers } from "./followers.ts";
import { isReplyCode, nameGreeting } from "./greeting-names.ts";
import { trimmed } from "./http-request.ts";
import { type Talk, talking } from "./talk.ts";
import { telnet } from "./telnet.ts";
import { said } from "./words.ts";

/** What is told of a greeting, and how far into it is looked. */
const LONGEST_GREETING = 512;
/** Telnet's "interpret as command" (RFC 854). */
const IAC = 255;
const SUBNEGOTIATION = 250;

/**
 * Servers that speak first and say in plain text what they are: mail, FTP, news, VNC, rsync, Telnet, and whatever else
 * begins with a printable line. The first reply is told whole, up to its last line; a follower (followers.ts) reads on.
 */
export const greetings = talking({
  id: "unknown",
  greets: true,
  recognise(exchange, side, bytes, start, end) {
    if (!exchange.fromBeginning) return Recognition.no;
    // Telnet's clients offer their options before the server speaks.
    if (side === CLIENT) return isOption(bytes, start, end) ? Recognition.yes : Recognition.no;
    if (exchange.spoken & 1) return recogniseGreeting(bytes, start, end);
    if (bytes[start] === IAC) return Recognition.yes;
    const stop = Math.min(end, start + 4);
    for (let i = start; i < stop; i++) if (!isPrintable(bytes[i]!)) return Recognition.no;
    return end - start < 4 ? Recognition.moreBytesNeeded : Recognition.yes;
  },
  hear(talk, side, bytes, start, end) {
    if (talk.stage > 0) return followers[talk.stage - 1]!.hear(talk, side, bytes, start, end);
    // Telnet's client answers before the greeting's text is there.
    if (side === CLIENT) {
      if (bytes[start] !== IAC) return end - start;
      talk.service = serviceTexts.get(telnet.service)!;
      return telnet.hear(talk, side, bytes, start, end);
    }
    const length = plainText(bytes, start, end);
    const isWhole = length > 0 && endsGreeting(length, bytes[start] === IAC);
    if (!isWhole && !talk.isLast && end - start < LONGEST_GREETING) return 0;
    const service = greet(talk, length);
    talk.stage = 1 + followers.findIndex((follower) => follower.service === service);
    return talk.stage === 0 ? FINISHED : end - start;
  },
});

/** Tells `text[0, length)`, when it is text. @returns whose greeting it is. */
function greet(talk: Talk, length: number): string | undefined {
  const end = trimmed(text, 0, withoutLineEnds(length));
  if (end < 3) return undefined;
  const service = nameGreeting(text, 0, end, talk.exchange.serverPort);
  talk.service = serviceTexts.get(service) ?? ascii(service);
  said.length = end;
  talk.reveal();
  return service;
}

/** The greeting at hand is put together where it will be told from. */
const text = said.bytes;
const serviceTexts = new Map(followers.map(({ service }) => [service, ascii(service)]));

/** Copies what `bytes[start, end)` says into `text`, without Telnet commands; stops at what is no text. @returns its length. */
function plainText(bytes: Uint8Array, start: number, end: number): number {
  let used = 0;
  let at = start;
  while (at < end && used < LONGEST_GREETING) {
    const c = bytes[at]!;
    if (c === IAC) {
      at = afterCommand(bytes, at, end);
      continue;
    }
    if (!isPrintable(c)) break;
    at++;
    // Blank lines before the first word say nothing.
    if (used > 0 || c > 32) text[used++] = c;
  }
  return used;
}

function afterCommand(bytes: Uint8Array, at: number, end: number): number {
  const command = bytes[at + 1];
  if (command === undefined || command < SUBNEGOTIATION) return at + 2;
  if (command > SUBNEGOTIATION) return at + 3;
  at += 2;
  while (at + 1 < end && !(bytes[at] === IAC && bytes[at + 1] === 240)) at++;
  return at + 2;
}

/** Whether `text[0, length)` is a whole greeting: its last line is complete and, of numbered replies, the last. */
function endsGreeting(length: number, isTelnet: boolean): boolean {
  if (isTelnet) return text[length - 1] === 58 || (text[length - 1] === 32 && text[length - 2] === 58);
  if (text[length - 1] !== 10) return false;
  let start = 0;
  let last = 0;
  while (start < length) {
    last = start;
    start = lineFeed(text, start, length) + 1;
  }
  return !isReplyCode(text, last, length) || text[last + 3] === 32;
}

function withoutLineEnds(length: number): number {
  while (length > 0 && (text[length - 1] === 10 || text[length - 1] === 13)) length--;
  return length;
}

/** Telnet's WILL, WON'T, DO or DON'T. */
function isOption(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === IAC && bytes[start + 1]! > SUBNEGOTIATION && bytes[start + 1] !== IAC;
}

function isPrintable(c: number): boolean {
  return (c >= 32 && c !== 127 && c !== IAC) || c === 10 || c === 13 || c === 9;
}
