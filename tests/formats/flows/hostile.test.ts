import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flowCapture } from "../../../src/formats/flows/flow-capture.ts";
import { flowExport } from "../../../src/formats/flows/flow-export.ts";
import { nfcapd } from "../../../src/formats/flows/nfcapd.ts";
import { decodeAll } from "../observations-as-lines.ts";
import {
  bytesOf,
  captureOf,
  ipfix,
  ipv4,
  netflowV1,
  netflowV5,
  netflowV7,
  netflowV9,
  rawPacket,
  set,
  sflow,
  type TestFlow,
  tcpFrame,
  template,
} from "./datagrams.ts";

const flow: TestFlow = { source: "192.0.2.7", target: "198.51.100.4", ports: [40000, 22], flags: 2 };
const fields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
] as const;
const record = bytesOf(ipv4(flow.source), ipv4(flow.target), [16, 40000], [16, 22], [8, 6], [8, 2]);
const datagrams = [
  netflowV1([flow]),
  netflowV5([flow, flow]),
  netflowV7([flow]),
  netflowV9(1, set(0, template(256, ...fields)), set(256, record, record)),
  ipfix(1, set(2, template(256, [[9, 1], 65535], ...fields)), set(256, [8, 2], [16, 0], record)),
];
const samples = [sflow(10, 1, rawPacket(tcpFrame(flow))), sflow(10, 1, rawPacket(tcpFrame(flow)), true)];

/** Inputs of which bytes were changed, cut out, or put in. */
function damaged(whole: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.nat(whole.length - 1),
    cut: fc.constantFrom(0, 0, 1, 2, 5),
    put: fc.uint8Array({ maxLength: 4 }),
  });
  return fc.array(change, { maxLength: 4 }).map((changes) =>
    changes.reduce<Buffer>((bytes, { at, cut, put }) => {
      const from = Math.min(at, bytes.length);
      return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut + put.length)]);
    }, whole),
  );
}

describe.each([
  ["flow-export", flowExport, Buffer.concat([...datagrams, ...datagrams])],
  ["flow-capture", flowCapture, captureOf([...datagrams, ...samples])],
  ["nfcapd", nfcapd, readFileSync(join(import.meta.dirname, "nfcapd/plain.nfcapd"))],
])("%s, damaged", (_, format, whole) => {
  test("nothing throws, every row has its ends, and no record is rejected twice", () => {
    fc.assert(
      fc.property(damaged(whole), (input) => {
        format.looksLike(input);
        const { lines, tally } = decodeAll(format, input);
        expect(tally.rejected).toBeLessThanOrEqual(tally.records + 1);
        for (const line of lines) expect(line).not.toContain('"source":""');
      }),
      { numRuns: 300 },
    );
  });
  test("cutting anywhere gives the same rows", () => {
    fc.assert(
      fc.property(damaged(whole), fc.array(fc.nat(whole.length), { maxLength: 6 }), (input, cuts) => {
        const places = cuts.map((cut) => Math.min(cut, input.length));
        expect(decodeAll(format, input, places)).toEqual(decodeAll(format, input));
      }),
      { numRuns: 150 },
    );
  });
});

test("templates without end are forgotten, the oldest first, and counted", () => {
  const many = Array.from({ length: 50 }, (_, domain) =>
    netflowV9(domain, set(0, ...Array.from({ length: 100 }, (_, i) => template(256 + i, ...fields)))),
  );
  const data = (domain: number) => netflowV9(domain, set(256, record));
  const { lines, tally } = decodeAll(flowExport, Buffer.concat([...many, data(49), data(0)]));
  expect(lines).toHaveLength(1);
  expect(tally.gaps.get("templates forgotten because there were too many")).toBe(5000 - 4096);
});
