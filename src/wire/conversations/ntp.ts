import type { DatagramProtocol } from "./datagram-talk.ts";
import { said } from "./words.ts";

const CONTROL = 6;
const PRIVATE = 7;
const NTP_PORT = 123;
/** Bytes of an ordinary message (RFC 5905, section 7.3), and of a control message's head (RFC 9327, section 2). */
const ORDINARY = 48;
const CONTROL_HEAD = 12;

const modes = ["reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast"];
/** Operations of control messages (RFC 9327, section 3). */
const operations: Readonly<Record<number, string>> = {
  1: "readstat",
  2: "readvar",
  3: "writevar",
  4: "readclock",
  8: "configure",
  9: "saveconfig",
  10: "readmru",
  11: "readordlist",
  12: "requestnonce",
};
/** Requests of mode 7 (ntpd's ntp_request.h). */
const requests: Readonly<Record<number, string>> = {
  0: "peer list",
  1: "peer list summary",
  4: "system info",
  16: "restrictions",
  20: "monlist",
  42: "monlist",
};

/**
 * NTP: the mode of a client's message (RFC 5905), control questions of mode 6 (RFC 9327) and private ones of mode 7, and
 * the variables that a server tells of itself (`version="ntpd 4.2.8p15"`).
 */
export const ntp: DatagramProtocol = {
  id: "ntp",
  // Leap indicator, version 1 to 4, mode: those that a client may send, and the answers.
  beginnings: Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
    const version = (byte >> 3) & 7;
    return version >= 1 && version <= 4 && (byte & 7) > 0;
  }),
  recognise(bytes, start, end, port) {
    if (port !== NTP_PORT) return false;
    const mode = bytes[start]! & 7;
    if (mode === CONTROL) return end - start >= CONTROL_HEAD;
    return mode === PRIVATE ? end - start >= 8 : end - start >= ORDINARY;
  },
  ask(bytes, start, end) {
    const mode = bytes[start]! & 7;
    const version = (bytes[start]! >> 3) & 7;
    if (mode === CONTROL && end - start >= 2 && !(bytes[start + 1]! & 0x80)) {
      const operation = bytes[start + 1]! & 31;
      said.say("mode 6 ").say(operations[operation] ?? `operation ${operation}`);
    } else if (mode === PRIVATE && end - start >= 4 && !(bytes[start]! & 0x80)) {
      const request = bytes[start + 3]!;
      said.say("mode 7 ").say(requests[request] ?? `request ${request}`);
    } else if (mode < CONTROL && mode !== 4) said.say(`version ${version} ${modes[mode]}`);
  },
  reveal(bytes, start, end) {
    const mode = bytes[start]! & 7;
    if (mode === PRIVATE && bytes[start]! & 0x80) said.say("answers mode 7");
    if (mode !== CONTROL || end - start <= CONTROL_HEAD || !(bytes[start + 1]! & 0x80)) return;
    // Of a long answer's fragments the first has the version.
    if ((bytes[start + 8]! | bytes[start + 9]!) !== 0) return;
    said.quote(bytes, start + CONTROL_HEAD, end);
  },
};
