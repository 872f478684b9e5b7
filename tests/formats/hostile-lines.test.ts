import { describe, expect, test } from "vitest";
import { combined } from "../../src/formats/logs/combined.ts";
import { jsonAccess } from "../../src/formats/logs/json-access.ts";
import { netfilter } from "../../src/formats/logs/netfilter.ts";
import { decodeAll } from "./observations-as-lines.ts";

// What strangers, proxies, editors and anonymisers make of a line, and what is told of it: one row a case.

const combinedLine = (client: string, request: string, agent = "curl/8.5.0") =>
  `${client} - - [22/Nov/2026:19:05:16 +0000] "${request}" 404 153 "-" "${agent}"`;

/** The bytes of a text in which a character is a byte. */
const bytes = (text: string) => Buffer.from(`${text}\n`, "latin1");

function only(format: typeof combined, text: string): Record<string, unknown> {
  const { lines, tally } = decodeAll(format, bytes(text));
  return lines.length === 1
    ? JSON.parse(lines[0]!)
    : { rejects: [...tally.rejects.keys()], gaps: [...tally.gaps.keys()] };
}

const long = "/".padEnd(32 * 1024, "a");

describe("what a client sends in its request", () => {
  test.each([
    ["32 kB of path", `GET ${long} HTTP/1.1`, long],
    ["32 kB of escaped bytes", `GET /${"\\x90".repeat(8000)} HTTP/1.1`, `/${"\x90".repeat(8000)}`],
    ["raw bytes that are no UTF-8", "GET /\xff\xfe\x80 HTTP/1.1", "/\xff\xfe\x80"],
    ["UTF-8 and Latin-1 mixed", "GET /\xc3\xa4\xe4 HTTP/1.1", "/\xc3\xa4\xe4"],
    ["NUL", "GET /a\0b HTTP/1.1", "/a\0b"],
    ["terminal escapes, raw", "GET /\x1b]0;title\x07\x1b[2J HTTP/1.1", "/\x1b]0;title\x07\x1b[2J"],
    ["terminal escapes, as the server writes them", "GET /\\x1b[31m HTTP/1.1", "/\x1b[31m"],
    ["a newline that the server escaped", "GET /a\\nb HTTP/1.1", "/a\nb"],
    ["a newline in hexadecimal", "GET /a\\x0ab HTTP/1.1", "/a\nb"],
    ["a quote that the server escaped", 'GET /a\\"b HTTP/1.1', '/a"b'],
    ["a line of a log within", "GET /192.0.2.9\\x20-\\x20-\\x20[22/Nov HTTP/1.1", "/192.0.2.9 - - [22/Nov"],
    ["UTF-16", "GET /\\x00a\\x00b HTTP/1.1", "/\0a\0b"],
    ["a TLS hello", "\\x16\\x03\\x01\\x02\\x00\\x01", "\x16\x03\x01\x02\x00\x01"],
  ])("%s", (_, request, path) => {
    const row = only(combined, combinedLine("192.0.2.7", request));
    expect(row).toMatchObject({ source: "192.0.2.7", status: 404 });
    expect(row.path).toBe(path.slice(0, 8192));
  });

  test("a newline that the server did not escape ends the line, and what follows is no record of its own", () => {
    const { lines, tally } = decodeAll(
      combined,
      bytes(`${combinedLine("192.0.2.7", "GET /a")}\nX: b HTTP/1.1" 404 153`),
    );
    expect([lines.length, tally.rejected]).toEqual([1, 1]);
  });

  test.each([
    ["a lone surrogate", '"/\\ud800"', "/\xef\xbf\xbd"],
    ["NUL", '"/a\\u0000b"', "/a\0b"],
    ["terminal escapes", '"/\\u001b[2J"', "/\x1b[2J"],
    ["bytes that are no UTF-8, as nginx writes them", '"/\xff"', "/\xff"],
  ])("in JSON: %s", (_, uri, path) => {
    const line = `{"time":"2026-11-22T19:05:16Z","remote_addr":"192.0.2.7","request_method":"GET","request_uri":${uri},"status":404}`;
    expect(only(jsonAccess, line)).toMatchObject({ path, source: "192.0.2.7" });
  });
});

describe("what stands in the client's place", () => {
  test.each([
    ["IPv4", "192.0.2.7", "192.0.2.7"],
    ["IPv4 mapped to IPv6 is the same actor", "::ffff:192.0.2.7", "192.0.2.7"],
    ["the same in full", "0:0:0:0:0:ffff:c000:0207", "192.0.2.7"],
    ["IPv6 with its zone", "fe80::1%eth0", "fe80::1"],
    ["with its port", "192.0.2.7:51234", "192.0.2.7"],
    ["in brackets with its port", "[2001:db8::7]:51234", "2001:db8::7"],
  ])("%s", (_, client, source) => {
    expect(only(combined, combinedLine(client, "GET / HTTP/1.1"))).toMatchObject({ source });
  });

  // Nobody can be told from these: one name or mask may stand for many, and many for one. The line is counted, with its reason.
  test.each([
    ["a host name", "scanner.example.org"],
    ["masked in front", "X.X.X.23"],
    ["masked behind", "192.0.2.x"],
    ["masked with a letter for a digit", "192.0.2.xxx"],
    ["hashed", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a number above 255", "192.0.2.256"],
    ["IPv6 masked", "2001:db8:xxxx::"],
  ])("%s is a reject that says so", (_, client) => {
    const { rejects } = only(combined, combinedLine(client, "GET / HTTP/1.1"));
    expect(String(rejects)).toContain("not an address");
  });

  test("a network that anonymisers keep (a zero at the end) is an address like any other", () => {
    expect(only(combined, combinedLine("192.0.2.0", "GET / HTTP/1.1"))).toMatchObject({ source: "192.0.2.0" });
  });

  test.each([
    ["masked", "SRC=X.X.X.23 DST=198.51.100.4"],
    ["a name", "SRC=scanner DST=198.51.100.4"],
  ])("in a firewall's line: %s", (_, ends) => {
    const line = `Nov 22 19:05:16 fw kernel: DROP IN=eth0 OUT= ${ends} LEN=60 TTL=60 ID=1 PROTO=TCP SPT=1 DPT=22 WINDOW=1 SYN`;
    expect(String(only(netfilter, line).rejects)).toContain("not an address");
  });
});
