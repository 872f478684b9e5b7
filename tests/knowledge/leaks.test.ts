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
])("%s", (_name, service, text, kinds) => {
  expect(kindsOf(service, text)).toEqual(kinds);
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
