import fc from "fast-check";
import { expect, test } from "vitest";
import { ColumnTable, KeyTable } from "../../src/bytes/key-table.ts";
import { searched } from "../../src/bytes/marks.ts";

const keys = ["src", "dst", "srcPort", "dst_port", "m", "in", "action", "destinationTranslatedAddress"];
const table = new KeyTable(
  keys,
  keys.map((_, slot) => slot >> 1),
);
const columns = new ColumnTable(8);
const SPACE = 32;
const EQUALS = 61;

/** The values that were found, by key; read where the bytes lie, and where they are searched. */
function found(text: string, read: (bytes: Uint8Array, end: number) => void): Record<string, string> {
  const own = Buffer.from(text, "latin1");
  searched.fill(10, 0, own.length + 64);
  searched.set(own);
  const results = [own, searched].map((bytes) => {
    read(bytes, own.length);
    const slots = keys.flatMap((key, slot) => {
      const [start, end] = [table.starts[slot]!, table.ends[slot]!];
      return start < 0 ? [] : [[key, Buffer.from(bytes.subarray(start, end)).toString("latin1")] as const];
    });
    return Object.fromEntries(slots);
  });
  expect(results[1]).toEqual(results[0]);
  return results[0]!;
}

const pairs = (text: string) => found(text, (bytes, end) => table.readPairs(bytes, 0, end, SPACE, EQUALS));

test.each<[string, Record<string, string>]>([
  ["src=192.0.2.7 dst=198.51.100.5", { src: "192.0.2.7", dst: "198.51.100.5" }],
  ["SRC=192.0.2.7", { src: "192.0.2.7" }],
  ['m=36 msg="a src=203.0.113.9 b" in="x y"', { m: "36", in: "x y" }],
  ['url=/?src=203.0.113.9&x="a" dst=b', { dst: "b" }],
  ["xsrc=1 src.=2 =3 src=4", { src: "4" }],
  ["src= dst=x", { src: "", dst: "x" }],
  ['src="a\\" dst=b" dst=c', { src: 'a\\" dst=b', dst: "c" }],
  ['src="never closed dst=b', { src: "never closed dst=b" }],
  ["src=first src=second", { src: "first" }],
  [`destinationTranslatedAddress=${"9".repeat(40)}`, { destinationTranslatedAddress: "9".repeat(40) }],
  ["", {}],
])("pairs of %s", (text, expected) => {
  expect(pairs(text)).toEqual(expected);
});

test("the extension of CEF: values hold spaces, and end before the next key", () => {
  const text = "src=192.0.2.7 msg=a b c dst\\=x act=Deny it action=a\\=b m=";
  const values = found(text, (bytes, end) => table.readExtension(bytes, 0, end));
  expect(values).toEqual({ src: "192.0.2.7", action: "a\\=b", m: "" });
});

test("numbers, IPv4 addresses and the first field of each role are told in passing", () => {
  pairs("src=192.0.2.7 dst=1.2.3.256 srcPort=443/tcp dst_port= in=12345678901234567 action=x");
  expect(Array.from(table.isIpv4.subarray(0, 2))).toEqual([1, 0]);
  expect(table.ipv4[0]).toBe(0xc0000207);
  expect([table.numbers[2], table.numbers[3], table.numbers[5], table.numbers[6]]).toEqual([
    443, -1, 123456789012345, -1,
  ]);
  // Roles: src and dst, the ports, m and in, the last two.
  expect(Array.from(table.firsts.subarray(0, 5))).toEqual([0, 2, 5, 6, -1]);
});

test("pairs that a writer made are read back", () => {
  const name = fc.constantFrom(...keys, "msg", "usr", "xdst", "portin");
  const value = fc.string({ unit: fc.constantFrom("a", "7", ".", "/", "=", " "), maxLength: 20 });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }), (fields) => {
      const text = fields.map(([key, written]) => `${key}="${written}"`).join(" ");
      expect(pairs(text)).toEqual(Object.fromEntries(fields.filter(([key]) => keys.includes(key))));
    }),
    { numRuns: 500 },
  );
});

test("whatever the bytes, offsets stay within them, and no reading differs by where they lie", () => {
  const unit = fc.constantFrom("=", '"', "'", " ", "\\", "src", "m", "dst_port", "|", "\0", "\xff", "1.2.3.4", ",");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.constantFrom(32, 44, 59, 9, 124), (text, separator) => {
      const check = (read: (bytes: Uint8Array, end: number) => void) => {
        for (const value of Object.values(found(text, read))) expect(text).toContain(value);
      };
      check((bytes, end) => table.readPairs(bytes, 0, end, separator, EQUALS));
      check((bytes, end) => table.readExtension(bytes, 0, end));
    }),
    { numRuns: 500 },
  );
});

test.each<[string, string[]]>([
  ["a,b,,c", ["a", "b", "", "c"]],
  ['a,"b,c","d""e",f', ["a", "b,c", 'd""e', "f"]],
  ['"never closed,b', ["never closed,b"]],
  ["1,2,3,4,5,6,7,8,9,10", ["1", "2", "3", "4", "5", "6", "7", "8"]],
  ["", [""]],
])("columns of %s", (text, expected) => {
  const bytes = Buffer.from(text);
  const count = columns.read(bytes, 0, bytes.length, 44);
  const values = Array.from({ length: count }, (_, i) => text.slice(columns.starts[i]!, columns.ends[i]!));
  expect(values).toEqual(expected);
  expect(Array.from(columns.starts.subarray(count)).every((start) => start === -1)).toBe(true);
});
