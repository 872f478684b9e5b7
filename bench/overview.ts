// How long the overview and the lists take with many incidents, and how soon a browser shows them where there is one:
// `node bench/overview.ts [INCIDENTS] [ROUNDS]`.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { listen } from "../src/server/listen.ts";
import { SqliteStore } from "../src/stores/sqlite/sqlite-store.ts";
import { sampleReport } from "../tests/stores/sample-report.ts";

const [incidents = 100_000, rounds = 20] = process.argv.slice(2).map(Number);
const IN_ONE_RUN = 10_000;
const browserFile = process.env.CHROMIUM ?? "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "vedette-overview-"));
try {
  const file = join(folder, "store.db");
  const store = new SqliteStore(file);
  const begun = process.cpuUsage();
  for (let from = 0; from < incidents; from += IN_ONE_RUN) {
    const report = sampleReport(Math.min(IN_ONE_RUN, incidents - from), 1 + (from / IN_ONE_RUN) * 3, from);
    await store.addRun(report, Date.now());
  }
  const { user, system } = process.cpuUsage(begun);
  console.log(
    `written: ${incidents} incidents, ${((user + system) / 1e6).toFixed(1)} s of CPU, ${statSync(file).size >> 20} MiB`,
  );
  const since = Date.now() - 1000;
  const { next } = await store.incidents({ sort: "last" }, { limit: 500 });
  await measure("overview", () => store.overview(since));
  await measure("first page by priority", () => store.incidents({}, { limit: 50 }));
  await measure("second page by time", () => store.incidents({ sort: "last" }, { limit: 500, cursor: next! }));
  await measure("open, two priorities", () =>
    store.incidents({ priority: ["act", "notable"], acknowledged: false }, { limit: 50 }),
  );
  await measure("words that nothing holds", () => store.incidents({ search: "nowhere" }, { limit: 50 }));
  await measure("count of all", () => store.countIncidents({}));
  await measure("checks", () => store.checks(1000));
  await measure("report of 1,000", () => store.report(1000));
  const server = await listen({ store, host: "127.0.0.1", port: 0 });
  await measure("overview, by HTTP", async () => (await fetch(`${server.url}api/overview`)).text());
  const script = gzipSync(readFileSync(new URL("../web/built/console.js", import.meta.url))).length;
  console.log(`the console's script, compressed: ${(script / 1000).toFixed(1)} kB`);
  if (existsSync(browserFile)) await measurePaint(server.url);
  await server.close();
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}

/** Prints the median and the slowest of some rounds, by the clock, in milliseconds. */
async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  console.log(`${name}: median ${times[rounds >> 1]!.toFixed(1)} ms, slowest ${times.at(-1)!.toFixed(1)} ms`);
}

/** The page in a browser that has nothing of it yet: when it paints first, and when the overview is there. */
async function measurePaint(url: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: browserFile, args: ["--no-sandbox"] });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("list", { name: "Top incidents" }).waitFor();
  const [paint, whole] = (await page.evaluate(
    "[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]",
  )) as [number, number];
  console.log(`in a browser: first paint ${paint.toFixed(0)} ms, overview ${whole.toFixed(0)} ms`);
  await browser.close();
}
