import { ascii } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find, findByte } from "./find.ts";
import { u16, u16le, u32le } from "./integers.ts";
import { type Talk, talking } from "./talk.ts";
import { CONNECTION_CONFIRM, DATA, hasSelectors, isConnectionRequest, isCut, PARAMETERS, TPKT_HEAD } from "./tpkt.ts";
import { said } from "./words.ts";

/** Types of negotiation ([MS-RDPBCGR] 2.2.1.1.1, 2.2.1.2.1, 2.2.1.2.2). */
const REQUEST = 1;
const RESPONSE = 2;
const FAILURE = 3;
/** Data of the client ([MS-RDPBCGR] 2.2.1.3) follow this key of the conference request (T.124). */
const CLIENT_KEY = ascii("Duca");
const CORE = 0xc001;
const NETWORK = 0xc003;
const CHANNEL_BYTES = 12;
const MOST_CHANNELS = 31;
const COOKIE = ascii("ookie:");

/** Remote Desktop: the connection request's cookie and protocols, client name and channels where they are in the clear, what the server chose. */
export const rdp = talking({
  id: "rdp",
  beginnings: [3],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT) return Recognition.no;
    const isRequest = isConnectionRequest(bytes, start, end);
    if (isRequest === undefined || (isRequest && isCut(bytes, start, end))) return Recognition.moreBytesNeeded;
    return isRequest && !hasSelectors(bytes, start) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < TPKT_HEAD + 2) return 0;
    const length = u16(bytes, start + 2);
    if (bytes[start] !== 3 || length < TPKT_HEAD + 2) return FINISHED;
    if (end - start < Math.min(length, 2048)) return 0;
    const stop = Math.min(end, start + length);
    said.clear();
    if (side === CLIENT) {
      if (bytes[start + 5] === DATA) return tellClient(talk, bytes, start, stop) ? FINISHED : length;
      sayRequest(bytes, start + PARAMETERS, stop);
      talk.ask();
    } else if (bytes[start + 5] === CONNECTION_CONFIRM) {
      const at = start + PARAMETERS;
      if (stop - at >= 8 && bytes[at] === RESPONSE) said.say("security ").say(protocolWords(u32le(bytes, at + 4)));
      else if (stop - at >= 8 && bytes[at] === FAILURE) said.say(`refuses, code ${u32le(bytes, at + 4)}`);
      else said.say("security standard");
      talk.reveal();
    }
    return length;
  },
});

function sayRequest(bytes: Uint8Array, at: number, end: number): void {
  said.say("connect");
  if (find(bytes, at, Math.min(end, at + 8), COOKIE) === at + 1) {
    const stop = findByte(bytes, at, end, 13);
    said.space().quote(bytes, at, stop);
    at = stop + 2;
  }
  if (end - at >= 8 && bytes[at] === REQUEST) said.say(", security ").say(protocolWords(u32le(bytes, at + 4)));
}

/** Names of the security protocols; 0 is RDP's own. */
function protocolWords(bits: number): string {
  const names = ["TLS", "CredSSP", "RDSTLS", "CredSSP early", "Entra"].filter((_, bit) => bits & (1 << bit));
  return names.length > 0 ? names.join("+") : "standard";
}

/** The client's name and the channels that it wants, which BlueKeep's checks name MS_T120. @returns whether they were there. */
function tellClient(talk: Talk, bytes: Uint8Array, start: number, end: number): boolean {
  const key = find(bytes, start, end, CLIENT_KEY);
  if (key < 0) return false;
  // The length of all data is a byte, or two with the upper bit set (T.125's packed encoding).
  let at = key + CLIENT_KEY.length + (bytes[key + CLIENT_KEY.length]! & 0x80 ? 2 : 1);
  while (at + 4 <= end) {
    const length = u16le(bytes, at + 2);
    if (length < 4) break;
    if (u16le(bytes, at) === CORE)
      said.say("client ").quoteUtf16(bytes, at + 24, zeroUnit(bytes, at + 24, Math.min(end, at + 56)));
    if (u16le(bytes, at) === NETWORK) {
      said.say(", channels");
      const count = Math.min(MOST_CHANNELS, u32le(bytes, at + 4));
      for (let i = 0; i < count; i++) {
        const name = at + 8 + i * CHANNEL_BYTES;
        said.space().quote(bytes, name, findByte(bytes, name, Math.min(end, name + 8), 0));
      }
    }
    at += length;
  }
  talk.ask();
  return true;
}

function zeroUnit(bytes: Uint8Array, at: number, end: number): number {
  while (at + 1 < end && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at += 2;
  return at;
}
