import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lines, LONGEST_LINE_BYTES } from "../../src/bytes/lines.ts";

/** Cuts `input` at `cuts` and gives the lines as `number:text`, too long ones as `number:too long`. */
function linesOf(input: Uint8Array, cuts: readonly number[] = []): string[] {
  const seen: string[] = [];
  const lines = new Lines({
    line(bytes, start, end, number) {
      expect([10, 13]).toContain(bytes[end]);
      seen.push(`${number}:${Buffer.from(bytes.subarray(start, end)).toString("latin1")}`);
    },
    tooLong: (number) => seen.push(`${number}:too long`),
  });
  let start = 0;
  for (const cut of [...cuts, input.length].sort((a, b) => a - b)) {
    const chunk = Uint8Array.from(input.subarray(start, cut));
    lines.push(chunk);
    chunk.fill(0x78);
    start = Math.max(start, cut);
  }
  lines.end();
  return seen;
}

const text = (value: string) => Buffer.from(value, "latin1");

describe("lines", () => {
  test.each([
    ["nothing", "", []],
    ["one without an end", "a", ["1:a"]],
    ["LF and CRLF", "a\nb\r\nc\n", ["1:a", "2:b", "3:c"]],
    ["empty lines keep their number", "\n\r\na\n", ["1:", "2:", "3:a"]],
    ["a CR within a line stays", "a\rb\nc\r\r\n", ["1:a\rb", "2:c\r"]],
    ["a CR at the very end", "a\r", ["1:a"]],
    ["NUL and invalid UTF-8 are bytes", "a\0\xff\xc3\n", ["1:a\0\xff\xc3"]],
    ["a byte order mark is dropped at the start only", "\xef\xbb\xbfa\n\xef\xbb\xbfb\n", ["1:a", "2:\xef\xbb\xbfb"]],
    ["a byte order mark alone", "\xef\xbb\xbf", ["1:"]],
    ["part of a byte order mark", "\xef\xbb", ["1:\xef\xbb"]],
  ])("%s", (_, input, expected) => {
    expect(linesOf(text(input))).toEqual(expected);
  });

  test("cutting anywhere gives the same lines", () => {
    const pieces = fc.constantFrom(
      "\n",
      "\r\n",
      "\r",
      "a",
      "bc",
      "\xef\xbb\xbf",
      "\0",
      "x".repeat(LONGEST_LINE_BYTES - 1),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.array(fc.nat(200_000), { maxLength: 8 }), (parts, cuts) => {
        const input = text(parts.join(""));
        expect(
          linesOf(
            input,
            cuts.map((cut) => Math.min(cut, input.length)),
          ),
        ).toEqual(linesOf(input));
      }),
    );
  });

  test.each([LONGEST_LINE_BYTES, LONGEST_LINE_BYTES + 1])("a line of %i bytes, however it is cut", (length) => {
    const input = text(`a\n${"b".repeat(length)}\nc\n`);
    const middle = length > LONGEST_LINE_BYTES ? "2:too long" : `2:${"b".repeat(length)}`;
    for (const cuts of [[], [1], [2], [3, 70_000], [LONGEST_LINE_BYTES + 2], [length + 2], [length + 3]]) {
      expect(linesOf(input, cuts)).toEqual(["1:a", middle, "3:c"]);
    }
  });

  test("a line without end is told once and not kept", () => {
    const told: number[] = [];
    const lines = new Lines({ line: () => {}, tooLong: (number) => told.push(number) });
    const chunk = Buffer.alloc(1 << 20, 0x61);
    lines.push(chunk);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 256; i++) lines.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
    lines.end();
    expect(told).toEqual([1]);
  });
});
