import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { formatPrefix, PrefixSet, parsePrefix, prefixHas, simplified } from "../../src/observations/prefix.ts";

const prefix = (text: string) => {
  const parsed = parsePrefix(text);
  if (!parsed) throw new Error(`not a prefix: ${text}`);
  return parsed;
};
const texts = (...prefixes: string[]) => simplified(prefixes.map(prefix)).map(formatPrefix);

describe("a prefix as text", () => {
  test.each([
    ["198.51.100.0/24", "198.51.100.0/24"],
    ["198.51.100.17/24", "198.51.100.0/24"],
    ["198.51.100.17", "198.51.100.17/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["2001:db8:5100::7:1/64", "2001:db8:5100::/64"],
    ["::ffff:198.51.100.0/120", "198.51.100.0/24"],
    ["::/0", "::/0"],
    [" 10.0.0.0/8 ", "10.0.0.0/8"],
  ])("%s is %s", (text, formatted) => {
    expect(formatPrefix(prefix(text))).toBe(formatted);
  });

  test.each([
    "",
    "/24",
    "198.51.100/24",
    "198.51.100.0/33",
    "198.51.100.0/-1",
    "198.51.100.0/",
    "::/129",
    "a/8/8",
    "1.2.3.4/8/8",
    "home",
  ])("%j is none", (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });
});

describe("the fewest prefixes", () => {
  test("nested ones go", () => expect(texts("10.1.2.0/24", "10.0.0.0/8", "10.0.0.0/8")).toEqual(["10.0.0.0/8"]));
  test("halves join, and again", () =>
    expect(texts("10.0.3.0/24", "10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")).toEqual(["10.0.0.0/22"]));
  test("neighbours that are no halves stay", () =>
    expect(texts("10.0.1.0/24", "10.0.2.0/24")).toEqual(["10.0.1.0/24", "10.0.2.0/24"]));
  test("both families", () => expect(texts("2001:db8::/32", "10.0.0.0/8")).toEqual(["10.0.0.0/8", "2001:db8::/32"]));
});

describe("a set of prefixes", () => {
  const set = new PrefixSet(["198.51.100.0/24", "10.0.0.0/8", "192.168.1.7", "2001:db8:5100::/64"].map(prefix));
  test.each([
    ["198.51.100.0", true],
    ["198.51.100.255", true],
    ["198.51.101.0", false],
    ["198.51.99.255", false],
    ["10.255.255.255", true],
    ["11.0.0.0", false],
    ["192.168.1.7", true],
    ["192.168.1.8", false],
    ["0.0.0.0", false],
    ["255.255.255.255", false],
    ["2001:db8:5100::ffff", true],
    ["2001:db8:5100:1::", false],
    ["::10.0.0.1", false],
  ])("%s: %s", (address, expected) => {
    const row = new Uint32Array(12);
    row.set(addressWords(address)!, 4);
    expect(set.has(row, 4)).toBe(expected);
  });

  test("an empty set has nothing, the whole of IPv6 has all", () => {
    expect(new PrefixSet([]).has(addressWords("10.0.0.1")!)).toBe(false);
    expect(new PrefixSet([prefix("::/0")]).has(addressWords("10.0.0.1")!)).toBe(true);
    expect(new PrefixSet([prefix("0.0.0.0/0")]).has(addressWords("255.255.255.255")!)).toBe(true);
  });

  test("answers as asking each prefix does", () => {
    // Few distinct bits, so that prefixes nest and touch, and addresses hit them.
    const ipv4 = fc
      .tuple(fc.constantFrom(0, 1, 10, 255), fc.constantFrom(0, 1, 128, 255))
      .map(([a, b]) => `${a}.0.0.${b}`);
    const ipv6 = fc
      .tuple(fc.constantFrom("2001", "ff00"), fc.constantFrom("0", "1", "ffff"))
      .map(([a, b]) => `${a}::${b}`);
    const prefixes = fc.oneof(
      fc.tuple(ipv4, fc.nat(32)).map(([address, bits]) => prefix(`${address}/${bits}`)),
      fc.tuple(ipv6, fc.nat(128)).map(([address, bits]) => prefix(`${address}/${bits}`)),
    );
    fc.assert(
      fc.property(fc.array(prefixes, { maxLength: 8 }), fc.oneof(ipv4, ipv6), (list, address) => {
        const words = addressWords(address)!;
        expect(new PrefixSet(list).has(words)).toBe(list.some((each) => prefixHas(each, words)));
      }),
      { numRuns: 500 },
    );
  });
});
