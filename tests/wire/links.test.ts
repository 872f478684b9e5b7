import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import { bytes, ethernet, flags, ip, pcapFile, tcpSegment, u16, u32 } from "./packets.ts";

const body = tcpSegment(40000, 80, flags.syn, 1);
const v4 = ip({ from: "192.0.2.7", to: "198.51.100.4", protocol: 6, body });
const v6 = ip({ from: "2001:db8::7", to: "2001:db8:1::4", protocol: 6, body });
const v4Row = "contact 192.0.2.7:40000 > 198.51.100.4:80/6 silent #1 flags=2 known=15";
const v6Row = "contact 2001:db8::7:40000 > 2001:db8:1::4:80/6 silent #1 flags=2 known=15";

describe("link layers", () => {
  const cooked = (type: number, packet: Uint8Array) => bytes(new Uint8Array(14), u16(type), packet);
  const cookedV2 = (type: number, packet: Uint8Array) => bytes(u16(type), new Uint8Array(18), packet);
  const cases: [string, number, Uint8Array, string[]][] = [
    ["Ethernet", 1, ethernet(v4), [v4Row]],
    ["Ethernet, padded", 1, bytes(ethernet(v4), new Uint8Array(6)), [v4Row]],
    ["802.1Q", 1, ethernet(v4, [0x8100]), [v4Row]],
    ["802.1ad over 802.1Q, IPv6", 1, ethernet(v6, [0x88a8, 0x8100]), [v6Row]],
    [
      "an endless stack of tags",
      1,
      ethernet(
        v4,
        Array.from({ length: 40 }, () => 0x8100),
      ),
      [],
    ],
    ["ARP", 1, bytes(new Uint8Array(12), u16(0x0806), new Uint8Array(28)), []],
    ["raw IP", 101, v4, [v4Row]],
    ["raw IPv6", 229, v6, [v6Row]],
    ["raw IPv4", 228, v4, [v4Row]],
    ["raw, as OpenBSD numbers it", 14, v6, [v6Row]],
    ["Linux cooked", 113, cooked(0x0800, v4), [v4Row]],
    ["Linux cooked, IPv6", 113, cooked(0x86dd, v6), [v6Row]],
    ["Linux cooked v2", 276, cookedV2(0x0800, v4), [v4Row]],
    ["null, little-endian", 0, bytes(u32(2).reverse(), v4), [v4Row]],
    ["null, big-endian, IPv6 of macOS", 0, bytes(u32(30), v6), [v6Row]],
    ["loop", 108, bytes(u32(24), v6), [v6Row]],
    ["a frame of three bytes", 1, bytes(1, 2, 3), []],
  ];
  test.each(cases)("%s", (_name, linkType, frame, expected) => {
    expect(observe(pcapFile([{ at: 0, frame }], { linkType })).rows).toEqual(expected);
  });
  test("one that is not read is told by number", () => {
    const { tally, rows } = observe(
      pcapFile(
        [
          { at: 0, frame: v4 },
          { at: 1, frame: v4 },
        ],
        { linkType: 147 },
      ),
    );
    expect([rows, tally.records, [...tally.gaps]]).toEqual([
      [],
      2,
      [["packets of link type 147, which is not read", 2]],
    ]);
  });
});

describe("network layers", () => {
  const extended = (...extensions: [number, Uint8Array][]) => {
    let next = 6;
    let tail = body;
    for (const [type, extension] of extensions.reverse()) {
      tail = bytes(next, extension, tail);
      next = type;
    }
    return ip({ from: "2001:db8::7", to: "2001:db8:1::4", protocol: next, body: tail });
  };
  const empty = bytes(0, new Uint8Array(6));
  test.each([
    ["hop-by-hop and destination options", extended([0, empty], [60, empty])],
    ["routing header", extended([43, empty])],
    ["atomic fragment", extended([44, bytes(0, u16(0), u32(7))])],
    ["authentication header", extended([51, bytes(4, new Uint8Array(22))])],
  ])("IPv6 with %s", (_name, packet) => {
    expect(observe(pcapFile([{ at: 0, frame: ethernet(packet) }])).rows).toEqual([v6Row]);
  });
  test("a total length of 0, as segmentation offload leaves it", () => {
    const offloaded = v4.slice();
    offloaded.fill(0, 2, 4);
    expect(observe(pcapFile([{ at: 0, frame: ethernet(offloaded) }])).rows).toEqual([v4Row]);
  });
  test("a header that the snap length cut", () => {
    const { rows, tally } = observe(pcapFile([{ at: 0, frame: ethernet(v4), snap: 44 }]));
    expect([rows, [...tally.gaps.values()]]).toEqual([[], [1]]);
  });
});
