import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Format } from "../../../src/formats/format.ts";
import { combined } from "../../../src/formats/logs/combined.ts";
import { netfilter } from "../../../src/formats/logs/netfilter.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Tally } from "../../../src/observations/tally.ts";

// Labelled recordings, kept beside the project and not part of it.
const lab = join(import.meta.dirname, "../../../../shared/data/lab");
const isThere = existsSync(lab);
const sets = isThere ? readdirSync(lab).filter((name) => existsSync(join(lab, name, "labels.json"))) : [];

function read(format: Format, path: string): { observations: number; tally: Tally } {
  const log = gunzipSync(readFileSync(path));
  expect(format.looksLike(log.subarray(0, 65_536))).toBe(1);
  const tally = new Tally();
  const decoder = format.open({ tally, referenceMs: Date.parse("2026-11-23"), zone: 0 });
  const batch = new Batch();
  let observations = 0;
  for (let at = 0; at < log.length; at += 100_000) {
    decoder.decode(log.subarray(at, at + 100_000), batch);
    observations += batch.length;
    batch.clear();
  }
  decoder.end(batch);
  return { observations: observations + batch.length, tally };
}

describe.skipIf(!isThere)("labelled recordings (skipped where they are absent)", () => {
  test.each(sets)("%s: every line is read, as many as were counted", (set) => {
    const { counts, start, end } = JSON.parse(readFileSync(join(lab, set, "labels.json"), "utf8"));
    const inputs = [
      [netfilter, "fw.log.gz", counts.fw_lines],
      [combined, "nginx-access.log.gz", counts.nginx_lines],
      [combined, "apache-access.log.gz", counts.apache_lines],
    ] as const;
    for (const [format, name, count] of inputs) {
      const { observations, tally } = read(format, join(lab, set, name));
      expect({ name, records: tally.records, observations }).toEqual({ name, records: count, observations: count });
      expect(tally.firstMs).toBeGreaterThan(start * 1000 - 2000);
      expect(tally.lastMs).toBeLessThan(end * 1000 + 60_000);
    }
  });
});
