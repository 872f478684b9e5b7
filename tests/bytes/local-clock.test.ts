import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isZoneName, LocalClock } from "../../src/bytes/local-clock.ts";

/** What each local time is in UTC, one after the other by one clock. */
function utc(zone: number | string, ...local: readonly string[]): string[] {
  const clock = new LocalClock(zone);
  return local.map((text) => {
    const localMs = Date.parse(`${text}Z`);
    return new Date(localMs - clock.offsetMs(localMs)).toISOString().slice(0, 19);
  });
}

describe("a zone by name", () => {
  test.each([
    ["winter", "Europe/Berlin", "2026-11-22T19:05:16", "2026-11-22T18:05:16"],
    ["summer", "Europe/Berlin", "2026-07-22T19:05:16", "2026-07-22T17:05:16"],
    ["just before the clocks go forward", "Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59"],
    ["just after", "Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00"],
    [
      "an hour that does not exist: as if not yet put forward",
      "Europe/Berlin",
      "2026-03-29T02:30:00",
      "2026-03-29T01:30:00",
    ],
    ["an hour that comes twice: the first", "Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00"],
    ["after it", "Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00"],
    ["west of Greenwich", "America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00"],
    ["the southern half, half an hour", "Australia/Lord_Howe", "2026-01-10T12:00:00", "2026-01-10T01:00:00"],
    ["three quarters of an hour, no daylight saving", "Asia/Kathmandu", "2026-06-01T12:00:00", "2026-06-01T06:15:00"],
  ])("%s", (_, zone, local, expected) => {
    expect(utc(zone, local)).toEqual([expected]);
  });

  test("an hour that comes twice is told apart by the order of the lines", () => {
    const local = ["2026-10-25T01:59:58", "2026-10-25T02:10:00", "2026-10-25T02:59:59", "2026-10-25T02:00:00"];
    expect(
      utc("Europe/Berlin", ...local, "2026-10-25T02:59:00", "2026-10-25T03:00:00").map((at) => at.slice(11)),
    ).toEqual(["23:59:58", "00:10:00", "00:59:59", "01:00:00", "01:59:00", "02:00:00"]);
  });

  test("a line that comes some seconds late is no second time", () => {
    const local = ["2026-10-25T02:30:10", "2026-10-25T02:29:58", "2026-10-25T02:31:00"];
    expect(utc("Europe/Berlin", ...local).map((at) => at.slice(11))).toEqual(["00:30:10", "00:29:58", "00:31:00"]);
  });

  test("every moment that its zone shows once is read back as itself", () => {
    const zones = fc.constantFrom("Europe/Berlin", "America/St_Johns", "Australia/Sydney", "Africa/Casablanca", "UTC");
    const seconds = fc.integer({ min: Date.UTC(2015, 0) / 1000, max: Date.UTC(2035, 0) / 1000 });
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const wall = (atMs: number) => new Date(atMs).toLocaleString("sv-SE", { timeZone: zone });
        const local = wall(second * 1000);
        const isTwice = [-3600, -1800, 1800, 3600].some((apart) => wall((second + apart) * 1000) === local);
        const localMs = Date.parse(`${local.replace(" ", "T")}Z`);
        if (!isTwice) expect(localMs - new LocalClock(zone).offsetMs(localMs)).toBe(second * 1000);
      }),
      { numRuns: 200 },
    );
  });
});

test("minutes east of UTC are the same on every day", () => {
  expect(utc(-330, "2026-01-01T00:00:00", "2026-07-01T00:00:00")).toEqual([
    "2026-01-01T05:30:00",
    "2026-07-01T05:30:00",
  ]);
});

test("names of zones are those that the system knows", () => {
  expect(["Europe/Berlin", "UTC", "Mars/Olympus", "", "+25", "Europe/Berlin; rm"].map(isZoneName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
