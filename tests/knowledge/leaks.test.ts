import { expect, test } from "vitest";
import { leaksIn } from "../../src/knowledge/software/leaks.ts";

const kindsOf = (service: string, text: string) => leaksIn(service, text).map(({ kind }) => kind);

test.each([
  [
    "names of a certificate",
    "tls",
    "certificate CN=www.example.org; self-signed; names www.example.org",
    ["certificate"],
  ],
  [
    "hosts inside, in a certificate",
    "tls",
    "certificate CN=a.corp; issuer CN=b; names a.corp, db7, 10.1.2.3 and 4 more; valid ? to ?",
    ["certificate", "internal-name", "internal-name", "private-address"],
  ],
  ["NTLM", "smb", "NTLM 10.0.17763, computer WEB1, DNS domain ad.example.org", ["domain", "domain"]],
  ["a proxy inside", "http", "Via: 1.1 cache.lan (squid)", ["internal-name"]],
  ["a backend's address", "http", "X-Backend-Server: 10.0.0.7", ["private-address"]],
  ["a version is no address", "http", "X-Version: 10.0.0.7", []],
  ["a proxy's product is no host", "http", "Via: 1.1 varnish", []],
  ["a greeting", "smtp", "220 mx.internal ESMTP", ["internal-name"]],
  ["a public greeting", "smtp", "220 mail.example.org ESMTP", []],
  ["a product is no host", "ftp", "220 ProFTPD Server", []],
  ["a listing", "http", "Title: Index of /backup", ["directory-listing"]],
  ["a title about listings", "http", "Title: How to read an Index of /", []],
  ["a default page", "http", "Title: Welcome to nginx!", ["default-page"]],
  ["phpinfo", "http", "Title: PHP 8.2.7 - phpinfo()", ["debug-page"]],
  ["a redirect inside", "http", "Location: http://10.1.2.3:8080", ["private-address"]],
  ["a redirect to a bare name", "http", "Location: http://intranet", ["internal-name"]],
  ["a redirect to a page of the site", "http", "Location: https://www.example.org/x", []],
  ["a realm", "http", 'WWW-Authenticate: Basic realm="192.168.7.1"', ["private-address"]],
  ["a balancer's cookie", "http", "Set-Cookie: BIGipServerpool_web=1677787402.36895.0000", ["private-address"]],
  ["a balancer's cookie of a public host", "http", "Set-Cookie: BIGipServerpool=3325256960.20480.0000", []],
  ["an encrypted cookie", "http", "Set-Cookie: BIGipServerpool_web=", []],
  ["HAProxy's cookie", "http", "Set-Cookie: SERVERID=web-03", ["internal-name"]],
  ["a counted backend", "http", "X-Served-By: web03", ["internal-name"]],
  ["a cache of everybody's", "http", "X-Served-By: cache-fra1234-FRA", []],
  ["what a cache did", "http", "X-Cache: HIT from cloudfront", []],
  ["a proxy's cache", "http", "X-Cache-Lookup: MISS from proxy.corp:3128", ["internal-name"]],
  ["a front end of Exchange", "http", "X-FEServer: EXCHANGE", ["internal-name"]],
  ["who greets back", "smtp", "250 ex01.corp.local", ["internal-name"]],
  ["where files are fetched from", "ftp", "227 10.1.2.3", ["private-address"]],
  ["a profiler", "http", "X-Debug-Token-Link: https://a.example/_profiler/1a2b", ["debug-page"]],
  ["a debug bar", "http", "phpdebugbar-id: X", ["debug-page"]],
  ["a repository", "http", "Body: git configuration at /.git/config", ["repository"]],
  ["an environment", "http", "Body: environment file at /.env", ["secrets"]],
  ["a dump", "http", "Body: database dump at /a at b.sql", ["backup"]],
  ["a trace", "http", "Body: Java stack trace at /cart", ["stack-trace"]],
  ["a body that nobody names so", "http", "Body: constructor at /", []],
  ["an answered check", "http", "Answered: a.example/.env, probably with content (dotenv-file)", ["secrets"]],
  ["an answered check of no file", "http", "Answered: /x, probably with content (toString)", []],
  ["Go's profiles", "http", "Title: /debug/pprof/", ["debug-page"]],
  ["Tomcat's listing", "http", "Title: Directory Listing For [/files/] - Up To [/]", ["directory-listing"]],
])("%s", (_name, service, text, kinds) => {
  expect(kindsOf(service, text)).toEqual(kinds);
});

test("a balancer's cookie tells the very address", () => {
  const told = (cookie: string) => leaksIn("http", `Set-Cookie: ${cookie}`).map(({ what }) => what);
  expect(told("BIGipServerpool=1677787402.36895.0000")).toEqual(["10.1.1.100"]);
  expect(told("BIGipServerpool=rd5o00000000000000000000ffff0a010164o8080")).toEqual(["10.1.1.100"]);
  expect(told("BIGipServerpool=vifd000000000000000000000000000030.20480")).toEqual([
    "fd00:0000:0000:0000:0000:0000:0000:0030",
  ]);
  expect(told("NSC_xxx-wt=ffffffff09091f7545525d5f4f58455e445a4a423660")).toEqual(["10.1.1.100"]);
});

test("hostile words are cut, and looked through in time that their length bounds", () => {
  for (const piece of ["a.", "NTLM ,computer ", "=1+1,", "\u001b[2J", "CN=", "Error at /"]) {
    for (const service of ["tls", "http", "smtp"]) {
      const leaks = leaksIn(service, `certificate ${piece.repeat(1 << 19)}`);
      expect(leaks.length).toBeLessThanOrEqual(8);
      for (const { what } of leaks) expect(what.length).toBeLessThanOrEqual(512);
    }
  }
});
