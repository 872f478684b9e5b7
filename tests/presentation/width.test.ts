import fc from "fast-check";
import { expect, test } from "vitest";
import { cut, keepEnd, shorten, widthOf, wrap } from "../../src/presentation/width.ts";

test.each([
  ["ASCII", "abc", 3],
  ["Chinese letters take two columns", "検索", 4],
  ["an accent on its letter takes none", "e\u0301", 1],
  ["our own colours take none", "\x1b[31mred\x1b[39m", 3],
])("width: %s", (_, text, width) => {
  expect(widthOf(text)).toBe(width);
});

test("a long path keeps both ends", () => {
  expect(shorten("/a/very/long/path/to/some/passwd", 16)).toBe("/a/very/l…passwd");
});

test("a file name keeps its end", () => {
  expect(keepEnd("/var/log/nginx/access.log", 12)).toBe("…/access.log");
});

test("prose is cut at its end", () => {
  expect(cut("asked for many things", 10)).toBe("asked for…");
});

test("words are wrapped, and a word longer than the line is shortened", () => {
  expect(wrap("one two three-and-a-half four", 9)).toEqual(["one two", "three…alf", "four"]);
});

test("whatever the text and the width, nothing is wider", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (any, columns) => {
      expect(widthOf(shorten(any, columns))).toBeLessThanOrEqual(columns);
      expect(widthOf(keepEnd(any, columns))).toBeLessThanOrEqual(columns);
      expect(widthOf(cut(any, columns))).toBeLessThanOrEqual(columns);
      for (const line of wrap(any, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }),
  );
});
