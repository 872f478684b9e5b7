import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressWords } from "../../../src/bytes/address.ts";
import { addressTag } from "../../../src/observations/address-tag.ts";
import { message, readMessage, typeText } from "../../../src/wire/dns-message.ts";
import {
  ask,
  dnsMessage,
  framed,
  type Message,
  noSuchName,
  pointer,
  record,
  reply,
  soaAt,
  wireName,
} from "../dns-packets.ts";
import { observe } from "../observed.ts";
import { bytes, conversation, ethernet, everyTenth, ip, pcapFile, type Recorded, udpDatagram } from "../packets.ts";

/** What is told besides contacts, without the addresses. */
function told(records: readonly Recorded[], sizes?: readonly number[]): string[] {
  const rows = observe(pcapFile(records), sizes).rows.filter((row) => !row.startsWith("contact"));
  return rows.map((row) => row.replace(/203\.0\.113\.7:(\d+) > 198\.51\.100\.40:53\/(\d+)/, "$1/$2"));
}

const decoder = new TextDecoder();

function nameOf(wire: Uint8Array): string | undefined {
  const whole = dnsMessage({ name: wire });
  return readMessage(whole, 0, whole.length)
    ? decoder.decode(message.name.bytes.subarray(0, message.name.length))
    : undefined;
}

describe("over UDP", () => {
  const cases: [why: string, frames: Uint8Array[], expected: string[]][] = [
    ["a question and its answer", [ask(), reply()], ["question 40000/17 www.example.org A 1 3 #1 []"]],
    [
      "a missing name, with the zone of the answer's SOA",
      [ask({ name: "nix.example.org" }), reply({ name: "nix.example.org", flags: noSuchName, authority: [soaAt(4)] })],
      ["question 40000/17 nix.example.org A 4 3 #1 [example.org]"],
    ],
    [
      "many questions of one flow, answered in another order",
      [
        ask({ id: 1, name: "a.example.org" }),
        ask({ id: 2, name: "b.example.org" }),
        ask({ id: 3, name: "a.example.org", type: 28 }),
        reply({ id: 2, name: "b.example.org" }),
        reply({ id: 3, name: "a.example.org", type: 28 }),
        reply({ id: 1, name: "a.example.org" }),
      ],
      [
        "question 40000/17 b.example.org A 1 3 #2 []",
        "question 40000/17 a.example.org AAAA 1 3 #3 []",
        "question 40000/17 a.example.org A 1 3 #1 []",
      ],
    ],
    [
      "a resolver, which does not ask the server to ask on",
      [ask({ flags: 0 }), reply({ flags: 0x8400 })],
      ["question 40000/17 www.example.org A 1 2 #1 []"],
    ],
    [
      "a refused zone transfer",
      [ask({ type: 252 }), reply({ type: 252, flags: 0x8105 })],
      ["question 40000/17 www.example.org AXFR 6 1 #1 []"],
    ],
    [
      "letter case that a resolver made up comes back",
      [ask({ name: "wWw.ExAmple.oRG" }), reply({ name: "wWw.ExAmple.oRG" })],
      ["question 40000/17 www.example.org A 1 3 #1 []"],
    ],
    ["a question sent twice is one", [ask(), ask(), reply()], ["question 40000/17 www.example.org A 1 3 #1 []"]],
    [
      "an answer of another question leaves it open",
      [ask({ id: 1 }), reply({ id: 2 })],
      ["question 40000/17 www.example.org A 1 3 #2 []", "question 40000/17 www.example.org A 0 1 #1 []"],
    ],
    ["an answer whose question was not captured", [reply()], ["question 40000/17 www.example.org A 1 3 #1 []"]],
    [
      "the server's version is a reveal too",
      [
        ask({ name: "version.bind", type: 16, inClass: 3 }),
        reply({
          name: "version.bind",
          type: 16,
          inClass: 3,
          answers: [record(pointer(12), 16, bytes(11, "9.18.41-1~x"), 3)],
        }),
      ],
      ["question 40000/17 version.bind CH TXT 1 3 #1 []", "reveal 40000/17 dns 9.18.41-1~x"],
    ],
    ["a notification or an update asks for nothing", [ask({ flags: 0x2000 }), ask({ flags: 0x2800 })], []],
  ];
  test.each(cases)("%s", (_why, frames, expected) => {
    expect(told(everyTenth(frames))).toEqual(expected);
  });

  test("without an answer it is told after a while, before what comes later", () => {
    const records = [
      { at: 0, frame: ask({ id: 1, name: "lost.example.org" }) },
      { at: 20, frame: ask({ id: 2 }) },
      { at: 20.1, frame: reply({ id: 2 }) },
    ];
    expect(told(records)).toEqual([
      "question 40000/17 lost.example.org A 0 1 #1 []",
      "question 40000/17 www.example.org A 1 3 #2 []",
    ]);
  });

  test("cutting the capture anywhere tells the same", () => {
    const names = ["a", "b", "c", "d"].map((label) => `${label}.example.org`);
    const records = names.flatMap((name, id) => [
      { at: id * 4, frame: ask({ id, name }) },
      { at: id * 4 + 0.1, frame: reply({ id: id & 2, name }) },
    ]);
    const whole = told(records);
    expect(whole).toHaveLength(6);
    for (const sizes of [[1], [7, 50], [100]]) expect(told(records, sizes)).toEqual(whole);
  });

  test("any later datagram brings it about", () => {
    const other = ethernet(
      ip({ from: "203.0.113.9", to: "198.51.100.5", protocol: 17, body: udpDatagram(5, 123, "x") }),
    );
    const { rows, beforeEnd } = observe(
      pcapFile([
        { at: 0, frame: ask() },
        { at: 10, frame: other },
      ]),
    );
    expect(rows.slice(0, beforeEnd).filter((row) => row.startsWith("question"))).toHaveLength(1);
  });

  test("IPv6", () => {
    const [client, server] = ["2001:db8::7", "2001:db8:1::40"];
    const frames = [
      ethernet(ip({ from: client, to: server, protocol: 17, body: udpDatagram(40_000, 53, dnsMessage()) })),
      ethernet(
        ip({ from: server, to: client, protocol: 17, body: udpDatagram(53, 40_000, dnsMessage({ flags: 0x8500 })) }),
      ),
    ];
    expect(told(everyTenth(frames))).toEqual([
      "question 2001:db8::7:40000 > 2001:db8:1::40:53/17 www.example.org A 1 3 #1 []",
    ]);
  });

  test("a flood of questions keeps to its memory, and loses none", () => {
    const frames = Array.from({ length: 10_000 }, (_, i) =>
      ask({ id: i & 0xffff, name: `n${i}.example.org` }, 1024 + (i % 9)),
    );
    const rows = told(frames.map((frame, i) => ({ at: i / 1e6, frame })));
    expect(new Set(rows).size).toBe(10_000);
    expect(rows.every((row) => row.includes(" A 0 1 #"))).toBe(true);
  });
});

describe("over TCP", () => {
  const over = (...lines: (readonly ["<" | ">", Uint8Array])[]) =>
    told(everyTenth(conversation("203.0.113.7", "198.51.100.40", 53, lines)));

  test("a question and its answer, each behind its length", () => {
    expect(over([">", framed(dnsMessage())], ["<", framed(dnsMessage({ flags: 0x8500 }))])).toEqual([
      "question 40000/6 www.example.org A 1 3 #4 []",
    ]);
  });

  test("a zone that is given: its many messages are one answer", () => {
    const rows = Array.from({ length: 30 }, (_, i) => record(pointer(12), 1, bytes(192, 0, 2, i)));
    const part = framed(dnsMessage({ type: 252, flags: 0x8400, answers: rows }));
    expect(
      over([">", framed(dnsMessage({ type: 252 }))], ["<", part.slice(0, 100)], ["<", part.slice(100)], ["<", part]),
    ).toEqual(["question 40000/6 www.example.org AXFR 1 3 #4 []"]);
  });

  test("two questions in one segment, cut anywhere, one of them without an answer", () => {
    const both = bytes(framed(dnsMessage({ id: 1 })), framed(dnsMessage({ id: 2, type: 15 })));
    const reply = framed(dnsMessage({ id: 2, type: 15, flags: 0x8500 }));
    for (let cut = 1; cut < both.length; cut++) {
      const rows = over([">", both.slice(0, cut)], [">", both.slice(cut)], ["<", reply]);
      expect(rows.map((row) => row.replace(/#\d+/, "#"))).toEqual([
        "question 40000/6 www.example.org MX 1 3 # []",
        "question 40000/6 www.example.org A 0 1 # []",
      ]);
    }
  });

  test("what is not DNS on that port is left to others", () => {
    const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    expect(told(everyTenth(conversation("203.0.113.7", "198.51.100.40", 53, [[">", request]])))[0]).toContain(
      "request",
    );
  });
});

describe("names", () => {
  const longLabel = "a".repeat(63);
  const deep = Array.from({ length: 127 }, () => bytes(1, "a"));
  test.each<[why: string, wire: Uint8Array, expected: string | undefined]>([
    ["the root", wireName(""), "."],
    ["octets that could mislead are escaped", bytes(5, "a.b\\\n", 3, "org", 0), "a\\046b\\092\\010.org"],
    ["octets above ASCII", bytes(2, 0xc3, 0xa9, 0), "\\195\\169"],
    ["a label of 63", bytes(63, longLabel, 0), longLabel],
    ["a label of 64 is none", bytes(64, `${longLabel}a`, 0), undefined],
    ["127 labels", bytes(...deep, 0), `${"a.".repeat(126)}a`],
    ["more than 255 octets", bytes(...deep, 1, "a", 0), undefined],
    ["a pointer in a question, to itself", pointer(12), undefined],
    ["a pointer into the header", pointer(2), undefined],
    ["a pointer further on", pointer(200), undefined],
    ["no end", bytes(3, "www"), undefined],
  ])("%s", (_why, wire, expected) => {
    expect(nameOf(wire)).toBe(expected);
  });

  test("text that escapes make too long is cut at a whole one", () => {
    const name = nameOf(bytes(63, new Uint8Array(63).fill(255), 63, new Uint8Array(63).fill(255), 0))!;
    expect(name).toMatch(/^(\\255|\.)+$/);
    expect(name.length).toBeLessThanOrEqual(255);
  });

  test("pointers of a zone that lead in a circle end", () => {
    const circle = record(pointer(33), 6, new Uint8Array(0));
    const whole = dnsMessage({ flags: noSuchName, authority: [circle] });
    expect(readMessage(whole, 0, whole.length)).toBe(true);
    expect(message.zone.length).toBe(0);
  });

  test.each([
    [1, 1, "A"],
    [16, 3, "CH TXT"],
    [300, 1, "TYPE300"],
    [65_280, 1, "another type"],
    [1, 4, "another class"],
  ])("type %i of class %i", (type, inClass, expected) => {
    expect(decoder.decode(typeText(type, inClass).bytes)).toBe(expected);
  });
});

describe("whatever comes", () => {
  test("garbage never throws, and what is read of it stays within its bounds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (garbage, asHeader) => {
        const whole = asHeader
          ? bytes(0, 7, garbage[0] ?? 0, 3, 0, 1, 0, garbage[1]! & 1, 0, 1, 0, 0, garbage)
          : garbage;
        if (!readMessage(whole, 0, whole.length)) return;
        expect(message.name.length).toBeGreaterThan(0);
        expect(message.name.length).toBeLessThanOrEqual(255);
        expect(message.zone.length).toBeLessThanOrEqual(255);
        expect(message.textEnd).toBeLessThanOrEqual(whole.length);
      }),
    );
  });

  test("a message damaged or cut anywhere never throws, over UDP and TCP", () => {
    const whole: Message = { name: "nix.example.org", flags: noSuchName, authority: [soaAt(4)] };
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.nat(255), (cut, at, value) => {
        const damaged = dnsMessage(whole);
        if (at < damaged.length) damaged[at] = value;
        const kept = damaged.slice(0, cut);
        const datagram = ethernet(
          ip({ from: "198.51.100.40", to: "203.0.113.7", protocol: 17, body: udpDatagram(53, 9, kept) }),
        );
        const stream = conversation("203.0.113.7", "198.51.100.40", 53, [[">", framed(kept)]]);
        expect(() => observe(pcapFile(everyTenth([datagram, ...stream])))).not.toThrow();
      }),
    );
  });
});

describe("records of answers", () => {
  const read = (of: Message) => {
    const whole = dnsMessage({ flags: 0x8400, ...of });
    expect(readMessage(whole, 0, whole.length)).toBe(true);
    return {
      name: decoder.decode(message.pointer.bytes.subarray(0, message.pointer.length)),
      address: message.address,
    };
  };
  const words = (text: string) => [...addressWords(text)!] as [number, number, number, number];
  const alias = record(pointer(12), 5, wireName("host.example.org"));
  const name = record(pointer(12), 12, wireName("Scan-150.Example.ORG"));

  test.each<[string, Message, { name: string; address: number }]>([
    [
      "an address",
      { answers: [record(pointer(12), 1, bytes(198, 51, 100, 150))] },
      { name: "", address: addressTag(...words("198.51.100.150")) },
    ],
    [
      "an address behind an alias",
      { answers: [alias, record(pointer(12), 1, bytes(198, 51, 100, 150))] },
      { name: "", address: addressTag(...words("198.51.100.150")) },
    ],
    [
      "an IPv6 address",
      { type: 28, answers: [record(pointer(12), 28, bytes(0x20, 1, 0x0d, 0xb8, new Uint8Array(11), 7))] },
      { name: "", address: addressTag(...words("2001:db8::7")) },
    ],
    ["the name of an address", { type: 12, answers: [name] }, { name: "scan-150.example.org", address: 0 }],
    ["a name where an address was asked for", { answers: [name] }, { name: "", address: 0 }],
    ["an address of a wrong length", { answers: [record(pointer(12), 1, bytes(198, 51))] }, { name: "", address: 0 }],
    [
      "a name longer than its record",
      { type: 12, answers: [record(pointer(12), 12, bytes(9, "short"))] },
      { name: "", address: 0 },
    ],
    ["no record", {}, { name: "", address: 0 }],
  ])("%s", (_why, of, expected) => {
    expect(read(of)).toEqual(expected);
  });

  test("a record that is cut off anywhere is no record, and no error", () => {
    const whole = dnsMessage({ flags: 0x8400, type: 12, answers: [name] });
    for (let end = 40; end < whole.length; end++) {
      readMessage(whole, 0, end);
      expect(message.pointer.length).toBe(0);
    }
  });
});
