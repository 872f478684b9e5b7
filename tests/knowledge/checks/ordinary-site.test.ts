import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { knowledge } from "../../../src/knowledge/index.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRequest } from "./request-row.ts";

const log = "../shared/data/formats/web-logs/elastic+examples/Common Data Formats/apache_logs/apache_logs";

test.skipIf(!existsSync(log))(
  "of 10,000 lines of an ordinary site's log none is named wrongly (needs ../shared)",
  () => {
    const batch = new Batch();
    const named = new Map<string, number>();
    for (const line of readFileSync(log, "latin1").split("\n")) {
      const found = /"([A-Z]+ \S+)[^"]*" \d+ \S+ "([^"]*)" "([^"]*)"/.exec(line);
      if (!found) continue;
      const row = addRequest(batch, `${found[1]} | referer=${found[2]} | agent=${found[3]}`);
      for (const { check } of knowledge.checksOf(batch, row)) named.set(check.id, (named.get(check.id) ?? 0) + 1);
    }
    // The site does not run WordPress: twelve visits to its log-in page are what the check says they are.
    expect([...named]).toEqual([["wp-login", 12]]);
  },
);
