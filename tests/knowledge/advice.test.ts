import { describe, expect, test } from "vitest";
import { advices, advicesFor } from "../../src/knowledge/advice/index.ts";
import { leaksIn } from "../../src/knowledge/software/leaks.ts";
import { softwareOf } from "../../src/knowledge/software/software-of.ts";

describe("every advice can be followed", () => {
  test.each(
    advices.map(
      (advice) =>
        [`${advice.products?.[0] ?? advice.leaks?.[0] ?? advice.services?.[0]}: ${advice.short}`, advice] as const,
    ),
  )("%s", (_, { products, services, leaks, change, hides, leaves, source }) => {
    expect(products ?? leaks ?? services, "it says what it is for").toBeDefined();
    for (const product of products ?? []) expect(product, "as names are compared").toMatch(/^[a-z0-9_.-]+$/);
    if (change !== undefined) expect(change.after).not.toBe(change.before);
    for (const text of [hides, leaves, source]) expect(text.length).toBeGreaterThan(3);
  });
});

/** What servers say, and the advice that stands first. */
test.each([
  ["http", "Server: nginx/1.22.1", "server_tokens off;"],
  ["http", "Server: Apache/2.4.57 (Debian)", "ServerTokens Prod and ServerSignature Off"],
  [
    "http",
    "Server: Microsoft-IIS/10.0",
    '<requestFiltering removeServerHeader="true" /> in web.config (IIS 10 and later)',
  ],
  ["http", "X-Powered-By: PHP/8.2.7", "expose_php = Off"],
  [
    "http",
    "Server: Apache-Coyote/1.1",
    'ErrorReportValve with showReport="false" showServerInfo="false" in server.xml',
  ],
  ["http", "X-Powered-By: Express", 'app.disable("x-powered-by")'],
  ["http", "X-Jenkins: 2.401.1", "no setting hides it; at the reverse proxy: proxy_hide_header X-Jenkins;"],
  ["smtp", "220 mail.example.org ESMTP Postfix (Debian/GNU)", "smtpd_banner = $myhostname ESMTP"],
  [
    "smtp",
    "220 mx.example.org ESMTP Exim 4.96 Sun, 22 Nov 2026 19:05:31 +0000",
    "smtp_banner = $smtp_active_hostname ESMTP",
  ],
  ["imap", "* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.", "login_greeting = Ready."],
  ["ftp", "220 (vsFTPd 3.0.3)", "ftpd_banner=Ready."],
  ["ftp", "220 ProFTPD Server (Debian) [198.51.100.9]", "ServerIdent off"],
  ["dns", "9.18.19-1~deb12u1-Debian", "version none; hostname none; server-id none;"],
  ["mysql", "10.11.6-MariaDB-0+deb12u1", "bind-address = 127.0.0.1, or the one network that needs it"],
  ["mysql", "8.0.35", "bind-address = 127.0.0.1: the handshake has to tell the version, and no setting changes it"],
  ["redis", "redis_version:7.0.15", "bind 127.0.0.1 -::1 and protected-mode yes"],
  ["snmp", "engine of enterprise 8072, boots 4", "agentaddress 127.0.0.1, or the management network"],
] as const)("%s, %s: %s", (service, text, short) => {
  expect(advicesFor(softwareOf(service, text), service)[0]?.short).toBe(short);
});

test.each([
  ..."nginx http_server internet_information_services php tomcat openssh postfix exim dovecot vsftpd proftpd bind".split(
    " ",
  ),
  ..."mysql mariadb postgresql redis samba net-snmp express jenkins grafana kubernetes docker".split(" "),
  ..."fortios ios_xe adaptive_security_appliance_software pan-os routeros pfsense opnsense esxi idrac".split(" "),
])("%s is advised on, with what stays visible", (product) => {
  const found = advices.filter(({ products }) => products?.includes(product));
  expect(found.length).toBeGreaterThan(0);
  for (const { mitigation, leaves } of found)
    expect([mitigation, leaves.length > 3]).toEqual([expect.any(String), true]);
});

test("what a change took away is not advised again", () => {
  expect(advicesFor(softwareOf("http", "Server: nginx"), "http")).toEqual([]);
  expect(advicesFor(softwareOf("http", "Server: Apache"), "http")).toEqual([]);
  const shorts = (text: string) => advicesFor(softwareOf("ssh", text), "ssh").map(({ mitigation }) => mitigation);
  expect(shorts("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3")).toEqual(["M1056", "M1042"]);
  expect(shorts("SSH-2.0-OpenSSH_9.2p1")).toEqual(["M1042"]);
});

test.each([
  ["http", "Body: environment file at /.env", "take the file off the site"],
  ["http", "Answered: /.git/HEAD, probably with content (git-repo)", "take the file off the site"],
  ["http", "Body: Java stack trace at /cart", "errors to the log"],
  ["http", "Title: Index of /backup", "nginx: autoindex off"],
  ["http", "Title: Apache2 Debian Default Page: It works", "remove the page"],
  ["http", "X-Debug-Token-Link: https://a.example/_profiler/1", "turn it off outside development"],
  ["http", "Location: http://10.0.0.5", "nginx: absolute_redirect off"],
  ["smtp", "250 ex01.corp.local", "greet by the public name"],
  ["smb", "NTLM 10.0.17763, computer WEB1, DNS domain ad.example.org", "offer no NTLM"],
])("%s, %s: %s", (service, text, short) => {
  const told = advicesFor(softwareOf(service, text), service, leaksIn(service, text));
  expect(told.map((advice) => advice.short).join("\n")).toContain(short);
});

test("a service that names nothing is still advised on where one program offers it", () => {
  expect(advicesFor(undefined, "postgresql").map(({ short }) => short)).toEqual([
    "listen_addresses = 'localhost'; pg_hba.conf alone still lets everybody ask",
  ]);
  expect(advicesFor(undefined, "http")).toEqual([]);
});
