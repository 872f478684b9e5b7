import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../src/stories/report.ts";
import { type Ended, vedette } from "../cli/run-cli.ts";
import { browserTest, openPage } from "./browser.ts";
import { hostileCapture, hostileLog, hostileTexts, sourceOf } from "./hostile-inputs.ts";
import { type Served, serveConsole } from "./serve-console.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-hostile-"));
const place = (name: string) => join(folder, name);
/** Files that somebody else named. */
const names = { log: '"><img src=x onerror=window.ran=90>\x1b[31m.log', capture: "=1+1\u202e;--home;`id`.pcap" };
let ended: Ended;
let served: Served;
let report: Report;

beforeAll(async () => {
  const inputs = [place(names.log), place(names.capture)];
  writeFileSync(inputs[0]!, hostileLog());
  writeFileSync(inputs[1]!, hostileCapture());
  const outputs = ["json", "ndjson", "html"].flatMap((kind) => [`--${kind}`, place(`out.${kind}`)]);
  ended = await vedette(["analyze", "--home", "198.51.100.0/24", "--store", place("store.db"), ...outputs, ...inputs]);
  report = JSON.parse(readFileSync(place("out.json"), "utf8"));
  served = await serveConsole(place("store.db"));
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true });
});

/** Whatever steers a terminal, hides, or turns the direction of text; lines end all the same. */
const steering = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

test("every hostile text was understood: its source is in the report, with rows that quote it", () => {
  expect(ended).toMatchObject({ exit: 0 });
  const sources = new Set(report.actors.map(({ address }) => address));
  expect(Object.keys(hostileTexts).filter((_, i) => !sources.has(sourceOf(i)))).toEqual([]);
  expect(report.actors.flatMap(({ evidence }) => evidence.map(({ what }) => what)).join("\n")).toContain(
    "<svg/onload=",
  );
});

test("nothing steers a terminal, nor whoever prints the JSON", async () => {
  const explained = await vedette(["explain", sourceOf(0), place(names.log), place(names.capture)]);
  for (const text of [ended.stdout, ended.stderr, explained.stdout, explained.stderr])
    expect(text).not.toMatch(steering);
  expect(explained.stdout).toContain("<script>window.ran=1</script>");
  for (const line of readFileSync(place("out.ndjson"), "utf8").trimEnd().split("\n")) {
    for (const text of textsOf(JSON.parse(line))) expect(text).not.toMatch(steering);
  }
  for (const text of textsOf(report)) expect(text).not.toMatch(steering);
});

test("exports: no cell is a formula, no name a path, no line broken", async () => {
  const incidents = (await (await fetch(`${served.url}api/incidents?limit=500`)).json()) as { items: { id: string }[] };
  const paths = incidents.items.map(({ id }) => `api/incidents/${id}/evidence.csv`);
  let rows = 0;
  for (const path of ["api/incidents.csv", ...paths]) {
    const response = await fetch(served.url + path);
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
    const lines = (await response.text()).trimEnd().split(/\r?\n/);
    rows += lines.length;
    for (const line of lines) {
      expect(line).not.toMatch(steering);
      expect(line).not.toMatch(/(?:^|,)"?\s*[=+@|%]/);
    }
  }
  expect(rows).toBeGreaterThan(10 * Object.keys(hostileTexts).length);
  const stored = (await (await fetch(`${served.url}api/incidents.ndjson`)).text()).trimEnd().split("\n");
  expect(stored).toHaveLength(incidents.items.length);
  for (const line of stored) for (const text of textsOf(JSON.parse(line))) expect(text).not.toMatch(steering);
});

browserTest("the report, opened from disk, shows every hostile text and runs none, on paper either", async () => {
  const { page, troubles } = await openPage();
  await walk(page, pathToFileURL(place("out.html")).href);
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
  expect(await page.locator("body").innerText()).toContain(hostileTexts.script);
  await checkInert(page);
  expect(troubles).toEqual([]);
});

browserTest("the console shows every hostile text, and runs none", async () => {
  const { page, troubles } = await openPage();
  await walk(page, served.url);
  expect(troubles.filter((trouble) => !/with a status of 40[04]/.test(trouble))).toEqual([]);
});

const typed = encodeURIComponent('"><img src=x onerror=window.ran=91>');
const places = [
  ...["overview", "incidents", "actors", "exposures", "checks", "coverage", "settings"],
  ...Object.keys(hostileTexts).map((_, i) => `actors/${sourceOf(i)}`),
  ...[`incidents?q=${typed}`, `incidents/${typed}`, typed, "incidents/javascript:window.ran=92", "actors/%E0"],
];

/** Opens every page, as `console` serves it or as the report holds it. */
async function walk(page: Page, console: string): Promise<void> {
  const shown: string[] = [];
  for (const each of places) {
    await page.goto(`${console}#/${each}`);
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    await page.locator("h1").first().waitFor();
    await expect.poll(() => page.locator("body").innerText()).not.toContain("Loading");
    await checkInert(page);
    shown.push(await page.locator("body").innerText());
  }
  const all = shown.join("\n");
  const plain = ["script", "image", "drawing", "frame", "link", "entities", "template"].map(
    (name) => hostileTexts[name]!,
  );
  expect([...plain, "\\u202egnp.exe", "\\x1b]0;owned\\x07"].filter((text) => !all.includes(text))).toEqual([]);
}

/** Nothing ran, and nothing that an input wrote became an element, an attribute that acts, or a link that does. */
async function checkInert(page: Page): Promise<void> {
  const found = await page.evaluate(`({
    ran: window.ran ?? Object.prototype.ran ?? null,
    cookie: document.cookie,
    elements: [...document.querySelectorAll("img, iframe, object, embed, base, video, math, animate, meta[http-equiv=refresh], svg script")].length,
    attributes: [...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames()).filter((name) => name.startsWith("on")),
    links: [...document.querySelectorAll("a, area, form, use")].map((each) => each.getAttribute("href") ?? each.getAttribute("action") ?? "").filter((to) => /^\\s*(javascript|data|vbscript):/i.test(to)),
  })`);
  expect(found).toEqual({ ran: null, cookie: "", elements: 0, attributes: [], links: [] });
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
