import { describe, expect, test } from "vitest";
import { UserProblem } from "../../../src/bytes/problem.ts";
import { combined } from "../../../src/formats/logs/combined.ts";
import { accessFormatOf } from "../../../src/formats/logs/custom-access.ts";
import { decodeAll } from "../observations-as-lines.ts";

function readLine(format: string, line: string): Record<string, unknown> {
  const { lines, tally } = decodeAll(accessFormatOf(format), Buffer.from(`${line}\n`, "latin1"));
  return lines.length === 1 ? JSON.parse(lines[0]!) : { rejects: [...tally.rejects.keys()] };
}

const request = {
  line: 1,
  kind: "request",
  at: "2026-11-22T19:05:16.000Z",
  source: "192.0.2.7",
  transport: 6,
  method: "GET",
  path: "/a?b=1",
  status: 404,
  bytesSent: 153,
  agent: "curl/8.5.0",
};

const written: readonly (readonly [name: string, format: string, line: string, more: Record<string, unknown>])[] = [
  [
    "nginx, the directive over several lines",
    `log_format  timed  '$remote_addr $host [$time_local] "$request" '\n  '$status $body_bytes_sent $request_time "$http_user_agent"';`,
    '192.0.2.7 www.example.org [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 0.001 "curl/8.5.0"',
    { host: "www.example.org" },
  ],
  [
    "nginx, time as epoch, method and URI apart, upstream list with spaces",
    "$msec|$remote_addr:$remote_port|$server_addr:$server_port|$request_method|$request_uri|$status|$bytes_sent|$upstream_addr|$http_user_agent",
    "1795374316.250|192.0.2.7:51234|198.51.100.4:443|GET|/a?b=1|404|153|10.0.0.1:80, 10.0.0.2:80|curl/8.5.0",
    { at: "2026-11-22T19:05:16.250Z", sourcePort: 51234, target: "198.51.100.4", targetPort: 443 },
  ],
  [
    "nginx, behind a proxy: the client from X-Forwarded-For",
    '$remote_addr "$http_x_forwarded_for" $time_iso8601 "$request" $status $body_bytes_sent $upstream_addr "$http_user_agent"',
    '10.0.0.5 "198.51.100.99, 192.0.2.7" 2026-11-22T19:05:16+00:00 "GET /a?b=1 HTTP/1.1" 404 153 10.0.0.1:80, 10.0.0.2:80 "curl/8.5.0"',
    {},
  ],
  [
    "nginx, written as JSON",
    `log_format j escape=json '{"t":"$time_iso8601","ip":"$remote_addr","rq":"$request","st":$status,"sz":$body_bytes_sent,"ua":"$http_user_agent"}';`,
    '{"t":"2026-11-22T19:05:16+00:00","ip":"192.0.2.7","rq":"GET /a?b=\\u0022\\/\\" HTTP/1.1","st":404,"sz":153,"ua":"curl/8.5.0"}',
    { path: '/a?b="/"' },
  ],
  [
    "nginx, PROXY protocol",
    '$proxy_protocol_addr - $remote_addr [$time_local] "$request" $status $body_bytes_sent "$http_user_agent"',
    '192.0.2.7 - 10.9.8.7 [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "curl/8.5.0"',
    {},
  ],
  [
    "nginx, a CDN's header before a list that ends in its edge",
    '$remote_addr $http_cf_connecting_ip "$http_x_forwarded_for" [$time_local] "$request" $status $bytes_sent "$http_user_agent"',
    '127.0.0.1 192.0.2.7 "192.0.2.7, 198.51.100.200" [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "curl/8.5.0"',
    {},
  ],
  [
    "nginx, a direct client that forges a list is the client itself",
    '$remote_addr "$http_x_forwarded_for" [$time_local] "$request" $status $bytes_sent "$http_user_agent"',
    '192.0.2.7 "198.51.100.1" [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "curl/8.5.0"',
    {},
  ],
  [
    "Apache, the directive with conditions and a port",
    String.raw`LogFormat "%v:%p %a:%{remote}p %l %u %{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t \"%r\" %>s %b \"%!200{Referer}i\" \"%{User-Agent}i\" %D" mine`,
    'www.example.org:8443 192.0.2.7:51234 - - 22/Nov/2026:20:05:16.125 +0100 "GET /a?b=1 HTTP/1.1" 404 153 "-" "curl/8.5.0" 815',
    { at: "2026-11-22T19:05:16.125Z", sourcePort: 51234, targetPort: 8443, host: "www.example.org" },
  ],
  [
    "Apache, path and query apart, a raw quote in the request's end, a user with spaces",
    String.raw`%h %u %t \"%m\" \"%U%q\" %>s %B \"%{User-Agent}i\"`.replace("%U%q", "%U|%q").replaceAll('\\"', '"'),
    '192.0.2.7 a b c [22/Nov/2026:19:05:16 +0000] "GET" "/a|?b=1" 404 153 "curl/8.5.0"',
    {},
  ],
  [
    "Apache, escapes and a quote that does not close",
    '%h %t "%r" %>s %b "%{User-Agent}i"',
    String.raw`192.0.2.7 [22/Nov/2026:19:05:16 +0000] "GET /a?b=\"1\" x\x22 HTTP/1.1" 404 153 "curl/8.5.0"`,
    { path: '/a?b="1" x"' },
  ],
  [
    "Tomcat's valve, in XML",
    'pattern="%h %l %u %t &quot;%r&quot; %s %b %{User-Agent}i"',
    '192.0.2.7 - - [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 curl/8.5.0',
    {},
  ],
  [
    "Jetty's custom request log",
    '%{client}a - %u %t "%r" %s %O "%{Referer}i" "%{User-Agent}i"',
    '192.0.2.7 - - [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "-" "curl/8.5.0"',
    {},
  ],
  [
    "lighttpd",
    String.raw`accesslog.format = "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""`,
    '192.0.2.7 www.example.org - [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "-" "curl/8.5.0"',
    { host: "www.example.org" },
  ],
  [
    "HAProxy",
    'log-format "%ci:%cp [%tr] %ft %b/%s %ST %B %{+Q}r %[capture.req.hdr(0)]"',
    '192.0.2.7:51234 [22/Nov/2026:19:05:16.250] www~ app/one 404 153 "GET /a?b=1 HTTP/1.1" x',
    { at: "2026-11-22T19:05:16.250Z", sourcePort: 51234, agent: undefined },
  ],
  [
    "Envoy",
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %BYTES_SENT% "%REQ(USER-AGENT)%" %DOWNSTREAM_REMOTE_ADDRESS%',
    '[2026-11-22T19:05:16.250Z] "GET /a?b=1 HTTP/1.1" 404 153 "curl/8.5.0" 192.0.2.7:51234',
    { at: "2026-11-22T19:05:16.250Z", sourcePort: 51234 },
  ],
  [
    "a known name, through syslog",
    "main",
    'Nov 22 19:05:16 web nginx: 10.0.0.1 - - [22/Nov/2026:19:05:16 +0000] "GET /a?b=1 HTTP/1.1" 404 153 "-" "curl/8.5.0" "192.0.2.7"',
    {},
  ],
];

test.each(written)("%s", (_name, format, line, more) => {
  expect(readLine(format, line)).toEqual(JSON.parse(JSON.stringify({ ...request, ...more })));
});

describe("what cannot be used is told", () => {
  test.each([
    ["plain words", "it has no field"],
    ['$remote_addr "$request"', "it has no time"],
    ['[$time_local] "$request"', "it has no client"],
    ["$remote_addr [$time_local] $status", "it has no request"],
    ['$remote_addr$time_local "$request"', "nothing between them"],
  ])("%s", (format, why) => {
    expect(() => accessFormatOf(format)).toThrow(UserProblem);
    expect(() => accessFormatOf(format)).toThrow(why);
  });
});

test.each([
  ["a cut line", '192.0.2.7 - - [22/Nov/2026:19:05:16 +0000] "GET /', "the line does not follow the log format"],
  [
    "a name",
    'www - - [22/Nov/2026:19:05:16 +0000] "GET / HTTP/1.1" 200 1',
    "client is not an address (masked, or absent)",
  ],
  [
    "no such day",
    '192.0.2.7 - - [31/Feb/2026:19:05:16 +0000] "GET / HTTP/1.1" 200 1',
    "no time stamp with date and time of day",
  ],
])("%s is rejected", (_name, line, reason) => {
  expect(readLine("common", line)).toEqual({ rejects: [reason] });
});

test("a private peer that forwards nobody, with many programs, is told as a proxy and not blamed", () => {
  const lines = Array.from(
    { length: 600 },
    (_, i) =>
      `10.0.0.1 - - [22/Nov/2026:19:05:16 +0000] "GET /p${i} HTTP/1.1" 200 1 "-" "program/${i % 31}.${"x".repeat(i % 31)}"`,
  );
  const log = Buffer.from(`${lines.join("\n")}\n`);
  for (const format of [accessFormatOf("combined"), combined]) {
    const { lines: rows, tally } = decodeAll(format, log);
    expect([...tally.gaps.keys()].join()).toContain("requests behind a shared proxy");
    expect(rows.length).toBeLessThan(250);
    expect(rows.length + [...tally.gaps.values()].reduce((sum, count) => sum + count, 0)).toBe(600);
  }
});

test("a private client that mostly misses is no proxy, however many programs it claims to be", () => {
  const lines = Array.from(
    { length: 600 },
    (_, i) =>
      `10.0.0.1 - - [22/Nov/2026:19:05:16 +0000] "GET /p${i} HTTP/1.1" 404 1 "-" "program/${i % 31}.${"x".repeat(i % 31)}"`,
  );
  expect(decodeAll(accessFormatOf("combined"), Buffer.from(lines.join("\n"))).lines.length).toBe(600);
});

test("a public peer becomes a proxy by clients that come again, not by forged ones that never do", () => {
  const line = (client: number) =>
    `198.51.100.9 - - [22/Nov/2026:19:05:16 +0000] "GET / HTTP/1.1" 200 1 "-" "x" "192.0.2.${client % 256}"`;
  const sourcesOf = (clients: number[]) =>
    decodeAll(accessFormatOf("main"), Buffer.from(clients.map(line).join("\n"))).lines.map(
      (row) => JSON.parse(row).source,
    );
  const returning = sourcesOf(Array.from({ length: 400 }, (_, i) => i % 40));
  expect(returning.at(-1)).toBe("192.0.2.39");
  const forged = sourcesOf(Array.from({ length: 80 }, (_, i) => i));
  expect(new Set(forged)).toEqual(new Set(["198.51.100.9"]));
});
