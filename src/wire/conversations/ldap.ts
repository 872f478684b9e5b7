import { ascii } from "./ascii.ts";
import { ber, element, isTagged } from "./ber.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { find } from "./find.ts";
import { sayNtlmChallenge } from "./ntlm.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

const SEQUENCE = 0x30;
const INTEGER = 2;
const OCTETS = 4;
/** Operations (RFC 4511, section 4.2 and after). */
const BIND = 0x60;
const BIND_RESPONSE = 0x61;
const SEARCH = 0x63;
const ENTRY = 0x64;
const EXTENDED = 0x77;
const SIMPLE = 0x80;
const MOST_NEEDED = 4096;

/** Attributes of the root entry that say what the server is, and for whom (RFC 4512, section 5.1; [MS-ADTS] 3.1.1.3.2). */
const attributes = [
  "vendorName",
  "vendorVersion",
  "dnsHostName",
  "defaultNamingContext",
  "domainControllerFunctionality",
].map(ascii);

/** LDAP: binds and searches, the root entry's attributes, NTLM challenges in SASL binds. */
export const ldap = talking({
  id: "ldap",
  beginnings: [SEQUENCE],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start] !== SEQUENCE) return Recognition.no;
    if (end - start < 8) return Recognition.moreBytesNeeded;
    const at = operationAt(bytes, start, end);
    const tag = bytes[at];
    return at > 0 && (tag === BIND || tag === SEARCH || tag === EXTENDED) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    const next = element(bytes, start, end);
    if (next < 0) return end - start < 6 ? 0 : FINISHED;
    if (!isTagged(SEQUENCE)) return FINISHED;
    if (next > end && end - start < MOST_NEEDED) return 0;
    said.clear();
    if (side === CLIENT) {
      sayAsk(bytes, start, Math.min(end, next));
      talk.ask();
    } else {
      sayServer(bytes, start, Math.min(end, next));
      talk.reveal();
    }
    return next - start;
  },
});

/** LDAP over UDP, as clients of a Windows domain look for its controllers ([MS-ADTS] 6.3.3). */
export const cldap: DatagramProtocol = {
  id: "ldap",
  beginnings: [SEQUENCE],
  recognise(bytes, start, end) {
    const at = operationAt(bytes, start, end);
    return at > 0 && (bytes[at] === SEARCH || bytes[at] === ENTRY);
  },
  ask: sayAsk,
  reveal: sayServer,
};

/** Where the operation of the message at `start` begins, or -1. */
function operationAt(bytes: Uint8Array, start: number, end: number): number {
  if (element(bytes, start, end) < 0 || !isTagged(SEQUENCE)) return -1;
  const at = element(bytes, ber.start, end);
  return at > 0 && at < end && isTagged(INTEGER) && ber.end - ber.start <= 4 ? at : -1;
}

function sayAsk(bytes: Uint8Array, start: number, end: number): void {
  const at = operationAt(bytes, start, end);
  if (at < 0 || element(bytes, at, end) < 0) return;
  if (isTagged(BIND)) {
    sayBind(bytes, end);
    return;
  }
  if (isTagged(EXTENDED)) {
    if (element(bytes, ber.start, end) > 0) said.say("extended ").quote(bytes, ber.start, ber.end);
    return;
  }
  if (!isTagged(SEARCH)) return;
  if (element(bytes, ber.start, end) < 0) return;
  said.say("search base ").say('"').quote(bytes, ber.start, ber.end).say('"');
  const scope = element(bytes, ber.end, end);
  if (scope > 0) said.say(` scope ${bytes[ber.start]}`);
}

function sayBind(bytes: Uint8Array, end: number): void {
  const name = element(bytes, ber.start, end);
  if (name < 0) return;
  const choice = element(bytes, name, end);
  if (choice < 0 || !isTagged(OCTETS)) return;
  said.say('bind "').quote(bytes, ber.start, ber.end).say('"');
  if (element(bytes, choice, end) < 0) return;
  const isEmpty = ber.end === ber.start;
  said.say(isTagged(SIMPLE) ? (isEmpty ? " without a password" : " simple") : " SASL");
}

function sayServer(bytes: Uint8Array, start: number, end: number): void {
  const at = operationAt(bytes, start, end);
  if (at < 0) return;
  if (bytes[at] === BIND_RESPONSE) {
    sayNtlmChallenge(said, bytes, at, end);
    return;
  }
  if (bytes[at] !== ENTRY) return;
  for (const attribute of attributes) {
    const found = find(bytes, at, end, attribute);
    if (found < 0 || bytes[found - 1] !== attribute.length) continue;
    // The values are a set of octets; the first is told.
    if (element(bytes, found + attribute.length, end) < 0 || element(bytes, ber.start, end) < 0 || !isTagged(OCTETS))
      continue;
    said
      .say(said.length > 0 ? ", " : "")
      .say(attribute)
      .say(" ")
      .quote(bytes, ber.start, Math.min(ber.end, ber.start + 120));
  }
}
