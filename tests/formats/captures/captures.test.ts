import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FramedDecoder } from "../../../src/formats/captures/framed-decoder.ts";
import { pcap } from "../../../src/formats/captures/pcap.ts";
import { PcapngFraming, pcapng } from "../../../src/formats/captures/pcapng.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Tally } from "../../../src/observations/tally.ts";
import { TlsSecrets } from "../../../src/wire/conversations/tls-secrets.ts";
import { observe } from "../../wire/observed.ts";
import {
  block,
  bytes,
  conversation,
  ethernet,
  everyTenth,
  flags,
  icmp,
  ip,
  type PcapShape,
  pcapFile,
  snoopFile,
  tcpSegment,
  u16,
  u32,
  udpDatagram,
} from "../../wire/packets.ts";

const GET = "GET /a HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nServer: s/1\r\nContent-Length: 5\r\n\r\nhello";

function frame(from: string, to: string, protocol: number, body: Uint8Array): Uint8Array {
  return ethernet(ip({ from, to, protocol, body }));
}

/** A little of everything. */
const frames = [
  ...conversation("192.0.2.7", "198.51.100.4", 80, [
    [">", GET.slice(0, 20)],
    [">", GET.slice(20)],
    ["<", OK],
    [">", GET],
    ["<", OK],
  ]),
  ...conversation("192.0.2.8", "198.51.100.4", 22, [
    ["<", "SSH-2.0-x\r\n"],
    [">", "SSH-2.0-y\r\n"],
  ]),
  frame("192.0.2.9", "198.51.100.4", 17, udpDatagram(5000, 53, "q")),
  frame("198.51.100.4", "192.0.2.9", 17, udpDatagram(53, 5000, "a")),
  frame("192.0.2.10", "198.51.100.5", 6, tcpSegment(5001, 23, flags.syn, 1)),
  frame("192.0.2.10", "198.51.100.6", 6, tcpSegment(5001, 23, flags.fin, 1)),
  frame("198.51.100.6", "192.0.2.10", 6, tcpSegment(23, 5001, flags.rst, 1)),
  frame("192.0.2.11", "198.51.100.6", 1, icmp(8, 0)),
  frame("2001:db8::1", "2001:db8::2", 6, tcpSegment(5001, 23, flags.syn, 1)),
];
const records = everyTenth(frames);
const file = pcapFile(records);
const all = observe(file);

describe("pcap", () => {
  test.each<[string, PcapShape]>([
    ["little-endian, microseconds", {}],
    ["big-endian", { bigEndian: true }],
    ["nanoseconds", { nanoseconds: true }],
    ["big-endian, nanoseconds", { bigEndian: true, nanoseconds: true }],
    ["Kuznetzov's", { modified: true }],
  ])("%s", (_name, shape) => {
    const shaped = pcapFile(records, shape);
    expect(pcap.looksLike(shaped)).toBe(1);
    const { rows, tally } = observe(shaped);
    expect(rows).toEqual(all.rows);
    expect([tally.records, tally.rejected, tally.firstMs]).toEqual([frames.length, 0, 1767225600000]);
    expect(tally.lastMs).toBeCloseTo(1767225600000 + (frames.length - 1) * 100, 2);
  });
  test.each([0x1c0001ac, 0x1c0001ab])("Ixia's, %i: a longer file header, nanoseconds", (magic) => {
    const plain = pcapFile(records, { nanoseconds: true });
    const shaped = bytes(u32(magic).reverse(), plain.slice(4, 24), u32(plain.length - 24).reverse(), plain.slice(24));
    expect(pcap.looksLike(shaped)).toBe(1);
    for (const sizes of [[shaped.length], [1]]) {
      const { rows, tally } = observe(shaped, sizes);
      expect([rows, tally.rejected, tally.firstMs]).toEqual([all.rows, 0, 1767225600000]);
    }
  });
  test("what is observed", () => expect(all.rows).toMatchSnapshot());
  test("an absurd length ends the input with a reject", () => {
    const broken = bytes(file, u32(0), u32(0), u32(0xffffffff), u32(60), new Uint8Array(400));
    const { rows, tally } = observe(broken);
    expect(rows).toEqual(all.rows);
    expect([...tally.rejects]).toEqual([
      [
        "the length of a packet is absurd: nothing after it can be trusted",
        { count: 1, firstPosition: frames.length + 1 },
      ],
    ]);
  });
  test("an empty capture", () => expect(observe(file.slice(0, 24)).rows).toEqual([]));
});

const order = (bigEndian: boolean) => (value: number) => (bigEndian ? u32(value) : u32(value).reverse());

function section(
  bigEndian: boolean,
  options: Uint8Array,
  blocks: (number: (value: number) => Uint8Array) => Uint8Array[],
): Uint8Array {
  const number = order(bigEndian);
  const half = (value: number) => (bigEndian ? u16(value) : u16(value).reverse());
  return bytes(
    block(0x0a0d0d0a, bytes(number(0x1a2b3c4d), half(1), half(0), number(0xffffffff), number(0xffffffff)), bigEndian),
    block(1, bytes(half(1), half(0), number(0), options), bigEndian),
    ...blocks(number),
  );
}

function enhanced(
  number: (value: number) => Uint8Array,
  packet: Uint8Array,
  ticks: bigint,
  interfaceNumber = 0,
): Uint8Array {
  const high = Number(ticks >> 32n);
  const low = Number(ticks & 0xffffffffn);
  return bytes(
    number(interfaceNumber),
    number(high),
    number(low),
    number(packet.length),
    number(packet.length),
    packet,
  );
}

describe("pcapng", () => {
  const syn = frame("192.0.2.7", "198.51.100.4", 6, tcpSegment(1, 2, flags.syn, 1));
  const second = 1767225600n;
  const option = (code: number, value: Uint8Array, bigEndian: boolean) => {
    const half = (n: number) => (bigEndian ? u16(n) : u16(n).reverse());
    return bytes(half(code), half(value.length), value, new Uint8Array((4 - (value.length & 3)) & 3));
  };
  test.each<[string, boolean, Uint8Array, bigint]>([
    ["microseconds by default", false, bytes(), second * 1_000_000n],
    ["big-endian", true, bytes(), second * 1_000_000n],
    ["nanoseconds", false, option(9, bytes(9), false), second * 1_000_000_000n],
    ["a power of two", true, option(9, bytes(0x80 | 10), true), second * 1024n],
    ["an offset", false, option(14, bytes(u32(1767225600).reverse(), u32(0)), false), 0n],
    ["a negative offset", true, option(14, bytes(u32(0xffffffff), u32(0xffffffff)), true), (second + 1n) * 1_000_000n],
  ])("%s", (_name, bigEndian, options, ticks) => {
    const written = section(bigEndian, options, (number) => [block(6, enhanced(number, syn, ticks), bigEndian)]);
    expect(pcapng.looksLike(written)).toBe(1);
    const { rows, tally } = observe(written);
    expect(rows).toEqual(["contact 192.0.2.7:1 > 198.51.100.4:2/6 silent #1 flags=2 known=15"]);
    expect([tally.records, tally.firstMs, tally.rejected]).toEqual([1, 1767225600000, 0]);
  });
  test("a packet whose time is beyond any calendar is read, with the time of the one before", () => {
    const wild = 0xffff_ffff_ffff_0000n;
    const written = section(false, bytes(), (number) => [
      block(6, enhanced(number, syn, second * 1_000_000n)),
      block(6, enhanced(number, frame("192.0.2.8", "198.51.100.4", 6, tcpSegment(1, 2, flags.syn, 1)), wild)),
    ]);
    const { rows, tally } = observe(written);
    expect(rows).toHaveLength(2);
    expect([tally.records, tally.firstMs, tally.lastMs, tally.rejected]).toEqual([2, 1767225600000, 1767225600000, 0]);
    expect(tally.gaps.get("time stamps that no calendar holds; the time beside them was taken")).toBe(1);
  });
  test("simple and old packets, unknown blocks, a second section in the other byte order", () => {
    const number = order(false);
    const written = bytes(
      section(false, bytes(), () => [
        block(0xbad, new Uint8Array(100)),
        block(3, bytes(number(syn.length), syn)),
        block(2, bytes(u16(0), u16(0), number(0), number(0), number(syn.length), number(syn.length), syn)),
      ]),
      section(true, bytes(), (big) => [block(6, enhanced(big, frames.at(-1)!, 0n), true)]),
    );
    expect([observe(written).tally.records, observe(written).rows.length]).toEqual([3, 2]);
    expect(observe(written, [1]).rows).toEqual(observe(written).rows);
  });
  test("the same packets as in pcap", () => {
    const written = section(false, bytes(), (number) =>
      records.map(({ at, frame: f }) =>
        block(6, enhanced(number, f, second * 1_000_000n + BigInt(Math.round(at * 1e6)))),
      ),
    );
    expect(observe(written).rows).toEqual(all.rows);
  });
  test.each<[string, Uint8Array, string]>([
    [
      "a packet of no interface",
      block(6, enhanced(order(false), syn, 0n, 7)),
      "a packet is longer than its block, or of an interface that is not described",
    ],
    [
      "an impossible block",
      bytes(u32(6).reverse(), u32(7).reverse(), u32(0)),
      "the length of a block is not possible: nothing after it can be trusted",
    ],
  ])("%s", (_name, extra, reason) => {
    expect([...observe(section(false, bytes(), () => [extra])).tally.rejects.keys()]).toEqual([reason]);
  });
});

describe("snoop", () => {
  test.each([[[1]], [[7]], [[1000000]]])("the same packets as in pcap, in chunks of %j bytes", (sizes) => {
    const { rows, tally } = observe(snoopFile(records), sizes);
    expect([rows, tally.records, tally.rejected, tally.firstMs]).toEqual([all.rows, frames.length, 0, 1767225600000]);
  });
  test("a data link type that is not read is told once", () => {
    expect([...observe(snoopFile(records, 3)).tally.gaps]).toEqual([
      ["packets of snoop's data link type 3, which is not read", frames.length],
    ]);
  });
  test.each<[string, Uint8Array, string]>([
    ["another version", bytes("snoop\0\0\0", u32(9), u32(4)), "this is not a snoop file of version 2"],
    [
      "a record shorter than its packet",
      bytes(snoopFile(records).slice(0, 16), u32(60), u32(60), u32(24), new Uint8Array(12)),
      "the length of a record is not possible: nothing after it can be trusted",
    ],
    ["a cut", snoopFile(records).slice(0, -5), "cut short: the file ends in the middle of a packet"],
  ])("%s ends the input with a reject", (_name, broken, reason) => {
    expect([...observe(broken).tally.rejects.keys()]).toEqual([reason]);
  });
});

describe("decryption secrets in pcapng", () => {
  const random = "ab".repeat(32);
  const log = bytes(`CLIENT_RANDOM ${random} ${"cd".repeat(48)}\n`);
  const kept = (body: Uint8Array, sizes: readonly number[]) => {
    const written = section(false, bytes(), () => [block(10, body)]);
    const tally = new Tally();
    const secrets = new TlsSecrets();
    const sink = { begin() {}, settle() {}, end() {}, packet() {} };
    const decoder = new FramedDecoder(new PcapngFraming(sink, tally, secrets), sink);
    for (let at = 0; at < written.length; at += sizes[0]!)
      decoder.decode(written.slice(at, at + sizes[0]!), new Batch(1));
    decoder.end(new Batch(1));
    return { found: secrets.find(Buffer.from(random, "hex"), 0)?.master?.[0], rejects: [...tally.rejects.keys()] };
  };
  const number = order(false);
  test.each([[[1]], [[4096]]])("are kept, in chunks of %j bytes", (sizes) => {
    const body = bytes(number(0x544c534b), number(log.length), log);
    expect(kept(body, sizes)).toEqual({ found: 0xcd, rejects: [] });
  });
  test("of another kind are not", () => {
    expect(kept(bytes(number(0x57474b4c), number(log.length), log), [64])).toEqual({ found: undefined, rejects: [] });
  });
  test("longer than their block are a reject", () => {
    expect(kept(bytes(number(0x544c534b), number(999), log), [64])).toEqual({
      found: undefined,
      rejects: ["a block of decryption secrets is cut short or too long"],
    });
  });
});

describe("whatever happens to the bytes", () => {
  test("cutting the input into other chunks gives the same observations", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const { rows, tally } = observe(file, sizes);
        expect(rows).toEqual(all.rows);
        expect(tally.records).toBe(frames.length);
      }),
      { numRuns: 60 },
    );
  });
  test("an input cut short tells a prefix before its end, and one reject when that is within a packet", () => {
    const bounds = new Set([24]);
    let bound = 24;
    for (const whole of frames) {
      bound += 16 + whole.length;
      bounds.add(bound);
    }
    fc.assert(
      fc.property(fc.integer({ min: 25, max: file.length - 1 }), (length) => {
        const { rows, beforeEnd, tally } = observe(file.slice(0, length), [333]);
        expect(rows.slice(0, beforeEnd)).toEqual(all.rows.slice(0, beforeEnd));
        expect([...tally.rejects.keys()]).toEqual(
          bounds.has(length) ? [] : ["cut short: the file ends in the middle of a packet"],
        );
      }),
      { numRuns: 150 },
    );
  });
  test("packets reordered, repeated, dropped and damaged never throw", () => {
    const damage = fc.record({
      packet: fc.nat(frames.length - 1),
      at: fc.nat(200),
      to: fc.nat(255),
      snap: fc.nat(200),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 60 }), (damages) => {
        const broken = damages.map(({ packet, at, to, snap }, i) => {
          const copy = frames[packet]!.slice();
          if (at < copy.length) copy[at] = to;
          return { at: i / 3, frame: copy, snap: snap % 3 === 0 ? Math.min(snap, copy.length) : copy.length };
        });
        const { tally, rows } = observe(pcapFile(broken), [700]);
        expect(tally.records).toBe(damages.length);
        expect(rows.length).toBeLessThanOrEqual(damages.length * 4);
      }),
      { numRuns: 150 },
    );
  });
  test("junk after a file header never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (junk, isNg) => {
        const start = isNg ? section(false, bytes(), () => []) : file.slice(0, 24);
        expect(observe(bytes(start, junk), [100]).tally.records).toBeLessThanOrEqual(junk.length);
      }),
      { numRuns: 150 },
    );
  });
});
