import type { DatagramProtocol } from "./datagram-talk.ts";
import { u16, u32 } from "./integers.ts";
import { said } from "./words.ts";

const HEADER = 28;
const IKE_PORT = 500;
/** With NAT traversal four zero bytes tell IKE from ESP (RFC 3948, section 2.2). */
const NAT_PORT = 4500;
const exchanges: Readonly<Record<number, string>> = {
  2: "main mode",
  4: "aggressive mode",
  5: "informational",
  34: "SA_INIT",
  35: "AUTH",
};
/** Payloads (RFC 2408, section 3.1; RFC 7296, section 3.2): security association, vendor id, in version 1 and 2. */
const ASSOCIATIONS = [1, 33];
const VENDORS = [13, 43];
const MOST_PAYLOADS = 24;
const MOST_VENDORS = 6;

/** IKE (RFC 2409, RFC 7296): version, mode, how many proposals a client makes, and the vendors' ids of both sides, by which ike-scan and others tell products. */
export const ike: DatagramProtocol = {
  id: "ike",
  beginnings: Array.from({ length: 256 }, (_, byte) => byte),
  recognise(bytes, start, end, port) {
    if (port !== IKE_PORT && port !== NAT_PORT) return false;
    return headAt(bytes, start, end) >= 0;
  },
  ask: say,
  reveal: say,
};

function headAt(bytes: Uint8Array, start: number, end: number): number {
  const at = end - start > HEADER + 4 && u32(bytes, start) === 0 ? start + 4 : start;
  const version = bytes[at + 17];
  if (end - at < HEADER || (version !== 0x10 && version !== 0x20)) return -1;
  return exchanges[bytes[at + 18]!] !== undefined && u32(bytes, at + 24) >= HEADER ? at : -1;
}

function say(bytes: Uint8Array, start: number, end: number): void {
  const head = headAt(bytes, start, end);
  if (head < 0) return;
  said.say(`IKEv${bytes[head + 17]! >> 4} `).say(exchanges[bytes[head + 18]!]!);
  let vendors = 0;
  let kind = bytes[head + 16]!;
  let at = head + HEADER;
  for (let i = 0; i < MOST_PAYLOADS && kind !== 0 && at + 4 <= end; i++) {
    const length = u16(bytes, at + 2);
    if (length < 4) return;
    const stop = Math.min(end, at + length);
    if (ASSOCIATIONS.includes(kind)) sayTransforms(bytes, at, stop, kind === 1);
    if (VENDORS.includes(kind) && vendors++ < MOST_VENDORS) {
      said.say(vendors === 1 ? ", vendor " : " ");
      for (let octet = at + 4; octet < Math.min(stop, at + 20); octet++) said.hex(bytes[octet]!, 2);
    }
    kind = bytes[at]!;
    at += length;
  }
}

/** How many transforms the first proposal has: version 1 has its domain and situation (8 bytes) before it. */
function sayTransforms(bytes: Uint8Array, at: number, end: number, isFirstVersion: boolean): void {
  const proposal = at + (isFirstVersion ? 12 : 4);
  if (proposal + 8 <= end) said.say(`, ${bytes[proposal + 7]} transforms`);
}
