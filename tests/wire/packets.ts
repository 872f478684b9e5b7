/** Builds small captures for tests: frames from their parts, with documentation addresses, and files around them. */

export interface Ip {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly body: Uint8Array;
  readonly ttl?: number;
  readonly id?: number;
  /** Fragment field: offset in bytes, and whether more follow. */
  readonly offset?: number;
  readonly more?: boolean;
}

export const flags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 };

export function bytes(...parts: (number | string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      parts
        .map((p) => (typeof p === "number" ? [p] : typeof p === "string" ? Buffer.from(p, "latin1") : p))
        .map((p) => Buffer.from(p)),
    ),
  );
}

export function u16(value: number): Uint8Array {
  return bytes((value >>> 8) & 255, value & 255);
}

export function u32(value: number): Uint8Array {
  return bytes((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function address(text: string): Uint8Array {
  if (text.includes(".")) return bytes(...text.split(".").map(Number));
  const [head = "", tail = ""] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array.from({ length: text.includes("::") ? missing : 0 }, () => "0"),
    ...groups(tail),
  ];
  return bytes(...all.map((group) => u16(Number.parseInt(group, 16))));
}

/** The one's complement sum of RFC 1071. */
function sumOf(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) for (const [i, byte] of part.entries()) sum += i % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  return sum;
}

/** A TCP segment with its checksum, unless it brings one. */
function summed({ from, to, protocol, body, offset = 0, more = false }: Ip): Uint8Array {
  if (protocol !== 6 || offset > 0 || more || body.length < 20 || body[16] !== 0 || body[17] !== 0) return body;
  const sum = sumOf(address(from), address(to), u16(protocol), u16(body.length), body);
  return bytes(body.subarray(0, 16), u16(~sum & 0xffff), body.subarray(18));
}

export function ip(parts: Ip): Uint8Array {
  const { from, to, protocol, ttl = 64, id = 4660, offset = 0, more = false } = parts;
  const body = summed(parts);
  if (from.includes(":"))
    return bytes(0x60, 0, 0, 0, u16(body.length), protocol, ttl, address(from), address(to), body);
  const fragment = u16((offset >>> 3) | (more ? 0x2000 : 0));
  return bytes(
    0x45,
    0,
    u16(20 + body.length),
    u16(id),
    fragment,
    ttl,
    protocol,
    0,
    0,
    address(from),
    address(to),
    body,
  );
}

export function tcpSegment(
  fromPort: number,
  toPort: number,
  flagBits: number,
  sequence: number,
  acknowledgement = 0,
  payload: Uint8Array | string = "",
  options: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const header = bytes(
    u16(fromPort),
    u16(toPort),
    u32(sequence),
    u32(acknowledgement),
    ((20 + options.length) / 4) << 4,
  );
  return bytes(header, flagBits, u16(1024), 0, 0, 0, 0, options, payload);
}

export function udpDatagram(fromPort: number, toPort: number, payload: Uint8Array | string = ""): Uint8Array {
  const body = bytes(payload);
  return bytes(u16(fromPort), u16(toPort), u16(8 + body.length), 0, 0, body);
}

export function icmp(
  type: number,
  code: number,
  rest: Uint8Array = u32(0x00010001),
  quoted = new Uint8Array(0),
): Uint8Array {
  return bytes(type, code, 0, 0, rest, quoted);
}

export function ethernet(packet: Uint8Array, tags: readonly number[] = []): Uint8Array {
  const type = packet[0]! >>> 4 === 6 ? 0x86dd : 0x0800;
  const vlans = tags.map((tag) => bytes(u16(tag), u16(42)));
  return bytes("\x02\0\0\0\0\x01\x02\0\0\0\0\x02", ...vlans, u16(type), packet);
}

export interface Recorded {
  /** Seconds after the first moment of the capture. */
  readonly at: number;
  readonly frame: Uint8Array;
  /** Bytes of it that the capture kept; all by default. */
  readonly snap?: number;
}

/** When the captures of these tests begin: 2026-01-01T00:00:00Z. */
export const START_SECONDS = 1767225600;

export interface PcapShape {
  readonly linkType?: number;
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly modified?: boolean;
}

export function pcapFile(records: readonly Recorded[], shape: PcapShape = {}): Uint8Array {
  const { linkType = 1, bigEndian = false, nanoseconds = false, modified = false } = shape;
  const number = (value: number) => (bigEndian ? u32(value) : u32(value).reverse());
  const magic = nanoseconds ? 0xa1b23c4d : modified ? 0xa1b2cd34 : 0xa1b2c3d4;
  const header = bytes(
    number(magic),
    bigEndian ? bytes(0, 2, 0, 4) : bytes(2, 0, 4, 0),
    u32(0),
    u32(0),
    number(65535),
    number(linkType),
  );
  const packets = records.map(({ at, frame, snap = frame.length }) => {
    const fraction = Math.round((at % 1) * (nanoseconds ? 1e9 : 1e6));
    const extra = modified ? new Uint8Array(8) : "";
    return bytes(
      number(START_SECONDS + Math.floor(at)),
      number(fraction),
      number(snap),
      number(frame.length),
      extra,
      frame.subarray(0, snap),
    );
  });
  return bytes(header, ...packets);
}

export function snoopFile(records: readonly Recorded[], dataLink = 4): Uint8Array {
  return bytes(
    "snoop\0\0\0",
    u32(2),
    u32(dataLink),
    ...records.map(({ at, frame }) => {
      const padding = -frame.length & 3;
      const micros = Math.round((at % 1) * 1e6);
      const header = bytes(u32(frame.length), u32(frame.length), u32(24 + frame.length + padding), u32(0));
      return bytes(header, u32(START_SECONDS + Math.floor(at)), u32(micros), frame, new Uint8Array(padding));
    }),
  );
}

/** Enhanced packet blocks behind one section and one interface. */
export function pcapngFile(records: readonly Recorded[], bigEndian = false): Uint8Array {
  const number = (value: number) => (bigEndian ? u32(value) : u32(value).reverse());
  const half = (value: number) => (bigEndian ? u16(value) : u16(value).reverse());
  const section = bytes(number(0x1a2b3c4d), half(1), half(0), number(0xffffffff), number(0xffffffff));
  const packets = records.map(({ at, frame }) => {
    const ticks = BigInt(START_SECONDS) * 1_000_000n + BigInt(Math.round(at * 1e6));
    const stamp = bytes(number(Number(ticks >> 32n)), number(Number(ticks & 0xffffffffn)));
    return block(6, bytes(number(0), stamp, number(frame.length), number(frame.length), frame), bigEndian);
  });
  return bytes(
    block(0x0a0d0d0a, section, bigEndian),
    block(1, bytes(half(1), half(0), number(0)), bigEndian),
    ...packets,
  );
}

/** One block of a pcapng file. */
export function block(type: number, body: Uint8Array, bigEndian = false): Uint8Array {
  const number = (value: number) => (bigEndian ? u32(value) : u32(value).reverse());
  const padded = bytes(body, new Uint8Array((4 - (body.length & 3)) & 3));
  return bytes(number(type), number(padded.length + 12), padded, number(padded.length + 12));
}

/** A TCP conversation written down in order: `>` from the client, `<` from the server. */
export function conversation(
  client: string,
  server: string,
  port: number,
  lines: readonly (readonly ["<" | ">", string | Uint8Array])[],
  clientPort = 40000,
): Uint8Array[] {
  const send = (
    fromClient: boolean,
    flagBits: number,
    sequence: number,
    acknowledgement: number,
    payload: Uint8Array | string,
  ) =>
    ethernet(
      ip({
        from: fromClient ? client : server,
        to: fromClient ? server : client,
        protocol: 6,
        body: tcpSegment(
          fromClient ? clientPort : port,
          fromClient ? port : clientPort,
          flagBits,
          sequence,
          acknowledgement,
          payload,
        ),
      }),
    );
  let mine = 1000;
  let theirs = 5000;
  const frames = [
    send(true, flags.syn, mine++, 0, ""),
    send(false, flags.syn | flags.ack, theirs++, mine, ""),
    send(true, flags.ack, mine, theirs, ""),
  ];
  for (const [way, payload] of lines) {
    const length = bytes(payload).length;
    if (way === ">") frames.push(send(true, flags.psh | flags.ack, mine, theirs, payload));
    else frames.push(send(false, flags.psh | flags.ack, theirs, mine, payload));
    if (way === ">") mine += length;
    else theirs += length;
  }
  frames.push(
    send(true, flags.fin | flags.ack, mine++, theirs, ""),
    send(false, flags.fin | flags.ack, theirs++, mine, ""),
  );
  frames.push(send(true, flags.ack, mine, theirs, ""));
  return frames;
}

export function everyTenth(frames: readonly Uint8Array[]): Recorded[] {
  return frames.map((frame, i) => ({ at: i / 10, frame }));
}
