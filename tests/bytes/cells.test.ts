import { describe, expect, test } from "vitest";
import { parseDecimal, parseEpoch } from "../../src/bytes/cells.ts";
import { Columns, headerNames } from "../../src/bytes/columns.ts";
import { IsoTime } from "../../src/bytes/iso-time.ts";
import { WordMap } from "../../src/bytes/word-map.ts";

const over = <T>(text: string, parse: (bytes: Uint8Array, start: number, end: number) => T) => {
  const bytes = Buffer.from(`"${text}"`);
  return parse(bytes, 1, bytes.length - 1);
};

describe("ISO 8601", () => {
  test.each([
    ["2026-11-22T19:05:16Z", "2026-11-22T19:05:16.000Z"],
    ["2026-11-22T19:05:16.123456Z", "2026-11-22T19:05:16.123Z"],
    ["2026-11-22T19:05:16.123456789+01:00", "2026-11-22T18:05:16.123Z"],
    ["2026-11-22T19:05:16-0530", "2026-11-23T00:35:16.000Z"],
    ["2026-11-22 19:05:16,5 UTC", "2026-11-22T19:05:16.500Z"],
    ["2026-11-22T19:05:16", "2026-11-22T17:05:16.000Z"],
    ["2026-11-22T19:05+02", "2026-11-22T17:05:00.000Z"],
  ])("%s", (text, at) => {
    const time = new IsoTime({ zone: 120 });
    const parse = () => over(text, (bytes, start, end) => time.parse(bytes, start, end));
    expect(new Date(parse()).toISOString()).toBe(at);
    expect(new Date(parse()).toISOString()).toBe(at);
  });

  test.each([
    "",
    "2026-11-22",
    "2026-13-22T19:05:16Z",
    "2026-11-31T19:05:16Z",
    "2026-11-22T24:05:16Z",
    "2026-11-22T19:05:61Z",
    "2026-11-22T19:05:16X",
    "2026-11-22T19:05:16+1",
  ])("%s is none", (text) => {
    const time = new IsoTime({ zone: 0 });
    expect(over(text, (bytes, start, end) => time.parse(bytes, start, end))).toBeNaN();
  });
});

describe("epoch", () => {
  test.each([
    ["1795374316", 1795374316000],
    ["1795374316.908849", 1795374316908.849],
    ["1795374316908", 1795374316908],
    ["1795374316908849", 1795374316908.849],
    ["1795374316908849123", 1795374316908.849],
    ["0.5", 500],
    ["1.795374316E9", 1795374316000],
  ])("%s", (text, at) => {
    expect(over(text, parseEpoch)).toBe(at);
  });
  test.each(["", "-1", "12a", ".5", "1.2.3", "123456789012345678901"])("%s is none", (text) => {
    expect(over(text, parseEpoch)).toBeNaN();
  });
});

test("decimals", () => {
  expect(["0", "65535", "-1.5", "1e3", "", "x", "1x", "9".repeat(40)].map((text) => over(text, parseDecimal))).toEqual([
    0,
    65535,
    -1.5,
    1000,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});

test("words mean something only whole", () => {
  const words = new WordMap({ allow: 1, deny: 2, A: 3, "": 4 });
  expect(
    ["allow", "deny", "A", "allows", "allo", "a"].map((text) => over(text, (b, s, e) => words.find(b, s, e))),
  ).toEqual([1, 2, 3, 0, 0, 0]);
});

describe("columns", () => {
  const fields = (columns: Columns, line: string, slots: number[]) => {
    const bytes = Buffer.from(`${line}\n`);
    columns.split(bytes, 0, bytes.length - 1);
    return slots.map((slot) =>
      columns.has(slot) ? bytes.toString("latin1", columns.starts[slot]!, columns.ends[slot]!) : undefined,
    );
  };

  test("stand where the header says, under any of their names", () => {
    const columns = new Columns();
    const [source, target] = [columns.want("src", "sa"), columns.want("dst")];
    const header = Buffer.from("x\tdst\tsa");
    expect(columns.header(headerNames(header, 0, header.length, 9))).toBe(2);
    expect(fields(columns, "1\t2\t3\t4", [source, target])).toEqual(["3", "2"]);
    expect(fields(columns, "1\t-\t", [source, target])).toEqual([undefined, undefined]);
    expect(fields(columns, "1", [source, target])).toEqual([undefined, undefined]);
  });

  test("in quotes, and padded", () => {
    const columns = new Columns();
    const slots = [columns.want("a"), columns.want("b"), columns.want("c")];
    columns.header(["a", "b", "c"]);
    columns.separator = 44;
    columns.quotes = true;
    expect(fields(columns, '"x, ""y""",2,"open', slots)).toEqual(['x, ""y""', "2", "open"]);
    columns.quotes = false;
    columns.runs = true;
    columns.separator = 32;
    expect(fields(columns, "  1   2 3", slots)).toEqual(["1", "2", "3"]);
  });
});
