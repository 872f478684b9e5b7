import { addressWords, isIpv4 } from "../bytes/address.ts";
import { Transport } from "../observations/vocabulary.ts";
import type { Recording } from "./recording.ts";

/** Longest payload of one packet; IPv4 cannot hold more than 64 KiB with its headers. */
const MOST_PAYLOAD = 16 * 1024;
const SYN = 2;
const ACK = 16;
const FIN = 1;

/**
 * A recording as the IP packets of a capture, in order, so that whoever reads captures reads it, too (RFC 791, RFC 8200,
 * RFC 9293, RFC 768). Checksums are left out: readers of captures do not ask for them.
 */
export function packetsOf(recording: Recording): Uint8Array[] {
  return recording.transport === "udp" ? datagrams(recording) : segments(recording);
}

function datagrams({ place, local, pieces }: Recording): Uint8Array[] {
  return pieces.map(({ isServer, bytes }) => {
    const [from, to] = isServer ? [place, local] : [local, place];
    const body = Buffer.alloc(8 + bytes.length);
    body.writeUInt16BE(from.port, 0);
    body.writeUInt16BE(to.port, 2);
    body.writeUInt16BE(body.length, 4);
    body.set(bytes, 8);
    return ipPacket(from.address, to.address, Transport.udp, body);
  });
}

function segments({ place, local, pieces }: Recording): Uint8Array[] {
  const packets: Uint8Array[] = [];
  /** Sequence numbers: ours, theirs. */
  const next: [number, number] = [0, 0];
  const send = (isServer: boolean, flags: number, bytes: Uint8Array) => {
    const [from, to] = isServer ? [place, local] : [local, place];
    const body = Buffer.alloc(20 + bytes.length);
    body.writeUInt16BE(from.port, 0);
    body.writeUInt16BE(to.port, 2);
    body.writeUInt32BE(next[Number(isServer) as 0 | 1], 4);
    body.writeUInt32BE(next[Number(!isServer) as 0 | 1], 8);
    body[12] = 5 << 4;
    body[13] = flags;
    body.writeUInt16BE(0xffff, 14);
    body.set(bytes, 20);
    next[Number(isServer) as 0 | 1] += bytes.length + (flags & (SYN | FIN) ? 1 : 0);
    packets.push(ipPacket(from.address, to.address, Transport.tcp, body));
  };
  const nothing = new Uint8Array(0);
  send(false, SYN, nothing);
  send(true, SYN | ACK, nothing);
  send(false, ACK, nothing);
  for (const { isServer, bytes } of pieces) {
    for (let at = 0; at < bytes.length; at += MOST_PAYLOAD) {
      send(isServer, ACK, bytes.subarray(at, at + MOST_PAYLOAD));
    }
  }
  send(true, FIN | ACK, nothing);
  send(false, FIN | ACK, nothing);
  return packets;
}

function ipPacket(from: string, to: string, protocol: number, body: Uint8Array): Uint8Array {
  const source = addressWords(from)!;
  const target = addressWords(to)!;
  const isV4 = isIpv4(source) && isIpv4(target);
  const header = Buffer.alloc(isV4 ? 20 : 40);
  if (isV4) {
    header[0] = 0x45;
    header.writeUInt16BE(20 + body.length, 2);
    header[8] = 64;
    header[9] = protocol;
    header.writeUInt32BE(source[3]!, 12);
    header.writeUInt32BE(target[3]!, 16);
  } else {
    header[0] = 0x60;
    header.writeUInt16BE(body.length, 4);
    header[6] = protocol;
    header[7] = 64;
    for (let word = 0; word < 4; word++) {
      header.writeUInt32BE(source[word]!, 8 + 4 * word);
      header.writeUInt32BE(target[word]!, 24 + 4 * word);
    }
  }
  return Buffer.concat([header, body]);
}
