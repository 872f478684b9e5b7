import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { readRecords } from "../../src/formats/read-records.ts";
import { formatNamed } from "../../src/formats/recognise.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-records-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  name: string,
  bytes: string | Uint8Array,
  format: string,
  positions: readonly number[],
  most = 100,
) {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  const found = await readRecords(file, formatNamed(format, formats), new Set(positions), most);
  return new Map([...found].map(([position, { bytes, length }]) => [position, { bytes: Buffer.from(bytes), length }]));
}

const lines = Array.from({ length: 5000 }, (_, i) => `line ${i + 1} of ${"x".repeat(i % 300)}`);

test.each([
  ["plain.log", lines.join("\n")],
  ["windows.log", lines.join("\r\n")],
  ["packed.log.gz", gzipSync(lines.join("\n"))],
])("lines of %s are those that their numbers count, cut where they are long", async (name, bytes) => {
  const found = await read(name, bytes, "combined", [1, 2, 4096, 5000, 6000], 20);
  expect([...found.keys()]).toEqual([1, 2, 4096, 5000]);
  for (const [position, { bytes, length }] of found) {
    expect(bytes.toString()).toBe(lines[position - 1]!.slice(0, 20));
    expect(length).toBe(lines[position - 1]!.length);
  }
});

test("records of a JSON document are its elements", async () => {
  const found = await read("records.json", `{"records": [{"a": 1},\n {"b":\n 2}]}`, "gcp", [2]);
  expect([...found]).toEqual([[2, { bytes: Buffer.from('{"b":\n 2}'), length: 9 }]]);
});

test("packets of a capture are their bytes from the link layer on", async () => {
  const frames = conversation("203.0.113.9", "198.51.100.10", 80, [[">", "GET /hidden HTTP/1.1\r\n\r\n"]], 40_000);
  const found = await read("some.pcap", pcapFile(everyTenth(frames)), "pcap", [2, 4], 1000);
  expect([...found.values()].map(({ bytes }) => bytes)).toEqual(
    [2, 4].map((number) => Buffer.from(frames[number - 1]!)),
  );
});

test("what is no file, or gone, or has no records of its own, gives none", async () => {
  const combined = formatNamed("combined", formats);
  expect(await readRecords(join(folder, "gone.log"), combined, new Set([1]), 10)).toEqual(new Map());
  expect(await readRecords(folder, combined, new Set([1]), 10)).toEqual(new Map());
  expect(await read("flows.nfcapd", "anything", "nfcapd", [1])).toEqual(new Map());
});
