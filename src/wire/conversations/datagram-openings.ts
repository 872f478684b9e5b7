import { ascii, startsWith } from "./ascii.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { u16, u32 } from "./integers.ts";
import { said } from "./words.ts";

const IPMI_PORT = 623;
/** RMCP (IPMI 2.0, section 13.1): version 6, sequence 255, class 7 is IPMI. */
const IPMI = 0x0600ff07;
const ASF = 0x0600ff06;
const CHANNEL_CAPABILITIES = 0x38;

/** IPMI: what is asked of a management controller before any log-in. */
export const ipmi: DatagramProtocol = {
  id: "ipmi",
  beginnings: [6],
  recognise(bytes, start, end, port) {
    return port === IPMI_PORT && end - start >= 8 && (u32(bytes, start) === IPMI || u32(bytes, start) === ASF);
  },
  ask(bytes, start, end) {
    if (u32(bytes, start) === ASF) said.say("presence ping");
    // Session head of ten bytes, then length and target; the command is the sixth byte of the message.
    else if (end - start >= 20 && bytes[start + 19] === CHANNEL_CAPABILITIES)
      said.say("get channel authentication capabilities");
    else said.say("message");
  },
  reveal() {},
};

const COAP_PORT = 5683;
const WELL_KNOWN = ascii("\xbb.well-known\x04core".slice(1));

/** CoAP (RFC 7252): the resource asked for. */
export const coap: DatagramProtocol = {
  id: "coap",
  beginnings: Array.from({ length: 64 }, (_, i) => 0x40 + i),
  recognise(bytes, start, end, port) {
    return (
      port === COAP_PORT &&
      end - start >= 4 &&
      (bytes[start]! & 15) <= 8 &&
      bytes[start + 1]! >= 1 &&
      bytes[start + 1]! <= 5
    );
  },
  ask(bytes, start, end) {
    const options = start + 4 + (bytes[start]! & 15);
    const isCore = startsWith(bytes, options + 1, end, WELL_KNOWN);
    said.say(bytes[start + 1] === 1 ? "GET" : `method ${bytes[start + 1]}`).say(isCore ? " /.well-known/core" : "");
  },
  reveal() {},
};

const OPENVPN_PORT = 1194;
const WIREGUARD_PORT = 51820;
/** Hard reset by a client, version 2 (OpenVPN protocol); handshake initiation (WireGuard), 148 bytes. */
const HARD_RESET = 0x38;
const INITIATION = 0x01000000;
const INITIATION_BYTES = 148;

/** OpenVPN and WireGuard: the first message of a client. */
export const vpn: DatagramProtocol = {
  id: "vpn",
  beginnings: [HARD_RESET, 1],
  recognise(bytes, start, end, port) {
    if (bytes[start] === HARD_RESET) return port === OPENVPN_PORT && end - start >= 14;
    return port === WIREGUARD_PORT && end - start === INITIATION_BYTES && u32(bytes, start) === INITIATION;
  },
  ask(bytes, start) {
    said.say(bytes[start] === HARD_RESET ? "OpenVPN hard reset" : "WireGuard handshake");
  },
  reveal() {},
};

const TFTP_PORT = 69;

/** TFTP (RFC 1350): the file that is read or written. */
export const tftp: DatagramProtocol = {
  id: "tftp",
  beginnings: [0],
  recognise(bytes, start, end, port) {
    return port === TFTP_PORT && end - start > 6 && (u16(bytes, start) === 1 || u16(bytes, start) === 2);
  },
  ask(bytes, start, end) {
    const kind = u16(bytes, start);
    if (kind === 1 || kind === 2)
      said.say(kind === 1 ? "read " : "write ").quote(bytes, start + 2, Math.min(end, start + 100));
  },
  reveal() {},
};
