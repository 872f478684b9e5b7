import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Format } from "../../../src/formats/format.ts";
import { decodeAll, tallyAsLine } from "../observations-as-lines.ts";

// Every folder beside this file is a format of src/formats/logs with the same name; every *.log in it is a sample, and
// *.expected.jsonl what it means. `npx vitest -u` rewrites the expected files: review them like code.
const here = import.meta.dirname;
const ids = readdirSync(here, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

describe.each(ids)("%s", (id) => {
  const folder = join(here, id);
  const samples = readdirSync(folder).filter((name) => name.endsWith(".log"));

  test("tells where its samples come from", () => {
    expect(existsSync(join(folder, "README.md"))).toBe(true);
    expect(samples.length).toBeGreaterThan(0);
  });

  test.each(samples)("%s", async (name) => {
    const format = await formatOf(id);
    const sample = readFileSync(join(folder, name));
    const expected = join(folder, name.replace(/log$/, "expected.jsonl"));
    const { lines, tally } = decodeAll(format, sample);
    await expect(`${[...lines, tallyAsLine(tally)].join("\n")}\n`).toMatchFileSnapshot(expected);
  });

  test.each(samples)("%s is recognised", async (name) => {
    const format = await formatOf(id);
    expect(format.looksLike(readFileSync(join(folder, name)))).toBeGreaterThan(0.3);
  });

  test.each(samples)("%s means the same however it is cut, and with CRLF", async (name) => {
    const format = await formatOf(id);
    const sample = readFileSync(join(folder, name));
    const whole = decodeAll(format, sample);
    const everyByte = Array.from(sample.keys());
    expect(decodeAll(format, sample, everyByte)).toEqual(whole);
    const crlf = Buffer.from(sample.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
    expect(decodeAll(format, crlf, [7, 100, 101, 102, 500])).toEqual(whole);
    expect(decodeAll(format, sample.subarray(0, -1)).lines).toEqual(whole.lines);
  });
});

async function formatOf(id: string): Promise<Format> {
  const module: Record<string, Format> = await import(`../../../src/formats/logs/${id}.ts`);
  const format = Object.values(module).find((candidate) => candidate.id === id);
  if (!format) throw new Error(`src/formats/logs/${id}.ts exports no format ${id}`);
  return format;
}
