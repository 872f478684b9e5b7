import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formats } from "../../../src/formats/index.ts";
import { accessFormatOf } from "../../../src/formats/logs/custom-access.ts";
import { decodeAll } from "../observations-as-lines.ts";

const ids = [
  ...[
    "apache-ssl-request",
    "caddy",
    "combined",
    "envoy",
    "haproxy",
    "iis",
    "json-access",
    "modsecurity",
    "modsecurity-json",
  ],
  ...["nginx-proxy-manager", "server-log", "squid", "traefik-json"],
];

function sampleLines(id: string): string[] {
  const folder = join(import.meta.dirname, id);
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return logs.flatMap((name) => readFileSync(join(folder, name), "latin1").split("\n"));
}

const subjects = [
  ...ids.map((id) => ({ id, format: formats.find((each) => each.id === id)!, lines: sampleLines(id) })),
  { id: "custom-access", format: accessFormatOf("main"), lines: sampleLines("combined") },
];

describe.each(subjects)("$id", ({ id, format, lines }) => {
  /** A sample line with a piece cut out, bytes put in, or another line's piece. */
  const damaged = fc
    .tuple(fc.constantFrom(...lines), fc.nat(300), fc.nat(40), fc.string({ unit: "binary-ascii", maxLength: 6 }))
    .map(([line, at, length, put]) => line.slice(0, at) + put + line.slice(at + length));
  const junk = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const inputs = fc
    .array(fc.oneof(fc.constantFrom(...lines), damaged, junk), { maxLength: 30 })
    .map((list) => Buffer.from(list.join("\n"), "latin1"));

  test("every record is an observation, a reject, or accounted for; nothing throws", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines: rows, tally } = decodeAll(format, input);
        const left = [...tally.gaps.values()].reduce((sum, count) => sum + count, 0);
        // A hello comes with the contact of its connection, or alone when that was told before; a question with its contact.
        const hellos = rows.filter((row) => /"kind":"(?:hello|question)"/.test(row)).length;
        const told = rows.length - hellos + tally.rejected + left;
        expect(told).toBeLessThanOrEqual(tally.records);
        expect(told + hellos).toBeGreaterThanOrEqual(tally.records);
      }),
      { numRuns: 150 },
    );
  });

  test("cutting anywhere gives the same observations", () => {
    fc.assert(
      fc.property(inputs, fc.array(fc.nat(2000), { maxLength: 6 }), (input, cuts) => {
        const at = cuts.map((cut) => Math.min(cut, input.length));
        expect(decodeAll(format, input, at)).toEqual(decodeAll(format, input));
      }),
      { numRuns: 60 },
    );
  });

  test("no other format is surer of its samples, and it is not sure of text and binary data", () => {
    const bytes = Buffer.from(lines.join("\n"), "latin1");
    const sureness = formats.map((each) => ({ id: each.id, sure: each.looksLike(bytes) }));
    const best = sureness.reduce((a, b) => (b.sure > a.sure ? b : a));
    if (id !== "custom-access") expect(best.id).toBe(id);
    expect(format.looksLike(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) >> 3))).toBe(0);
    expect(format.looksLike(Buffer.from("Lorem ipsum\ndolor sit amet\n"))).toBe(0);
  });

  test("a line of 32 kB with raw bytes is read or rejected", () => {
    const long = lines.map((line) => line.replace("/", `/${"\x1b[31m\xff\x00\\x41%".repeat(2000)}`));
    const { tally } = decodeAll(format, Buffer.from(long.join("\n"), "latin1"));
    expect(tally.records).toBeGreaterThan(0);
  });
});
