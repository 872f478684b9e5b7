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
  ["Host,Accept,Content-Type,User-Agent,Content-Length,Accept-Language", "wfuzz"],
  ["Accept-Language,User-Agent,Accept-Encoding,Accept,Connection,Host", "whatweb"],
  ["Cache-control,User-agent,Host,Accept,Accept-encoding,Connection", "sqlmap"],
  [nikto, "nikto"],
  [nikto.split(",").reverse().join(), "nikto"],
  ["Host,Accept,Content-Type", "wfuzz"],
  ["Cache-Control,Host,Accept,Accept-Encoding,Connection", "sqlmap"],
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
  ["Ruby's net/http", "Accept-Encoding,Accept,User-Agent,Host"],
  ["Python's urllib", "Accept-Encoding,Host,User-Agent,Connection"],
  ["Python's requests with a header of the user's", "Host,User-Agent,Accept-Encoding,Accept,Connection,X-Api-Key"],
  ["PHP, which has no agent", "Host,Connection"],
  ["Java", "User-Agent,Host,Accept,Connection"],
  ["OkHttp", "Host,Connection,Accept-Encoding,User-Agent"],
  ["Node's fetch", "host,connection,accept,accept-language,sec-fetch-mode,user-agent,accept-encoding"],
  ["nobody", ""],
])("headers of %s are evidence of no scanner", (_client, names) => {
  expect(toolOfHeaders(names)?.weight ?? 0).toBeLessThan(1);
});

test.each([
  ["Host,User-Agent", "HEAD"],
  ["Host,User-Agent,Accept-Language,Cookie,Accept-Encoding", "headers of the user's, sorted"],
  ["Host,User-Agent,Content-Length,Content-Type,X-Api-Key,Accept-Encoding", "a body"],
])("headers %s are those of Go's client: %s", (names) => {
  expect(toolOfHeaders(names)?.tool).toBe("go-http-client");
});

test.each([
  "Host,User-Agent,Cookie,Accept-Language,Accept-Encoding",
  "User-Agent,Host,Accept-Encoding",
  `Host,${"X-A,".repeat(200)}Accept-Encoding`,
])("headers %s are not sorted, or begin otherwise", (names) => {
  expect(toolOfHeaders(names)?.tool).not.toBe("go-http-client");
});

test("a hello is the same to a name and to an address", () => {
  expect(toolOfHello("tls", "t12d850500_972b7b87df62_f5b46616e359")?.tool).toBe("sslscan");
  expect(toolOfHello("tls", "t12i850400_972b7b87df62_f5b46616e359")?.tool).toBe("sslscan");
  expect(toolOfHello("tls", "t12i850500_972b7b87df62_f5b46616e359")).toBeUndefined();
});

test.each([
  "t13i310900_e8f1e7e78f70_1f22a2ca17c4",
  "t12i280600_d943125447b4_e7e480e5a997",
  "t13i3111h2_e8f1e7e78f70_b26ce05bbdd6",
])("the hello %s of openssl's or curl's client is no scanner's", (fingerprint) => {
  expect(toolOfHello("tls", fingerprint)).toBeUndefined();
});

test.each([
  ["15386c209df62535336b91e1fdd20542", "ssh-audit"],
  ["472b5de333ad665af5cbf10ff892c4df", undefined],
  ["be31134219a24899a8a0c29c7797ba94", undefined],
])("the key exchange %s is that of %s; of OpenSSH and libssh it says nothing", (hassh, tool) => {
  expect(toolOfHello("hassh", hassh)?.tool).toBe(tool);
});

test("a hello is known by service and fingerprint together", () => {
  expect(toolOfHello("hassh", "e788c657d1a22971d5026526ffd2e918")?.tool).toBe("nmap");
  expect(toolOfHello("tls", "e788c657d1a22971d5026526ffd2e918")).toBeUndefined();
});

test.each([
  ["/randomfile1", "dirb"],
  ["/nmaplowercheck1795374329", "nmap"],
  ["/95a89139-b1d8-4a94-9639-c07650f5480f", "gobuster"],
  ["/images/randomfile1.php", "dirb"],
  ["/frand2/", "dirb"],
  ["/95a89139-b1d8-4a94-9639-c07650f5480f/", "gobuster"],
  ["/randomfile10", undefined],
  ["/myrandomfile1", undefined],
  ["/randomfile1/edit", undefined],
  ["/nmaplowercheck", undefined],
  ["/orders/95a89139-b1d8-4a94-9639-c07650f5480f", undefined],
  ["/95a89139-b1d8-1a94-9639-c07650f5480f", undefined],
  ["/", undefined],
])("the path %s is made up by %s", (path, tool) => {
  expect(toolOfPath(path)?.tool).toBe(tool);
});
