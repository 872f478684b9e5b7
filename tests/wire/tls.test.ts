import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import { bytes, conversation, everyTenth, pcapFile, u16 } from "./packets.ts";

interface Hello {
  readonly version: number;
  readonly ciphers: readonly number[];
  readonly extensions: readonly (readonly [type: number, body?: Uint8Array])[];
}

function clientHello({ version, ciphers, extensions }: Hello): Uint8Array {
  const list = bytes(...ciphers.map(u16));
  const all = bytes(...extensions.map(([type, body = new Uint8Array(0)]) => bytes(u16(type), u16(body.length), body)));
  const body = bytes(u16(version), new Uint8Array(32), 0, u16(list.length), list, 1, 0, u16(all.length), all);
  return bytes(1, 0, u16(body.length), body);
}

function record(body: Uint8Array): Uint8Array {
  return bytes(22, 3, 1, u16(body.length), body);
}

const serverName = (name: string) => bytes(u16(name.length + 3), 0, u16(name.length), name);
const alpn = (name: string) => bytes(u16(name.length + 1), name.length, name);
const listOf = (...values: number[]) => bytes(u16(values.length * 2), ...values.map(u16));
const versions = (...values: number[]) => bytes(values.length * 2, ...values.map(u16));

/** The example of the JA4 specification (FoxIO, technical_details/JA4.md), with GREASE as Chrome sends it. */
const chrome: Hello = {
  version: 0x0303,
  ciphers: [
    0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f,
    0x35,
  ],
  extensions: [
    [0x2a2a],
    [0x001b],
    [0x0000, serverName("www.example.org")],
    [0x0033],
    [0x0010, alpn("h2")],
    [0x4469],
    [0x0017],
    [0x002d],
    [0x000d, listOf(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)],
    [0x0005],
    [0x0023],
    [0x0012],
    [0x002b, versions(0xdada, 0x0304, 0x0303)],
    [0xff01],
    [0x000b],
    [0x000a],
    [0x0015],
    [0x8a8a, bytes(0)],
  ],
};

function hellos(...segments: Uint8Array[]): string[] {
  const frames = conversation(
    "192.0.2.7",
    "198.51.100.4",
    8443,
    segments.map((segment) => [">", segment] as const),
  );
  const rows = observe(pcapFile(everyTenth(frames))).rows.filter((row) => row.startsWith("hello"));
  return rows.map((row) => row.replace(/.*\/6 tls /, ""));
}

describe("TLS client hello", () => {
  const expected = ["www.example.org t13d1516h2_8daaf6152771_e5627efa2ab1"];
  const hello = clientHello(chrome);
  test("name and JA4 of the specification's example", () => expect(hellos(record(hello))).toEqual(expected));
  test("in two segments", () => {
    const whole = record(hello);
    expect(hellos(whole.slice(0, 3), whole.slice(3, 100), whole.slice(100))).toEqual(expected);
  });
  test("in two records", () => {
    expect(hellos(bytes(record(hello.slice(0, 50)), record(hello.slice(50))))).toEqual(expected);
  });
  test.each<[string, Partial<Hello>, string]>([
    ["no extensions", { extensions: [] }, " t12i150000_8daaf6152771_000000000000"],
    ["no name", { extensions: [[0x0010, alpn("http/1.1")]] }, " t12i1501h1_8daaf6152771_000000000000"],
    [
      "ALPN that is not alphanumeric",
      { extensions: [[0x0010, alpn("\xab\xcd")]] },
      " t12i1501ad_8daaf6152771_000000000000",
    ],
    ["SSL 3", { version: 0x0300, extensions: [] }, " ts3i150000_8daaf6152771_000000000000"],
    ["no ciphers", { ciphers: [], extensions: [] }, " t12i000000_000000000000_000000000000"],
  ])("%s", (_why, change, fingerprint) => {
    expect(hellos(record(clientHello({ ...chrome, ...change })))).toEqual([fingerprint]);
  });
  test.each([
    ["lengths that do not fit", record(bytes(1, 0, 0, 60, 3, 3, new Uint8Array(58).fill(255)))],
    ["a record that never ends", record(hello).slice(0, 60)],
    ["a server hello", record(bytes(2, 0, 0, 4, 3, 3, 0, 0))],
  ])("%s is not told", (_why, segment) => expect(hellos(segment)).toEqual([]));
});
