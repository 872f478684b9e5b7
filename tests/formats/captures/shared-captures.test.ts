import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { pcap } from "../../../src/formats/captures/pcap.ts";
import { pcapng } from "../../../src/formats/captures/pcapng.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Tally } from "../../../src/observations/tally.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";
import { observe } from "../../wire/observed.ts";

const data = join(import.meta.dirname, "../../../../shared/data");
const samples = join(data, "formats");
const lab = join(data, "lab");

/** Rows by kind, told in batches so that large captures do not pile up. */
function countRows(file: Uint8Array): { tally: Tally; contacts: number; requests: number; mostHeld: number } {
  const tally = new Tally();
  const decoder = (pcapng.looksLike(file) > 0 ? pcapng : pcap).open({ tally, referenceMs: 0, zone: 0 });
  const batch = new Batch();
  const counted = { tally, contacts: 0, requests: 0, mostHeld: 0 };
  const take = () => {
    counted.mostHeld = Math.max(counted.mostHeld, batch.length);
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row] === Kind.contact) counted.contacts++;
      if (batch.kind[row] === Kind.request) counted.requests++;
    }
    batch.clear();
  };
  for (let at = 0; at < file.length; at += 1 << 18) {
    decoder.decode(file.subarray(at, at + (1 << 18)), batch);
    take();
  }
  do {
    decoder.end(batch);
    take();
  } while (decoder.hasMore);
  return counted;
}

describe.skipIf(!existsSync(samples))("every sample capture (skipped without the shared samples)", () => {
  const files = existsSync(samples)
    ? readdirSync(samples, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  test("is read without a throw, and no record is lost between the tally's counts", () => {
    let captures = 0;
    for (const entry of files) {
      const file = readFileSync(join(entry.parentPath, entry.name));
      if (file.length < 24 || (pcap.looksLike(file) === 0 && pcapng.looksLike(file) === 0)) continue;
      const { tally, contacts } = countRows(file);
      captures++;
      expect(contacts, entry.name).toBeLessThanOrEqual(tally.records);
      expect(tally.rejected, entry.name).toBeLessThanOrEqual(tally.records + 1);
    }
    expect(captures).toBeGreaterThan(1000);
  });
});

function unpacked(set: string): Uint8Array {
  const name = readdirSync(join(lab, set)).find((file) => file.startsWith("capture.pcap"))!;
  const stored = readFileSync(join(lab, set, name));
  return name.endsWith(".zst") ? zstdDecompressSync(stored) : gunzipSync(stored);
}

describe.skipIf(!existsSync(lab))("the laboratory's captures (skipped without the shared data)", () => {
  // Packets as capinfos counts them; requests as tshark finds them, plus those with methods that it does not know.
  test.each([
    ["slow", 24427, 2370],
    ["act", 25333, 9739],
    ["benign-offload", 269347, 12196],
    ["portscans", 244584, 922],
    ["webscans", 205197, 50799],
  ])("%s", (set, packets, requests) => {
    const counted = countRows(unpacked(set));
    expect(counted.tally.records).toBe(packets);
    expect(counted.requests).toBeGreaterThanOrEqual(requests);
    expect(counted.mostHeld).toBeLessThan(65536);
  });
  test("the same scan in every container", () => {
    const read = (name: string) => readFileSync(join(lab, "formats", name));
    const expected = observe(gunzipSync(read("stealth.pcap.gz"))).rows;
    expect(expected.length).toBeGreaterThan(100);
    for (const name of ["stealth.pcapng", "stealth-bigendian.pcap", "stealth-vlan42.pcap"]) {
      expect(observe(read(name)).rows, name).toEqual(expected);
    }
    const cut = observe(read("stealth-truncated.pcap"));
    expect(cut.rows.slice(0, cut.beforeEnd)).toEqual(expected.slice(0, cut.beforeEnd));
  });
});
