import { startsWith } from "./ascii.ts";
import { ber, element, isTagged, numberIn } from "./ber.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { said, type Words } from "./words.ts";

const SEQUENCE = 0x30;
const INTEGER = 2;
const OCTETS = 4;
const OID = 6;
/** `usmUserName` and above: SNMPv3 (RFC 3412, section 6). */
const VERSION_3 = 3;
/** 1.3.6.1.2.1.1.1 and .5, encoded: what a system is, and its name (RFC 3418). */
const SYSTEM = Uint8Array.of(0x2b, 6, 1, 2, 1, 1);
const SYS_DESCR = 1;

/** Names of the messages by their tag (RFC 3416, section 3). */
const kinds: Readonly<Record<number, string>> = {
  160: "get",
  161: "getnext",
  163: "set",
  164: "trap",
  165: "getbulk",
  166: "inform",
};
const RESPONSE = 0xa2;
const REPORT = 0xa8;

/**
 * SNMP v1, v2c, v3: the community word and what the first binding asks for (RFC 1157, RFC 3416), the system's description
 * in an answer, and the engine that an SNMPv3 agent says it is (RFC 3411, section 5).
 */
export const snmp: DatagramProtocol = {
  id: "snmp",
  beginnings: [SEQUENCE],
  recognise(bytes, start, end) {
    return open(bytes, start, end) >= 0;
  },
  ask(bytes, start, end) {
    const at = open(bytes, start, end);
    if (at < 0) return;
    if (message.version === VERSION_3) {
      said.say("v3");
      return;
    }
    const kind = element(bytes, at, end) < 0 ? undefined : kinds[ber.tag];
    if (kind === undefined) return;
    said.say(kind).space().quote(bytes, message.communityStart, message.communityEnd);
    const binding = isTagged(0xa4) ? -1 : firstBinding(bytes, ber.start, ber.end);
    if (binding >= 0) sayOid(bytes, said.space());
  },
  reveal(bytes, start, end) {
    const at = open(bytes, start, end);
    if (at < 0) return;
    if (message.version === VERSION_3) return revealEngine(bytes, at, end);
    if (element(bytes, at, end) < 0 || !isTagged(RESPONSE)) return;
    const value = firstBinding(bytes, ber.start, ber.end);
    if (value < 0 || !isSystem(bytes)) return;
    const leaf = bytes[ber.start + SYSTEM.length];
    if (element(bytes, value, end) < 0 || !isTagged(OCTETS) || leaf === undefined) return;
    if (leaf === SYS_DESCR) said.quote(bytes, ber.start, ber.end);
  },
};

const message = { version: 0, communityStart: 0, communityEnd: 0 };

/** Reads version and community. @returns where the message proper begins, or -1. */
function open(bytes: Uint8Array, start: number, end: number): number {
  if (element(bytes, start, end) < 0 || !isTagged(SEQUENCE)) return -1;
  let at = element(bytes, ber.start, end);
  if (at < 0 || at >= end || !isTagged(INTEGER) || ber.end - ber.start !== 1) return -1;
  message.version = bytes[ber.start]!;
  if (message.version === VERSION_3) {
    // Global data: id, size, flags, security model; then the parameters of security as octets.
    const after = element(bytes, at, end);
    if (after < 0 || !isTagged(SEQUENCE)) return -1;
    return element(bytes, ber.start, end) > 0 && isTagged(INTEGER) ? after : -1;
  }
  if (message.version > 1) return -1;
  at = element(bytes, at, end);
  if (at < 0 || at >= end || !isTagged(OCTETS)) return -1;
  message.communityStart = ber.start;
  message.communityEnd = ber.end;
  return bytes[at]! >= 0xa0 && bytes[at]! <= REPORT ? at : -1;
}

/** Steps into the first binding: `ber` is its name. @returns where its value begins, or -1. */
function firstBinding(bytes: Uint8Array, at: number, end: number): number {
  for (let i = 0; i < 3; i++) {
    at = element(bytes, at, end);
    if (at < 0 || !isTagged(INTEGER)) return -1;
  }
  if (element(bytes, at, end) < 0 || !isTagged(SEQUENCE)) return -1;
  if (element(bytes, ber.start, end) < 0 || !isTagged(SEQUENCE)) return -1;
  const value = element(bytes, ber.start, end);
  return isTagged(OID) ? value : -1;
}

function isSystem(bytes: Uint8Array): boolean {
  return startsWith(bytes, ber.start, ber.end, SYSTEM);
}

/** Object identifiers have base-128 numbers, the first of which holds two (X.690, section 8.19). */
function sayOid(bytes: Uint8Array, words: Words): void {
  let value = 0;
  let isFirst = true;
  for (let at = ber.start; at < ber.end; at++) {
    value = value * 128 + (bytes[at]! & 127);
    if (bytes[at]! > 127) continue;
    if (isFirst) words.number(Math.min(2, Math.floor(value / 40))).say(".");
    words.number(isFirst ? value - 40 * Math.min(2, Math.floor(value / 40)) : value);
    if (at + 1 < ber.end) words.say(".");
    isFirst = false;
    value = 0;
  }
}

/** The engine id in the security parameters (RFC 3414, section 2.4): its enterprise number, and what that says more. */
function revealEngine(bytes: Uint8Array, at: number, end: number): void {
  if (element(bytes, at, end) < 0 || !isTagged(OCTETS)) return;
  if (element(bytes, ber.start, ber.end) < 0 || !isTagged(SEQUENCE)) return;
  if (element(bytes, ber.start, ber.end) < 0 || !isTagged(OCTETS) || ber.end - ber.start < 5) return;
  const from = ber.start;
  said
    .say("engine of enterprise ")
    .number(((bytes[from]! & 127) << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!);
  if (element(bytes, ber.end, end) > 0) said.say(", boots ").number(Math.max(0, numberIn(bytes)));
}
