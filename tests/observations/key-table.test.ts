import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyTable } from "../../src/observations/key-table.ts";

test("gives the numbers that a map of texts gives", () => {
  const words = fc.array(fc.tuple(fc.nat(9), fc.constantFrom(0, 1, 0x80000000, 0xffffffff)), { maxLength: 3000 });
  fc.assert(
    fc.property(words, (keys) => {
      const table = new KeyTable(2);
      const map = new Map<string, number>();
      const row = new Uint32Array(4);
      for (const key of keys) {
        row.set(key, 1);
        const text = key.join();
        if (!map.has(text)) map.set(text, map.size);
        expect(table.add(row, 1)).toBe(map.get(text));
      }
      expect(table.size).toBe(map.size);
    }),
    { numRuns: 30 },
  );
});

test("keeps its keys through growth", () => {
  const table = new KeyTable(1);
  for (let i = 0; i < 100_000; i++) expect(table.add(Uint32Array.of(i * 7))).toBe(i);
  expect(table.keys[99_999]).toBe(699_993);
  expect(table.add(Uint32Array.of(7))).toBe(1);
});
