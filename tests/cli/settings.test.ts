import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatErrorsPage } from "../../scripts/errors-page.ts";
import { problems } from "../../src/bytes/problem.ts";
import { currentMs, parseMoment, parseZone } from "../../src/cli/settings.ts";

test.each([
  ["a date is its start in UTC", "2026-11-20", "2026-11-20T00:00:00.000Z"],
  ["a time without a zone is UTC", "2026-11-20 08:00", "2026-11-20T08:00:00.000Z"],
  ["a zone counts", "2026-11-20T08:00:00+0200", "2026-11-20T06:00:00.000Z"],
  ["fractions", "2026-11-20T08:00:00.5Z", "2026-11-20T08:00:00.500Z"],
  ["seconds since 1970", "1773532800", "2026-03-15T00:00:00.000Z"],
])("moments: %s", (_, text, expected) => {
  expect(new Date(parseMoment(text)!).toISOString()).toBe(expected);
});

test.each(["", "today", "2026-13-01", "2026-02-30", "2026-11-20T25:00", "20/Nov/2026", "12"])(
  "no moment: '%s'",
  (text) => {
    expect(parseMoment(text)).toBeUndefined();
  },
);

test("the clock is SOURCE_DATE_EPOCH when set", () => {
  expect(currentMs({ SOURCE_DATE_EPOCH: "1773532800" })).toBe(1_773_532_800_000);
  expect(currentMs({})).toBeGreaterThan(1_773_532_800_000);
  expect(() => currentMs({ SOURCE_DATE_EPOCH: "999999999999" })).toThrow("SOURCE_DATE_EPOCH");
});

test("docs/errors.md explains every code as the program does (npm run docs writes it)", () => {
  const page = readFileSync("docs/errors.md", "utf8");
  expect(page).toBe(formatErrorsPage());
  for (const code of Object.keys(problems)) expect(page).toContain(`## ${code}\n`);
});

test.each([
  ["+01:00", 60],
  ["-0500", -300],
  ["+5:45", 345],
  ["UTC", 0],
  ["Europe/Berlin", "Europe/Berlin"],
  ["Europe/Nowhere", undefined],
  ["+25", undefined],
  ["", undefined],
])("--timezone %s is the zone %s", (text, minutes) => {
  expect(parseZone(text)).toBe(minutes);
});
