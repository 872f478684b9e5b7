import fc from "fast-check";
import { expect, test } from "vitest";
import { compiledMarks } from "../../scripts/wasm/compile.ts";
import { MOST_SEARCHED, marks, marksIn, searched, textIn } from "../../src/bytes/marks.ts";
import { marksWasm } from "../../src/bytes/marks-wasm.ts";

test("the committed bytes are what the source compiles to", async () => {
  expect(await compiledMarks()).toBe(marksWasm);
});

function found(bytes: Uint8Array, from: number, to: number, values: readonly [number, number, number]): number[] {
  return Array.from(marks.subarray(0, marksIn(bytes, from, to, ...values)));
}

function byLoop(bytes: Uint8Array, from: number, to: number, values: readonly number[]): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i).filter((at) => values.includes(bytes[at]!));
}

const few = fc.integer({ min: 250, max: 255 });

test("marks are where a loop finds them, in bytes of one's own and in the memory that is searched", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ min: 248, max: 255, maxLength: 100 }),
      fc.nat(100),
      fc.nat(100),
      fc.tuple(few, few, few),
      (bytes, a, b, values) => {
        const from = Math.min(a, b, bytes.length);
        const to = Math.min(Math.max(a, b), bytes.length);
        const expected = byLoop(bytes, from, to, values);
        expect(found(bytes, from, to, values)).toEqual(expected);
        searched.set(bytes);
        expect(found(searched, from, to, values)).toEqual(expected);
      },
    ),
    { seed: 40, numRuns: 500 },
  );
});

test("as many bytes as there is room for, each of them a mark", () => {
  const full = new Uint8Array(MOST_SEARCHED).fill(61);
  expect(marksIn(full, 0, full.length, 61, 0, 0)).toBe(MOST_SEARCHED);
  expect(marks[MOST_SEARCHED - 1]).toBe(MOST_SEARCHED - 1);
});

test("the copy of other bytes leaves the searched ones as they are", () => {
  searched.fill(7);
  marksIn(new Uint8Array(MOST_SEARCHED).fill(61), 0, MOST_SEARCHED, 61, 0, 0);
  expect(searched.every((byte) => byte === 7)).toBe(true);
});

test("a text is found where the same text is found in a string", () => {
  const some = fc.string({ unit: fc.constantFrom("a", "b", "="), maxLength: 80 });
  const word = fc.string({ unit: fc.constantFrom("a", "b", "="), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(some, word, fc.nat(80), (text, marker, from) => {
      searched.fill(97);
      searched.write(text, "latin1");
      expect(textIn(marker, from, text.length - marker.length)).toBe(
        from > text.length ? -1 : text.indexOf(marker, from),
      );
    }),
    { seed: 41, numRuns: 500 },
  );
});
