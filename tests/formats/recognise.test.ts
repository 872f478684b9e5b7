import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { explainRecognition, HEAD_BYTES, recognise } from "../../src/formats/recognise.ts";

const logs = join(import.meta.dirname, "logs");
const samples = readdirSync(logs, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((entry) => readdirSync(join(logs, entry.name)).map((name) => ({ id: entry.name, name })))
  .filter(({ name }) => name.endsWith(".log"));

const isListed = (id: string) => formats.some((format) => format.id === id);

describe("every sample is recognised as what it is", () => {
  test.each(samples.filter(({ id }) => isListed(id)))("$id/$name", ({ id, name }) => {
    const head = readFileSync(join(logs, id, name));
    expect(recognise(head, formats, name).id).toBe(id);
    expect(explainRecognition(head, formats).winner?.id).toBe(id);
  });
});

describe("explanation", () => {
  const line =
    "Nov 22 2026 19:05:16: %ASA-4-106023: Deny tcp src outside:192.0.2.7/51234 dst dmz:198.51.100.5/23 by access-group";
  const explain = (text: string | Uint8Array) => explainRecognition(Buffer.from(text), formats);

  test("names the winner, and tries every format", () => {
    const { winner, tried, because } = explain(`${line}\n`);
    expect(winner?.id).toBe("cisco-asa");
    expect(tried.map(({ format }) => format.id).sort()).toEqual(formats.map((format) => format.id).sort());
    expect(because).toBe(
      "100 % of the lines in its first 64 KiB have the marks of 'cisco-asa', and no other format is alike",
    );
  });

  test("names the next one, with the share of its lines", () => {
    const other =
      "Nov 22 19:05:16 pfSense filterlog[1]: 5,,,1,em0,match,block,in,4,0x0,,1,1,0,none,6,tcp,40,192.0.2.7,198.51.100.5,1,22,0,S,1,,1,,";
    const { because } = explain(`${line}\n${line}\n${other}\n`);
    expect(because).toBe(
      "66.6 % of the lines in its first 64 KiB have the marks of 'cisco-asa'; next is 'filterlog' with 33.3 %",
    );
  });

  test("says what it looks like when nothing is alike", () => {
    expect(explain("%PDF-1.7\n").because).toBe("no format is alike; it looks like a PDF document");
    expect(explain("").winner).toBeUndefined();
  });

  test("looks at the start only", () => {
    const long = Buffer.alloc(HEAD_BYTES, "x\n");
    expect(explain(Buffer.concat([long, Buffer.from(`${line}\n`)])).winner).toBeUndefined();
  });
});
