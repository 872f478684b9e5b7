import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { decodeAll } from "./observations-as-lines.ts";

// What must hold for every format, whatever the input: nothing throws, and where the input is cut changes nothing.

const logs = join(import.meta.dirname, "logs");
const sampleFolders = readdirSync(logs, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []));
const linesById = new Map(sampleFolders.map((id) => [id, sampleLines(id)]));
const allLines = [...linesById.values()].flat();

/** Every line of a format's samples, a byte a character. */
function sampleLines(id: string): string[] {
  const names = readdirSync(join(logs, id)).filter((name) => name.endsWith(".log"));
  return names.flatMap((name) => readFileSync(join(logs, id, name), "latin1").split("\n"));
}

/** Lines of the format, damaged ones among them, lines of other formats, and junk. */
function inputsFor(id: string): fc.Arbitrary<Buffer> {
  const lines = linesById.get(id) ?? allLines;
  const damaged = fc
    .tuple(
      fc.constantFrom(...lines),
      fc.nat(500),
      fc.nat(60),
      fc.string({ unit: "binary-ascii", maxLength: 8 }),
      fc.constantFrom(...lines),
    )
    .map(
      ([line, at, length, put, other]) => line.slice(0, at) + put + other.slice(at, at + 12) + line.slice(at + length),
    );
  const cutShort = fc.tuple(fc.constantFrom(...lines), fc.nat(600)).map(([line, length]) => line.slice(0, length));
  const junk = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const any = fc.oneof(fc.constantFrom(...lines), damaged, cutShort, fc.constantFrom(...allLines), junk);
  return fc.array(any, { maxLength: 12 }).map((list) => Buffer.from(list.join("\n"), "latin1"));
}

describe.each(formats.map((format) => ({ id: format.id, format })))("$id", ({ id, format }) => {
  test("nothing throws, no row is without its source, and no line is rejected twice", () => {
    fc.assert(
      fc.property(inputsFor(id), (input) => {
        expect(format.looksLike(input)).toBeGreaterThanOrEqual(0);
        const { lines, tally } = decodeAll(format, input);
        // A capture without a file header is rejected before its first record.
        expect(tally.rejected).toBeLessThanOrEqual(Math.max(tally.records, format.kind === "capture" ? 1 : 0));
        for (const line of lines) expect(line).not.toContain('"source":""');
      }),
      { numRuns: 150 },
    );
  });

  test("cutting anywhere gives the same rows", () => {
    fc.assert(
      fc.property(inputsFor(id), fc.array(fc.nat(2000), { maxLength: 6 }), (input, cuts) => {
        const places = cuts.map((cut) => Math.min(cut, input.length));
        expect(decodeAll(format, input, places)).toEqual(decodeAll(format, input));
      }),
      { numRuns: 80 },
    );
  });
});
