import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { u16le, u32le } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

/** Encapsulation (CIP, volume 2, section 2-3): command, length, session, status, sender's context, options. */
const HEADER = 24;
const LONGEST = 2048;
const commands: Readonly<Record<number, string>> = {
  4: "list services",
  99: "list identity",
  100: "list interfaces",
  101: "register session",
  111: "send data",
  112: "send unit data",
};
const LIST_IDENTITY = 0x63;
/** Where in the answer the identity's vendor is: after count, type, length, version and address. */
const VENDOR = HEADER + 24;

/** EtherNet/IP over UDP: what is asked of a controller, and the identity that it tells. */
export const enipDatagrams: DatagramProtocol = {
  id: "ethernet/ip",
  beginnings: Object.keys(commands).map(Number),
  recognise: isEncapsulated,
  ask: sayCommand,
  reveal: sayIdentity,
};

/** The same over TCP. */
export const enip = talking({
  id: "ethernet/ip",
  beginnings: Object.keys(commands).map(Number),
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || commands[bytes[start]!] === undefined) return Recognition.no;
    if (end - start > 1 && bytes[start + 1] !== 0) return Recognition.no;
    if (end - start < HEADER) return u16le(bytes, start + 2) < LONGEST ? Recognition.moreBytesNeeded : Recognition.no;
    return isEncapsulated(bytes, start, end) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEADER) return 0;
    const length = HEADER + u16le(bytes, start + 2);
    if (length > LONGEST) return FINISHED;
    if (end - start < length) return 0;
    said.clear();
    if (side === CLIENT) {
      sayCommand(bytes, start, start + length);
      talk.ask();
    } else {
      sayIdentity(bytes, start, start + length);
      talk.reveal();
    }
    return length;
  },
});

/** The status and the options of a request are zero, and its length fits. */
function isEncapsulated(bytes: Uint8Array, start: number, end: number): boolean {
  const length = u16le(bytes, start + 2);
  const fits = end - start >= HEADER && commands[u16le(bytes, start)] !== undefined && HEADER + length <= LONGEST;
  return fits && end - start <= HEADER + length && u32le(bytes, start + 8) === 0 && u32le(bytes, start + 20) === 0;
}

function sayCommand(bytes: Uint8Array, start: number, end: number): void {
  if (end - start >= HEADER) said.say(commands[u16le(bytes, start)] ?? `command ${u16le(bytes, start)}`);
}

/** The identity object: vendor, device type, product code, revision, status, serial number, name. */
function sayIdentity(bytes: Uint8Array, start: number, end: number): void {
  const at = start + VENDOR;
  if (u16le(bytes, start) !== LIST_IDENTITY || at + 15 > end) return;
  said.quote(bytes, at + 15, Math.min(end, at + 15 + bytes[at + 14]!));
  said.say(` revision ${bytes[at + 6]}.${bytes[at + 7]}, vendor ${u16le(bytes, at)}, product ${u16le(bytes, at + 4)}`);
}
