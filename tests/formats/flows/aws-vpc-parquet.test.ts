import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { awsVpcParquet } from "../../../src/formats/flows/aws-vpc-parquet.ts";
import { decodeAll, tallyAsLine } from "../observations-as-lines.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "aws-vpc-parquet", `${name}.parquet`));

test.each(["gzip", "snappy", "zstd"])("%s: rows as from text", (name) => {
  expect(awsVpcParquet.looksLike(read(name))).toBe(1);
  const { lines, tally } = decodeAll(awsVpcParquet, read(name), [3, 100, 1000]);
  const rows = lines.map((line) => JSON.parse(line));
  expect(
    rows.map((row) => `${row.line} ${row.source}:${row.sourcePort} ${row.target}:${row.targetPort} ${row.outcome}`),
  ).toEqual([
    "1 192.0.2.7:40000 198.51.100.4:443 admitted",
    "2 192.0.2.7:40000 198.51.100.4:443 answered",
    "3 192.0.2.7:40001 198.51.100.4:22 denied",
    "4 2001:db8::7:40002 2001:db8:1::4:443 admitted",
    "5 192.0.2.9:50000 198.51.100.4:8080 admitted",
  ]);
  expect(rows[0].at).toBe("2026-11-22T19:05:16.000Z");
  expect(JSON.parse(tallyAsLine(tally))).toEqual({
    records: 6,
    rejected: 0,
    rejects: {},
    gaps: { "intervals without traffic (NODATA)": 1 },
  });
});

test.each([
  ["something else", read("foreign"), "something else"],
  ["cut short", read("gzip").subarray(0, 900), "broken"],
  ["nothing but its name", Buffer.from("PAR1"), "broken"],
])("refused: %s", (_, bytes, reason) => {
  const { lines, tally } = decodeAll(awsVpcParquet, bytes);
  expect(lines).toEqual([]);
  expect([...tally.rejects.keys()].join()).toContain(reason);
});

test("no byte that is changed ends the run", () => {
  const file = read("gzip");
  for (let at = 0; at < file.length; at += 23) {
    const copy = Buffer.from(file);
    copy[at]! ^= 0xff;
    expect(() => decodeAll(awsVpcParquet, copy)).not.toThrow();
  }
});
