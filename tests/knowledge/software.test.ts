import { describe, expect, test } from "vitest";
import { advicesFor } from "../../src/knowledge/advice/index.ts";
import { fingerprints, softwareOf } from "../../src/knowledge/software/software-of.ts";

describe("every fingerprint reads its own examples", () => {
  for (const [index, fingerprint] of fingerprints.entries()) {
    test(`${fingerprint.product} (${index + 1})`, () => {
      for (const service of fingerprint.services) {
        for (const [text, version] of Object.entries(fingerprint.examples)) {
          const software = softwareOf(service, text);
          expect(software?.product, text).toBe(fingerprint.product);
          expect(software?.version ?? "", text).toBe(version);
        }
      }
      for (const text of fingerprint.ignores ?? [])
        expect(softwareOf(fingerprint.services[0]!, text)?.product, text).not.toBe(fingerprint.product);
      expect(Object.keys(fingerprint.examples).length).toBeGreaterThan(0);
      const { advice, services, product } = fingerprint;
      const software = { product, version: "1", note: "of a distribution" };
      const isAdvised = services.every((service) => advice !== undefined || advicesFor(software, service).length > 0);
      expect(isAdvised, "people are told what to do").toBe(true);
    });
  }
});

test("a version is told whole, of which CPE makes two fields", () => {
  expect(softwareOf("ssh", "SSH-2.0-OpenSSH_2.0p1")).toMatchObject({
    version: "2.0p1",
    cpe: "cpe:2.3:a:openbsd:openssh:2.0:p1:*:*:*:*:*:*",
  });
});

test.each([
  ["http", "Server: nginx/1.22.1", "cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*"],
  ["ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*"],
  ["mysql", "10.11.6-MariaDB-0+deb12u1", "cpe:2.3:a:mariadb:mariadb:10.11.6:*:*:*:*:*:*:*"],
  ["http", "Server: nginx", undefined],
  ["http", "Server: Apache-Coyote/1.1", undefined],
  ["smtp", "220 mx Microsoft ESMTP MAIL Service, Version: 10.0.17763.1 ready", undefined],
])("%s %s has the CPE %s: none without a version of the product itself", (service, text, cpe) => {
  expect(softwareOf(service, text)?.cpe).toBe(cpe);
});

test.each([
  ["ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "possibly fixed by the distribution (Debian)"],
  ["ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6", "possibly fixed by the distribution (Ubuntu)"],
  ["http", "X-Powered-By: PHP/7.4.3-4ubuntu2.18", "possibly fixed by the distribution (Ubuntu)"],
  [
    "http",
    "Server: Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16",
    "possibly fixed by the distribution (CentOS); also names OpenSSL/1.0.2k-fips, PHP/5.4.16",
  ],
  ["mysql", "8.0.32-0.el8.x86_64", "possibly fixed by the distribution (Red Hat)"],
  ["ssh", "SSH-2.0-OpenSSH_9.2p1", undefined],
])("%s %s: %s", (service, text, note) => {
  expect(softwareOf(service, text)?.note).toBe(note);
});

test.each([
  ["http", "Server: nginxish"],
  ["http", "Server: ApacheFoo/2"],
  ["http", "Content-Type: text/html; nginx/1.2"],
  ["http", "Via: nginx/1.22.1"],
  ["smtp", "SSH-2.0-OpenSSH_9.2p1"],
  ["ftp", "220 ready"],
  ["mysql", "Host '198.51.100.9' is not allowed to connect to this MySQL server"],
  ["ssh", ""],
  ["", "nginx/1.22.1"],
])("%s %s names no software that is certain", (service, text) => {
  const software = softwareOf(service, text);
  expect(software?.version).toBeUndefined();
  expect(software?.cpe).toBeUndefined();
});

test.each([
  ["http", "Server: Jetty(9.4.43.v20210629)", "cpe:2.3:a:eclipse:jetty:9.4.43:20210629:*:*:*:*:*:*"],
  ["snmp", "VMware ESXi 6.7.0 build-8169922 VMware, Inc. x86_64", "cpe:2.3:o:vmware:esxi:6.7.0:*:*:*:*:*:*:*"],
  [
    "snmp",
    "Cisco IOS Software, C2960 Software (X-M), Version 15.0(2)SE4, RELEASE",
    "cpe:2.3:o:cisco:ios:15.0\\(2\\)se4:*:*:*:*:*:*:*",
  ],
  ["ftp", "220 router FTP server (MikroTik 6.49.7) ready", "cpe:2.3:o:mikrotik:routeros:6.49.7:*:*:*:*:*:*:*"],
  ["http", "Generator: WordPress 6.4.2", "cpe:2.3:a:wordpress:wordpress:6.4.2:*:*:*:*:*:*:*"],
  ["http", "Title: Cisco ASDM 7.18(1)", undefined],
])("%s %s has the CPE %s", (service, text, cpe) => {
  expect(softwareOf(service, text)?.cpe).toBe(cpe);
});

test.each([
  ["http", "Server: Apache/2.4.57 (Debian)", "Debian"],
  ["ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6", "Ubuntu"],
  ["http", "Server: Microsoft-IIS/10.0", "Windows"],
  ["http", "Server: nginx/1.22.1", undefined],
])("%s %s runs on %s", (service, text, system) => {
  expect(softwareOf(service, text)?.operatingSystem).toBe(system);
});

/** The same with the words by which it is known spelled backwards. */
function misspelled(says: RegExp, text: string): string {
  const known = says.exec(text)?.[0] ?? "";
  const other = known.replace(/[A-Za-z]{3,}/g, (word) => [...word].reverse().join(""));
  return other.toLowerCase() === known.toLowerCase()
    ? ""
    : text.replaceAll(new RegExp(known.replace(/[^\w ]/g, "\\$&"), "gi"), other);
}

test("no product is told from words that only look like its name", () => {
  let count = 0;
  for (const { services, header, says, product, examples } of fingerprints) {
    // A MySQL greeting is a bare version, and a certificate names its product several times.
    if (services[0] === "mysql" || services[0] === "tls" || !/[a-z]{3}/i.test(says.source)) continue;
    for (const example of Object.keys(examples)) {
      const name = header === undefined ? "" : (/^[\w-]+: /.exec(example)?.[0] ?? "");
      const other = misspelled(says, example.slice(name.length));
      if (other === "") continue;
      count++;
      expect(softwareOf(services[0]!, name + other)?.product, other).not.toBe(product);
    }
  }
  expect(count).toBeGreaterThan(500);
});

test("at least 250 fingerprints, no two of which say the same of the same words", () => {
  const ways = fingerprints.map(({ services, header, says }) => `${services} ${header} ${says}`);
  expect(new Set(ways).size).toBe(ways.length);
  expect(ways.length).toBeGreaterThan(250);
});

test("a version from a hostile banner cannot break out of the CPE", () => {
  for (const { cpe } of fingerprints.flatMap((f) =>
    Object.keys(f.examples).map((text) => softwareOf(f.services[0]!, text)!),
  )) {
    if (cpe)
      expect(cpe).toMatch(
        /^cpe:2\.3:[ao]:[a-z0-9_.-]+:[a-z0-9_.-]+:(?:[a-z0-9_.-]|\\[()])+:[a-z0-9_.*-]+:\*:\*:\*:\*:\*:\*$/,
      );
  }
});
