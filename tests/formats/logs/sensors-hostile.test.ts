import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Format } from "../../../src/formats/format.ts";
import { formats } from "../../../src/formats/index.ts";
import { decodeAll } from "../observations-as-lines.ts";

// Records whose format keeps a state from one to the next (a header, flows of the other direction) and formats that cut
// documents: damage one line, and what follows must still be accounted for.
const ids = [
  "zeek",
  "zeek-json",
  "suricata-eve",
  "snort-alert-fast",
  "snort-alert-json",
  "aws-vpc-flow",
  "aws-elb",
  "aws-cloudfront",
  "aws-waf",
  "aws-network-firewall",
  "gcp",
  "azure-flow",
  "azure-app-gateway",
  "cloudflare",
  "nfdump-csv",
  "nfdump-json",
  "argus",
];

function samplesOf(id: string): Buffer[] {
  const folder = join(import.meta.dirname, id);
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return logs.map((name) => readFileSync(join(folder, name)));
}

/** A sample with pieces cut out, put in, or doubled. */
function damaged(samples: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom(
        '"',
        "{",
        "}",
        "[",
        "]",
        "\n",
        "\\",
        ",",
        "\t",
        " ",
        '\\"',
        "\0",
        "\x1b[31m",
        "\r\n",
        "null",
        "1e999",
      )
      .map((text) => Buffer.from(text)),
  );
  const harm = fc.tuple(fc.nat(20_000), fc.nat(30), piece);
  return fc.tuple(fc.constantFrom(...samples), fc.array(harm, { maxLength: 4 })).map(([sample, harms]) =>
    harms.reduce((bytes, [at, length, put]) => {
      const start = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + length)]);
    }, sample),
  );
}

describe.each(ids)("%s", (id) => {
  const format = formats.find((each) => each.id === id) as Format;
  const inputs = damaged(samplesOf(id));

  test("every record is an observation, a reject, or accounted for; nothing throws", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        format.looksLike(input);
        const { lines, tally } = decodeAll(format, input);
        const told = new Set(lines.map((line) => JSON.parse(line).line)).size;
        const left = [...tally.gaps.values()].reduce((sum, count) => sum + count, 0);
        expect(told + tally.rejected + left).toBe(tally.records);
      }),
      { numRuns: 150 },
    );
  });

  test("cutting anywhere gives the same observations", () => {
    fc.assert(
      fc.property(inputs, fc.array(fc.nat(20_000), { maxLength: 6 }), (input, cuts) => {
        const within = cuts.map((cut) => cut % (input.length + 1));
        expect(decodeAll(format, input, within)).toEqual(decodeAll(format, input));
      }),
      { numRuns: 60 },
    );
  });

  test("junk is not taken for it, and costs no time", () => {
    const junk = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 7919) >> 3);
    expect(format.looksLike(junk)).toBe(0);
    expect(format.looksLike(Buffer.from("[".repeat(65_536)))).toBe(0);
    expect(format.looksLike(Buffer.from('{"a":'.repeat(13_000)))).toBe(0);
    decodeAll(format, Buffer.from('{"a":'.repeat(50_000)));
    decodeAll(format, Buffer.from(`{"a":"${"\\".repeat(100_000)}`));
  });
});
