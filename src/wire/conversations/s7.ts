import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { u16 } from "./integers.ts";
import { type Talk, talking } from "./talk.ts";
import { DATA, hasSelectors, isConnectionRequest, isCut, TPKT_HEAD } from "./tpkt.ts";
import { said } from "./words.ts";

const S7 = 0x32;
/** Kinds of message (ROSCTR): job, and user data. */
const JOB = 1;
const USER_DATA = 7;
const functions: Readonly<Record<number, string>> = {
  4: "read",
  5: "write",
  26: "download",
  40: "start",
  41: "stop",
  240: "set up",
};
/** Longest run of text in a system status list: order numbers, names of modules. */
const SHORTEST_TEXT = 4;

/** Siemens S7: connections of ISO transport, jobs, and the system status list that names the module (as documented by Wireshark's dissector). */
export const s7 = talking({
  id: "s7",
  beginnings: [3],
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT) return Recognition.no;
    const isRequest = isConnectionRequest(bytes, start, end);
    if (isRequest === undefined || (isRequest && isCut(bytes, start, end))) return Recognition.moreBytesNeeded;
    return isRequest && hasSelectors(bytes, start) ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < TPKT_HEAD + 4) return 0;
    const length = u16(bytes, start + 2);
    if (bytes[start] !== 3 || length < TPKT_HEAD + 3) return FINISHED;
    if (end - start < Math.min(length, 1024)) return 0;
    const stop = Math.min(end, start + length);
    said.clear();
    if (bytes[start + 5] !== DATA) {
      if (side === CLIENT) said.say("connect");
      talk.ask();
    } else if (bytes[start + 7] === S7) hearMessage(talk, side === CLIENT, bytes, start + 7, stop);
    return length;
  },
});

function hearMessage(talk: Talk, isClient: boolean, bytes: Uint8Array, at: number, end: number): void {
  const kind = bytes[at + 1];
  const parameters = at + (kind === 2 || kind === 3 ? 12 : 10);
  const data = parameters + u16(bytes, at + 6);
  if (kind === JOB && isClient) said.say(functions[bytes[parameters]!] ?? `function ${bytes[parameters]}`);
  // Type and group, then sub-function: 4 and 1 read the list whose id and index are in the data.
  if (kind === USER_DATA && (bytes[parameters + 5]! & 15) === 4 && bytes[parameters + 6] === 1) {
    if (isClient) said.say("read status list 0x").hex(u16(bytes, data + 4), 4);
    else sayTexts(bytes, data, end);
  }
  if (isClient) talk.ask();
  else talk.reveal();
}

/** The runs of text of a list. */
function sayTexts(bytes: Uint8Array, at: number, end: number): void {
  for (let from = at; from < end; ) {
    let stop = from;
    while (stop < end && bytes[stop]! >= 32 && bytes[stop]! < 127) stop++;
    if (stop - from >= SHORTEST_TEXT) said.say(said.length > 0 ? "; " : "").quote(bytes, from, stop);
    from = stop + 1;
  }
}
