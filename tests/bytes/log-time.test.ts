import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogTime, startsLikeLogLine } from "../../src/bytes/log-time.ts";

const referenceMs = Date.parse("2026-11-23T12:00:00Z");

function parse(line: string, context: Partial<{ referenceMs: number; zone: number }> = {}) {
  const time = new LogTime({ referenceMs, zone: 0, ...context });
  const bytes = Buffer.from(`${line}\n`);
  const atMs = time.parse(bytes, 0, line.length);
  return { at: Number.isNaN(atMs) ? null : new Date(atMs).toISOString(), rest: line.slice(time.next), time };
}

describe("time stamps that lines start with", () => {
  test.each([
    ["RFC 3164", "Nov 22 19:05:16 fw x", "2026-11-22T19:05:16.000Z"],
    ["day padded with a space", "Nov  2 19:05:16 fw x", "2026-11-02T19:05:16.000Z"],
    ["day not padded", "Nov 2 19:05:16 fw x", "2026-11-02T19:05:16.000Z"],
    ["month in capitals", "NOV 22 19:05:16 fw x", "2026-11-22T19:05:16.000Z"],
    ["fraction", "Nov 22 19:05:16.123456 fw x", "2026-11-22T19:05:16.123Z"],
    ["year before the time", "Nov 22 2024 19:05:16 fw x", "2024-11-22T19:05:16.000Z"],
    ["year after the time", "Nov 22 19:05:16 2024 fw x", "2024-11-22T19:05:16.000Z"],
    ["week day", "Sun Nov 22 19:05:16 2026 fw x", "2026-11-22T19:05:16.000Z"],
    ["priority", "<134>Nov 22 19:05:16 fw x", "2026-11-22T19:05:16.000Z"],
    ["RFC 5424", "<4>1 2026-11-22T19:05:16.123456Z fw x", "2026-11-22T19:05:16.123Z"],
    ["octet count", "57 <4>1 2026-11-22T19:05:16Z fw x", "2026-11-22T19:05:16.000Z"],
    ["ISO with an offset", "2026-11-22T19:05:16.5+05:30 fw x", "2026-11-22T13:35:16.500Z"],
    ["ISO, offset without colon", "2026-11-22T19:05:16-0800 fw x", "2026-11-23T03:05:16.000Z"],
    ["ISO, offset in hours", "2026-11-22T19:05:16+01 fw x", "2026-11-22T18:05:16.000Z"],
    ["ISO with space and comma", "2026-11-22 19:05:16,250 fw x", "2026-11-22T19:05:16.250Z"],
    ["slashes", "2026/11/22 19:05:16 fw x", "2026-11-22T19:05:16.000Z"],
    ["journalctl's short-full", "Sun 2026-11-22 19:05:16 UTC fw x", "2026-11-22T19:05:16.000Z"],
    ["journalctl's short-unix", "1795374316.908849 fw x", "2026-11-22T19:05:16.908Z"],
    ["leap second", "Nov 22 23:59:60 fw x", "2026-11-23T00:00:00.000Z"],
    ["29 February in the latest leap year", "Feb 29 10:00:00 fw x", "2024-02-29T10:00:00.000Z"],
  ])("%s", (_, line, at) => {
    const parsed = parse(line);
    expect({ at: parsed.at, rest: parsed.rest }).toEqual({ at, rest: "fw x" });
  });

  test("dmesg's has no host name behind it", () => {
    const { at, rest, time } = parse("[Sun Nov 22 19:05:16 2026] x");
    expect({ at, rest, isInBrackets: time.isInBrackets }).toEqual({
      at: "2026-11-22T19:05:16.000Z",
      rest: "x",
      isInBrackets: true,
    });
  });

  test.each([
    ["nothing", ""],
    ["time since boot", "[ 3288.637332] x"],
    ["priority only", "<4>kernel: x"],
    ["no such day", "Nov 31 19:05:16 fw x"],
    ["no such hour", "Nov 22 24:05:16 fw x"],
    ["no such second", "Nov 22 19:05:61 fw x"],
    ["letters for digits", "Nov 22 1a:05:16 fw x"],
    ["cut", "Nov 22 19:05:1"],
    ["no such month", "2026-13-22T19:05:16Z fw x"],
    ["RFC 5424's absent stamp", "<4>1 - fw kernel - - - x"],
    ["a word", "Novel ideas"],
    ["eleven digits", "17953743160 fw x"],
  ])("%s is none", (_, line) => {
    expect(parse(line).at).toBeNull();
  });

  test("a stamp without year lies at most a day after the reference", () => {
    expect(parse("Nov 24 11:59:59 fw").at).toBe("2026-11-24T11:59:59.000Z");
    expect(parse("Nov 24 12:00:01 fw").at).toBe("2025-11-24T12:00:01.000Z");
  });

  test("the year turns within a file", () => {
    const time = new LogTime({ referenceMs: Date.parse("2027-01-03T00:00:00Z"), zone: 0 });
    const at = (line: string) => new Date(time.parse(Buffer.from(`${line}\n`), 0, line.length)).toISOString();
    const lines = [
      "Dec 31 23:59:58 fw x",
      "Dec 31 23:59:59 fw x",
      "Jan  1 00:00:00 fw x",
      "Jan  1 00:00:01 fw x",
      "Dec 31 23:59:59 fw x",
    ];
    expect(lines.map(at)).toEqual([
      "2026-12-31T23:59:58.000Z",
      "2026-12-31T23:59:59.000Z",
      "2027-01-01T00:00:00.000Z",
      "2027-01-01T00:00:01.000Z",
      "2026-12-31T23:59:59.000Z",
    ]);
  });

  test("the zone given moves stamps without one, and no others", () => {
    expect(parse("Nov 22 19:05:16 fw", { zone: 60 }).at).toBe("2026-11-22T18:05:16.000Z");
    expect(parse("2026-11-22T19:05:16 fw", { zone: -330 }).at).toBe("2026-11-23T00:35:16.000Z");
    expect(parse("2026-11-22T19:05:16Z fw", { zone: 60 }).at).toBe("2026-11-22T19:05:16.000Z");
  });

  test("remembering the last hour changes nothing", () => {
    const stamps = fc.record({
      day: fc.integer({ min: 22, max: 25 }),
      hour: fc.integer({ min: 10, max: 14 }),
      minute: fc.integer({ min: 0, max: 60 }),
      mark: fc.constantFrom(":", ".", " "),
      host: fc.constantFrom("fw", "2025 fw", ""),
    });
    const two = (value: number) => String(value).padStart(2, "0");
    fc.assert(
      fc.property(fc.array(stamps, { maxLength: 12 }), (list) => {
        const context = { referenceMs: referenceMs + 1_234_000, zone: 0 };
        const time = new LogTime(context);
        for (const { day, hour, minute, mark, host } of list) {
          const line = `Nov ${two(day)} ${two(hour)}:${two(minute % 61)}${mark}16 ${host}`;
          const bytes = Buffer.from(`${line}\n`);
          const again = new LogTime(context);
          expect(time.parse(bytes, 0, line.length)).toEqual(again.parse(bytes, 0, line.length));
          if (mark === ":") expect(time.next).toEqual(again.next);
        }
      }),
    );
  });
});

describe("lines that some program logged", () => {
  test.each([
    ["Nov 22 19:05:16 fw x", true],
    ["<4>x", true],
    ["[ 3288.637332] x", true],
    ["2026-11-22 x", true],
    ["2026/11/22 19:05:16 [error] x", true],
    ["[Sun Nov 22 19:05:16 2026] x", true],
    ["1795374316.908849 x", true],
    ["198.51.100.7 - - x", false],
    ["1.5 x", false],
    ["<html>", false],
    ["Mar", false],
    ["", false],
    ["\0\0\0\0\0", false],
  ])("%s: %s", (line, expected) => {
    expect(startsLikeLogLine(Buffer.from(`${line}\n`), 0, line.length)).toBe(expected);
  });
});
