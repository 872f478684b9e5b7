import { describe, expect, test } from "vitest";
import { ResponseCode } from "../../src/observations/vocabulary.ts";
import { DAY, HOUR, MINUTE, type QuestionLike, Scenario, SECOND } from "./scenario.ts";

const missing: QuestionLike = { code: ResponseCode.noSuchName, zone: "example.org" };
const refused: QuestionLike = { code: 5 };
const words = [
  "admin",
  "api",
  "backup",
  "beta",
  "cdn",
  "dev",
  "intranet",
  "jira",
  "ldap",
  "staging",
  "test",
  "vpn",
  "webmail",
  "wiki",
];

/** Asks for every word below the estate's zone, a second apart. */
function guess(s: Scenario, source: string, atMs: number, like: QuestionLike = missing): void {
  for (const [i, word] of words.entries()) s.question(source, `${word}.example.org`, atMs + i * SECOND, like);
}

/** What each of forty machine-made names begins with. */
const syllables = ["ka", "lo", "mi", "ne", "pu", "ri", "so", "ta"];
const made = (i: number) => `${syllables[i % 8]}${syllables[(i >> 3) % 8]}${syllables[(i * 5 + 3) % 8]}`;

describe("DNS scans that are found", () => {
  test("a word list, within six guesses once resolvers have shown what exists", () => {
    const s = new Scenario();
    s.resolve();
    guess(s, "203.0.113.7", HOUR);
    expect(s.isScanner("203.0.113.7")).toBe(true);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(6);
  });

  test("a word list where nobody has asked for anything yet, with names that exist between", () => {
    const s = new Scenario();
    for (const [i, word] of words.entries()) {
      s.question("203.0.113.7", `${word}.example.org`, i * SECOND, missing);
      if (i % 4 === 0) s.question("203.0.113.7", `${made(i)}.example.org`, i * SECOND + 1);
    }
    expect(s.isScanner("203.0.113.7")).toBe(true);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(8);
  });

  test("one name a day over fourteen days", () => {
    const s = new Scenario();
    s.resolve();
    for (const [i, word] of words.entries()) s.question("203.0.113.7", `${word}.example.org`, i * DAY, missing);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("a word list below a name that exists", () => {
    const s = new Scenario();
    s.resolve();
    for (let resolver = 1; resolver <= 3; resolver++)
      s.question(`198.18.116.${resolver}`, "www.dev.example.org", MINUTE * resolver, { relayed: true });
    for (const [i, word] of words.entries())
      s.question("203.0.113.7", `${word}.dev.example.org`, HOUR + i * SECOND, missing);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(6);
  });

  test("the names of every address of the net, in order", () => {
    const s = new Scenario();
    s.resolve();
    const zone = { code: ResponseCode.noSuchName, zone: "100.51.198.in-addr.arpa", type: "PTR" };
    for (let host = 1; host <= 100; host++)
      s.question("203.0.113.7", `${host}.100.51.198.in-addr.arpa`, HOUR + host * 100, host % 10 === 0 ? {} : zone);
    expect(s.isScanner("203.0.113.7")).toBe(true);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(24);
  });

  test("the same where every address has a name", () => {
    const s = new Scenario();
    s.resolve();
    for (let host = 1; host <= 100; host++)
      s.question("203.0.113.7", `${host}.100.51.198.in-addr.arpa`, HOUR + host * 100, { type: "PTR" });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("a refused zone, the server's version, then two guesses", () => {
    const s = new Scenario();
    s.resolve();
    s.question("203.0.113.7", "example.org", HOUR, { ...refused, type: "AXFR" });
    s.question("203.0.113.7", "version.bind", HOUR + SECOND, { type: "CH TXT" });
    expect(s.isScanner("203.0.113.7")).toBe(false);
    guess(s, "203.0.113.7", HOUR + MINUTE);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(4);
  });

  test("a word list that comes through a resolver makes that suspect, not more", () => {
    const s = new Scenario();
    for (let i = 0; i < 60; i++)
      s.question("203.0.113.7", `${made(i)}.example.org`, HOUR + i * SECOND, { ...missing, relayed: true });
    expect(s.isScanner("203.0.113.7")).toBe(false);
    expect(s.scoreOf("203.0.113.7")).toBeGreaterThan(s.judge.threshold / 2);
  });

  test("an answer that comes after the question was told without one counts", () => {
    const s = new Scenario();
    s.resolve();
    guess(s, "203.0.113.7", HOUR, { code: undefined });
    expect(s.scoreOf("203.0.113.7")).toBe(0);
    guess(s, "203.0.113.7", HOUR + MINUTE);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });
});

describe("who asks for names and is left alone", () => {
  test("resolvers, whatever they miss now and then", () => {
    const s = new Scenario();
    s.resolve();
    for (let resolver = 1; resolver <= 40; resolver++) {
      const source = `198.18.116.${resolver}`;
      for (let i = 0; i < 4; i++)
        s.question(source, `${made(resolver * 4 + i)}.example.org`, HOUR + i * MINUTE, { ...missing, relayed: true });
    }
    for (let resolver = 1; resolver <= 40; resolver++) expect(s.isScanner(`198.18.116.${resolver}`)).toBe(false);
  });

  test("mail servers: policies, keys and services that are not there", () => {
    const s = new Scenario();
    s.resolve();
    for (const [i, name] of [
      "_dmarc.example.org",
      "_mta-sts.example.org",
      "mta-sts.example.org",
      "default._domainkey.example.org",
      "_25._tcp.mail.example.org",
      "_smtp._tls.example.org",
      "autoconfig.example.org",
      "_autodiscover._tcp.example.org",
    ].entries())
      s.question("203.0.113.25", name, HOUR + i * SECOND, { ...missing, type: "TXT" });
    expect(s.isScanner("203.0.113.25")).toBe(false);
  });

  test("a client that adds the estate's domain to every name", () => {
    const s = new Scenario();
    s.resolve();
    for (const [i, name] of ["www.example.com", "mail.example.net", "news.example.com", "cdn.example.net"].entries())
      s.question("198.18.5.5", `${name}.example.org`, HOUR + i * MINUTE, missing);
    expect(s.isScanner("198.18.5.5")).toBe(false);
    expect(s.scoreOf("198.18.5.5")).toBeLessThan(4);
  });

  test("block lists: names made of addresses that are mostly not listed", () => {
    const s = new Scenario();
    s.resolve();
    for (let i = 1; i < 200; i++) {
      const name = `${i}.${i % 7}.0.203.bl.example.org`;
      s.question("198.18.5.6", name, HOUR + i * SECOND, { ...missing, zone: "bl.example.org" });
    }
    expect(s.isScanner("198.18.5.6")).toBe(false);
  });

  test("names of other people's zones, missing or refused", () => {
    const s = new Scenario();
    s.resolve();
    for (let i = 0; i < 100; i++) {
      const how = i % 2 === 0 ? refused : { code: ResponseCode.noSuchName, zone: "example.net", foreign: true };
      s.question("198.18.5.7", `${made(i)}.example.net`, HOUR + i * SECOND, how);
    }
    expect(s.scoreOf("198.18.5.7")).toBe(0);
  });

  test("two typing errors among names that exist, each asked for twice", () => {
    const s = new Scenario();
    s.resolve();
    for (const [i, name] of ["www", "wwww", "mail", "shpo", "shop"].entries()) {
      const like = name === "wwww" || name === "shpo" ? missing : {};
      for (const type of ["A", "AAAA"])
        s.question("198.18.5.8", `${name}.example.org`, HOUR + i * MINUTE, { ...like, type });
    }
    expect(s.isScanner("198.18.5.8")).toBe(false);
    expect(s.scoreOf("198.18.5.8")).toBeLessThan(6);
  });

  test("a monitor that asks for one missing name for ever", () => {
    const s = new Scenario();
    s.resolve();
    for (let i = 0; i < 300; i++) s.question("198.18.5.9", "no-such.example.org", HOUR + i * MINUTE, missing);
    expect(s.scoreOf("198.18.5.9")).toBeLessThan(2);
  });

  test("a second name server, which is given the zone every hour", () => {
    const s = new Scenario();
    s.resolve();
    for (let hour = 1; hour < 48; hour++) s.question("198.18.5.10", "example.org", hour * HOUR, { type: "AXFR" });
    expect(s.scoreOf("198.18.5.10")).toBeLessThan(2);
  });

  test("a zone where every name exists says nothing about who asks", () => {
    const s = new Scenario();
    s.resolve();
    for (let i = 0; i < 60; i++) s.question("198.18.5.11", `${made(i)}.example.org`, HOUR + i * SECOND);
    expect(s.isScanner("198.18.5.11")).toBe(false);
  });
});

describe("collectors of SSH keys", () => {
  test("one host is what an administrator asks; every host is at least suspect", () => {
    const s = new Scenario();
    const collect = (source: string, hosts: number) => {
      for (let host = 1; host <= hosts; host++)
        for (let key = 0; key < 3; key++)
          s.ident(source, `198.51.100.${host}`, "SSH-2.0-OpenSSH-keyscan", HOUR + host * SECOND + key);
    };
    collect("198.18.5.12", 1);
    collect("203.0.113.62", 6);
    expect(s.scoreOf("198.18.5.12")).toBeLessThan(s.judge.threshold / 2);
    expect(s.scoreOf("203.0.113.62")).toBeGreaterThan(s.judge.threshold / 2);
  });

  test("an ordinary client may log in to every host", () => {
    const s = new Scenario();
    for (let host = 1; host <= 20; host++)
      s.ident("198.18.5.13", `198.51.100.${host}`, "SSH-2.0-OpenSSH_9.2p1", HOUR + host * SECOND);
    expect(s.scoreOf("198.18.5.13")).toBeLessThan(1);
  });
});
