import fc from "fast-check";
import { expect, test } from "vitest";
import { AccessTime, parseAccessTime } from "../../src/bytes/access-time.ts";

const at = (text: string, time = new AccessTime()) => {
  const ms = time.parse(Buffer.from(`${text}\n`), 0, text.length);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
};

test.each([
  ["22/Nov/2026:19:05:16 +0000", "2026-11-22T19:05:16.000Z"],
  ["22/Nov/2026:19:05:16 +0530", "2026-11-22T13:35:16.000Z"],
  ["22/Nov/2026:19:05:16 -0800", "2026-11-23T03:05:16.000Z"],
  ["22/nov/2026:19:05:60 +0000", "2026-11-22T19:06:00.000Z"],
  ["29/Feb/2024:00:00:00 +0000", "2024-02-29T00:00:00.000Z"],
  ["29/Feb/2026:00:00:00 +0000", null],
  ["00/Nov/2026:19:05:16 +0000", null],
  ["22/Nov/2026:24:05:16 +0000", null],
  ["22/Nov/2026:19:60:16 +0000", null],
  ["22/Nov/2026:19:05:61 +0000", null],
  ["22/Nov/2026:19:05:16 00000", null],
  ["22/Nov/2026:19:05:16 +00x0", null],
  ["22/Nox/2026:19:05:16 +0000", null],
  ["22/Nov/2026 19:05:16 +0000", null],
  ["22/Nov/2026:19:05:16 +000", null],
])("%s is %s", (text, expected) => {
  expect(at(text)).toBe(expected);
});

test("remembering the last minute changes nothing", () => {
  const digits = fc.stringMatching(/^[0-6][0-9]$/);
  const stamp = fc
    .tuple(
      fc.constantFrom("21", "22", "31"),
      fc.constantFrom("19", "20"),
      digits,
      digits,
      fc.constantFrom("+0000", "+0100", "-0100"),
    )
    .map(([day, hour, minute, second, zone]) => `${day}/Nov/2026:${hour}:${minute}:${second} ${zone}`);
  fc.assert(
    fc.property(fc.array(stamp, { maxLength: 20 }), (stamps) => {
      const time = new AccessTime();
      for (const text of stamps) {
        const bytes = Buffer.from(`${text}\n`);
        expect(time.parse(bytes, 0, text.length)).toEqual(parseAccessTime(bytes, 0, text.length));
      }
    }),
  );
});
