import { expect, test } from "vitest";
import { wantsColour } from "../../src/presentation/paint.ts";
import { formatDuration, formatProgress } from "../../src/presentation/progress.ts";
import {
  formatBytes,
  formatPeriod,
  formatPlural,
  formatProbability,
  formatShortTime,
  formatWeight,
  listApart,
  listSome,
} from "../../src/presentation/words.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9_960, "10 kB"],
  [999_600, "1.0 MB"],
  [88_412_002, "88 MB"],
  [1_250_000_000, "1.3 GB"],
])("%d bytes", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

test.each([
  [0, "0"],
  [1, "1"],
  [0.5, "0.50"],
  [0.001, "0.0010"],
  [0.000_31, "3.1e-4"],
])("probability %d", (probability, expected) => {
  expect(formatProbability(probability)).toBe(expected);
});

test("weights state their sign", () => {
  expect([3, 0, -0.5].map(formatWeight)).toEqual(["+3.00", "0.00", "-0.50"]);
});

test("counts agree with their noun", () => {
  expect([formatPlural(0, "visitor"), formatPlural(1, "visitor"), formatPlural(1204, "visitor")]).toEqual([
    "0 visitors",
    "1 visitor",
    "1,204 visitors",
  ]);
});

test.each([
  ["a day", "2026-03-14T08:00:00.000Z", "2026-03-14T17:59:59.000Z", "2026-03-14 08:00:00 to 17:59:59", "08:00"],
  [
    "a year",
    "2026-03-14T08:00:00.000Z",
    "2026-04-01T17:59:59.000Z",
    "2026-03-14 08:00:00 to 2026-04-01 17:59:59",
    "03-14 08:00",
  ],
  [
    "years",
    "2025-03-14T08:00:00.000Z",
    "2026-04-01T17:59:59.000Z",
    "2025-03-14 08:00:00 to 2026-04-01 17:59:59",
    "2025-03-14",
  ],
  ["a moment", "2026-03-14T08:00:00.100Z", "2026-03-14T08:00:00.900Z", "2026-03-14 08:00:00", "08:00"],
])("times within %s", (_, first, last, period, short) => {
  expect(formatPeriod(first, last)).toBe(period);
  expect(formatShortTime(first, { first, last })).toBe(short);
});

test("long lists say how many are left out", () => {
  expect(listSome(["a", "b"], 2)).toBe("a and b");
  expect(listSome(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
});

test.each([
  ["a terminal", true, {}, true],
  ["a pipe", false, {}, false],
  ["a pipe, forced", false, { FORCE_COLOR: "1" }, true],
  ["a terminal, forced off", true, { FORCE_COLOR: "0" }, false],
  ["NO_COLOR beats a terminal", true, { NO_COLOR: "1" }, false],
  ["NO_COLOR beats FORCE_COLOR", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ["an empty NO_COLOR says nothing", true, { NO_COLOR: "" }, true],
  ["a dumb terminal", true, { TERM: "dumb" }, false],
])("colour: %s", (_, isTerminal, environment, expected) => {
  expect(wantsColour(isTerminal, environment)).toBe(expected);
});

test("progress tells share, rate, time left and records", () => {
  const progress = { bytesRead: 250e6, bytesTotal: 1e9, records: 1_204_000, input: "access.log", elapsedMs: 2000 };
  expect(formatProgress(progress, 100)).toBe(
    "[#####               ] 25 %  125 MB/s  6 s left  1,204,000 records  access.log",
  );
  expect(formatProgress(progress, 40).length).toBeLessThanOrEqual(40);
});

test("progress of a pipe tells no share", () => {
  const progress = { bytesRead: 250e6, records: 10, input: "-\x1b[2J", elapsedMs: 1000 };
  expect(formatProgress(progress, 100)).toBe("250 MB  250 MB/s  10 records  -\\x1b[2J");
});

test("durations in two units at most", () => {
  expect([0.2, 61, 7500].map(formatDuration)).toEqual(["1 s", "1 min 1 s", "2 h 5 min"]);
});

test("entries that hold lists are told apart", () => {
  const entries = ["nginx at a and b", "postfix at c", "dovecot at d"];
  expect(listApart(entries, 3)).toBe("nginx at a and b; postfix at c; dovecot at d");
  expect(listApart(entries, 1)).toBe("nginx at a and b; 2 more");
});
