import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { DAY, HOUR, SECOND, Site } from "../../bench/scenarios/site.ts";
import { type AnalyzeOptions, analyze } from "../../src/stories/analyze.ts";

const SCANNER = "203.0.113.77";
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function sweep(site: Site, atMs: number, ports = 400, stepMs = SECOND): void {
  for (let port = 1; port <= ports; port++) site.packet(SCANNER, "198.51.100.80", port, atMs + port * stepMs, "DROP");
}

async function judged(site: Site, options: Partial<AnalyzeOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "vedette-episodes-"));
  folders.push(folder);
  return analyze({ inputs: site.write(folder), home: ["198.51.100.0/24"], now: 0, ...options });
}

const daysOf = (first: string) => (Date.parse(first) - Date.UTC(2026, 2, 2)) / DAY;

test("a scan of all ports is one incident", async () => {
  const site = new Site(1);
  site.visitors(40);
  sweep(site, HOUR, 65_535, 100);
  const { report } = await judged(site);
  expect(report.incidents.map(({ members }) => members)).toEqual([[SCANNER]]);
});

test("another scan by the same source three weeks later is another incident; one after three days is not", async () => {
  const site = new Site(1);
  site.visitors(40, 40);
  for (const day of [1, 4, 25]) sweep(site, day * DAY);
  const { report } = await judged(site);
  expect(report.actors.map(({ address }) => address)).toEqual([SCANNER]);
  const [actor] = report.actors;
  expect(report.incidents.map(({ stages }) => Math.floor(daysOf(stages[0]!.first)))).toEqual([1, 25]);
  expect(actor!.evidence.some(({ what }) => what.includes("back after 21 days"))).toBe(true);
});

test("a scanner that only comes back for a page has not scanned again", async () => {
  const site = new Site(1);
  site.visitors(40, 40);
  sweep(site, DAY);
  site.web(SCANNER, "/about.html", 25 * DAY);
  expect((await judged(site)).report.incidents).toHaveLength(1);
});

test("scans of separate runs that share a state are told apart as in one run", async () => {
  const [early, late] = [new Site(1), new Site(1)];
  early.visitors(40, 2);
  sweep(early, DAY);
  sweep(late, 25 * DAY);
  const first = await judged(early, { state: { name: "state" } });
  const { report } = await judged(late, { state: { name: "state", bytes: first.state! } });
  expect(report.incidents.map(({ stages }) => Math.floor(daysOf(stages[0]!.first)))).toEqual([1, 25]);
});
