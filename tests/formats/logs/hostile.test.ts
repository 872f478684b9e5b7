import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combined } from "../../../src/formats/logs/combined.ts";
import { netfilter } from "../../../src/formats/logs/netfilter.ts";
import { decodeAll } from "../observations-as-lines.ts";

/** Every line of a format's samples, as bytes in latin1. */
function sampleLines(id: string): string[] {
  const folder = join(import.meta.dirname, id);
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return logs.flatMap((name) => readFileSync(join(folder, name), "latin1").split("\n"));
}

describe.each([netfilter, combined])("$id", (format) => {
  const lines = sampleLines(format.id);
  /** A sample line with a piece cut out, bytes put in, or another line's piece. */
  const damaged = fc
    .tuple(
      fc.constantFrom(...lines),
      fc.nat(300),
      fc.nat(40),
      fc.string({ unit: "binary-ascii", maxLength: 6 }),
      fc.constantFrom(...lines),
    )
    .map(
      ([line, at, length, put, other]) => line.slice(0, at) + put + other.slice(at, at + 9) + line.slice(at + length),
    );
  const junk = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const inputs = fc
    .array(fc.oneof(fc.constantFrom(...lines), damaged, junk), { maxLength: 12 })
    .map((list) => Buffer.from(list.join("\n"), "latin1"));

  test("every line is an observation, a reject, or accounted for; nothing throws", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines: rows, tally } = decodeAll(format, input);
        const left = [...tally.gaps.values()].reduce((sum, count) => sum + count, 0);
        expect(rows.length + tally.rejected + left).toBe(tally.records);
        expect(tally.records).toBeLessThanOrEqual(input.toString("latin1").split("\n").length);
      }),
      { numRuns: 400 },
    );
  });

  test("cutting anywhere gives the same observations, and other lines around change none", () => {
    fc.assert(
      fc.property(inputs, fc.array(fc.nat(2000), { maxLength: 6 }), (input, cuts) => {
        const whole = decodeAll(format, input);
        expect(
          decodeAll(
            format,
            input,
            cuts.map((cut) => Math.min(cut, input.length)),
          ),
        ).toEqual(whole);
        const alone = input
          .toString("latin1")
          .split("\n")
          .flatMap((line, i) => decodeAll(format, Buffer.from(i === 0 ? line : `\n${line}`, "latin1")).lines);
        const withoutLine = (row: string) => row.replace(/"line":\d+/, "");
        expect(whole.lines.map(withoutLine)).toEqual(alone.map(withoutLine));
      }),
      { numRuns: 200 },
    );
  });
});

test.each([netfilter, combined])("$id does not take binary data, text or the other format for its own", (format) => {
  const other = format === netfilter ? combined : netfilter;
  const foreign = Buffer.from(sampleLines(other.id).join("\n"), "latin1");
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) >> 3);
  expect(format.looksLike(foreign)).toBeLessThan(0.1);
  expect(format.looksLike(bytes)).toBe(0);
  expect(format.looksLike(Buffer.from("Lorem ipsum\ndolor sit amet\n"))).toBe(0);
});
