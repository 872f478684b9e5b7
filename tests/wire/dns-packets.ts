import { bytes, ethernet, ip, u16, u32, udpDatagram } from "./packets.ts";

/** What a DNS message of a test holds; the rest is as usual. */
export interface Message {
  readonly name?: string | Uint8Array;
  readonly id?: number;
  readonly type?: number;
  readonly inClass?: number;
  /** The header's second word: QR, opcode, AA, RD, code. */
  readonly flags?: number;
  readonly answers?: readonly Uint8Array[];
  readonly authority?: readonly Uint8Array[];
}

export const asksOn = 0x0100;
export const answered = 0x8500;
export const noSuchName = 0x8503;

/** A name on the wire, without compression. */
export function wireName(text: string): Uint8Array {
  const labels = text === "" ? [] : text.split(".");
  return bytes(...labels.map((label) => bytes(label.length, label)), 0);
}

/** A pointer to `offset` of the message. */
export function pointer(offset: number): Uint8Array {
  return u16(0xc000 | offset);
}

export function record(owner: Uint8Array, type: number, data: Uint8Array, inClass = 1): Uint8Array {
  return bytes(owner, u16(type), u16(inClass), u32(300), u16(data.length), data);
}

export function dnsMessage(message: Message = {}): Uint8Array {
  const {
    name = "www.example.org",
    id = 7,
    type = 1,
    inClass = 1,
    flags = asksOn,
    answers = [],
    authority = [],
  } = message;
  const counts = bytes(u16(1), u16(answers.length), u16(authority.length), u16(0));
  const owner = typeof name === "string" ? wireName(name) : name;
  return bytes(u16(id), u16(flags), counts, owner, u16(type), u16(inClass), ...answers, ...authority);
}

/** The SOA of a negative answer for `name`, whose zone begins `offset` bytes into it. */
export function soaAt(offset: number): Uint8Array {
  return record(pointer(12 + offset), 6, bytes(pointer(12 + offset), pointer(12 + offset), new Uint8Array(20)));
}

/** A length and the message, as over TCP. */
export function framed(message: Uint8Array): Uint8Array {
  return bytes(u16(message.length), message);
}

const CLIENT = "203.0.113.7";
const SERVER = "198.51.100.40";

export function ask(message: Message = {}, port = 40_000): Uint8Array {
  return ethernet(ip({ from: CLIENT, to: SERVER, protocol: 17, body: udpDatagram(port, 53, dnsMessage(message)) }));
}

export function reply(message: Message = {}, port = 40_000): Uint8Array {
  const body = udpDatagram(53, port, dnsMessage({ flags: answered, ...message }));
  return ethernet(ip({ from: SERVER, to: CLIENT, protocol: 17, body }));
}
