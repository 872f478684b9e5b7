import fc from "fast-check";
import { expect, test } from "vitest";
import { hashBytes, hashed, hashPlain, viewOf } from "../../src/bytes/hash.ts";

const hashOf = (bytes: Uint8Array, start: number, end: number) => {
  hashBytes(bytes, start, end);
  return [hashed.low, hashed.high];
};

test("the same bytes have the same hash, wherever they lie and however they are loaded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), (text, shift) => {
      const moved = new Uint8Array(text.length + shift);
      moved.set(text, shift);
      viewOf(new Uint8Array(1));
      const byBytes = hashOf(text, 0, text.length);
      viewOf(moved);
      expect(hashOf(moved, shift, moved.length)).toEqual(byBytes);
    }),
  );
});

test("the hash of a plain text is the hash of its bytes, and it ends where it says", () => {
  const byte = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0x23, max: 255 }) },
    { weight: 1, arbitrary: fc.nat(255) },
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.nat(3), (list, start) => {
      const bytes = Uint8Array.from(list);
      const from = Math.min(start, bytes.length);
      const end = hashPlain(bytes, from, bytes.length);
      const found = [hashed.low, hashed.high];
      const stop = list.findIndex((value, i) => i >= from && (value < 0x23 || value === 0x5c));
      expect(end).toBe(stop < 0 ? bytes.length : stop);
      expect(found).toEqual(hashOf(bytes, from, end));
    }),
  );
});

test("reports rest on these hashes: they do not change", () => {
  const bytes = Buffer.from("GET /index.html");
  expect(hashOf(bytes, 0, bytes.length)).toMatchInlineSnapshot(`
    [
      -1988977768,
      -1911429428,
    ]
  `);
});
