import { describe, expect, test } from "vitest";
import type { Zone } from "../../src/bytes/local-clock.ts";
import type { Format } from "../../src/formats/format.ts";
import { combined } from "../../src/formats/logs/combined.ts";
import { fortigate } from "../../src/formats/logs/fortigate.ts";
import { jsonAccess } from "../../src/formats/logs/json-access.ts";
import { netfilter } from "../../src/formats/logs/netfilter.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { decodeAll } from "./observations-as-lines.ts";

const packet =
  "kernel: DROP IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.4 LEN=60 TTL=60 ID=1 PROTO=TCP SPT=1 DPT=22 WINDOW=1 SYN";

function timesOf(format: Format, text: string, zone: Zone = 0): string[] {
  return decodeAll(format, Buffer.from(`${text}\n`), [], zone).lines.map((line) => JSON.parse(line).at);
}

const NOON = "2026-11-22T19:05:16.000Z";

describe("a firewall's line through syslog", () => {
  test.each([
    ["RFC 3164, without year", `Nov 22 19:05:16 fw ${packet}`, NOON],
    ["the month in capitals", `NOV 22 19:05:16 fw ${packet}`, NOON],
    ["the month in small letters", `nov 22 19:05:16 fw ${packet}`, NOON],
    ["a day of one digit", `Nov  2 19:05:16 fw ${packet}`, "2026-11-02T19:05:16.000Z"],
    ["with a priority", `<4>Nov 22 19:05:16 fw ${packet}`, NOON],
    ["RFC 5424", `<4>1 2026-11-22T20:05:16+01:00 fw kernel - - - ${packet}`, NOON],
    ["counted octets (RFC 6587)", `180 <4>1 2026-11-22T19:05:16Z fw kernel - - - ${packet}`, NOON],
    ["a byte order mark", `\ufeffNov 22 19:05:16 fw ${packet}`, NOON],
    ["ISO 8601 with a fraction", `2026-11-22T19:05:16.000000+00:00 fw ${packet}`, NOON],
    [
      "two headers: the collector's is first, and counts",
      `Nov 22 19:05:16 collector Nov 22 19:05:15 fw ${packet}`,
      NOON,
    ],
    ["a day of a leap year", `Feb 29 12:00:00 fw ${packet}`, "2024-02-29T12:00:00.000Z"],
    ["later than the input: of the year before", `Dec 24 12:00:00 fw ${packet}`, "2025-12-24T12:00:00.000Z"],
    ["epoch seconds", `1795374316 fw ${packet}`, NOON],
    ["epoch seconds with a fraction", `1795374316.000 fw ${packet}`, NOON],
  ])("%s", (_, line, at) => {
    expect(timesOf(netfilter, line)).toEqual([at]);
  });

  test("--timezone moves what states no zone, and nothing else", () => {
    expect(timesOf(netfilter, `Nov 22 19:05:16 fw ${packet}`, 120)).toEqual(["2026-11-22T17:05:16.000Z"]);
    expect(timesOf(netfilter, `2026-11-22T19:05:16Z fw ${packet}`, 120)).toEqual([NOON]);
  });

  test("lines out of order keep their own times", () => {
    const lines = [16, 12, 19, 3].map((second) => `Nov 22 19:05:${String(second).padStart(2, "0")} fw ${packet}`);
    expect(timesOf(netfilter, lines.join("\n")).map((at) => at.slice(17, 19))).toEqual(["16", "12", "19", "03"]);
  });

  test("a year that turns within a file, also when one line comes late", () => {
    const text = [`Dec 31 23:59:59`, `Jan  1 00:00:01`, `Dec 31 23:59:58`].map((at) => `${at} fw ${packet}`).join("\n");
    const tally = new Tally();
    const decoder = netfilter.open({ tally, referenceMs: Date.parse("2027-01-01T12:00:00Z"), zone: 0 });
    const batch = new Batch();
    decoder.decode(Buffer.from(`${text}\n`), batch);
    decoder.end(batch);
    const years = Array.from(batch.atMs.subarray(0, batch.length), (at) => new Date(at).getUTCFullYear());
    expect(years).toEqual([2026, 2027, 2026]);
  });
});

describe("daylight saving", () => {
  test("a zone by name, in logs that state none", () => {
    const packet = "kernel: IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.5 LEN=60 PROTO=TCP SPT=1 DPT=80";
    const stamps = ["Jul 22 19:05:16", "Oct 25 02:59:59", "Oct 25 02:00:01", "Oct 25 03:00:00", "Nov 22 19:05:16"];
    expect(timesOf(netfilter, stamps.map((at) => `${at} fw ${packet}`).join("\n"), "Europe/Berlin")).toEqual([
      "2026-07-22T17:05:16.000Z",
      "2026-10-25T00:59:59.000Z",
      "2026-10-25T01:00:01.000Z",
      "2026-10-25T02:00:00.000Z",
      "2026-11-22T18:05:16.000Z",
    ]);
  });
  const line = (at: string) => `192.0.2.7 - - [${at}] "GET / HTTP/1.1" 200 1 "-" "-"`;
  test("the hour that comes twice is told apart by its offset", () => {
    const text = [line("25/Oct/2026:02:30:00 +0200"), line("25/Oct/2026:02:30:00 +0100")].join("\n");
    expect(timesOf(combined, text)).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
  });
  test("an offset that changes from line to line", () => {
    const text = [line("29/Mar/2026:01:59:59 +0100"), line("29/Mar/2026:03:00:00 +0200")].join("\n");
    expect(timesOf(combined, text)).toEqual(["2026-03-29T00:59:59.000Z", "2026-03-29T01:00:00.000Z"]);
  });
  test.each(["Nov", "NOV", "nov"])("the month as %s", (month) => {
    expect(timesOf(combined, line(`22/${month}/2026:19:05:16 +0000`))).toEqual([NOON]);
  });
});

describe("numbers since 1970", () => {
  test.each([
    ["seconds", "1795374316"],
    ["seconds with a fraction", "1795374316.000"],
    ["milliseconds", "1795374316000"],
    ["microseconds", "1795374316000000"],
    ["nanoseconds", "1795374316000000000"],
    ["seconds as a text", '"1795374316"'],
  ])("JSON: %s", (_, at) => {
    const line = `{"time":${at},"remote_addr":"192.0.2.7","request_method":"GET","request_uri":"/","status":200}`;
    expect(timesOf(jsonAccess, line)).toEqual([NOON]);
  });
  test.each(["1795374316", "1795374316000", "1795374316000000", "1795374316000000000"])(
    "FortiGate: eventtime=%s",
    (at) => {
      const line =
        `date=2026-11-22 time=11:05:16 devname="fw" devid="FG1" eventtime=${at} logid="0000000013" type="traffic" subtype="forward" ` +
        `srcip=192.0.2.7 srcport=1 dstip=198.51.100.4 dstport=22 proto=6 action="deny"`;
      expect(timesOf(fortigate, line)).toEqual([NOON]);
    },
  );
});

test.each([
  ["the 32nd of a month", `Nov 32 19:05:16 fw ${packet}`],
  ["hour 24", `Nov 22 24:05:16 fw ${packet}`],
  ["29 February of another year", `2026-02-29T19:05:16Z fw ${packet}`],
])("%s is no time, and a reject", (_, line) => {
  const { lines, tally } = decodeAll(netfilter, Buffer.from(`${line}\n`));
  expect([lines.length, tally.rejected]).toEqual([0, 1]);
});
