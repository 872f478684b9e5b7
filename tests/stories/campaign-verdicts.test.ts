import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HOUR, MINUTE, Site, stranger, word } from "../../bench/scenarios/site.ts";
import { analyze } from "../../src/stories/analyze.ts";

test("whoever takes part in a campaign is a scanner, also where a low threshold makes each of them a suspect", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vedette-verdicts-"));
  try {
    const site = new Site(3);
    site.visitors(200, 2);
    const agent = "Mozilla/5.0 (compatible; survey/3.1)";
    for (let n = 0; n < 128; n++) site.web(stranger(n), word(n), 2 * HOUR + n * MINUTE, { agent, status: 404 });
    const { report } = await analyze({ inputs: site.write(folder), home: ["198.51.100.0/24"], budget: 100, now: 0 });
    const campaign = report.incidents.find(({ kind }) => kind === "campaign");
    expect(campaign?.members).toHaveLength(128);
    const members = new Set(campaign?.memberships?.map(({ address }) => address));
    const verdicts = report.actors.filter(({ address }) => members.has(address)).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(["scanner"]));
    expect(report.counts.scanners).toBe(report.actors.filter(({ verdict }) => verdict === "scanner").length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
