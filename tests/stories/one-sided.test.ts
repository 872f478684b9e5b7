import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";

const lab = join(import.meta.dirname, "../../../shared/data/lab");
const NOW = Date.UTC(2026, 10, 23);
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** Whether an Ethernet frame goes to the laboratory's estate: 198.51.100.0/24 or 2001:db8:5100::/64. */
function isInbound(file: Buffer, frame: number): boolean {
  const type = file.readUInt16BE(frame + 12);
  if (type === 0x0800) return file.readUInt32BE(frame + 30) >>> 8 === 0xc63364;
  return type === 0x86dd && file.readUInt32BE(frame + 38) === 0x20010db8 && file.readUInt16BE(frame + 42) === 0x5100;
}

/** The packets of one direction of a laboratory capture (pcap, little-endian). */
function direction(set: string, inbound: boolean): Buffer {
  const name = readdirSync(join(lab, set)).find((each) => each.startsWith("capture.pcap"))!;
  const packed = readFileSync(join(lab, set, name));
  const file = name.endsWith(".zst") ? zstdDecompressSync(packed) : gunzipSync(packed);
  const parts = [file.subarray(0, FILE_HEADER)];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length; ) {
    const end = at + RECORD_HEADER + file.readUInt32LE(at + 8);
    if (isInbound(file, at + RECORD_HEADER) === inbound) parts.push(file.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

describe.skipIf(!existsSync(lab))("captures of one direction (skipped without the laboratory recordings)", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "one-sided-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function verdictsOf(set: string, inbound: boolean): Promise<Map<string, string>> {
    const path = join(folder, `${set}-${inbound}.pcap`);
    writeFileSync(path, direction(set, inbound));
    const { report } = await analyze({ inputs: [path], now: NOW });
    return new Map(report.actors.map(({ address, verdict }) => [address, verdict]));
  }

  test.each([true, false])("ordinary visitors are no scanners; towards the estate: %s", async (inbound) => {
    const verdicts = await verdictsOf("benign-offload", inbound);
    expect([...verdicts].filter(([, verdict]) => verdict === "scanner")).toEqual([]);
  });

  test("scanners are still found by what they ask for alone", async () => {
    const verdicts = await verdictsOf("portscans", true);
    const { actors } = JSON.parse(readFileSync(join(lab, "portscans/labels.json"), "utf8")) as {
      actors: { kind: string; sources: string[]; packets: number }[];
    };
    const scanners = actors.filter(({ kind, packets }) => kind === "scan-ports" && packets > 20);
    const found = scanners.filter(({ sources }) => sources.some((source) => verdicts.get(source) === "scanner"));
    expect(found.length / scanners.length).toBeGreaterThan(0.9);
  });
});
