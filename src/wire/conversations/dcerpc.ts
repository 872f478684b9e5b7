import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { findByte } from "./find.ts";
import { u16, u16le, u32, u32le } from "./integers.ts";
import { sayNtlmChallenge } from "./ntlm.ts";
import { type Talk, talking } from "./talk.ts";
import { said } from "./words.ts";

/** The common header (C706, section 12.6.3.1) and the types of what it begins. */
const HEAD = 16;
const REQUEST = 0;
const RESPONSE = 2;
const BIND = 11;
const BIND_ACK = 12;
const ALTER = 14;
/** ASCII, little-endian, IEEE: what all of today's write (section 14.1). */
const LITTLE_ENDIAN = 0x10000000;
const FIRST_FRAGMENT = 1;
/** Where the arguments of a request or an answer begin. */
const ARGUMENTS = 24;
const CONTEXT = 4;
const SYNTAX = 20;
const MOST_CONTEXTS = 8;
const MOST_ENDPOINTS = 64;

interface Interface {
  /** First 32 bits and last octet of its UUID. */
  readonly uuid: readonly [first: number, last: number];
  readonly name: string;
  /** The operations that tell what is wanted. */
  readonly operations?: Readonly<Record<number, string>>;
}

const interfaces: readonly Interface[] = [
  { uuid: [0xe1af8308, 0xfa], name: "epmapper", operations: { 2: "lookup", 3: "map" } },
  { uuid: [0x99fcfec4, 0x7a], name: "IOXIDResolver", operations: { 3: "ServerAlive", 5: "ServerAlive2" } },
  { uuid: [0x000001a0, 0x46], name: "ISystemActivator" },
  { uuid: [0x00000143, 0x46], name: "IRemUnknown2" },
  { uuid: [0x12345778, 0xab], name: "lsarpc" },
  { uuid: [0x12345778, 0xac], name: "samr" },
  { uuid: [0x12345678, 0xab], name: "spoolss" },
  { uuid: [0x12345678, 0xfb], name: "netlogon" },
  { uuid: [0x4b324fc8, 0x88], name: "srvsvc", operations: { 15: "NetrShareEnum", 21: "NetrServerGetInfo" } },
  { uuid: [0x6bffd098, 0x5a], name: "wkssvc" },
  { uuid: [0x367abb81, 0x03], name: "svcctl" },
  { uuid: [0x338cd001, 0x03], name: "winreg" },
  { uuid: [0xe3514235, 0xd2], name: "drsuapi" },
  { uuid: [0xc681d488, 0x7e], name: "efsrpc" },
  { uuid: [0x1ff70682, 0x8b], name: "atsvc" },
  { uuid: [0x86d35949, 0x0c], name: "ITaskSchedulerService" },
];
const LOOKUP = 2;
const SERVER_ALIVE_2 = 5;

/** DCE RPC over TCP (C706; [MS-RPCE]): interfaces bound and operations called, the endpoint mapper's list, the server's addresses and NTLM. */
export const dcerpc = talking({
  id: "dcerpc",
  beginnings: [5],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== 5) return Recognition.no;
    if (end - start < HEAD)
      return end - start < 3 || bytes[start + 2] === BIND ? Recognition.moreBytesNeeded : Recognition.no;
    const isBind = bytes[start + 1]! <= 1 && bytes[start + 2] === BIND && u32(bytes, start + 4) === LITTLE_ENDIAN;
    return isBind && u16le(bytes, start + 8) >= ARGUMENTS + CONTEXT ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEAD) return 0;
    const length = u16le(bytes, start + 8);
    if (bytes[start] !== 5 || length < HEAD) return FINISHED;
    if (end - start < length && !talk.isLast) return 0;
    const stop = Math.min(end, start + length);
    said.clear();
    if (side === CLIENT) sayAsk(talk, bytes, start, stop);
    else sayAnswer(talk, bytes, start, stop);
    if (side === CLIENT) talk.ask();
    else talk.reveal();
    return length;
  },
});

function sayAsk(talk: Talk, bytes: Uint8Array, start: number, end: number): void {
  const type = bytes[start + 2];
  if (type === BIND || type === ALTER) {
    said.say("bind");
    let at = start + ARGUMENTS + CONTEXT;
    const count = Math.min(MOST_CONTEXTS, bytes[start + ARGUMENTS]!);
    let last = 0;
    for (let i = 0; i < count && at + CONTEXT + SYNTAX <= end; i++) {
      const first = u32le(bytes, at + CONTEXT);
      const known = interfaces.findIndex(({ uuid }) => uuid[0] === first && uuid[1] === bytes[at + CONTEXT + 15]);
      if (i === 0) talk.stage = (known + 1) << 8;
      // The same one again offers other encodings.
      if (i === 0 || first !== last) {
        if (known >= 0) said.space().say(interfaces[known]!.name);
        else said.space().hex(first, 8);
      }
      last = first;
      at += CONTEXT + SYNTAX * (1 + bytes[at + 2]!);
    }
  } else if (type === REQUEST && bytes[start + 3]! & FIRST_FRAGMENT && start + ARGUMENTS <= end) {
    const operation = u16le(bytes, start + 22);
    const known = interfaces[(talk.stage >> 8) - 1];
    talk.stage = (talk.stage & ~255) | Math.min(operation, 254);
    said.say("call");
    if (known !== undefined) said.space().say(known.name);
    said.space().say(known?.operations?.[operation] ?? `operation ${operation}`);
  }
}

function sayAnswer(talk: Talk, bytes: Uint8Array, start: number, end: number): void {
  const type = bytes[start + 2];
  if (type === BIND_ACK) sayNtlmChallenge(said, bytes, start + HEAD, end);
  if (type !== RESPONSE || !(bytes[start + 3]! & FIRST_FRAGMENT)) return;
  const called = interfaces[(talk.stage >> 8) - 1]?.name;
  const operation = talk.stage & 255;
  if (called === "epmapper" && operation === LOOKUP) sayEndpoints(bytes, start + ARGUMENTS, end);
  if (called === "IOXIDResolver" && operation === SERVER_ALIVE_2) sayAddresses(bytes, start + ARGUMENTS, end);
}

/** Names of the endpoints: behind a handle of 20 bytes and an array's head, each is object, pointer and annotation (C706, appendix O). */
function sayEndpoints(bytes: Uint8Array, start: number, end: number): void {
  let at = start + 36;
  let last = "";
  for (let i = 0; i < MOST_ENDPOINTS && at + 28 <= end; i++) {
    const length = u32le(bytes, at + 24);
    const name = at + 28;
    const stop = name + Math.min(length, end - name);
    const text = String.fromCharCode(
      ...bytes.subarray(name, Math.min(stop, findByte(bytes, name, stop, 0), name + 64)),
    );
    if (text !== "" && text !== last)
      said.say(last === "" ? "endpoints " : ", ").quote(bytes, name, name + text.length);
    if (text !== "") last = text;
    at = name + ((length + 3) & ~3);
  }
}

/** Names and addresses of the host: UTF-16 texts after a number, behind version, pointer and an array's head ([MS-DCOM] 2.2.19). */
function sayAddresses(bytes: Uint8Array, start: number, end: number): void {
  let at = start + 16;
  for (let i = 0; i < MOST_CONTEXTS && at + 4 <= end && u16(bytes, at) !== 0; i++) {
    let stop = at + 2;
    while (stop + 1 < end && u16(bytes, stop) !== 0) stop += 2;
    said.say(i === 0 ? "addresses " : ", ").quoteUtf16(bytes, at + 2, stop);
    at = stop + 2;
  }
}
