import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type { DecodeContext, Format } from "../../src/formats/format.ts";
import { formats } from "../../src/formats/index.ts";
import { type InputOptions, type InputReader, openInput, openInputs } from "../../src/formats/read-input.ts";
import { recognise } from "../../src/formats/recognise.ts";
import { BatchPool } from "../../src/observations/batch-pool.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-input-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A format for these tests: one digit a record, its time in seconds; other bytes are rejects. */
const digits: Format = {
  id: "digits",
  title: "one digit a record",
  kind: "log",
  looksLike: (head) => (head[0]! >= 48 && head[0]! <= 57 ? 0.5 : 0),
  open(context: DecodeContext) {
    opened.push(context);
    return {
      decode(chunk, batch) {
        for (const c of chunk) {
          context.tally.records++;
          if (c < 48 || c > 57) context.tally.reject("not a digit", context.tally.records);
          else batch.add(Kind.contact, (c - 48) * 1000, context.tally.records);
        }
      },
      end(batch) {
        batch.add(Kind.contact, 10_000, context.tally.records);
      },
    };
  },
};
const zeros: Format = { ...digits, id: "zeros", looksLike: (head) => (head[0] === 48 ? 1 : 0) };
const alsoDigits: Format = { ...digits, id: "also-digits" };
const opened: DecodeContext[] = [];

const options = (more: Partial<InputOptions> = {}): InputOptions => ({
  formats: [digits, alsoDigits, zeros],
  pool: new BatchPool(),
  nowMs: 1_000_000,
  ...more,
});

async function times(reader: InputReader): Promise<number[]> {
  const all: number[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (let row = 0; row < batch.length; row++) all.push(batch.atMs[row]!);
    reader.release(batch);
  }
  return all;
}

describe("recognising a format", () => {
  const bytes = (text: string) => Buffer.from(text, "latin1");
  test("the surest wins, the first on a tie", () => {
    expect(recognise(bytes("0"), options().formats, "a").id).toBe("zeros");
    expect(recognise(bytes("1"), options().formats, "a").id).toBe("digits");
  });

  test.each([
    ["PK\x03\x04\x14\0", "a zip archive or office document"],
    ["%PDF-1.7", "a PDF document"],
    ["\x7fELF\x02", "an ELF program"],
    ["GMBU\0\x02", "a Network Monitor capture; convert it with `editcap -F pcapng`"],
    ["TRSNIFF data    \x1a", "a Sniffer capture; convert it with `editcap -F pcapng`"],
    ["BZh91AY", "bzip2 data in an unknown form"],
    ["\x7fver\0", "an OmniPeek capture; convert it with `editcap -F pcapng`"],
    ["btsnoop\0", "a Bluetooth capture (btsnoop)"],
    [`${"a".repeat(257)}ustar`, "a tar archive; unpack it first"],
    ["\xff\xfe\0\0a\0\0\0", "UTF-32 text; convert it to UTF-8"],
    [' {"a": 1}', "JSON"],
    ["<!DOCTYPE html>", "an HTML page"],
    ["<?xml version='1.0'?>", "XML"],
    ["Dear all,\n", "text in an unknown form"],
    ["\0\x01\x02", "binary data"],
  ])("%j is told as %s", (head, what) => {
    expect(() => recognise(bytes(head), options().formats, "the-file")).toThrow(
      `cannot read 'the-file': not a capture, firewall log or web log; it looks like ${what}. ` +
        "If you know better, name its format with --format; `vedette formats` lists them",
    );
  });
});

describe("reading one input", () => {
  test("gives its rows, its counts, its times and its length", async () => {
    const path = file("plain", "1x2");
    const reader = await openInput(path, 7, options());
    const batch = await reader.next();
    expect(batch?.input).toBe(7);
    expect([...batch!.atMs.subarray(0, batch!.length)]).toEqual([1000, 2000, 10_000]);
    expect(await reader.next()).toBeUndefined();
    expect(reader.format.id).toBe("digits");
    expect(reader.tally).toMatchObject({ records: 3, rejected: 1, firstMs: 1000, lastMs: 10_000 });
    expect(reader.bytesRead).toBe(3);
    expect(reader.sizeBytes).toBe(3);
    expect(reader.problem).toBeUndefined();
  });

  test("--format overrides what it looks like", async () => {
    const reader = await openInput(file("overridden", "x1"), 0, options({ format: "also-digits" }));
    expect(reader.format.id).toBe("also-digits");
    expect(await times(reader)).toEqual([1000, 10_000]);
  });

  test("a file was complete when it was last written, a pipe is now", async () => {
    const path = file("dated", "1");
    utimesSync(path, 500, 600);
    await openInput(path, 0, options());
    expect(opened.at(-1)?.referenceMs).toBe(600_000);
    await openInput("-", 0, options({ stdin: Readable.from([Buffer.from("1")]) }));
    expect(opened.at(-1)?.referenceMs).toBe(1_000_000);
  });

  test("a pipe that gives single bytes is recognised, and nothing is lost", async () => {
    const text = "1234567890".repeat(50);
    const reader = await openInput("-", 0, options({ stdin: Readable.from([...text].map((c) => Buffer.from(c))) }));
    expect(await times(reader)).toHaveLength(501);
  });

  test("a long input comes in several batches, all of it", async () => {
    const text = Buffer.alloc(1_000_000, "3");
    const reader = await openInput(file("long", text), 0, options());
    expect(await times(reader)).toHaveLength(1_000_001);
    expect(reader.tally.records).toBe(1_000_000);
  });

  test("what is no moment takes the time beside it, and is counted", async () => {
    const wild: Format = {
      ...digits,
      open: ({ tally }) => ({
        decode: (_, batch) => {
          for (const atMs of [5000, Number.NaN, 1e18, -1e18, 6000]) {
            batch.add(Kind.contact, atMs, ++tally.records);
            tally.sawTime(atMs);
          }
        },
        end: () => {},
      }),
    };
    const reader = await openInput(file("wild", "1"), 0, options({ formats: [wild] }));
    expect(await times(reader)).toEqual([5000, 5000, 5000, 5000, 6000]);
    expect(reader.tally).toMatchObject({ firstMs: 5000, lastMs: 6000 });
    expect([...reader.tally.gaps.values()]).toEqual([3]);
  });

  test("an input of rejects alone is read to its end", async () => {
    const reader = await openInput(file("rejects", `1${"x".repeat(600_000)}`), 0, options());
    expect(await times(reader)).toEqual([1000, 10_000]);
    expect(reader.tally.rejected).toBe(600_000);
  });

  test("compressed data that ends early gives all before, and the reason", async () => {
    const stored = gzipSync(Buffer.from("123456789".repeat(100)));
    const reader = await openInput(file("short.gz", stored.subarray(0, stored.length - 4)), 0, options());
    expect(await times(reader)).toHaveLength(901);
    expect(reader.problem?.code).toBe("compressed-short");
  });
});

describe("real formats through the same door", () => {
  test.each(["combined", "netfilter"])("%s: a line without end is one reject, and is not kept", async (format) => {
    const chunk = Buffer.alloc(256 * 1024, "x");
    const endless = (function* () {
      for (let i = 0; i < 400; i++) yield chunk;
      yield Buffer.from("\n");
    })();
    const before = process.memoryUsage().arrayBuffers;
    const reader = await openInput("-", 0, options({ formats, format, stdin: Readable.from(endless) }));
    expect(await times(reader)).toEqual([]);
    expect(reader.tally).toMatchObject({ records: 1, rejected: 1 });
    expect(reader.bytesRead).toBe(400 * chunk.length + 1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
  });

  test("random bytes given as any format are rejects, not errors", async () => {
    const junk = Buffer.from(Array.from({ length: 300_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24));
    for (const format of formats) {
      const reader = await openInput(file("junk", junk), 0, options({ formats, format: format.id }));
      expect(await times(reader), format.id).toEqual([]);
      expect(reader.tally.rejected, format.id).toBeGreaterThan(0);
    }
  });
});

describe("opening several inputs", () => {
  test("those that cannot be read do not hinder the others", async () => {
    mkdirSync(join(folder, "directory"));
    const names = [
      file("first", "1"),
      join(folder, "absent"),
      join(folder, "directory"),
      file("empty", ""),
      file("empty.gz", gzipSync("")),
      file("cut.gz", gzipSync("123").subarray(0, 6)),
      file("office.bin", "PK\x03\x04"),
      file("last", "2"),
    ];
    const { readers, problems } = await openInputs(names, options());
    expect(readers.map((reader) => reader.name)).toEqual([names[0], names[7]]);
    expect(problems.map(({ name, problem }) => [name, problem.code])).toEqual([
      [names[1], "input-missing"],
      [names[2], "input-is-directory"],
      [names[3], "input-empty"],
      [names[4], "input-empty"],
      [names[5], "compressed-short"],
      [names[6], "format-unrecognised"],
    ]);
    expect((await readers[1]!.next())?.input).toBe(1);
  });

  test("an unknown format is one mistake, with the names that exist", async () => {
    await expect(openInputs(["a", "b"], options({ format: "digit" }))).rejects.toThrow("there is no format 'digit'");
  });
});
