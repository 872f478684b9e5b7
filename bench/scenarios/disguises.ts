import { browsers, DAY, HOUR, MAIL, MINUTE, pages, SECOND, type Site, stranger, VPN, visitor, word } from "./site.ts";

/** A program that writes an estate's day, with labels. */
export interface ScenarioProgram {
  readonly name: string;
  /** Network of the scanner that the estate's owner runs. */
  readonly declared?: string;
  /** Whether it is so large that it is judged once only. */
  readonly isFlood?: boolean;
  readonly write: (site: Site) => void;
}

const SCANNER = "203.0.113.77";
const TOOL = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";

/** `count` guesses at the web site, one every `everyMs`. */
function guesses(site: Site, count: number, everyMs: number, status = 404, agent = TOOL): void {
  site.visitors(150, Math.max(1, Math.ceil((count * everyMs) / DAY)));
  site.scans(SCANNER);
  for (let i = 0; i < count; i++) site.web(SCANNER, word(i), HOUR + i * everyMs, { status, agent });
}

/** `count` ports of one unused host, one every `everyMs`. */
function ports(site: Site, count: number, everyMs: number): void {
  site.visitors(150, Math.max(1, Math.ceil((count * everyMs) / DAY)));
  site.scans(SCANNER);
  for (let i = 0; i < count; i++) site.packet(SCANNER, "198.51.100.80", 1000 + i * 37, HOUR + i * everyMs, "DROP");
}

/** A site that answers whatever is missing with the same status, to everybody. */
function answeringAll(site: Site, status: number): void {
  site.visitors();
  for (let i = 0; i < 60; i++)
    site.web(visitor(i), `/linked/gone-${"abcdefghij"[i % 10]}.html`, i * 9 * MINUTE, { status, bytes: 512 });
  site.scans(SCANNER);
  for (let i = 0; i < 40; i++) site.web(SCANNER, word(i), HOUR + i * SECOND, { status, agent: TOOL, bytes: 512 });
}

/** 256 sources, one guess each. */
function shared(site: Site, step: (source: (n: number) => string, n: number) => void, source = stranger): void {
  site.visitors(200, 2);
  for (let n = 0; n < 256; n++) {
    site.scans(source(n));
    step(source, n);
  }
}

const at = (n: number) => 2 * HOUR + n * 7 * MINUTE;
const source6 = (n: number) => `2001:db8:${(0x2000 + n * 3).toString(16)}:${n.toString(16)}::${(n + 5).toString(16)}`;

/** Scans in disguise: each is to be found. */
export const disguises: readonly ScenarioProgram[] = [
  {
    name: "alternating hits and misses",
    write: (site) => {
      guesses(site, 40, 10 * SECOND);
      for (let i = 0; i < 40; i++) site.web(SCANNER, pages[i % 40]!, HOUR + i * 10 * SECOND + 4000, { agent: TOOL });
    },
  },
  {
    name: "services that all exist",
    write: (site) => {
      site.visitors();
      site.scans(SCANNER);
      for (let host = 40; host < 80; host++) {
        for (let n = 0; n < 4; n++)
          site.packet(visitor(host + n), `198.51.100.${host}`, 443, host * 5 * MINUTE + n * HOUR, "ACCEPT");
        site.packet(SCANNER, `198.51.100.${host}`, 443, 9 * HOUR + host * SECOND, "ACCEPT");
      }
    },
  },
  {
    name: "a site that answers 200 to everything",
    write: (site) => {
      site.visitors();
      site.scans(SCANNER);
      for (let i = 0; i < 60; i++) site.web(SCANNER, word(i), HOUR + i * SECOND, { agent: TOOL, bytes: 3000 });
    },
  },
  ...[404, 403, 429, 500, 302].map((status) => ({
    name: `a site that answers ${status} to everything missing`,
    write: (site: Site) => answeringAll(site, status),
  })),
  { name: "silent hosts", write: (site) => ports(site, 40, SECOND) },
  {
    name: "a search engine's user agent",
    write: (site) =>
      guesses(site, 40, SECOND, 404, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
  },
  {
    name: "a browser's user agent and referers",
    write: (site) => {
      site.visitors();
      site.scans(SCANNER);
      for (let i = 0; i < 40; i++)
        site.web(SCANNER, word(i), HOUR + i * 3 * SECOND, {
          status: 404,
          agent: browsers[1]!,
          referer: "https://www.example.org/",
        });
    },
  },
  {
    name: "decoys",
    write: (site) => {
      site.visitors();
      site.scans(SCANNER);
      for (let decoy = 0; decoy < 9; decoy++) site.spoofs(stranger(decoy));
      for (let i = 0; i < 60; i++) {
        for (let decoy = 0; decoy < 9; decoy++)
          site.packet(stranger(decoy), VPN, 100 + i * 31, HOUR + i * 100, "DROP", "TCP", 1024);
        site.packet(SCANNER, VPN, 100 + i * 31, HOUR + i * 100, "DROP", "TCP", 1024);
      }
    },
  },
  {
    name: "a slow scan and a campaign under a million spoofed",
    isFlood: true,
    write: (site) => {
      ports(site, 30, 40 * MINUTE);
      for (let n = 0; n < 64; n++)
        site.web(site.scans(stranger(n)), word(n), 2 * HOUR + n * 5 * MINUTE, { status: 404, agent: TOOL });
      for (let n = 0; n < 1_000_000; n++) {
        const source = site.spoofs(`${20 + (n % 180)}.${(n >> 12) & 255}.${(n * 31) % 250}.${1 + ((n >> 3) % 253)}`);
        site.packet(
          source,
          `198.51.100.${90 + (n % 100)}`,
          1 + ((n * 7) % 60_000),
          5 * HOUR + n * 6,
          "DROP",
          "TCP",
          8192,
        );
      }
    },
  },
  { name: "one request every five minutes", write: (site) => guesses(site, 40, 5 * MINUTE) },
  { name: "one request an hour", write: (site) => guesses(site, 40, HOUR) },
  { name: "five misses a minute (CrowdSec: 6)", write: (site) => guesses(site, 40, 12 * SECOND) },
  { name: "eleven ports a minute (12)", write: (site) => ports(site, 60, 5.5 * SECOND) },
  { name: "three rejects a minute (Snort: 4)", write: (site) => ports(site, 40, 20 * SECOND) },
  { name: "twelve misses in 90 s (Wazuh: 13)", write: (site) => guesses(site, 40, 7.5 * SECOND) },
  { name: "44 requests a minute (Elastic: 45)", write: (site) => guesses(site, 60, 1.37 * SECOND) },
  { name: "one probe in 16 minutes (simple-scan: 15)", write: (site) => ports(site, 40, 16 * MINUTE) },
  {
    name: "rotation inside an IPv6 /64",
    write: (site) => {
      site.visitors();
      for (let i = 0; i < 40; i++)
        site.web(site.scans(`2001:db8:77:1::${((i * 7919 + 1) & 0xffff).toString(16)}`), word(i), HOUR + i * MINUTE, {
          status: 404,
          agent: TOOL,
        });
    },
  },
  {
    name: "rotation inside an IPv6 /48",
    write: (site) => {
      site.visitors();
      for (let i = 0; i < 40; i++)
        site.web(site.scans(`2001:db8:77:${(i * 91 + 1).toString(16)}::1`), word(i), HOUR + i * MINUTE, {
          status: 404,
          agent: TOOL,
        });
    },
  },
  {
    name: "behind the NAT of ten visitors",
    write: (site) => {
      site.visitors();
      site.scans(visitor(3));
      for (let i = 0; i < 60; i++)
        site.web(visitor(3), pages[(i * 7) % 40]!, i * 10 * MINUTE, { agent: browsers[i % 4]! });
      for (let i = 0; i < 40; i++)
        site.web(visitor(3), word(i), 6 * HOUR + i * 20 * SECOND, { status: 404, agent: TOOL });
    },
  },
  { name: "one guess a day for 14 days", write: (site) => guesses(site, 14, DAY) },
  { name: "20 guesses in 30 days", write: (site) => guesses(site, 20, 1.5 * DAY) },
  {
    name: "256 sources, a word list",
    write: (site) => shared(site, (source, n) => site.web(source(n), word(n), at(n), { status: 404, agent: TOOL })),
  },
  {
    name: "256 sources, a word list, changing browsers",
    write: (site) =>
      shared(site, (source, n) => {
        const agent = browsers[n % 4]!.replace(/\d+\.0/, `${100 + (n % 40)}.0`);
        site.web(source(n), word(n), at(n), { status: 404, agent });
      }),
  },
  {
    name: "256 sources, a word list, a visitor's browser",
    write: (site) =>
      shared(site, (source, n) => site.web(source(n), word(n), at(n), { status: 404, agent: browsers[0]! })),
  },
  {
    name: "256 sources, by port",
    write: (site) => shared(site, (source, n) => site.packet(source(n), "198.51.100.80", 1000 + n * 13, at(n), "DROP")),
  },
  {
    name: "256 sources, by target",
    write: (site) => shared(site, (source, n) => site.packet(source(n), `198.51.100.${n}`, 6379, at(n), "DROP")),
  },
  {
    name: "256 sources, IPv4 and IPv6",
    write: (site) =>
      shared(
        site,
        (source, n) => site.web(source(n), word(n), at(n), { status: 404, agent: TOOL }),
        (n) => (n % 2 ? source6(n) : stranger(n)),
      ),
  },
  {
    name: "256 sources, some of them visitors' NAT",
    write: (site) =>
      shared(
        site,
        (source, n) => site.web(source(n), word(n), at(n), { status: 404, agent: TOOL }),
        (n) => (n % 8 === 0 ? visitor(n) : stranger(n)),
      ),
  },
  {
    name: "256 sources, a quarter visitors' NAT, a visitor's browser",
    write: (site) =>
      shared(
        site,
        (source, n) => {
          for (let i = 0; i < 2; i++)
            site.web(source(n), word(n * 2 + i), at(n) + i * 4000, { status: 404, agent: browsers[1]! });
        },
        (n) => (n % 4 === 0 ? visitor(n) : stranger(n)),
      ),
  },
  {
    name: "256 sources, a visitor's browser, on a broken site",
    write: (site) =>
      shared(site, (source, n) => {
        site.web(source(n), word(n), at(n), { status: 404, agent: browsers[1]! });
        const reader = (n * 3) % 200;
        const gone = `/${["red", "old", "tall", "wet"][n % 4]}${["sea", "land", "hill"][n % 3]}${"abcdefghij"[n % 10]}.html`;
        site.web(visitor(reader), gone, at(n) + HOUR, {
          status: 404,
          agent: browsers[reader % 4]!,
          referer: "https://news.example.net/",
        });
      }),
  },
  {
    name: "64 sources, eight guesses each",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 512; n++)
        site.web(site.scans(stranger(n % 64)), word(n), HOUR + n * 30 * SECOND, { status: 404, agent: TOOL });
    },
  },
  {
    name: "mail server swept by port, slowly, from one source",
    write: (site) => {
      site.visitors(150, 3);
      site.scans(SCANNER);
      for (let i = 0; i < 30; i++) site.packet(SCANNER, MAIL, 2000 + i * 7, HOUR + i * 2 * HOUR, "DROP");
      site.web(SCANNER, "/", HOUR, { agent: TOOL });
    },
  },
];
