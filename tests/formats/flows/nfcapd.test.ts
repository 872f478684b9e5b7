import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { nfcapd } from "../../../src/formats/flows/nfcapd.ts";
import { decodeAll } from "../observations-as-lines.ts";

const folder = join(import.meta.dirname, "nfcapd");
const read = (name: string) => readFileSync(join(folder, name));
const plain = read("plain.nfcapd");

describe("files of nfdump 1.7", () => {
  test("say what nfdump prints of them", () => {
    const printed = read("plain.txt").toString().split("\n").filter(Boolean);
    const rows = decodeAll(nfcapd, plain).lines.map((line) => JSON.parse(line));
    // Time and ends, whichever way round the row tells them.
    const ends = (row: { source: string; target: string }) => [row.source, row.target].sort().join(" ");
    expect(rows.map((row) => `${row.at.slice(0, 19).replace("T", " ")} ${ends(row)}`)).toEqual(
      printed.map((line) => {
        const [time, from, to] = line.split(",");
        return `${time} ${[from, to].sort().join(" ")}`;
      }),
    );
  });
  test.each(readdirSync(folder).filter((name) => name.endsWith(".nfcapd")))("%s holds the same", (name) => {
    expect(nfcapd.looksLike(read(name))).toBe(1);
    expect(decodeAll(nfcapd, read(name), [2, 45, 300, 1000])).toEqual(decodeAll(nfcapd, plain));
  });
  test("zstd", () => {
    const size = plain.readUInt32LE(44);
    const packed = zstdCompressSync(plain.subarray(52, 52 + size));
    const file = Buffer.concat([plain.subarray(0, 52), packed, plain.subarray(52 + size)]);
    file[16] = 4;
    file.writeUInt32LE(packed.length, 44);
    expect(decodeAll(nfcapd, file).lines).toEqual(decodeAll(nfcapd, plain).lines);
  });
});

describe("layout 1 (nfdump 1.6), either byte order", () => {
  test.each([true, false])("little-endian: %s", (isLittle) => {
    const { lines, tally } = decodeAll(nfcapd, layoutOne(isLittle));
    expect(JSON.parse(lines[0]!)).toMatchObject({
      at: "2026-11-22T19:05:11.250Z",
      source: "192.0.2.7",
      sourcePort: 40000,
      target: "198.51.100.4",
      targetPort: 22,
      outcome: "admitted",
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({ source: "2001:db8::7", target: "2001:db8:1::4" });
    expect(tally.rejected).toBe(0);
  });
});

describe("refused or rejected", () => {
  const changed = (at: number, value: number, file = plain) => {
    const copy = Buffer.from(file);
    copy[at] = value;
    return copy;
  };
  test.each([
    ["encrypted", changed(17, 1)],
    ["a compression of the future", changed(16, 9)],
    ["a layout of the future", changed(2, 3)],
  ])("%s: says what to do", (_, file) => {
    const { lines, tally } = decodeAll(nfcapd, file);
    expect(lines).toEqual([]);
    expect([...tally.rejects.keys()][0]).toContain("nfdump -r FILE -o csv");
  });
  test.each([
    ["cut short", plain.subarray(0, 400)],
    ["an absurd length", changed(47, 0xff)],
    ["a record longer than its block", changed(52 + 2, 0xff, changed(53 + 2, 0xff))],
  ])("%s", (_, file) => {
    expect(decodeAll(nfcapd, file).tally.rejected).toBe(1);
  });
  test.each(["lzo", "bz2", "lz4"])("any byte of a %s block changed", (name) => {
    const file = read(`${name}.nfcapd`);
    for (let at = 52; at < Math.min(file.length, 700); at += 13) {
      for (const value of [0, 0x11, 0xff]) expect(() => decodeAll(nfcapd, changed(at, value, file))).not.toThrow();
    }
  });
});

function layoutOne(isLittle: boolean): Buffer {
  const view = new DataView(new ArrayBuffer(408));
  const u16 = (at: number, value: number) => view.setUint16(at, value, isLittle);
  const u32 = (at: number, value: number) => view.setUint32(at, value, isLittle);
  u16(0, 0xa50c);
  u16(2, 1);
  u32(8, 1);
  let at = 276;
  u32(at, 2);
  u32(at + 4, 48 + 72);
  u16(at + 8, 2);
  at += 12;
  const record = (isIpv6: boolean, size: number) => {
    u16(at, 10);
    u16(at + 2, size);
    u16(at + 4, isIpv6 ? 1 : 0);
    u16(at + 8, 250);
    u32(at + 12, 1_795_374_311);
    view.setUint8(at + 21, 2);
    view.setUint8(at + 22, 6);
    u16(at + 24, 40000);
    u16(at + 26, 22);
  };
  record(false, 48);
  u32(at + 32, 0xc0000207);
  u32(at + 36, 0xc6336404);
  at += 48;
  record(true, 72);
  const u64 = (offset: number, value: bigint) => view.setBigUint64(at + offset, value, isLittle);
  u64(32, 0x20010db800000000n);
  u64(40, 7n);
  u64(48, 0x20010db800010000n);
  u64(56, 4n);
  return Buffer.from(view.buffer, 0, at + 72);
}
