// Hot: once per DNS message; measured by bench/captures.ts. One reused record, so that nothing is allocated.
import { MAPPED } from "../bytes/address.ts";
import { hashBytes, hashed } from "../bytes/hash.ts";
import { addressTag } from "../observations/address-tag.ts";
import { Asked, ResponseCode } from "../observations/vocabulary.ts";

/** A name server's port (IANA). */
export const DNS_PORT = 53;
/** Bytes of the header (RFC 1035, section 4.1.1). */
export const DNS_HEADER = 12;
/** Longest name on the wire (RFC 1035, section 2.3.4); a name's text, which escapes make longer, is cut there too. */
export const LONGEST_NAME = 255;
/** Bytes that a header and one question may take: name, type and class. */
export const LONGEST_QUESTION = DNS_HEADER + LONGEST_NAME + 4;

const CLASS_IN = 1;
const CLASS_CHAOS = 3;
const TYPE_A = 1;
const TYPE_SOA = 6;
const TYPE_PTR = 12;
const TYPE_TXT = 16;
const TYPE_AAAA = 28;
/** Records of an answer that are looked through for one of the type asked for; aliases come before it. */
const MOST_RECORDS = 8;
/** Pointers followed in one name: more is a loop (each must lead further back, RFC 1035, section 4.1.4). */
const MOST_POINTERS = 16;

/** A name as text: `bytes[0, length)`. */
export interface DnsName {
  readonly bytes: Uint8Array;
  length: number;
}

/** The message that was read last. */
export const message = {
  id: 0,
  isAnswer: false,
  /** Response code of an answer. */
  code: 0,
  /** Bits of `Asked`. */
  asked: 0,
  type: 0,
  class: 0,
  /** The name asked for, and its hash. */
  name: { bytes: new Uint8Array(LONGEST_NAME), length: 0 } as DnsName,
  low: 0,
  high: 0,
  /** The zone that a negative answer speaks for; empty when it does not say. */
  zone: { bytes: new Uint8Array(LONGEST_NAME), length: 0 } as DnsName,
  /** Where the character string of an answer's first TXT record of class CH lies (`version.bind`); empty for any other. */
  textStart: 0,
  textEnd: 0,
  /** The first name of a PTR answer; empty for any other. */
  pointer: { bytes: new Uint8Array(LONGEST_NAME), length: 0 } as DnsName,
  /** `addressTag` of the first address of an A or AAAA answer, 0 for any other. */
  address: 0,
};

/**
 * Reads the query or answer `bytes[start, end)` into `message`: its header, its one question, and what is wanted of the
 * rest. What was cut off is missing, not an error, as long as the question is whole.
 * @returns false when it is no such message; `message` then holds leftovers
 */
export function readMessage(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < DNS_HEADER + 5) return false;
  const flags = (bytes[start + 2]! << 8) | bytes[start + 3]!;
  // One question of opcode QUERY: nobody sends more, and NOTIFY or UPDATE ask for nothing.
  if (bytes[start + 4] !== 0 || bytes[start + 5] !== 1 || (flags & 0x7800) !== 0) return false;
  message.isAnswer = (flags & 0x8000) !== 0;
  const answers = (bytes[start + 6]! << 8) | bytes[start + 7]!;
  if (!message.isAnswer && answers !== 0) return false;
  const at = readName(bytes, start, start + DNS_HEADER, end, message.name);
  if (at < 0 || at + 4 > end) return false;
  message.id = (bytes[start]! << 8) | bytes[start + 1]!;
  message.type = (bytes[at]! << 8) | bytes[at + 1]!;
  message.class = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  message.asked = ((flags & 0x0100) !== 0 ? Asked.recursion : 0) | ((flags & 0x0400) !== 0 ? Asked.authority : 0);
  message.code = flags & 15;
  message.zone.length = 0;
  message.textEnd = message.textStart = 0;
  message.pointer.length = message.address = 0;
  if (message.isAnswer) {
    if (answers === 0 && message.code === ResponseCode.noSuchName) readZone(bytes, start, at + 4, end);
    else if (answers > 0 && message.class === CLASS_CHAOS) readText(bytes, at + 4, end);
    else if (answers > 0 && message.class === CLASS_IN) readRecords(bytes, start, at + 4, end, answers);
  }
  hashBytes(message.name.bytes, 0, message.name.length);
  message.low = hashed.low;
  message.high = hashed.high;
  return true;
}

/** The owner of the SOA that a negative answer has in its authority section. */
function readZone(bytes: Uint8Array, start: number, at: number, end: number): void {
  const { zone } = message;
  const after = readName(bytes, start, at, end, zone);
  if (after < 0 || after + 2 > end || bytes[after] !== 0 || bytes[after + 1] !== TYPE_SOA) zone.length = 0;
}

function readText(bytes: Uint8Array, at: number, end: number): void {
  const record = skipName(bytes, at, end);
  // Type, class, time to live, length, and the length of the first string (RFC 1035, sections 3.2.1 and 3.3.14).
  if (record < 0 || record + 11 > end) return;
  if (bytes[record] !== 0 || bytes[record + 1] !== TYPE_TXT || bytes[record + 3] !== CLASS_CHAOS) return;
  message.textStart = record + 11;
  message.textEnd = Math.min(end, record + 11 + bytes[record + 10]!);
}

/** The first record of the type asked for, where that is an address or an address's name. */
function readRecords(bytes: Uint8Array, start: number, at: number, end: number, answers: number): void {
  const { type, pointer } = message;
  if (type !== TYPE_A && type !== TYPE_AAAA && type !== TYPE_PTR) return;
  for (let i = Math.min(answers, MOST_RECORDS); i > 0; i--) {
    const record = skipName(bytes, at, end);
    if (record < 0 || record + 10 > end) return;
    const data = record + 10;
    const length = (bytes[record + 8]! << 8) | bytes[record + 9]!;
    at = data + length;
    if (at > end) return;
    if (bytes[record] !== 0 || bytes[record + 1] !== type) continue;
    if (type === TYPE_PTR) {
      if (readName(bytes, start, data, end, pointer) !== at) pointer.length = 0;
    } else if (type === TYPE_A && length === 4) message.address = addressTag(0, 0, MAPPED, wordAt(bytes, data));
    else if (type === TYPE_AAAA && length === 16) {
      const tag = addressTag(
        wordAt(bytes, data),
        wordAt(bytes, data + 4),
        wordAt(bytes, data + 8),
        wordAt(bytes, data + 12),
      );
      message.address = tag;
    }
    return;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/**
 * Writes the name at `at` as text. Pointers must lead back, so a loop ends.
 * @returns where what follows the name begins, or -1 when it is no name
 */
function readName(bytes: Uint8Array, start: number, at: number, end: number, out: DnsName): number {
  const text = out.bytes;
  let length = 0;
  let after = -1;
  let pointers = 0;
  let lowest = at;
  for (let wire = 1; ; ) {
    if (at >= end) return -1;
    const size = bytes[at]!;
    if (size >= 0xc0) {
      if (at + 1 >= end || ++pointers > MOST_POINTERS) return -1;
      if (after < 0) after = at + 2;
      at = start + (((size & 0x3f) << 8) | bytes[at + 1]!);
      if (at >= lowest || at < start + DNS_HEADER) return -1;
      lowest = at;
      continue;
    }
    at++;
    if (size === 0) break;
    wire += size + 1;
    if (size > 63 || wire > LONGEST_NAME || at + size > end) return -1;
    if (length > 0 && length < LONGEST_NAME) text[length++] = 46;
    for (const stop = at + size; at < stop; at++) {
      const c = plain[bytes[at]!]!;
      if (c !== 0 && length < LONGEST_NAME) text[length++] = c;
      else if (c === 0) length = escaped(bytes[at]!, text, length);
    }
  }
  if (length === 0) text[length++] = 46;
  out.length = length;
  return after < 0 ? at : after;
}

/** Where what follows the name at `at` begins, or -1. */
function skipName(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const size = bytes[at]!;
    if (size === 0) return at + 1;
    if (size >= 0xc0) return at + 2;
    if (size > 63) return -1;
    at += size + 1;
  }
  return -1;
}

/** What stands for each octet in a name's text; 0 where an escape does. */
const plain = new Uint8Array(256);
for (const c of "abcdefghijklmnopqrstuvwxyz0123456789-_*/") {
  plain[c.charCodeAt(0)] = c.charCodeAt(0);
  plain[c.toUpperCase().charCodeAt(0)] = c.charCodeAt(0);
}

/** `\DDD` (RFC 4343, section 2.1), whole or not at all. */
function escaped(octet: number, text: Uint8Array, length: number): number {
  if (length + 4 > LONGEST_NAME) return length;
  text[length] = 92;
  text[length + 1] = 48 + Math.floor(octet / 100);
  text[length + 2] = 48 + (Math.floor(octet / 10) % 10);
  text[length + 3] = 48 + (octet % 10);
  return length + 4;
}

/** Types of question (IANA DNS resource record types) that have a name of their own here; others are `TYPE123` (RFC 3597). */
const typeNames: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  13: "HINFO",
  15: "MX",
  16: "TXT",
  17: "RP",
  28: "AAAA",
  29: "LOC",
  33: "SRV",
  35: "NAPTR",
  39: "DNAME",
  43: "DS",
  44: "SSHFP",
  46: "RRSIG",
  47: "NSEC",
  48: "DNSKEY",
  50: "NSEC3",
  51: "NSEC3PARAM",
  52: "TLSA",
  53: "SMIMEA",
  61: "OPENPGPKEY",
  64: "SVCB",
  65: "HTTPS",
  99: "SPF",
  251: "IXFR",
  252: "AXFR",
  255: "ANY",
  257: "CAA",
};

/** Types above this are private or not assigned, and too many to tell apart in a report. */
const HIGHEST_TYPE = 511;
/** A text that is told again and again, with its hash (bytes/hash.ts). */
export interface HashedText {
  readonly bytes: Uint8Array;
  readonly low: number;
  readonly high: number;
}

function hashedText(text: string): HashedText {
  const bytes = new TextEncoder().encode(text);
  hashBytes(bytes, 0, bytes.length);
  return { bytes, low: hashed.low, high: hashed.high };
}

const types = Array.from({ length: HIGHEST_TYPE + 1 }, (_, type) => typeNames[type] ?? `TYPE${type}`);
const typeTexts = types.map(hashedText);
const chaosTexts = types.map((name) => hashedText(`CH ${name}`));
const otherType = hashedText("another type");
const otherClass = hashedText("another class");

/** What a question is after, for the batch's `method`: `A`, `CH TXT`. */
export function typeText(type: number, inClass: number): HashedText {
  if (inClass !== CLASS_IN && inClass !== CLASS_CHAOS) return otherClass;
  if (type > HIGHEST_TYPE) return otherType;
  return inClass === CLASS_IN ? typeTexts[type]! : chaosTexts[type]!;
}
