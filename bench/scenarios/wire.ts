import { addressWords, isIpv4 } from "../../src/bytes/address.ts";

export const SYN = 2;
export const RST = 4;
const FIN = 1;
const PSH = 8;
export const ACK = 16;
const TCP = 6;
const FRAGMENT_HEADER = 44;
const encoder = new TextEncoder();

/** What may be odd about a segment. */
interface SegmentLike {
  readonly window?: number;
  readonly payload?: Uint8Array;
  /** Bytes of IP payload in each fragment, a multiple of eight; unset for one packet. */
  readonly cut?: number;
  /** Bytes that each fragment but the first also repeats of the one before. */
  readonly overlap?: number;
}

interface Sent {
  readonly atMs: number;
  readonly packet: Uint8Array;
}

/** A capture that a scenario writes packet by packet: raw IP, times in milliseconds from its first midnight. */
export class Wire {
  readonly #sent: Sent[] = [];
  #id = 1;

  get isEmpty(): boolean {
    return this.#sent.length === 0;
  }

  /** One TCP segment; a client's has the options that common systems send. */
  tcp(from: string, fromPort: number, to: string, toPort: number, flags: number, atMs: number, like: SegmentLike = {}) {
    const { window = 64_240, payload = new Uint8Array(0) } = like;
    const options = flags === SYN && window === 64_240 ? [2, 4, 5, 180, 1, 3, 3, 7] : flags & SYN ? [2, 4, 5, 180] : [];
    const segment = Buffer.alloc(20 + options.length + payload.length);
    segment.writeUInt16BE(fromPort, 0);
    segment.writeUInt16BE(toPort, 2);
    segment.writeUInt32BE(1000, 4);
    segment.writeUInt32BE(flags & ACK ? 1001 : 0, 8);
    segment.writeUInt8(((20 + options.length) / 4) << 4, 12);
    segment.writeUInt8(flags, 13);
    segment.writeUInt16BE(window, 14);
    segment.set(options, 20);
    segment.set(payload, 20 + options.length);
    this.#send(from, to, segment, atMs, like);
  }

  /** A probe of one port and its answer: open, closed, or none. */
  probe(
    from: string,
    to: string,
    port: number,
    atMs: number,
    answer: "open" | "closed" | "none",
    like: SegmentLike = {},
  ) {
    const fromPort = 20_000 + (port % 30_000);
    this.tcp(from, fromPort, to, port, SYN, atMs, like);
    if (answer === "none") return;
    this.tcp(to, port, from, fromPort, answer === "open" ? SYN | ACK : RST | ACK, atMs + 2);
    if (answer === "open") this.tcp(from, fromPort, to, port, RST, atMs + 20);
  }

  /** A whole conversation: a page asked for, and had. */
  visit(from: string, to: string, path: string, atMs: number): void {
    const port = 1024 + (this.#id % 60_000);
    const ask = `GET ${path} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\r\n`;
    const body = `<p>${path}</p>`;
    const answer = `HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    let [client, server] = [1000, 5000];
    const step = (isClient: boolean, flags: number, text: string, afterMs: number) => {
      const payload = encoder.encode(text);
      const [a, ap, b, bp] = isClient ? [from, port, to, 80] : [to, 80, from, port];
      const segment = Buffer.alloc(20 + payload.length);
      segment.writeUInt16BE(ap as number, 0);
      segment.writeUInt16BE(bp as number, 2);
      segment.writeUInt32BE(isClient ? client : server, 4);
      segment.writeUInt32BE(flags & ACK ? (isClient ? server : client) : 0, 8);
      segment.writeUInt8(0x50, 12);
      segment.writeUInt8(flags, 13);
      segment.writeUInt16BE(64_240, 14);
      segment.set(payload, 20);
      const advance = payload.length + (flags & (SYN | FIN) ? 1 : 0);
      if (isClient) client += advance;
      else server += advance;
      this.#send(a as string, b as string, segment, atMs + afterMs, {});
    };
    step(true, SYN, "", 0);
    step(false, SYN | ACK, "", 10);
    step(true, ACK, "", 20);
    step(true, PSH | ACK, ask, 21);
    step(false, PSH | ACK, answer, 40);
    step(true, FIN | ACK, "", 60);
    step(false, FIN | ACK, "", 70);
    step(true, ACK, "", 80);
  }

  /** The capture as a pcap. @param startMs the scenario's first midnight */
  bytes(startMs: number): Buffer {
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(101, 20);
    const records = [...this.#sent]
      .sort((a, b) => a.atMs - b.atMs)
      .flatMap(({ atMs, packet }) => {
        const head = Buffer.alloc(16);
        head.writeUInt32LE(Math.floor((startMs + atMs) / 1000), 0);
        head.writeUInt32LE(Math.floor(((startMs + atMs) % 1000) * 1000), 4);
        head.writeUInt32LE(packet.length, 8);
        head.writeUInt32LE(packet.length, 12);
        return [head, packet];
      });
    return Buffer.concat([header, ...records]);
  }

  #send(from: string, to: string, segment: Uint8Array, atMs: number, { cut, overlap = 0 }: SegmentLike): void {
    const id = this.#id++ & 0xffff;
    if (cut === undefined) {
      this.#sent.push({ atMs, packet: packetOf(from, to, segment, id) });
      return;
    }
    for (let at = 0; at < segment.length; at += cut) {
      const begin = Math.max(0, at === 0 ? 0 : at - overlap);
      const piece = segment.subarray(begin, Math.min(segment.length, at + cut));
      const packet = packetOf(from, to, piece, id, { at: begin, isLast: at + cut >= segment.length });
      this.#sent.push({ atMs: atMs + at / 1000, packet });
    }
  }
}

function packetOf(
  from: string,
  to: string,
  payload: Uint8Array,
  id: number,
  fragment?: { readonly at: number; readonly isLast: boolean },
): Uint8Array {
  const [source, target] = [addressWords(from)!, addressWords(to)!];
  const where = fragment === undefined ? 0 : (fragment.at / 8) | (fragment.isLast ? 0 : 0x2000);
  if (isIpv4(source)) {
    const header = Buffer.alloc(20);
    header.writeUInt16BE(0x4500, 0);
    header.writeUInt16BE(20 + payload.length, 2);
    header.writeUInt16BE(id, 4);
    header.writeUInt16BE(where, 6);
    header.writeUInt8(57, 8);
    header.writeUInt8(TCP, 9);
    header.writeUInt32BE(source[3]!, 12);
    header.writeUInt32BE(target[3]!, 16);
    return Buffer.concat([header, payload]);
  }
  const extra = Buffer.alloc(fragment === undefined ? 0 : 8);
  if (fragment !== undefined) {
    extra.writeUInt8(TCP, 0);
    extra.writeUInt16BE(fragment.at | (fragment.isLast ? 0 : 1), 2);
    extra.writeUInt32BE(id, 4);
  }
  const header = Buffer.alloc(40);
  header.writeUInt32BE(0x60000000, 0);
  header.writeUInt16BE(extra.length + payload.length, 4);
  header.writeUInt8(fragment === undefined ? TCP : FRAGMENT_HEADER, 6);
  header.writeUInt8(57, 7);
  for (let i = 0; i < 4; i++) {
    header.writeUInt32BE(source[i]!, 8 + i * 4);
    header.writeUInt32BE(target[i]!, 24 + i * 4);
  }
  return Buffer.concat([header, extra, payload]);
}
