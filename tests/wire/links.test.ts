import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkLayers } from "../../src/wire/links/index.ts";
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
  const snap = bytes("\xaa\xaa\x03\0\0\0", u16(0x0800), v4);
  /** Frame control, duration, three addresses, sequence; then what is given. */
  const wireless = (first: number, second: number, body: Uint8Array) => bytes(first, second, new Uint8Array(22), body);
  const tagged = (length: number) => bytes(new Uint8Array(12 + length), u16(0x0800), v4);
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
    ["PPP", 9, bytes(0xff, 3, u16(0x0021), v4), [v4Row]],
    ["PPP, compressed", 9, bytes(0x21, v4), [v4Row]],
    ["PPP in HDLC, IPv6", 50, bytes(0xff, 3, u16(0x0057), v6), [v6Row]],
    ["PPP with a direction in the address", 166, bytes(1, 3, u16(0x0021), v4), [v4Row]],
    ["PPP with a direction", 204, bytes(0, 0xff, 3, u16(0x0021), v4), [v4Row]],
    ["PPPoE", 51, bytes(0x11, 0, u16(7), u16(42), u16(0x0021), v4), [v4Row]],
    ["Cisco HDLC", 104, bytes(0x0f, 0, u16(0x0800), v4), [v4Row]],
    ["Cisco HDLC with a direction", 205, bytes(1, 0x0f, 0, u16(0x0800), v4), [v4Row]],
    ["Frame Relay", 107, bytes(0x18, 0x41, 3, 0xcc, v4), [v4Row]],
    ["Frame Relay, SNAP", 107, bytes(0x18, 0x41, 3, 0, 0x80, 0, 0, 0, u16(0x86dd), v6), [v6Row]],
    ["Frame Relay, Cisco's", 107, bytes(0x18, 0x41, u16(0x0800), v4), [v4Row]],
    ["Frame Relay with a direction", 206, bytes(0, 0x18, 0x41, 3, 0xcc, v4), [v4Row]],
    ["MPLS", 219, bytes(u32(0x00010140), v4), [v4Row]],
    ["802.11", 105, wireless(0x08, 1, snap), [v4Row]],
    ["802.11 between access points, QoS", 105, wireless(0x88, 3, bytes(new Uint8Array(8), snap)), [v4Row]],
    ["802.11 beacon", 105, wireless(0x80, 0, new Uint8Array(40)), []],
    ["radiotap", 127, bytes(0, 0, 8, 0, u32(0), wireless(0x08, 2, snap)), [v4Row]],
    ["radiotap, padded", 127, bytes(0, 0, 9, 0, 2, 0, 0, 0, 0x20, wireless(0x88, 1, bytes(0, 0, 0, 0, snap))), [v4Row]],
    ["Prism", 119, bytes(u32(0x44), u32(144).reverse(), new Uint8Array(136), wireless(0x08, 1, snap)), [v4Row]],
    ["AVS", 163, bytes(u32(0x80211001), u32(64), new Uint8Array(56), wireless(0x08, 1, snap)), [v4Row]],
    ["PPI", 192, bytes(0, 0, 8, 0, u32(105).reverse(), wireless(0x08, 1, snap)), [v4Row]],
    ["PKTAP", 258, bytes(u32(12).reverse(), u32(1), u32(1).reverse(), ethernet(v6)), [v6Row]],
    ["NFLOG", 239, bytes(2, 0, 0, 0, 8, 0, 1, 0, u32(0), u16(v4.length + 4).reverse(), 9, 0, v4), [v4Row]],
    ["NFLOG, big-endian, IPv6", 239, bytes(10, 0, 0, 0, u16(v6.length + 4), u16(9), v6), [v6Row]],
    ["ENC", 109, bytes(new Uint8Array(12), v4), [v4Row]],
    ["IPNET", 226, bytes(new Uint8Array(24), v6), [v6Row]],
    ["SLIP", 8, bytes(new Uint8Array(16), v4), [v4Row]],
    ["a switch's tag", 284, tagged(4), [v4Row]],
    ["a switch's longer tag", 285, tagged(8), [v4Row]],
    ["a switch's tag in front", 282, bytes(u32(0), ethernet(v4)), [v4Row]],
    ["a preamble", 274, bytes(new Uint8Array(8), ethernet(v4)), [v4Row]],
    ["Token Ring", 6, bytes(0x10, 0x40, new Uint8Array(12), snap), [v4Row]],
    ["FDDI", 10, bytes(0x50, new Uint8Array(12), snap), [v4Row]],
    ["ARCNET", 7, bytes(1, 2, 212, 0, 0, 0, v4), [v4Row]],
    ["ARCNET of Linux, RFC 1051", 129, bytes(1, 2, 0, 0, 240, v4), [v4Row]],
    ["ATM", 100, snap, [v4Row]],
    ["Classical IP", 106, v4, [v4Row]],
    ["SunATM", 123, bytes(2, 0, 0, 5, snap), [v4Row]],
    ["SunATM, LAN emulation", 123, bytes(1, 0, 0, 5, 0, 0, ethernet(v4)), [v4Row]],
    ["IEEE 1394", 138, bytes(new Uint8Array(16), u16(0x0800), v4), [v4Row]],
  ];
  test.each(cases)("%s", (_name, linkType, frame, expected) => {
    expect(observe(pcapFile([{ at: 0, frame }], { linkType })).rows).toEqual(expected);
  });
  test.each<[string, number, string]>([
    ["passed", 0, "admitted"],
    ["blocked", 1, "denied"],
    ["translated", 8, "silent"],
  ])("PFLOG: a packet that was %s", (_name, action, outcome) => {
    const frame = bytes(61, 2, action, 0, new Uint8Array(60), v4);
    const { rows } = observe(
      pcapFile(
        [
          { at: 0, frame },
          { at: 1, frame },
        ],
        { linkType: 117 },
      ),
    );
    expect(rows).toEqual([v4Row.replace("silent", outcome)]);
  });
  test("encrypted wireless frames are told", () => {
    const { rows, tally } = observe(pcapFile([{ at: 0, frame: wireless(0x08, 0x41, snap) }], { linkType: 105 }));
    expect([rows, [...tally.gaps]]).toEqual([[], [["wireless frames that are encrypted", 1]]]);
  });
  test("junk on any link never throws", () => {
    const linkTypes = linkLayers.flatMap((layer) => layer.linkTypes);
    fc.assert(
      fc.property(fc.constantFrom(...linkTypes), fc.uint8Array({ maxLength: 120 }), (linkType, frame) => {
        const { tally } = observe(pcapFile([{ at: 0, frame }], { linkType }));
        expect([tally.records, tally.rejected]).toEqual([1, 0]);
      }),
      { numRuns: 500 },
    );
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
      [["packets of link type 147 (USER0), which is not read", 2]],
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
    // Counted as a packet that is cut, and as one whose headers are.
    expect([rows, [...tally.gaps.values()]]).toEqual([[], [1, 1]]);
  });
});
