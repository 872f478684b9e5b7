import { describe, expect, test } from "vitest";
import { UserProblem } from "../../../src/bytes/problem.ts";
import { patternFormatOf } from "../../../src/formats/logs/pattern-log.ts";
import { decodeAll, tallyAsLine } from "../observations-as-lines.ts";

const patterns = `
# an application's logins, and a gateway's requests
port = 8443
^\\S+ \\S+ portal: login of \\S+ failed from <HOST>(?: port (?P<sourcePort>\\d+))?$
outcome = refused
transport = udp
service = vpn
^\\S+ \\S+ vpn: hello '(?P<hello>.*)' of <HOST> to (?P<target>[\\d.]+):(?P<targetPort>\\d+)
^\\[(?P<time>[^\\]]+)\\] gate (?P<source>\\S+) (?P<method>[A-Z]+) (?P<path>\\S+) -> (?P<status>\\d+)
`;

const log = `2026-11-22T19:05:16Z web portal: login of anna failed from 192.0.2.7 port 51234
2026-11-22T19:05:17Z web portal: login of bob failed from 2001:db8:f00d::31
2026-11-22T19:05:18Z web vpn: hello 'from \xff<HOST>' of ::ffff:192.0.2.8 to 198.51.100.4:1194
[22/Nov/2026:19:05:19 +0000] gate 192.0.2.9 GET /a\\x22?b=1 -> 404
[22/Nov/2026:19:05:20 +0000] gate www.example.org GET / -> 404
[someday] gate 192.0.2.9 GET / -> 404
2026-11-22T19:05:21Z web portal: started
`;

test("contacts, hellos and requests by named groups; the rest is other programs'", () => {
  const { lines, tally } = decodeAll(
    patternFormatOf(patterns.replaceAll("\\S+ \\S+", "\\S+ \\S+")),
    Buffer.from(log, "latin1"),
  );
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      line: 1,
      kind: "contact",
      at: "2026-11-22T19:05:16.000Z",
      source: "192.0.2.7",
      sourcePort: 51234,
      targetPort: 8443,
      transport: 6,
      outcome: "answered",
    },
    {
      line: 2,
      kind: "contact",
      at: "2026-11-22T19:05:17.000Z",
      source: "2001:db8:f00d::31",
      targetPort: 8443,
      transport: 6,
      outcome: "answered",
    },
    {
      line: 3,
      kind: "contact",
      at: "2026-11-22T19:05:18.000Z",
      source: "192.0.2.8",
      target: "198.51.100.4",
      targetPort: 1194,
      transport: 17,
      outcome: "refused",
    },
    {
      line: 3,
      kind: "hello",
      at: "2026-11-22T19:05:18.000Z",
      source: "192.0.2.8",
      target: "198.51.100.4",
      targetPort: 1194,
      transport: 17,
      service: "vpn",
      detail: "from \xff<HOST>",
    },
    {
      line: 4,
      kind: "request",
      at: "2026-11-22T19:05:19.000Z",
      source: "192.0.2.9",
      transport: 6,
      method: "GET",
      path: '/a"?b=1',
      status: 404,
      bytesSent: 0,
    },
  ]);
  expect(tallyAsLine(tally)).toContain('"rejected":2');
  expect([...tally.gaps.values()]).toEqual([1]);
});

test("a pattern that makes other engines backtrack takes no longer than its line", () => {
  const format = patternFormatOf("^(?:a+)+ <HOST>$");
  const { tally } = decodeAll(format, Buffer.from(`${"a".repeat(30_000)}!\n`));
  expect(tally.records).toBe(1);
});

describe("what cannot be used is told with its line", () => {
  test.each([
    ["# nothing\n", "it holds no pattern"],
    ["port = many\n^<HOST>", "line 1: there is no port 'many'"],
    ["^no address$", "line 1: it has neither <HOST> nor a group 'source'"],
    ["\n^<HOST> (?P<colour>x)", "line 2: there is no group 'colour'"],
    ["^<HOST> (", "line 1"],
    ["^<HOST> (?=look)", "line 1"],
  ])("%j", (text, why) => {
    expect(() => patternFormatOf(text)).toThrow(UserProblem);
    expect(() => patternFormatOf(text)).toThrow(why);
  });
});
