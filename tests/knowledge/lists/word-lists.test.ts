import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Asked, listProgressOf } from "../../../src/knowledge/lists/word-lists.ts";

const encoder = new TextEncoder();
const asked = (names: readonly string[]): Asked[] =>
  names.map((name, number) => ({ number, name: encoder.encode(name) }));

test("requests in no list's order follow none", () => {
  const names = ["zebra", "backup", "quill", "admin", "oslo", "kettle", "index", "violet", "apple", "tram"];
  expect(listProgressOf(asked(names))).toBeUndefined();
});

test("a few requests are too few to tell", () => {
  expect(listProgressOf(asked(["admin", "backup"]))).toBeUndefined();
});

const COMMON = "/usr/share/dirb/wordlists/common.txt";
const entries = existsSync(COMMON) ? readFileSync(COMMON, "latin1").trimEnd().split("\n") : [];

describe.skipIf(entries.length === 0)(`with the package dirb installed (${COMMON})`, () => {
  test.each([
    ["all before the 1,204th", entries.slice(1, 1204), 1204],
    ["every sixth", entries.filter((_, i) => i % 6 === 1 && i < 3000), 2996],
    ["two connections that overtake each other", entries.slice(1, 900).map((_, i, all) => all[i ^ 1] ?? all[i]!), 900],
    ["only the first rows and the last", [...entries.slice(1, 9), ...entries.slice(2000, 2004)], 2004],
  ])("%s", (_, names, reached) => {
    expect(listProgressOf(asked(names))).toEqual({ name: "dirb's common.txt", entries: 4614, reached });
  });

  test("backwards is no list's order", () => {
    expect(listProgressOf(asked(entries.slice(100, 2000).reverse()))).toBeUndefined();
  });
});
