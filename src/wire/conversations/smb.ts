import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { findByte } from "./find.ts";
import { u16, u16le, u32, u32le } from "./integers.ts";
import { sayNtlmChallenge } from "./ntlm.ts";
import { type Talk, talking } from "./talk.ts";
import { said } from "./words.ts";

/** The frame: a type and a length (RFC 1002, section 4.3.1; [MS-SMB2] 2.1). */
const FRAME = 4;
const SESSION_REQUEST = 0x81;
const SMB1 = 0xff534d42;
const SMB2 = 0xfe534d42;
const COMPRESSED = 0xfc534d42;
const MOST_NEEDED = 1536;

/** SMB1 commands ([MS-CIFS] 2.2.2.1). */
const NEGOTIATE = 0x72;
const SESSION_SETUP = 0x73;
const TREE_CONNECT = 0x75;
const TRANSACTION = 0x25;
const TRANSACTION_2 = 0x32;
const SMB1_HEAD = 32;
const UNICODE = 0x8000;
const PEEK_NAMED_PIPE = 0x23;
const SESSION_SETUP_2 = 0x0e;

/** SMB2 commands ([MS-SMB2] 2.2.1.2): negotiate, session set-up, tree connect. */
const SMB2_HEAD = 64;
const COMPRESSION_CONTEXT = 3;

/**
 * SMB: dialects offered and chosen, shares asked for, transactions that only checks send; native system names (SMB 1) and the
 * NTLM challenge, which tells build and names of a Windows system.
 */
export const smb = talking({
  id: "smb",
  beginnings: [0, SESSION_REQUEST],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || (bytes[start] !== 0 && bytes[start] !== SESSION_REQUEST)) return Recognition.no;
    if (end - start < FRAME + 4) return bytes[start + 1]! > 1 ? Recognition.no : Recognition.moreBytesNeeded;
    if (bytes[start] === SESSION_REQUEST) return u16(bytes, start + 2) === 68 ? Recognition.yes : Recognition.no;
    const magic = u32(bytes, start + FRAME);
    return magic === SMB1 || magic === SMB2 ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < FRAME) return 0;
    const length = FRAME + ((bytes[start + 1]! << 16) | u16(bytes, start + 2));
    if (end - start < Math.min(length, MOST_NEEDED)) return 0;
    const stop = Math.min(end, start + length);
    const at = start + FRAME;
    const magic = stop - at >= SMB1_HEAD ? u32(bytes, at) : 0;
    said.clear();
    if (magic === COMPRESSED) return FINISHED;
    if (magic === SMB1) {
      if (side === CLIENT) sayAsk1(bytes, at, stop);
      else sayServer1(bytes, at, stop);
    } else if (magic === SMB2 && stop - at > SMB2_HEAD) {
      if (side === CLIENT) sayAsk2(bytes, at, stop);
      else sayServer2(bytes, at, stop);
    }
    tell(talk, side === CLIENT);
    return length;
  },
});

function tell(talk: Talk, isClient: boolean): void {
  if (isClient) talk.ask();
  else talk.reveal();
}

function sayAsk1(bytes: Uint8Array, at: number, end: number): void {
  const parameters = at + SMB1_HEAD + 1;
  const words = bytes[parameters - 1]!;
  const data = parameters + 2 * words + 2;
  switch (bytes[at + 4]) {
    case NEGOTIATE:
      said.say("SMB1 dialects");
      // Each is a 2, a text, a zero.
      for (let from = data; from < end; ) {
        const stop = findByte(bytes, from, end, 0);
        said.say(from === data ? " " : ", ").quote(bytes, from + 1, stop);
        from = stop + 1;
      }
      return;
    case TREE_CONNECT: {
      const from = data + u16le(bytes, parameters + 6);
      said.say("tree ");
      if (u16le(bytes, at + 10) & UNICODE)
        said.quoteUtf16(bytes, from + ((from - at) & 1), zero16(bytes, from + ((from - at) & 1), end));
      else said.quote(bytes, from, findByte(bytes, from, end, 0));
      return;
    }
    case TRANSACTION: {
      // Set-up words of the sub-command follow fourteen words; the second is the file.
      const isPeek = words >= 16 && u16le(bytes, parameters + 28) === PEEK_NAMED_PIPE;
      if (isPeek) said.say(`transaction PeekNamedPipe file ${u16le(bytes, parameters + 30)}`);
      return;
    }
    case TRANSACTION_2:
      if (words >= 15 && u16le(bytes, parameters + 28) === SESSION_SETUP_2) said.say("transaction2 SESSION_SETUP");
  }
}

function sayServer1(bytes: Uint8Array, at: number, end: number): void {
  if (bytes[at + 4] !== SESSION_SETUP) return;
  const parameters = at + SMB1_HEAD + 1;
  const words = bytes[parameters - 1]!;
  let from = parameters + 2 * words + 2;
  // With extended security a blob comes first ([MS-SMB] 2.2.4.6.2).
  if (words === 4) {
    const blob = u16le(bytes, parameters + 6);
    if (sayNtlmChallenge(said, bytes, from, Math.min(end, from + blob))) said.say(", ");
    from += blob;
  }
  if (from >= end) return;
  const isUnicode = (u16le(bytes, at + 10) & UNICODE) !== 0;
  if (isUnicode) from += (from - at) & 1;
  said.say("system ");
  for (let i = 0; i < 2 && from < end; i++) {
    const stop = isUnicode ? zero16(bytes, from, end) : findByte(bytes, from, end, 0);
    if (i === 1) said.say(", LAN manager ");
    if (isUnicode) said.quoteUtf16(bytes, from, stop);
    else said.quote(bytes, from, stop);
    from = stop + (isUnicode ? 2 : 1);
  }
}

function sayAsk2(bytes: Uint8Array, at: number, end: number): void {
  const body = at + SMB2_HEAD;
  const command = u16le(bytes, at + 12);
  if (command === 0) {
    const count = Math.min(16, u16le(bytes, body + 2));
    said.say("SMB2 dialects");
    for (let i = 0; i < count && body + 38 + 2 * i <= end; i++) said.space().hex(u16le(bytes, body + 36 + 2 * i), 4);
    if (hasCompression(bytes, at, body, end)) said.say(", compression");
  } else if (command === 3) {
    const from = at + u16le(bytes, body + 4);
    said.say("tree ").quoteUtf16(bytes, from, Math.min(end, from + u16le(bytes, body + 6)));
  }
}

/** Contexts stand where the dialect 3.1.1 puts their offset ([MS-SMB2] 2.2.3): each is type, length, reserve, data, padding to 8. */
function hasCompression(bytes: Uint8Array, start: number, body: number, end: number): boolean {
  let at = start + u32le(bytes, body + 28);
  for (let left = Math.min(8, u16le(bytes, body + 32)); left > 0 && at > body && at + 8 <= end; left--) {
    if (u16le(bytes, at) === COMPRESSION_CONTEXT) return true;
    at += (8 + u16le(bytes, at + 2) + 7) & ~7;
  }
  return false;
}

function sayServer2(bytes: Uint8Array, at: number, end: number): void {
  const body = at + SMB2_HEAD;
  const command = u16le(bytes, at + 12);
  if (command === 0 && u16le(bytes, body) === 65) {
    said
      .say("dialect ")
      .hex(u16le(bytes, body + 4), 4)
      .say(bytes[body + 2]! & 2 ? ", signing required" : ", signing not required");
  } else if (command === 1) sayNtlmChallenge(said, bytes, body, end);
}

/** Where the zero that ends a UTF-16 text is. */
function zero16(bytes: Uint8Array, at: number, end: number): number {
  while (at + 1 < end && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at += 2;
  return Math.min(at, end);
}
