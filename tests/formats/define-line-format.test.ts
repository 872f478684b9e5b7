import { expect, test } from "vitest";
import { LONGEST_LINE_BYTES } from "../../src/bytes/lines.ts";
import { defineLineFormat, OTHER_LINES, TOO_LONG } from "../../src/formats/define-line-format.ts";
import { Kind, Outcome, Transport } from "../../src/observations/vocabulary.ts";
import { decodeAll } from "./observations-as-lines.ts";

/** A format as a newcomer would write it: `FROM=… TO=… PORT=…`. */
const toy = defineLineFormat({
  id: "toy",
  title: "Toy",
  looksLike: (line) => line.includes("FROM="),
  open: () => (line, witness) => {
    if (!line.includes("FROM=")) return witness.other();
    const { batch } = witness;
    const row = batch.add(Kind.contact, 0, witness.position);
    const read = line.addressAfter("FROM=", batch.source, 4 * row) && line.addressAfter("TO=", batch.target, 4 * row);
    if (!read) {
      batch.length = row;
      return "an address is missing";
    }
    batch.sourcePort[row] = 0;
    batch.targetPort[row] = Math.max(line.numberAfter("PORT="), 0);
    batch.transport[row] = Transport.udp;
    batch.outcome[row] = Outcome.unknown;
    batch.known[row] = 0;
    return undefined;
  },
});

const sample =
  "FROM=198.51.100.7 TO=192.0.2.1 PORT=53 x\n\nhello\nFROM=198.51.100.7 TO=\nFROM=2001:db8::7 TO=192.0.2.2 PORT=9\n";

test("a format of a few lines reads, rejects and leaves alone", () => {
  const { lines, tally } = decodeAll(toy, Buffer.from(sample));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { line: 1, source: "198.51.100.7", target: "192.0.2.1", targetPort: 53, transport: 17 },
    { line: 5, source: "2001:db8::7", target: "192.0.2.2", targetPort: 9 },
  ]);
  expect(tally).toMatchObject({ records: 4, rejected: 1 });
  expect(tally.rejects.get("an address is missing")).toEqual({ count: 1, firstPosition: 4 });
  expect(tally.gaps.get(OTHER_LINES)).toBe(1);
});

test("is recognised by the share of its lines; a cut last line counts only alone", () => {
  expect(toy.looksLike(Buffer.from(sample))).toBe(0.75);
  expect(toy.looksLike(Buffer.from(`${sample}other, cu`))).toBe(0.75);
  expect(toy.looksLike(Buffer.from("FROM=198.51.100.7"))).toBe(1);
  expect(toy.looksLike(Buffer.from("\n\n"))).toBe(0);
  expect(toy.looksLike(Buffer.alloc(0))).toBe(0);
});

test("a line that is too long is a reject with its number", () => {
  const input = Buffer.concat([
    Buffer.from("hello\nFROM="),
    Buffer.alloc(LONGEST_LINE_BYTES, 0x61),
    Buffer.from(`\n${sample}`),
  ]);
  const { tally } = decodeAll(toy, input, [100, 65_000]);
  expect(tally.rejects.get(TOO_LONG)).toEqual({ count: 1, firstPosition: 2 });
  expect(TOO_LONG).toContain(`${LONGEST_LINE_BYTES / 1024} KiB`);
});
