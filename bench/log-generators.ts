import { closeSync, openSync, writeSync } from "node:fs";
import { random } from "./random.ts";

/**
 * Logs of any length for the benchmarks: the same arguments give the same bytes. Both start at 2026-11-01 00:00 UTC; the
 * generated traffic is invented, with addresses for documentation and benchmarking (RFC 2544, RFC 3849, RFC 5737).
 */
const startMs = Date.UTC(2026, 10, 1);

/** Writes an ordinary site's log in combined format: about 217 bytes a line, 40 lines a second of logged time. */
export function writeCombinedLog(path: string, lines: number): void {
  writeLines(path, lines, combinedLines(random(1)));
}

/** How many sources a firewall's log has: those it lets through, and those that try one address here and there. */
interface FirewallMix {
  readonly clients: number;
  readonly guessers: number;
}

/** As many as in recordings of a small estate, of which most come again and again. */
const FEW: FirewallMix = { clients: 3000, guessers: 300 };
/** As a large network's perimeter sees them in weeks: most of the sources that are ever met guess. */
const MANY: FirewallMix = { clients: 30_000, guessers: 60_000 };

/** Writes a firewall's netfilter log under time stamps without year: about 260 bytes a line, 40 lines a second. */
export function writeNetfilterLog(path: string, lines: number, isGuessing = false): void {
  writeLines(path, lines, netfilterLines(random(2), isGuessing ? MANY : FEW));
}

function writeLines(path: string, lines: number, lineAt: (atMs: number) => string): void {
  const file = openSync(path, "w");
  let text = "";
  for (let i = 0; i < lines; i++) {
    text += lineAt(startMs + Math.floor(i / 40) * 1000);
    if (text.length > 1 << 20) {
      writeSync(file, text, null, "latin1");
      text = "";
    }
  }
  writeSync(file, text, null, "latin1");
  closeSync(file);
}

type Random = () => number;

/** An index below `count`, small ones far likelier: popularity falls off as 1/rank. */
const popular = (next: Random, count: number) => Math.floor(count ** next()) - 1;
const below = (next: Random, count: number) => Math.floor(next() * count);

const browsers = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
];
const crawlers = [
  "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://www.example.com/bot.html)",
  "FeedFetcher/1.0 (+https://feeds.example.net; 12 subscribers)",
];
const sections = ["news", "articles", "products", "docs", "blog", "people"];
const topics = ["harbour", "river", "library", "garden", "bridge", "market", "school", "museum", "council", "station"];
const assets = ["/css/site.css", "/js/app.js", "/img/logo.svg", "/favicon.ico", "/fonts/text.woff2", "/img/header.jpg"];
const guesses = [
  "admin",
  "backup.zip",
  ".env",
  "wp-login.php",
  ".git/config",
  "phpmyadmin/",
  "cgi-bin/test",
  "server-status",
];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

function combinedLines(next: Random): (atMs: number) => string {
  const clients = 8000;
  let stampMs = -1;
  let stamp = "";
  let guess = 0;
  const line = (client: string, method: string, path: string, status: number, referer: string, agent: string) =>
    `${client} - - [${stamp}] "${method} ${path} HTTP/1.1" ${status} ${status === 304 ? 0 : 300 + below(next, 60_000)} "${referer}" "${agent}"\n`;
  return (atMs) => {
    if (atMs !== stampMs) {
      const time = new Date(atMs);
      stamp = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
      stampMs = atMs;
    }
    const kind = next();
    if (kind < 0.01) {
      // A scan: the same few sources guess on and on.
      const source = `198.51.100.${1 + below(next, 5)}`;
      return line(source, "GET", `/${guesses[guess++ % guesses.length]}?${guess}`, 404, "-", browsers[0]!);
    }
    if (kind < 0.07)
      return line(`203.0.113.${1 + below(next, 20)}`, "GET", pageOf(next, 40_000), 200, "-", crawlers[below(next, 2)]!);
    const client = popular(next, clients);
    const agent = browsers[(client * 7919) % browsers.length]!;
    const source =
      client % 10 === 9
        ? `2001:db8:${client.toString(16)}::${client.toString(16)}`
        : `198.18.${client >> 8}.${client & 255}`;
    const referer = next() < 0.39 ? `https://www.example.org${pageOf(next, 200)}` : "-";
    if (next() < 0.55)
      return line(source, "GET", assets[popular(next, assets.length)]!, next() < 0.4 ? 304 : 200, referer, agent);
    if (next() < 0.02) return line(source, "POST", "/search", 200, referer, agent);
    return line(source, "GET", pageOf(next, 20_000), next() < 0.01 ? 404 : 200, referer, agent);
  };
}

function pageOf(next: Random, count: number): string {
  const page = popular(next, count);
  if (page === 0) return "/";
  return `/${sections[page % sections.length]}/${topics[page % topics.length]}-${topics[(page * 7) % topics.length]}-${page}.html`;
}

const services: readonly (readonly [host: number, port: number])[] = [
  [10, 443],
  [10, 80],
  [25, 25],
  [25, 993],
  [53, 53],
  [60, 22],
];

function netfilterLines(next: Random, { clients, guessers }: FirewallMix): (atMs: number) => string {
  let stampMs = -1;
  let stamp = "";
  let sweep = 0;
  const line = (verdict: string, uptime: number, source: string, target: string, rest: string) =>
    `${stamp} fw kernel: [${uptime.toFixed(6).padStart(12)}] FW-${verdict}: IN=wan0 OUT=br-dmz MAC=52:54:00:68:84:b5:52:54:00:80:02:cf:08:00 SRC=${source} DST=${target} ${rest} \n`;
  const tcp = (options: number, target: number, isRaw: boolean) =>
    `LEN=${isRaw ? 44 : 60} TOS=0x00 PREC=0x00 TTL=${40 + (options % 24)} ID=${options & 0xffff}${isRaw ? "" : " DF"} PROTO=TCP SPT=${1024 + (options % 64_000)} DPT=${target} WINDOW=${isRaw ? 1024 : 64240} RES=0x00 SYN URGP=0`;
  return (atMs) => {
    if (atMs !== stampMs) {
      const time = new Date(atMs);
      stamp = `${months[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 19)}`;
      stampMs = atMs;
    }
    const uptime = 1000 + (atMs - startMs) / 1000 + next();
    const options = below(next, 1 << 24);
    const kind = next();
    if (kind < 0.25) {
      // Background: many sources, one port here and there on addresses that are mostly unused.
      const from = below(next, guessers);
      const target = `192.0.2.${below(next, 256)}`;
      return line(
        "DROP",
        uptime,
        `198.19.${from >> 8}.${from & 255}`,
        target,
        tcp(options, [23, 445, 3389, 8080, 22][from % 5]!, true),
      );
    }
    if (kind < 0.35) {
      // A sweep: three sources go through all ports of all hosts.
      const step = sweep++;
      return line(
        "DROP",
        uptime,
        `198.51.100.${1 + (step % 3)}`,
        `192.0.2.${(step >> 4) & 255}`,
        tcp(options, 1 + (step % 65_535), true),
      );
    }
    const client = popular(next, clients);
    const source = `198.18.${client >> 8}.${client & 255}`;
    const [host, port] = services[popular(next, services.length)]!;
    if (port === 53) {
      const udp = `LEN=62 TOS=0x00 PREC=0x00 TTL=58 ID=${options & 0xffff} DF PROTO=UDP SPT=${1024 + (options % 64_000)} DPT=53 LEN=42`;
      return line("ACCEPT", uptime, source, `192.0.2.${host}`, udp);
    }
    return line("ACCEPT", uptime, source, `192.0.2.${host}`, tcp(options, port, false));
  };
}
