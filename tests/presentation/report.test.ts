import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { renderPage } from "../../src/presentation/html.ts";
import { formatActorLines, formatJson, formatReportSchema } from "../../src/presentation/json.ts";
import { formatLedger } from "../../src/presentation/ledger.ts";
import { colourPaint } from "../../src/presentation/paint.ts";
import { formatReport } from "../../src/presentation/terminal.ts";
import { widthOf } from "../../src/presentation/width.ts";
import { Report } from "../../src/stories/report.ts";
import { sampleReport } from "./sample-report.ts";

/** All that hostile strings may not bring to a screen; our own line ends apart. */
const raw = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/;

const jsonOf = (report: Report) => [...formatJson(report)].join("");

const empty: Report = {
  ...sampleReport(),
  inputs: [],
  home: [],
  homeFrom: "unknown",
  period: { first: null, last: null },
  counts: { observations: 0, actors: 0, visitors: 0, suspects: 0, scanners: 0 },
  actors: [],
  incidents: [],
  exposures: [],
  coverage: [],
};

test("the terminal report", async () => {
  await expect(formatReport(sampleReport())).toMatchFileSnapshot("golden/report.txt");
});

test("the terminal report of nothing", async () => {
  await expect(formatReport(empty)).toMatchFileSnapshot("golden/report-empty.txt");
});

test("the ledger of the actor to act on", async () => {
  const { actors, threshold } = sampleReport();
  await expect(formatLedger({ actor: actors[0]!, threshold })).toMatchFileSnapshot("golden/ledger.txt");
});

test.each([70, 80, 132, 200])("no line is wider than a terminal of %d columns", (width) => {
  const { actors, threshold } = sampleReport();
  const text = formatReport(sampleReport(), { width }) + formatLedger({ actor: actors[0]!, threshold }, { width });
  for (const line of text.split("\n")) expect(widthOf(line), line).toBeLessThanOrEqual(width);
});

test("hostile strings reach no terminal raw", () => {
  const { actors, threshold } = sampleReport();
  expect(formatReport(sampleReport())).not.toMatch(raw);
  expect(formatLedger({ actor: actors[0]!, threshold })).not.toMatch(raw);
  expect(jsonOf(sampleReport())).not.toMatch(raw);
});

test("colours change nothing but colours", () => {
  const painted = formatReport(sampleReport(), { paint: colourPaint });
  expect(painted).toContain("\x1b[");
  expect(painted.replace(/\x1b\[\d+m/g, "")).toBe(formatReport(sampleReport()));
});

test("what deserves attention comes first", () => {
  const text = formatReport(sampleReport());
  const places = ["ACT 1", "NOTABLE 3", "NOISE 40", "INCIDENTS", "WHAT YOUR SERVERS REVEAL", "INPUTS", "NEXT"];
  const found = places.map((place) => text.indexOf(place));
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
});

test("the page holds no raw hostile string, no script and nothing from elsewhere", () => {
  const page = renderPage(sampleReport());
  expect(page).not.toMatch(raw);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|javascript:|https?:|@import|url\(/i);
  expect(page).toContain("&lt;script&gt;");
  expect(page).toContain("default-src 'none'");
});

test("every link of the page leads to an element of it, and no id stands twice", () => {
  const page = renderPage(sampleReport());
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
  const links = [...page.matchAll(/ href="#([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(links));
});

test("links to actors that the page leaves out are not made", () => {
  const report = sampleReport();
  const many = Array.from({ length: 250 }, (_, i) => ({
    ...report.actors[1]!,
    address: `2001:db8:9::${i.toString(16)}`,
  }));
  const members = many.map(({ address }) => address).reverse();
  const page = renderPage({ ...report, actors: many, incidents: [{ ...report.incidents[0]!, members }] });
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]));
  for (const [, link] of page.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(link);
  expect(page).toContain("And 50 more");
});

test("the page of nothing is a page", () => {
  expect(renderPage(empty)).toContain("0 scanners, 0 visitors.");
});

test("the published JSON Schema is current (npm run docs writes it)", () => {
  expect(readFileSync("docs/report.schema.json", "utf8")).toBe(formatReportSchema());
});

const isValid = new Ajv2020({ strict: true, validateFormats: false }).compile(JSON.parse(formatReportSchema()));

test.each([
  ["the sample", sampleReport()],
  ["nothing", empty],
])("the JSON of %s validates against the JSON Schema and the definition", (_, report) => {
  const json = JSON.parse(jsonOf(report));
  expect(isValid(json), JSON.stringify(isValid.errors)).toBe(true);
  expect(Report.parse(json)).toEqual(json);
});

test.each([
  ["a missing field", { home: undefined }],
  ["an unknown priority", { actors: [{ ...sampleReport().actors[0], priority: "urgent" }] }],
  ["a time that is none", { generated: "yesterday" }],
])("the JSON Schema refuses %s", (_, change) => {
  expect(isValid(JSON.parse(JSON.stringify({ ...sampleReport(), ...change })))).toBe(false);
});

test("JSON in parts is what JSON.stringify makes of the whole", () => {
  const json = jsonOf(sampleReport());
  expect(json).toBe(`${JSON.stringify(JSON.parse(json), undefined, 2)}\n`);
  expect(jsonOf(empty)).toBe(`${JSON.stringify(JSON.parse(jsonOf(empty)), undefined, 2)}\n`);
});

test("keys stand in the order of the contract, whatever order the report was made in", () => {
  const shuffled = Object.fromEntries(Object.entries(sampleReport()).reverse()) as unknown as Report;
  expect(jsonOf(shuffled)).toBe(jsonOf(sampleReport()));
});

test("actors as lines: one object a line, in the report's order", () => {
  const lines = [...formatActorLines(sampleReport())];
  expect(lines.map((line) => JSON.parse(line).address)).toEqual(sampleReport().actors.map(({ address }) => address));
});
