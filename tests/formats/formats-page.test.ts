import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatFormatsPage } from "../../scripts/formats-page.ts";
import { formats } from "../../src/formats/index.ts";
import { exceptions } from "./exceptions.ts";

const page = formatFormatsPage();

test("docs/formats.md is what the code and the samples say (npm run docs writes it)", () => {
  expect(readFileSync("docs/formats.md", "utf8")).toBe(page);
});

test("every format has its section, and says what it is written after", () => {
  const sections = page.split("\n### `").slice(1);
  expect(sections.map((section) => section.split("`")[0])).toEqual(formats.map(({ id }) => id));
  const without = sections.filter((section) => !section.includes("- Written after: "));
  expect(without.map((section) => section.split("`")[0])).toEqual([]);
});

test("exceptions are of formats that exist", () => {
  const ids = new Set(formats.map(({ id }) => id));
  expect(exceptions.filter(({ format }) => !ids.has(format))).toEqual([]);
});

test("CONTRIBUTING.md walks through a format as it is", () => {
  const walk = readFileSync("CONTRIBUTING.md", "utf8").replaceAll("\n   ", "\n");
  expect(walk).toContain(readFileSync("src/formats/logs/stormshield.ts", "utf8"));
});
