import type { ScenarioProgram } from "./disguises.ts";
import { browsers, DAY, HOUR, MINUTE, pages, SECOND, type Site, stranger, visitor, WEB, word } from "./site.ts";

const SCANNER = "203.0.113.77";
const AGENT = browsers[1]!;

/** A day of visitors, and one scanner that takes `count` steps. */
function scan(count: number, everyMs: number, step: (site: Site, n: number, atMs: number) => void, source = SCANNER) {
  return (site: Site) => {
    site.visitors(150, Math.max(1, Math.ceil((count * everyMs) / DAY)));
    site.scans(source);
    for (let n = 0; n < count; n++) step(site, n, HOUR + n * everyMs);
  };
}

const plugins =
  "forms gallery slider backup cache maps shop events seo security social polls chat forum calendar".split(" ");

/** What an application's interface may be called, in a directory that visitors use. */
const calls =
  "users admin debug config export tokens keys roles audit health metrics env dump session reset invite logs queue jobs backup".split(
    " ",
  );

/** More scans in disguise; nothing was fitted to them. */
export const moreDisguises: readonly ScenarioProgram[] = [
  {
    name: "three pages that exist for each guess",
    write: scan(25, MINUTE, (site, n, atMs) => {
      for (let i = 0; i < 3; i++) site.web(SCANNER, pages[(n * 3 + i) % 40]!, atMs + i * 5000, { agent: AGENT });
      site.web(SCANNER, word(n * 3), atMs + 20_000, { agent: AGENT, status: 404, referer: "https://www.example.org/" });
    }),
  },
  {
    name: "plug-ins of a WordPress that is not there",
    write: scan(30, 4 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, `/wp-content/plugins/${plugins[n % 15]}-${plugins[(n * 7) % 15]}/readme.txt`, atMs, {
        agent: AGENT,
        status: 404,
      }),
    ),
  },
  {
    name: "a word list below a directory in use",
    write: scan(60, 3 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, `/archive${word(n * 5)}`, atMs, { agent: AGENT, status: 404 }),
    ),
  },
  {
    name: "an interface's calls, each by another method",
    write: scan(40, 5 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, `/api/v${1 + (n % 3)}/${calls[n % 20]}`, atMs, {
        agent: AGENT,
        status: [404, 401, 405, 403][n % 4]!,
        method: ["GET", "POST", "PUT", "DELETE"][n % 4]!,
      }),
    ),
  },
  {
    name: "a page that echoes what was asked for, with success",
    write: scan(60, 2 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, word(n * 7), atMs, { agent: AGENT, bytes: 900 + 2 * word(n * 7).length }),
    ),
  },
  {
    name: "a page of about one size for everything",
    write: scan(60, 2 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, word(n * 7), atMs, { agent: AGENT, bytes: 5000 + site.random(9) }),
    ),
  },
  {
    name: "redirects without a body for everything missing",
    write: scan(60, 2 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, word(n * 7), atMs, { agent: AGENT, status: 302, bytes: 0 }),
    ),
  },
  {
    name: "one guess in six hours, and a visit between",
    write: scan(60, 6 * HOUR, (site, n, atMs) => {
      site.web(SCANNER, word(n * 3), atMs, { agent: AGENT, status: 404 });
      site.web(SCANNER, pages[n % 40]!, atMs + 2 * HOUR, { agent: AGENT });
    }),
  },
  {
    name: "HEAD requests alone",
    write: scan(30, 2 * SECOND, (site, n, atMs) =>
      site.web(SCANNER, word(n * 4), atMs, { agent: AGENT, status: 404, method: "HEAD", bytes: 0 }),
    ),
  },
  {
    name: "a mobile operator's NAT with a scanner behind it",
    write: (site) => {
      site.visitors();
      const source = site.scans("100.64.3.9");
      for (let n = 0; n < 1500; n++)
        site.web(source, pages[(n * 7) % 40]!, n * 50 * SECOND, { agent: browsers[n % 4]! });
      for (let n = 0; n < 60; n++)
        site.web(source, word(n * 3), 9 * HOUR + n * 9 * SECOND, { agent: AGENT, status: 404 });
    },
  },
  {
    name: "a firewall that lets every port through",
    write: scan(60, 2 * SECOND, (site, n, atMs) => site.packet(SCANNER, WEB, 1 + n * 101, atMs, "ACCEPT")),
  },
  {
    name: "services that all exist and that visitors use",
    write: (site) => {
      site.visitors();
      site.scans(SCANNER);
      for (let host = 40; host < 100; host++) {
        for (let n = 0; n < 9; n++)
          site.packet(visitor((host * 3 + n * 5) % 150), `198.51.100.${host}`, 443, site.random(8 * HOUR), "ACCEPT");
        site.packet(SCANNER, `198.51.100.${host}`, 443, 9 * HOUR + host * MINUTE, "ACCEPT");
      }
    },
  },
  {
    name: "one port on all addresses, let through or not",
    write: scan(120, 5 * SECOND, (site, n, atMs) =>
      site.packet(SCANNER, `198.51.100.${1 + n * 2}`, 3389, atMs, n % 5 ? "DROP" : "ACCEPT"),
    ),
  },
  {
    name: "UDP services of one host",
    write: scan(40, 8 * SECOND, (site, n, atMs) =>
      site.packet(
        SCANNER,
        "198.51.100.81",
        [53, 69, 111, 123, 137, 161, 389, 500, 623, 1900][n % 10]! + 2000 * Math.floor(n / 10),
        atMs,
        "DROP",
        "UDP",
      ),
    ),
  },
  {
    name: "rotation inside an IPv6 /56, by port",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 40; n++)
        site.packet(
          site.scans(`2001:db8:77:4${(n % 256).toString(16).padStart(2, "0")}::1`),
          "2001:db8:51::10",
          1000 + n * 7,
          HOUR + n * MINUTE,
          "DROP",
        );
    },
  },
  {
    name: "300 sources in ten days, each after a look at the start page",
    write: (site) => {
      site.visitors(200, 10);
      for (let n = 0; n < 300; n++) {
        const atMs = HOUR + n * 45 * MINUTE;
        site.web(site.scans(stranger(n)), "/", atMs, { agent: "Mozilla/5.0 (compatible; survey/3.1)" });
        site.web(stranger(n), word(n), atMs + 3000, { agent: "Mozilla/5.0 (compatible; survey/3.1)", status: 404 });
      }
    },
  },
  {
    name: "two scans from the office of a visitor",
    write: (site) => {
      site.visitors(150, 2);
      site.scans(visitor(7));
      for (let n = 0; n < 30; n++)
        site.web(visitor(7), word(n * 5), 5 * HOUR + n * 20 * MINUTE, { agent: AGENT, status: 404 });
    },
  },
];
