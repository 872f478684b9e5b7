import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { renderConsolePage } from "../../src/presentation/console-page.ts";
import type { Report } from "../../src/stories/report.ts";
import { vedette } from "../cli/run-cli.ts";
import { browserTest, openPage } from "./browser.ts";
import { manyIncidents, realReports, samples } from "./many-incidents.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-report-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [script, style] = ["console.js", "console.css"].map((name) => readFileSync(`web/built/${name}`, "utf8"));

function writePage(name: string, report: Report): string {
  const file = join(folder, name);
  writeFileSync(file, [...renderConsolePage(report, [], { script: script!, style: style! })].join(""));
  return file;
}

async function analyzed(name: string): Promise<string> {
  const file = join(folder, name);
  expect(await vedette(["analyze", "--html", file, ...samples])).toMatchObject({ exit: 0 });
  return file;
}

test("the same inputs give the same file, byte for byte", async () => {
  const [first, second] = [await analyzed("first.html"), await analyzed("second.html")];
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
});

test("without anything to tell the file is under 1.5 MB", async () => {
  const [day] = await realReports(folder);
  const nothing = { ...day, actors: [], incidents: [], exposures: [] };
  expect(readFileSync(writePage("nothing.html", nothing)).length).toBeLessThan(1_500_000);
});

browserTest("from disk: overview, incident, evidence, raw row, filters; nothing is asked of a network", async () => {
  const { page, troubles } = await openPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).protocol));
  await page.goto(pathToFileURL(await analyzed("walk.html")).href);
  await page.getByRole("list", { name: "Top incidents" }).getByRole("link").first().click();
  const row = page
    .getByRole("region", { name: /^Evidence for / })
    .getByRole("row")
    .filter({ hasText: "GET /" });
  expect(await row.first().locator("td.where").getAttribute("title")).toMatch(/^samples\/access\S*\.log:\d+$/);
  expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
  await page.getByRole("link", { name: "Incidents" }).first().click();
  const list = page.getByRole("list", { name: "Incidents" });
  await expect.poll(() => list.getByRole("listitem").count()).toBe(12);
  await page.getByLabel("Priority").selectOption("notable");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
  expect(asked.filter((protocol) => !/^(file|data|blob):$/.test(protocol))).toEqual([]);
  expect(troubles).toEqual([]);
});

browserTest("with 100,000 rows of evidence lists draw what is in view, and all of it can be reached", async () => {
  const [day] = await realReports(folder);
  const many = withRows(manyIncidents(day, 5000), 20);
  expect(many.actors.flatMap(({ evidence }) => evidence).length).toBeGreaterThan(100_000);
  const { page, troubles } = await openPage();
  const begun = performance.now();
  await page.goto(pathToFileURL(writePage("many.html", many)).href);
  await page.getByRole("list", { name: "Top incidents" }).waitFor();
  const opened = performance.now();
  await page.goto(`${page.url().split("#")[0]}#/incidents`);
  const list = page.getByRole("list", { name: "Incidents" });
  const last = page.getByText(/^5,\d{3} shown/);
  for (let screens = 0; screens < 1000 && !(await last.isVisible()); screens++) {
    await page.evaluate(
      "new Promise((drawn) => requestAnimationFrame(drawn, scrollTo(0, document.body.scrollHeight)))",
    );
  }
  await last.waitFor();
  const scrolled = performance.now();
  expect(await list.getByRole("link").count()).toBeLessThan(500);
  await list.getByRole("link").last().click();
  await page
    .getByRole("region", { name: /^Evidence for / })
    .getByRole("row")
    .nth(10)
    .waitFor();
  const times = [opened - begun, scrolled - opened, performance.now() - scrolled].map((ms) => Math.round(ms));
  process.stdout.write(
    `report of 100,000 rows: open, to the end of 5,000 incidents, one incident: ${times.join(", ")} ms\n`,
  );
  expect(troubles).toEqual([]);
});

browserTest("it prints as a document of a few pages, which is also what those see who run no scripts", async () => {
  const { page } = await openPage();
  await page.goto(pathToFileURL(await analyzed("paper.html")).href);
  await page.locator("h1").first().waitFor();
  const pdf = await page.pdf({ format: "A4", path: join("out", "report.pdf") });
  const { page: plain } = await openPage({ javaScriptEnabled: false });
  await plain.goto(page.url());
  expect(await plain.locator("h1").innerText()).toBe("1 to act on, 2 notable, 10 background noise.");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  expect(pages.length).toBeGreaterThan(3);
  expect(pages.length).toBeLessThan(40);
});

/** The same with as many rows of evidence for each actor, which is what ledgers keep. */
function withRows(report: Report, rows: number): Report {
  const actors = report.actors.map((actor) => ({
    ...actor,
    evidence: Array.from({ length: rows }, (_, i) => {
      const row = actor.evidence[i % actor.evidence.length]!;
      return { ...row, position: row.position + i };
    }),
  }));
  return { ...report, actors };
}
