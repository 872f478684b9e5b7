import { createCipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import { initial, initialKeys, readLongHeader } from "../../../src/wire/conversations/quic-initial.ts";
import { observe } from "../observed.ts";
import { bytes, ethernet, everyTenth, ip, pcapFile, u16, u32, udpDatagram } from "../packets.ts";
import { identity } from "./tls-session.ts";

const V1 = 1;
const V2 = 0x6b3343cf;
const connectionId = bytes(...Buffer.from("8394c8f03e515708", "hex"));

/** A QUIC variable-length integer of two octets. */
const varint = (value: number) => u16(value | 0x4000);
const crypto = (offset: number, data: Uint8Array) => bytes(6, varint(offset), varint(data.length), data);

/** Seals an Initial packet as a client does (RFC 9001, section 5). */
function seal(version: number, frames: Uint8Array, token: Uint8Array = new Uint8Array(0)): Uint8Array {
  const plain = bytes(frames, new Uint8Array(Math.max(0, 1000 - frames.length)));
  const type = version === V2 ? 0xd3 : 0xc3;
  const start = bytes(type, u32(version), connectionId.length, connectionId, 0, varint(token.length), token);
  const header = bytes(start, varint(4 + plain.length + 16), u32(2));
  readLongHeader(bytes(header, new Uint8Array(plain.length + 16)), 0, header.length + plain.length + 16);
  const keys = initialKeys(header);
  const nonce = keys.iv.slice();
  nonce[11]! ^= 2;
  const cipher = createCipheriv("aes-128-gcm", keys.key, nonce);
  cipher.setAAD(header);
  const sealed = bytes(cipher.update(plain), cipher.final(), cipher.getAuthTag());
  const mask = createCipheriv("aes-128-ecb", keys.mask, null).update(sealed.subarray(0, 16));
  const packet = bytes(header, sealed);
  packet[0]! ^= mask[0]! & 15;
  for (let i = 0; i < 4; i++) packet[header.length - 4 + i]! ^= mask[1 + i]!;
  return packet;
}

const extension = (type: number, body: Uint8Array) => bytes(u16(type), u16(body.length), body);
const name = "www.example.org";
const extensions = bytes(
  extension(0, bytes(u16(name.length + 3), 0, u16(name.length), name)),
  extension(16, bytes(u16(3), 2, "h3")),
  extension(43, bytes(2, 3, 4)),
);
const body = bytes(3, 3, new Uint8Array(32), 0, u16(2), 0x13, 1, 1, 0, u16(extensions.length), extensions);
const hello = bytes(1, 0, u16(body.length), body);

function rowsOf(...datagrams: Uint8Array[]): string[] {
  const frames = datagrams.map((datagram) =>
    ethernet(ip({ from: "192.0.2.7", to: "198.51.100.4", protocol: 17, body: udpDatagram(40000, 8443, datagram) })),
  );
  const { rows } = observe(pcapFile(everyTenth(frames)));
  return rows.filter((row) => row.startsWith("hello")).map((row) => row.replace(/^.*\/17 /, ""));
}

describe("QUIC", () => {
  const told = ["quic www.example.org q13d0103h3_0f2cb44170f4_b9a491fefe05"];
  test.each([
    [V1, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2"],
    [V2, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9"],
  ])("keys of version %i as its RFC computes them (9001 and 9369, appendix A.1)", (version, key, iv, mask) => {
    const packet = seal(version, crypto(0, hello));
    expect(readLongHeader(packet, 0, packet.length)).toBe(true);
    expect(initial.isInitial).toBe(true);
    const keys = initialKeys(packet);
    expect([keys.key, keys.iv, keys.mask].map((each) => Buffer.from(each).toString("hex"))).toEqual([key, iv, mask]);
  });
  test("a hello in one packet", () => expect(rowsOf(seal(V1, crypto(0, hello)))).toEqual(told));
  test("version 2, with a token", () => expect(rowsOf(seal(V2, crypto(0, hello), bytes("token")))).toEqual(told));
  test("in pieces, out of order, over datagrams, once", () => {
    const [a, b, c] = [hello.slice(0, 20), hello.slice(20, 50), hello.slice(50)];
    const first = seal(V1, bytes(crypto(50, c!), 1, crypto(0, a!)));
    const second = seal(V1, bytes(2, 0, 0, 0, 0, crypto(20, b!)));
    expect(rowsOf(first)).toEqual([]);
    expect(rowsOf(first, second, second)).toEqual(told);
  });
  test("what is changed or cut is not told", () => {
    const packet = seal(V1, crypto(0, hello));
    const changed = packet.slice();
    changed[500]! ^= 1;
    expect(rowsOf(changed, packet.slice(0, 900), bytes(packet.slice(0, 20)))).toEqual([]);
  });
});

describe("DTLS", () => {
  const dtls = bytes(
    0xfe,
    0xfd,
    new Uint8Array(32),
    0,
    0,
    u16(2),
    0xc0,
    0x2b,
    1,
    0,
    u16(extensions.length),
    extensions,
  );
  const record = (from: number, to: number) => {
    const part = dtls.slice(from, to);
    const lengths = bytes(0, u16(dtls.length), u16(0), 0, u16(from), 0, u16(part.length));
    return bytes(22, 0xfe, 0xff, u16(0), u32(0), u16(0), u16(12 + part.length), 1, lengths, part);
  };
  const told = [expect.stringMatching(/^dtls www.example.org d13d0103h3_/)];
  test("a hello in one record", () => expect(rowsOf(record(0, dtls.length))).toEqual(told));
  test("in fragments, once", () => {
    expect(rowsOf(record(40, dtls.length), record(0, 40), record(0, 40))).toEqual(told);
  });
  test("the server's certificate, in fragments of several datagrams, one of them behind a hello", () => {
    const pem = identity.cert.replace(/-----[^-]+-----|\s/g, "");
    const der = new Uint8Array(Buffer.from(pem, "base64"));
    const u24 = (value: number) => bytes(0, u16(value));
    const message = bytes(u24(der.length + 3), u24(der.length), der);
    const fragment = (from: number, to: number) => {
      const part = message.slice(from, to);
      const head = bytes(11, u24(message.length), u16(1), u24(from), u24(part.length));
      return bytes(22, 0xfe, 0xfd, u16(0), u32(0), u16(1), u16(12 + part.length), head, part);
    };
    const serverHello = bytes(22, 0xfe, 0xfd, u16(0), u32(0), u16(0), u16(14), 2, u24(2), u16(0), u24(0), u24(2), 0, 0);
    const datagrams = [bytes(serverHello, fragment(0, 200)), fragment(200, message.length)];
    const frames = datagrams.map((payload) =>
      ethernet(ip({ from: "198.51.100.4", to: "192.0.2.7", protocol: 17, body: udpDatagram(4433, 40000, payload) })),
    );
    const { rows } = observe(pcapFile(everyTenth([...frames, ...frames])));
    expect(rows.filter((row) => row.startsWith("reveal"))).toEqual([
      expect.stringMatching(/^reveal 192.0.2.7:40000 > 198.51.100.4:4433\/17 tls certificate CN=gateway.example, /),
    ]);
  });
});
