import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Asked, listProgressOf } from "../../../src/knowledge/lists/word-lists.ts";
import { imported } from "../intel/imported.ts";

const encoder = new TextEncoder();
const asked = (names: readonly string[]): Asked[] =>
  names.map((name, number) => ({ number, names: [encoder.encode(name)] }));

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
    ["all before the 1,204th", entries.slice(1, 1204), 1, 1204],
    ["every sixth", entries.filter((_, i) => i % 6 === 1 && i < 3000), 1, 2996],
    [
      "two connections that overtake each other",
      entries.slice(1, 900).map((_, i, all) => all[i ^ 1] ?? all[i]!),
      2,
      900,
    ],
    ["only the first rows and the last", [...entries.slice(1, 9), ...entries.slice(2000, 2004)], 1, 2004],
  ])("%s", (_, names, from, reached) => {
    expect(listProgressOf(asked(names))).toEqual({ name: "dirb's common.txt", entries: 4614, from, reached });
  });

  test("backwards is no list's order", () => {
    expect(listProgressOf(asked(entries.slice(100, 2000).reverse()))).toBeUndefined();
  });
});

describe("a list of the user's own", () => {
  const words = Array.from({ length: 300 }, (_, i) => `w${((i * 7919) % 1009).toString(36)}-${i}`);
  const own = imported("wordlist", { "mine.txt": `# a list\n\n${words.join("\n")}\n` });

  test.each([
    ["entries", (word: string) => [word]],
    ["entries with an ending that the tool adds", (word: string) => [`${word}.php`, word]],
    ["entries below a directory", (word: string) => [`app/${word}`, word]],
  ])("%s are followed", async (_, namesOf) => {
    const { intel } = await own;
    const requests = words.slice(0, 120).map((word, number) => ({
      number,
      names: namesOf(word).map((name) => encoder.encode(name)),
    }));
    expect(listProgressOf(requests, intel.wordLists())).toEqual({ name: "mine", entries: 300, from: 0, reached: 120 });
  });

  test("with several endings each", async () => {
    const { intel } = await own;
    const requests = words.slice(0, 60).flatMap((word, i) =>
      ["", ".php", ".bak"].map((ending, k) => ({
        number: i * 3 + k,
        names: [`${word}${ending}`, word].map((name) => encoder.encode(name)),
      })),
    );
    expect(listProgressOf(requests, intel.wordLists())).toEqual({ name: "mine", entries: 300, from: 0, reached: 60 });
  });

  test("one page with ever new parameters follows none", async () => {
    const { intel } = await own;
    const page = [`${words[70]}.php`, words[70]!].map((name) => encoder.encode(name));
    const requests = Array.from({ length: 40 }, (_, number) => ({ number, names: page }));
    expect(listProgressOf(requests, intel.wordLists())).toBeUndefined();
  });

  test("in another order they are not", async () => {
    const { intel } = await own;
    expect(listProgressOf(asked(words.toReversed()), intel.wordLists())).toBeUndefined();
  });

  test("two files are not one list, and none is no list", async () => {
    await expect(imported("wordlist", { "a.txt": "a\n", "b.txt": "b\n" })).rejects.toThrow("several lists");
    await expect(imported("wordlist", { "a.txt": "# nothing\n" })).rejects.toThrow("holds no entries");
  });
});
