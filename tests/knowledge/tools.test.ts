import { expect, test } from "vitest";
import { toolOfHeaders, toolOfHello, toolOfPath } from "../../src/knowledge/tools/index.ts";

const browser =
  "Host,Connection,Cache-Control,sec-ch-ua,sec-ch-ua-mobile,sec-ch-ua-platform,Upgrade-Insecure-Requests,User-Agent,Accept,Sec-Fetch-Site,Sec-Fetch-Mode,Sec-Fetch-User,Sec-Fetch-Dest,Accept-Encoding,Accept-Language";
const nikto =
  "Upgrade-Insecure-Requests,User-Agent,Host,Sec-Fetch-Mode,Sec-Fetch-Site,Accept,Sec-Fetch-Dest,Sec-Fetch-User,Connection,Accept-Language,Cache-Control";

test.each([
  ["Host,Accept,Content-Type,User-Agent", "wfuzz"],
  ["Cache-Control,User-Agent,Host,Accept,Accept-Encoding,Connection", "sqlmap"],
  ["Content-Length,Cache-Control,Cookie,User-Agent,Host,Accept,Accept-Encoding,Content-Type,Connection", "sqlmap"],
  ["Host,Accept,Content-Type,User-Agent,Cookie", "wfuzz"],
  ["User-Agent,Host,Connection", "nmap"],
  [nikto, "nikto"],
  [nikto.split(",").reverse().join(), "nikto"],
])("headers %s are those of %s", (names, tool) => {
  expect(toolOfHeaders(names)).toMatchObject({ tool });
  expect(toolOfHeaders(names)!.weight).toBeGreaterThan(1);
});

test.each([
  ["curl", "Host,User-Agent,Accept"],
  ["requests", "Host,User-Agent,Accept-Encoding,Accept,Connection"],
  ["Go's net/http", "Host,User-Agent,Accept-Encoding"],
  ["Nagios' check_http", "User-Agent,Connection,Host"],
  ["wget", "Host,User-Agent,Accept,Accept-Encoding,Connection"],
  ["ApacheBench", "Connection,Host,User-Agent,Accept"],
  ["Chrome", browser],
  ["Chrome, its headers sorted", browser.split(",").sort().join()],
  ["nobody", ""],
])("headers of %s are evidence of no scanner", (_client, names) => {
  expect(toolOfHeaders(names)?.weight ?? 0).toBeLessThan(1);
});

test("a hello is known by service and fingerprint together", () => {
  expect(toolOfHello("hassh", "e788c657d1a22971d5026526ffd2e918")?.tool).toBe("nmap");
  expect(toolOfHello("tls", "e788c657d1a22971d5026526ffd2e918")).toBeUndefined();
});

test.each([
  ["/randomfile1", "dirb"],
  ["/nmaplowercheck1795374329", "nmap"],
  ["/95a89139-b1d8-4a94-9639-c07650f5480f", "gobuster"],
  ["/randomfile10", undefined],
  ["/nmaplowercheck", undefined],
  ["/orders/95a89139-b1d8-4a94-9639-c07650f5480f", undefined],
  ["/95a89139-b1d8-1a94-9639-c07650f5480f", undefined],
  ["/", undefined],
])("the path %s is made up by %s", (path, tool) => {
  expect(toolOfPath(path)?.tool).toBe(tool);
});
