import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressWords, formatAddress } from "../../src/bytes/address.ts";

const parsed = (text: string) => {
  const words = addressWords(text);
  return words && formatAddress(words);
};

describe("addresses", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:db8::7", "2001:db8::7"],
    ["2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8::7"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["fe80::1%eth0", "fe80::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ])("%s is %s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  test.each([
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1..2.3",
    "1.2.3.256",
    "1.2.3.4 ",
    "0198.51.100.7",
    ":",
    ":::",
    "1:2",
    "::1::",
    "12345::",
    "1.2.3.4::",
    "g::",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:1.2.3.4",
    "www.example.org",
    "1:2:3:4:5:6:7:",
  ])("'%s' is none", (text) => {
    expect(parsed(text)).toBeUndefined();
  });

  test("agrees with the platform on what an address is", () => {
    const text = fc.array(fc.constantFrom("0", "1", "25", "2001", "db8", "f", ":", ":", "::", ".", ".", "0.0.2.7"), {
      maxLength: 16,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const candidate = parts.join("");
        // Leading zeros of an octet are octal to some and decimal to us; the platform refuses them.
        fc.pre(!/(?:^|[.:])0\d+\./.test(candidate) && !/\.0\d/.test(candidate));
        expect(parsed(candidate) !== undefined).toBe(isIP(candidate) !== 0);
      }),
      { numRuns: 2000 },
    );
  });

  test("what is formatted parses to the same words", () => {
    fc.assert(
      fc.property(fc.uint32Array({ minLength: 4, maxLength: 4 }), (words) => {
        fc.pre(words.some((word) => word !== 0));
        expect(addressWords(formatAddress(words))).toEqual(words);
      }),
    );
  });
});
