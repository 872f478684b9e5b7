import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type ByteInput, openBytes } from "../../src/bytes/read-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(bytes: Uint8Array | string): string {
  const path = join(folder, `input-${files++}`);
  writeFileSync(path, bytes);
  return path;
}

/** Copies: a chunk may be overwritten by the next. */
async function allOf(input: ByteInput): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of input.chunks()) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

/** Text that does not compress to nothing and shows where a piece is missing. */
function numbered(count: number, from = 0): Buffer {
  let text = "";
  for (let i = 0; i < count; i++) text += `line ${from + i} ${Math.imul(from + i, 0x9e3779b1) >>> 0}\n`;
  return Buffer.from(text);
}

const skippable = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const gzipWithName = (data: Buffer) => {
  // Extra field, name, comment and header checksum, as RFC 1952 allows and gzipSync never writes.
  const plain = gzipSync(data);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = 2 | 4 | 8 | 16;
  const fields = Buffer.concat([Buffer.from([3, 0, 1, 2, 3]), Buffer.from("name\0a comment\0"), Buffer.from([9, 9])]);
  return Buffer.concat([header, fields, plain.subarray(10)]);
};

describe("what is stored is what is read", () => {
  const a = numbered(30_000);
  const b = numbered(20_000, 30_000);
  const both = Buffer.concat([a, b]);
  const cases: Record<string, { stored: Buffer; expected: Buffer }> = {
    "plain bytes over several chunks": { stored: both, expected: both },
    "one byte": { stored: Buffer.from("x"), expected: Buffer.from("x") },
    "three bytes that begin like gzip": {
      stored: Buffer.from([0x1f, 0x8b, 7]),
      expected: Buffer.from([0x1f, 0x8b, 7]),
    },
    gzip: { stored: gzipSync(a), expected: a },
    "gzip of nothing": { stored: gzipSync(""), expected: Buffer.alloc(0) },
    "gzip with every header field": { stored: gzipWithName(a), expected: a },
    "several gzip members": { stored: Buffer.concat([gzipSync(a), gzipSync(""), gzipSync(b)]), expected: both },
    "gzip padded with zeros": { stored: Buffer.concat([gzipSync(a), Buffer.alloc(1000)]), expected: a },
    zstd: { stored: zstdCompressSync(a), expected: a },
    "several zstd frames": { stored: Buffer.concat([zstdCompressSync(a), zstdCompressSync(b)]), expected: both },
    "skippable zstd frames": {
      stored: Buffer.concat([skippable, zstdCompressSync(a), skippable, skippable, zstdCompressSync(b), skippable]),
      expected: both,
    },
  };
  for (const [name, { stored, expected }] of Object.entries(cases)) {
    test(`${name}, from a file`, async () => {
      const input = await openBytes(file(stored));
      expect((await allOf(input)).equals(expected)).toBe(true);
      expect(input.problem).toBeUndefined();
      expect(input.bytesRead).toBe(stored.length);
      expect(input.sizeBytes).toBe(stored.length);
    });
    test(`${name}, from standard input`, async () => {
      const input = await openBytes("-", { stdin: Readable.from([stored]) });
      expect((await allOf(input)).equals(expected)).toBe(true);
      expect(input.problem).toBeUndefined();
      expect(input.bytesRead).toBe(stored.length);
      expect(input.sizeBytes).toBeUndefined();
    });
  }
});

describe("however a pipe cuts compressed data, the bytes are the same", () => {
  const parts = [numbered(300), Buffer.alloc(0), numbered(200, 300)];
  const expected = Buffer.concat(parts);
  test.each([
    ["gzip", Buffer.concat(parts.map((part) => gzipSync(part)))],
    ["zstd", Buffer.concat([skippable, ...parts.map((part) => zstdCompressSync(part))])],
  ])("%s", async (_, stored) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stored.length), { maxLength: 20 }), async (cuts) => {
        const ends = [...cuts.sort((x, y) => x - y), stored.length];
        const chunks = ends.map((end, i) => stored.subarray(ends[i - 1] ?? 0, end)).filter((chunk) => chunk.length > 0);
        const input = await openBytes("-", { stdin: Readable.from(chunks) });
        expect((await allOf(input)).equals(expected)).toBe(true);
        expect(input.problem).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe("compressed data that ends early or is damaged", () => {
  const first = numbered(30_000);
  const second = numbered(30_000, 30_000);
  const whole = Buffer.concat([first, second]);
  const gzipped = Buffer.concat([gzipSync(first), gzipSync(second)]);
  const zstd = Buffer.concat([zstdCompressSync(first), zstdCompressSync(second)]);

  test.each([
    ["gzip in its data", gzipped, gzipped.length - 5000, first.length],
    ["gzip in its checksum", gzipped, gzipped.length - 3, whole.length],
    ["gzip in the header of its second member", gzipped, gzipSync(first).length + 5, first.length],
    ["zstd in its data", zstd, zstd.length - 5000, first.length],
    ["zstd in its last bytes", zstd, zstd.length - 1, first.length],
  ])("%s: everything before the cut is there", async (_, stored, cut, atLeast) => {
    const input = await openBytes(file(stored.subarray(0, cut)));
    const read = await allOf(input);
    expect(input.problem?.code).toBe("compressed-short");
    expect(read.length).toBeGreaterThanOrEqual(atLeast);
    expect(read.equals(whole.subarray(0, read.length))).toBe(true);
  });

  test.each([
    ["gzip", gzipped],
    ["zstd", zstd],
  ])("%s followed by something else: all of it is there, and the rest is told", async (_, stored) => {
    const input = await openBytes(file(Buffer.concat([stored, Buffer.from("something else")])));
    expect((await allOf(input)).equals(whole)).toBe(true);
    expect(input.problem?.code).toBe("compressed-broken");
  });

  test("a gzip checksum that does not fit is told", async () => {
    const stored = gzipSync(first);
    stored[stored.length - 6]! ^= 1;
    const input = await openBytes(file(stored));
    expect((await allOf(input)).equals(first)).toBe(true);
    expect(input.problem?.code).toBe("compressed-broken");
  });

  test("any damage ends in the bytes before it and a problem, or goes unnoticed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(gzipSync(numbered(500)), zstdCompressSync(numbered(500))),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (sound, place, change) => {
          const stored = Buffer.from(sound);
          stored[4 + (place % (stored.length - 4))]! ^= change;
          const input = await openBytes("-", { stdin: Readable.from([stored]) });
          const read = await allOf(input);
          if (!input.problem) expect(read.length).toBeGreaterThan(0);
          else expect(["compressed-short", "compressed-broken"]).toContain(input.problem.code);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("data that expands a thousandfold arrives in small chunks", async () => {
    const length = 64 * 1024 * 1024;
    const input = await openBytes(file(zstdCompressSync(Buffer.alloc(length))));
    let total = 0;
    let longest = 0;
    for await (const chunk of input.chunks()) {
      total += chunk.length;
      longest = Math.max(longest, chunk.length);
    }
    expect(total).toBe(length);
    expect(longest).toBeLessThanOrEqual(256 * 1024);
  });
});

describe("inputs that cannot be opened say why", () => {
  test("a missing file", async () => {
    await expect(openBytes(join(folder, "absent"))).rejects.toMatchObject({ code: "input-missing" });
    await expect(openBytes(join(file("x"), "below-a-file"))).rejects.toMatchObject({ code: "input-missing" });
  });
  test("a directory", async () => {
    mkdirSync(join(folder, "directory"));
    await expect(openBytes(join(folder, "directory"))).rejects.toMatchObject({ code: "input-is-directory" });
  });
  test.skipIf(process.getuid?.() === 0)("a file without permission (skipped for root, who may read all)", async () => {
    const path = file("x");
    chmodSync(path, 0);
    await expect(openBytes(path)).rejects.toMatchObject({ code: "input-forbidden" });
  });
});

describe("odd files", () => {
  test("an empty file gives no chunk and no problem", async () => {
    const input = await openBytes(file(""));
    expect((await allOf(input)).length).toBe(0);
    expect(input.problem).toBeUndefined();
  });
  test("a device is read as a stream", async () => {
    const input = await openBytes("/dev/null");
    expect((await allOf(input)).length).toBe(0);
    expect(input.sizeBytes).toBeUndefined();
  });
  test.skipIf(process.platform === "win32")(
    "a named pipe is read as a stream (skipped where there are none)",
    async () => {
      const path = join(folder, "pipe");
      execFileSync("mkfifo", [path]);
      const sent = numbered(50_000);
      const written = writeFile(path, gzipSync(sent));
      const input = await openBytes(path);
      expect((await allOf(input)).equals(sent)).toBe(true);
      await written;
      expect(input.sizeBytes).toBeUndefined();
    },
  );
  test("a file that grows while it is read ends at the length it had when its first length was reached", async () => {
    const path = file(numbered(20_000));
    const input = await openBytes(path);
    const before = input.sizeBytes!;
    const more = numbered(20_000);
    let read = 0;
    // Longer at every chunk: a reader that always reads on would never end.
    for await (const chunk of input.chunks()) {
      read += chunk.length;
      appendFileSync(path, more);
    }
    expect(read).toBeGreaterThan(before);
    expect(read % more.length).toBe(0);
  });
});

describe("stopping", () => {
  test("an interrupt ends a file where it is, and says so", async () => {
    const stop = new AbortController();
    const input = await openBytes(file(numbered(100_000)), { signal: stop.signal });
    let chunks = 0;
    for await (const _ of input.chunks()) {
      chunks++;
      stop.abort();
    }
    expect(chunks).toBe(1);
    expect(input.problem?.code).toBe("interrupted");
  });
  test("an interrupt ends a pipe that waits", async () => {
    const stop = new AbortController();
    const stdin = new Readable({ read() {} });
    stdin.push(Buffer.from("some bytes"));
    const input = await openBytes("-", { signal: stop.signal, stdin });
    const seen: string[] = [];
    for await (const chunk of input.chunks()) {
      seen.push(Buffer.from(chunk).toString());
      setImmediate(() => stop.abort());
    }
    expect(seen).toEqual(["some bytes"]);
    expect(input.problem?.code).toBe("interrupted");
  });
  test("a consumer that stops early closes the file", async () => {
    const input = await openBytes(file(gzipSync(numbered(100_000))));
    for await (const _ of input.chunks()) break;
    expect(input.problem).toBeUndefined();
    expect(await allOf(input)).toHaveLength(0);
  });
});

describe("what the system's tools decompress", () => {
  const hasTool = (tool: string) => spawnSync(tool, ["--help"]).error === undefined;
  for (const tool of ["xz", "bzip2", "lz4"]) {
    const pack = (data: Buffer) => execFileSync(tool, ["-1", "-c"], { input: data, maxBuffer: 1 << 26 });
    describe.skipIf(!hasTool(tool))(`${tool} (skipped where it is not installed)`, () => {
      const plain = numbered(20_000);
      test("is read as what it holds", async () => {
        expect((await allOf(await openBytes(file(pack(plain))))).equals(plain)).toBe(true);
      });
      test("cut short: what came before is read, and the problem told", async () => {
        const packed = pack(plain);
        const input = await openBytes(file(packed.subarray(0, packed.length >> 1)));
        const got = await allOf(input);
        expect(plain.subarray(0, got.length).equals(got)).toBe(true);
        expect(input.problem?.code).toBe("compressed-broken");
      });
      test("nobody wants the rest", async () => {
        const input = await openBytes(file(pack(numbered(100_000))));
        for await (const chunk of input.chunks()) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
        expect(input.problem).toBeUndefined();
      });
    });
  }
  test("a tool that is not there is told", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      const input = await openBytes(file(Buffer.from("\xfd7zXZ\0 and so on", "latin1")));
      expect(await allOf(input)).toHaveLength(0);
      expect(input.problem?.code).toBe("decompressor-missing");
    } finally {
      process.env.PATH = path;
    }
  });
});
