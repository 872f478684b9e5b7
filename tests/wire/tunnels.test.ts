import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tunnels } from "../../src/wire/tunnels/index.ts";
import { observe } from "./observed.ts";
import { bytes, ethernet, flags, ip, pcapFile, tcpSegment, u16, u32, udpDatagram } from "./packets.ts";

const v4 = ip({ from: "192.0.2.7", to: "198.51.100.4", protocol: 6, body: tcpSegment(40000, 80, flags.syn, 1) });
const v6 = ip({ from: "2001:db8::7", to: "2001:db8:1::4", protocol: 6, body: tcpSegment(40000, 80, flags.syn, 1) });
const v4Row = "contact 192.0.2.7:40000 > 198.51.100.4:80/6 silent #1 flags=2 known=15";
const v6Row = "contact 2001:db8::7:40000 > 2001:db8:1::4:80/6 silent #1 flags=2 known=15";

const outer = { from: "203.0.113.1", to: "203.0.113.2" };
const inIp = (protocol: number, body: Uint8Array) => ethernet(ip({ ...outer, protocol, body }));
const inUdp = (port: number, payload: Uint8Array, from = 50000) => inIp(17, udpDatagram(from, port, payload));
const gre = (flagBits: number, type: number, rest: Uint8Array, options = bytes()) =>
  inIp(47, bytes(u16(flagBits), u16(type), options, rest));
const typed = (type: number, body: Uint8Array) => bytes("\x02\0\0\0\0\x01\x02\0\0\0\0\x02", u16(type), body);
const ppp = (packet: Uint8Array) => bytes(u16(0x0021), packet);
const label = (isBottom: boolean) => u32(isBottom ? 0x00010140 : 0x00010040);
const gtp = (first: number, options: Uint8Array) => bytes(first, 255, u16(v4.length), u32(1), options, v4);

describe("tunnels", () => {
  test.each<[string, Uint8Array, string[]]>([
    ["IP in IP", inIp(4, v4), [v4Row]],
    ["6in4", inIp(41, v6), [v6Row]],
    ["4in6", ethernet(ip({ from: "2001:db8:9::1", to: "2001:db8:9::2", protocol: 4, body: v4 })), [v4Row]],
    ["GRE", gre(0, 0x0800, v4), [v4Row]],
    ["GRE with checksum, key and sequence number", gre(0xb000, 0x86dd, v6, new Uint8Array(12)), [v6Row]],
    ["GRE with a source route", gre(0x4000, 0x0800, v4, bytes(u32(0), u16(0x800), 0, 4, u32(1), u32(0))), [v4Row]],
    ["GRE of PPTP", gre(0x3081, 0x880b, ppp(v4), new Uint8Array(12)), [v4Row]],
    ["NVGRE", gre(0x2000, 0x6558, ethernet(v4), new Uint8Array(4)), [v4Row]],
    ["ERSPAN I", gre(0, 0x88be, ethernet(v4)), [v4Row]],
    ["ERSPAN II", gre(0x1000, 0x88be, ethernet(v4), new Uint8Array(12)), [v4Row]],
    ["ERSPAN III", gre(0x1000, 0x22eb, ethernet(v6, [0x8100]), new Uint8Array(16)), [v6Row]],
    [
      "ERSPAN III with a platform's header",
      gre(0x1000, 0x22eb, ethernet(v4), bytes(new Uint8Array(15), 1, new Uint8Array(8))),
      [v4Row],
    ],
    ["WCCP 2", gre(0, 0x883e, v4, u32(0)), [v4Row]],
    ["EtherIP", inIp(97, bytes(u16(0x3000), ethernet(v4))), [v4Row]],
    ["VXLAN", inUdp(4789, bytes(u32(0x08000000), u32(0x2a00), ethernet(v4))), [v4Row]],
    ["VXLAN-GPE", inUdp(4790, bytes(u32(0x0c000002), u32(0x2a00), v6)), [v6Row]],
    ["Geneve with options", inUdp(6081, bytes(1, 0, u16(0x6558), u32(0x2a00), u32(9), ethernet(v4))), [v4Row]],
    ["GTP-U", inUdp(2152, gtp(0x30, bytes())), [v4Row]],
    ["GTP-U with an extension", inUdp(2152, gtp(0x34, bytes(u16(7), 0, 0x85, 1, 0, 0, 0))), [v4Row]],
    ["Teredo", inUdp(3544, v6), [v6Row]],
    ["Teredo's server to a client, with origin", inUdp(50000, bytes(new Uint8Array(8), v6), 3544), [v6Row]],
    ["L2TP", inUdp(1701, bytes(u16(0x4002), u16(0), u32(1), 0xff, 3, ppp(v4)), 1701), [v4Row]],
    ["TZSP", inUdp(37008, bytes(1, 0, u16(1), 10, 1, 0, 1, ethernet(v4))), [v4Row]],
    ["PPPoE", typed(0x8864, bytes(0x11, 0, u16(7), u16(42), ppp(v4))), [v4Row]],
    ["PPPoE discovery", typed(0x8863, new Uint8Array(40)), []],
    ["MPLS, two labels", typed(0x8847, bytes(label(false), label(true), v6)), [v6Row]],
    ["MPLS pseudowire", typed(0x8847, bytes(label(true), ethernet(v4))), [v4Row]],
    ["MPLS pseudowire with a control word", typed(0x8847, bytes(label(true), u32(0), ethernet(v4))), [v4Row]],
    ["MPLS in UDP", inUdp(6635, bytes(label(true), v4)), [v4Row]],
    ["802.1ah", typed(0x88e7, bytes(u32(1), ethernet(v4))), [v4Row]],
    ["VN-Tag", typed(0x8926, bytes(u32(1), u16(0x0800), v4)), [v4Row]],
    ["LLC with SNAP", typed(v4.length + 8, bytes("\xaa\xaa\x03\0\0\0", u16(0x0800), v4)), [v4Row]],
    ["LLC, spanning tree", typed(38, bytes("\x42\x42\x03", new Uint8Array(35))), []],
    ["ARP in VXLAN", inUdp(4789, bytes(u32(0x08000000), u32(0), typed(0x0806, new Uint8Array(28)))), []],
    ["authentication header in IPv4", inIp(51, bytes(4, 4, new Uint8Array(22), v4)), [v4Row]],
  ])("%s", (_name, frame, expected) => {
    expect(observe(pcapFile([{ at: 0, frame }])).rows).toEqual(expected);
  });

  test("what is announced as a tunnel and is none is told as what it is", () => {
    const { rows, tally } = observe(
      pcapFile([
        { at: 0, frame: inIp(47, bytes()) },
        { at: 1, frame: inUdp(4789, bytes("a probe of twelve")) },
        { at: 2, frame: inUdp(2152, bytes(0x32, 1, 0, 4, new Uint8Array(8))) },
      ]),
    );
    expect(rows).toEqual([
      "contact 203.0.113.1:0 > 203.0.113.2:0/47 silent #1 flags=0 known=2",
      "contact 203.0.113.1:50000 > 203.0.113.2:4789/17 silent #2 flags=0 known=2",
      "contact 203.0.113.1:50000 > 203.0.113.2:2152/17 silent #3 flags=0 known=2",
    ]);
    expect([...tally.gaps]).toEqual([["tunnelled packets that could not be opened", 1]]);
  });

  test("fragments inside and outside a tunnel", () => {
    const cut = (packet: Uint8Array, from: string, to: string, protocol: number) => [
      ip({ from, to, protocol, body: packet.slice(20, 36), more: true }),
      ip({ from, to, protocol, body: packet.slice(36), offset: 16 }),
    ];
    const inside = cut(v4, "192.0.2.7", "198.51.100.4", 6).map((part) => inIp(4, part));
    const outside = cut(ip({ ...outer, protocol: 4, body: v4 }), outer.from, outer.to, 4).map((part) => ethernet(part));
    for (const frames of [inside, outside])
      expect(observe(pcapFile(frames.map((frame, at) => ({ at, frame })))).rows).toEqual([v4Row]);
  });

  test("nests have a limit", () => {
    let packet = v4;
    for (let depth = 0; depth < 8; depth++) packet = ip({ ...outer, protocol: 4, body: packet });
    const deeper = ip({ ...outer, protocol: 4, body: packet });
    expect(observe(pcapFile([{ at: 0, frame: ethernet(packet) }])).rows).toEqual([v4Row]);
    const { rows, tally } = observe(pcapFile([{ at: 0, frame: ethernet(deeper) }]));
    expect([rows, [...tally.gaps]]).toEqual([[], [["packets in more layers of tunnels than are opened", 1]]]);
  });

  test("junk in any of them never throws, and tells at most one row a packet", () => {
    const announced = tunnels.flatMap(({ etherTypes = [], protocols = [], ports = [] }) => [
      ...etherTypes.map((type) => (junk: Uint8Array) => typed(type, junk)),
      ...protocols.map((protocol) => (junk: Uint8Array) => inIp(protocol, junk)),
      ...ports.map((port) => (junk: Uint8Array) => inUdp(port, junk)),
    ]);
    fc.assert(
      fc.property(fc.nat(announced.length - 1), fc.uint8Array({ maxLength: 120 }), (which, junk) => {
        const { rows, tally } = observe(pcapFile([{ at: 0, frame: announced[which]!(junk) }]));
        expect(rows.length).toBeLessThanOrEqual(1);
        expect([tally.records, tally.rejected]).toEqual([1, 0]);
      }),
      { numRuns: 400 },
    );
  });
});
