import type { DatagramProtocol } from "./datagram-talk.ts";
import { u16, u32 } from "./integers.ts";
import { said } from "./words.ts";

/** BACnet/IP (ASHRAE 135, annex J): type, then function and length of the virtual link. */
const TYPE = 0x81;
const FORWARDED = 4;
/** Properties that describe a device (ASHRAE 135, clause 21). */
const properties: Readonly<Record<number, string>> = {
  12: "application software",
  28: "description",
  44: "firmware",
  70: "model",
  76: "object list",
  77: "object name",
  120: "vendor id",
  121: "vendor",
};
const READ_PROPERTY = 12;
const READ_MULTIPLE = 14;
const WHO_IS = 8;
/** A value between an opening and a closing tag 3; a character string, whose first byte tells its encoding. */
const OPENING_3 = 0x3e;
const TEXT_TAG = 0x75;

/** BACnet: devices looked for and properties read, and what a device says that it is. */
export const bacnet: DatagramProtocol = {
  id: "bacnet",
  beginnings: [TYPE],
  recognise(bytes, start, end) {
    return end - start >= 8 && u16(bytes, start + 2) === end - start && messageAt(bytes, start, end) > 0;
  },
  ask(bytes, start, end) {
    const at = messageAt(bytes, start, end);
    if (at < 0) return;
    const kind = bytes[at]! >> 4;
    if (kind === 1 && bytes[at + 1] === WHO_IS) said.say("who is there");
    if (kind !== 0) return;
    const service = bytes[at + 3];
    if (service === READ_MULTIPLE) said.say("read several properties");
    // An object (tag 0, four bytes), then a property (tag 1).
    if (service === READ_PROPERTY) said.say("read ").say(propertyAt(bytes, at + 9));
  },
  reveal(bytes, start, end) {
    const at = messageAt(bytes, start, end);
    if (at < 0 || bytes[at]! >> 4 !== 3 || bytes[at + 2] !== READ_PROPERTY) return;
    const name = propertyAt(bytes, at + 8);
    let value = at + 8 + 1 + (bytes[at + 8]! & 7);
    if (bytes[value++] !== OPENING_3) return;
    if (bytes[value] !== TEXT_TAG) return;
    const from = value + 3;
    said
      .say(name)
      .say(" ")
      .quote(bytes, from, Math.min(end, value + 2 + bytes[value + 1]!));
  },
};

/** Where the application's message begins, behind the network's head (ASHRAE 135, clause 6.2); or -1. */
function messageAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start + (bytes[start + 1] === FORWARDED ? 10 : 4);
  if (bytes[at] !== 1) return -1;
  const control = bytes[at + 1]!;
  if (control & 0x80) return -1;
  at += 2;
  if (control & 0x20) at += 3 + bytes[at + 2]!;
  if (control & 0x08) at += 3 + bytes[at + 2]!;
  if (control & 0x20) at++;
  return at + 2 <= end ? at : -1;
}

function propertyAt(bytes: Uint8Array, at: number): string {
  const number = bytes[at] === 0x19 ? bytes[at + 1]! : bytes[at] === 0x1a ? u16(bytes, at + 1) : u32(bytes, at) & 0;
  return properties[number] ?? `property ${number}`;
}
