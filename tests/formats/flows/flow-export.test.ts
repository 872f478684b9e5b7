import { describe, expect, test } from "vitest";
import { flowCapture } from "../../../src/formats/flows/flow-capture.ts";
import { flowExport } from "../../../src/formats/flows/flow-export.ts";
import type { Format } from "../../../src/formats/format.ts";
import { formats } from "../../../src/formats/index.ts";
import { recognise } from "../../../src/formats/recognise.ts";
import { decodeAll } from "../observations-as-lines.ts";
import {
  bytesOf,
  captureOf,
  ipfix,
  ipv4,
  ipv6,
  netflowV1,
  netflowV5,
  netflowV7,
  netflowV9,
  rawPacket,
  SENT_S,
  set,
  sflow,
  type TestFlow,
  tcpFrame,
  template,
} from "./datagrams.ts";

const SYN = 2;
const RST_ACK = 20;
const OPEN = 27; // FIN, SYN, PSH, ACK
const scanner = "192.0.2.7";
const server = "198.51.100.4";
const probe: TestFlow = { source: scanner, target: server, ports: [40000, 22], flags: SYN };
const refusal: TestFlow = { source: server, target: scanner, ports: [22, 40000], flags: RST_ACK };

/** `source:port > target:port outcome` of each row. */
function told(bytes: Uint8Array, format: Format = flowExport): string[] {
  return decodeAll(format, bytes).lines.map((line) => {
    const row = JSON.parse(line);
    return `${row.source}:${row.sourcePort ?? 0} > ${row.target}:${row.targetPort ?? 0} ${row.outcome}`;
  });
}

function gaps(bytes: Uint8Array, format: Format = flowExport): Record<string, number> {
  return Object.fromEntries(decodeAll(format, bytes).tally.gaps);
}

describe("versions with one layout", () => {
  test.each([
    ["1", netflowV1],
    ["5", netflowV5],
    ["7", netflowV7],
  ])("version %s: ends, time and how it ended", (_, build) => {
    const datagram = build([probe, refusal]);
    const { lines } = decodeAll(flowExport, datagram);
    expect(JSON.parse(lines[0]!)).toEqual({
      line: 1,
      kind: "contact",
      at: "2026-11-22T19:05:11.000Z",
      source: scanner,
      sourcePort: 40000,
      target: server,
      targetPort: 22,
      transport: 6,
      outcome: "admitted",
    });
    expect(told(datagram)).toEqual([
      `${scanner}:40000 > ${server}:22 admitted`,
      `${scanner}:40000 > ${server}:22 refused`,
    ]);
    expect(flowExport.looksLike(datagram)).toBe(1);
  });

  test("a counter that went round between a flow's start and its export", () => {
    const datagram = netflowV5([probe]);
    datagram.writeUInt32BE(3000, 4); // up for 3 s since the counter was last 0
    datagram.writeUInt32BE(0xffff_fff0, 24 + 24); // first packet 16 ms before that
    expect(JSON.parse(decodeAll(flowExport, datagram).lines[0]!).at).toBe("2026-11-22T19:05:12.984Z");
  });

  test("sampling is told, with its rate", () => {
    expect(gaps(netflowV5([probe], 0x4000 | 512))).toEqual({
      "flows known from samples (one packet in 512): scans of few packets may be missing": 1,
    });
  });

  test.each([
    ["cut short", netflowV5([probe, refusal]).subarray(0, 90)],
    ["more records than a datagram holds", bytesOf([16, 5], [16, 900], Buffer.alloc(60))],
    ["an unknown version", bytesOf([16, 6], [16, 1], Buffer.alloc(60))],
    ["sFlow without a clock", sflow(1, 1, rawPacket(tcpFrame(probe)))],
  ])("rejected: %s", (_, bytes) => {
    expect(decodeAll(flowExport, bytes).tally.rejected).toBe(1);
  });
});

const fields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [22, 4],
] as const;
const record = (from: string, to: string, a: number, b: number, flags: number) =>
  bytesOf(ipv4(from), ipv4(to), [16, a], [16, b], [8, 6], [8, flags], [32, 990_000]);

describe("NetFlow version 9", () => {
  const templates = netflowV9(1, set(0, template(256, ...fields)));
  const data = netflowV9(
    1,
    set(256, record(scanner, server, 40000, 443, OPEN), record(server, scanner, 443, 40000, OPEN)),
  );

  test("records by their template, over datagrams", () => {
    const both = Buffer.concat([templates, data]);
    expect(told(both)).toEqual([
      `${scanner}:40000 > ${server}:443 answered`,
      `${scanner}:40000 > ${server}:443 answered`,
    ]);
    expect(JSON.parse(decodeAll(flowExport, both).lines[0]!).at).toBe("2026-11-22T19:05:06.000Z");
  });
  test("records before their template, or of another exporter's, are counted", () => {
    expect(gaps(Buffer.concat([data, templates]))).toEqual({
      "sets of flow records whose template had not come yet": 1,
    });
    const other = netflowV9(2, set(256, record(scanner, server, 1, 2, 0)));
    expect(told(Buffer.concat([templates, other]))).toEqual([]);
  });
  test("a datagram filled up with zeros, and one behind it", () => {
    expect(told(Buffer.concat([templates, Buffer.alloc(61), data]))).toHaveLength(2);
    expect(decodeAll(flowExport, Buffer.concat([templates, data, Buffer.alloc(3)])).tally.rejected).toBe(0);
  });
  test("a sampling rate among the options", () => {
    const options = set(1, [16, 300], [16, 4], [16, 4], [16, 1], [16, 4], [16, 34], [16, 4]);
    const rate = set(300, [32, 1], [32, 100]);
    const sampled = Buffer.concat([netflowV9(1, set(0, template(256, ...fields)), options, rate), data]);
    expect(Object.keys(gaps(sampled))).toEqual([
      "flows known from samples (one packet in 100): scans of few packets may be missing",
    ]);
  });
  test("ICMP, a forwarding status of dropped, and numbers shorter than usual", () => {
    const odd = template(257, [8, 4], [12, 4], [4, 1], [32, 2], [89, 1], [2, 3]);
    const ping = bytesOf(ipv4(scanner), ipv4(server), [8, 1], [16, 0x0800], [8, 0x80], [8, 0], [16, 5]);
    const { lines } = decodeAll(flowExport, netflowV9(1, set(0, odd), set(257, ping)));
    expect(JSON.parse(lines[0]!)).toMatchObject({ transport: 1, targetPort: 2048, outcome: "denied" });
  });
  test("a firewall's events (Cisco ASA): created, ended without an answer, denied", () => {
    const layout = template(258, [8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [233, 1], [323, 8], [231, 4], [232, 4]);
    const event = (port: number, kind: number, back: number) =>
      bytesOf(
        ipv4(scanner),
        ipv4(server),
        [16, 50000],
        [16, port],
        [8, 6],
        [8, kind],
        [64, SENT_S * 1000],
        [32, 60],
        [32, back],
      );
    const bytes = netflowV9(
      1,
      set(0, layout),
      set(258, event(1, 1, 0), event(2, 2, 0), event(3, 2, 900), event(4, 3, 0)),
    );
    expect(told(bytes)).toEqual([
      `${scanner}:50000 > ${server}:1 admitted`,
      `${scanner}:50000 > ${server}:2 silent`,
      `${scanner}:50000 > ${server}:3 answered`,
      `${scanner}:50000 > ${server}:4 denied`,
    ]);
  });
  test.each([
    ["a template without end", set(0, [16, 256], [16, 900], [32, 0])],
    ["a set whose length is less than its header", bytesOf([16, 256], [16, 2], [32, 0])],
  ])("rejected: %s", (_, bad) => {
    expect(decodeAll(flowExport, netflowV9(1, bad)).tally.rejected).toBe(1);
  });
});

describe("IPFIX", () => {
  test("IPv6, milliseconds, fields of variable length and of an enterprise", () => {
    const layout = template(256, [[9, 12], 65535], [27, 16], [28, 16], [7, 2], [11, 2], [4, 1], [152, 8]);
    const source = ipv6("20010db8000000000000000000000007");
    const target = ipv6("20010db8000000010000000000000004");
    const rest = [
      [16, 40000],
      [16, 443],
      [8, 17],
      [64, SENT_S * 1000 - 250],
    ] as const;
    const long = Buffer.alloc(300, 65);
    const data = set(
      256,
      [8, 3],
      Buffer.from("abc"),
      source,
      target,
      ...rest,
      [8, 255],
      [16, 300],
      long,
      source,
      target,
      ...rest,
    );
    const { lines } = decodeAll(flowExport, ipfix(5, set(2, layout), data));
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!)).toMatchObject({
      at: "2026-11-22T19:05:15.750Z",
      source: "2001:db8::7",
      transport: 17,
    });
  });
  test("flows of both directions (RFC 5103)", () => {
    const layout = template(
      256,
      [8, 4],
      [12, 4],
      [7, 2],
      [11, 2],
      [4, 1],
      [6, 2],
      [[29305, 6], 2],
      [86, 4],
      [[29305, 86], 4],
    );
    const both = (port: number, sent: number, answer: number, back: number) =>
      bytesOf(
        ipv4(scanner),
        ipv4(server),
        [16, 50000],
        [16, port],
        [8, 6],
        [16, sent],
        [16, answer],
        [32, 1],
        [32, back],
      );
    const data = set(256, both(1, SYN, 0, 0), both(2, SYN, RST_ACK, 1), both(3, OPEN, OPEN, 5));
    expect(told(ipfix(5, set(2, layout), data)).map((line) => line.split(" ").at(-1))).toEqual([
      "silent",
      "refused",
      "answered",
    ]);
  });
  test("of a sampled flow the missing answer is not silence", () => {
    const layout = template(256, [8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [86, 4], [[29305, 86], 4], [34, 4]);
    const data = bytesOf(ipv4(scanner), ipv4(server), [16, 50000], [16, 53], [8, 17], [32, 1], [32, 0], [32, 64]);
    expect(told(ipfix(5, set(2, layout), set(256, data)))).toEqual([`${scanner}:50000 > ${server}:53 unknown`]);
  });
  test("packets taken and passed over (PSAMP), and a template taken back", () => {
    const options = set(3, [16, 300], [16, 3], [16, 1], [16, 149], [16, 4], [16, 305], [16, 4], [16, 306], [16, 4]);
    const layout = set(2, template(256, ...fields.slice(0, 6)));
    const data = set(256, record(scanner, server, 40000, 443, SYN).subarray(0, 14));
    const rate = set(300, [32, 5], [32, 2], [32, 98]);
    expect(Object.keys(gaps(ipfix(5, options, rate, layout, data)))[0]).toContain("one packet in 50");
    expect(told(Buffer.concat([ipfix(5, layout), ipfix(5, set(2, template(256))), ipfix(5, data)]))).toEqual([]);
  });
  test("the address behind a translation is the target", () => {
    const layout = template(256, [8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [6, 1], [226, 4], [228, 2]);
    const data = bytesOf(
      ipv4(scanner),
      ipv4("203.0.113.1"),
      [16, 50000],
      [16, 80],
      [8, 6],
      [8, SYN],
      ipv4(server),
      [16, 8080],
    );
    expect(told(ipfix(5, set(2, layout), set(256, data)))).toEqual([`${scanner}:50000 > ${server}:8080 admitted`]);
  });
});

describe("captures of exports", () => {
  const datagrams = [netflowV5([probe]), netflowV5([refusal])];

  test("are taken as such when most packets are exports; the other packets are read too", () => {
    const dns = Buffer.from("abcd01000001000000000000", "hex");
    const capture = captureOf([...datagrams, dns, netflowV5([probe])]);
    expect(recognise(capture, formats, "x").id).toBe("flow-capture");
    expect(told(capture, flowCapture).filter((row) => row.includes(":22 "))).toHaveLength(3);
    expect(told(capture, flowCapture).some((row) => row.startsWith("198.51.100.254:40000 > 198.51.100.9:2055"))).toBe(
      true,
    );
    expect(decodeAll(flowCapture, capture).tally.records).toBe(4);
  });
  test("ordinary captures are not", () => {
    const noise = Array.from({ length: 5 }, (_, i) => Buffer.from([0, 5, 0, 1, i, 2, 3, 4, 5, 6, 7, 8]));
    expect(recognise(captureOf(noise), formats, "x").id).toBe("pcap");
  });
  test.each([false, true])("sFlow's packet headers are decoded (expanded: %s)", (isExpanded) => {
    const answer = { ...refusal, flags: 18 };
    const capture = captureOf([
      sflow(400, 1, rawPacket(tcpFrame(probe)), isExpanded),
      sflow(400, 1, rawPacket(tcpFrame(answer)), isExpanded),
    ]);
    const { lines, tally } = decodeAll(flowCapture, capture);
    expect(JSON.parse(lines[0]!)).toEqual({
      line: 1,
      kind: "contact",
      at: "2026-11-22T19:05:16.000Z",
      source: scanner,
      sourcePort: 40000,
      target: server,
      targetPort: 22,
      transport: 6,
      outcome: "admitted",
      tcpFlags: SYN,
      window: 1024,
      ipId: 54321,
      ttl: 250,
      sequence: 77,
      mss: 1460,
      synOptions: "20000000",
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({ source: scanner, target: server, outcome: "answered" });
    expect([...tally.gaps.keys()]).toEqual([
      "flows known from samples (one packet in 400): scans of few packets may be missing",
    ]);
  });
  test("sFlow's copied fields serve when the header is not there", () => {
    const ends = bytesOf([32, 60], [32, 17], ipv4(scanner), ipv4(server), [32, 40000], [32, 53], [32, 0], [32, 0]);
    expect(told(captureOf([sflow(1, 3, ends)]), flowCapture)).toEqual([`${scanner}:40000 > ${server}:53 admitted`]);
  });
  test("a broken sFlow datagram is rejected", () => {
    const broken = sflow(1, 1, rawPacket(tcpFrame(probe)));
    broken.writeUInt32BE(0x7fff_ffff, 32);
    const good = sflow(1, 1, rawPacket(tcpFrame(probe)));
    expect(told(captureOf([good, broken]), flowCapture).filter((row) => row.includes(":22 "))).toHaveLength(1);
  });
});
