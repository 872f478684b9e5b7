import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabelledActor } from "../accuracy/labelled-sets.ts";
import { random } from "../random.ts";
import { Wire } from "./wire.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Midnight of the first day of every scenario. */
const START = Date.UTC(2026, 2, 2);

export const browsers = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
];

interface RequestLike {
  readonly status?: number;
  readonly agent?: string;
  readonly referer?: string;
  readonly method?: string;
  readonly bytes?: number;
}

/** What a firewall did. */
type Action = "ACCEPT" | "DROP";

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** One estate's web log, firewall log and capture, written by a scenario. Times are milliseconds from its first midnight. */
export class Site {
  readonly random: (below: number) => number;
  /** What a capture shows. */
  readonly wire = new Wire();
  readonly #web: Line[] = [];
  readonly #firewall: Line[] = [];
  readonly #scanners = new Set<string>();
  readonly #sources = new Set<string>();
  readonly #spoofed = new Set<string>();

  constructor(seed: number) {
    const next = random(seed);
    this.random = (below) => Math.floor(next() * below);
  }

  /** The sources that are to be found. All others are innocent. */
  scans(source: string): string {
    this.#scanners.add(source);
    return source;
  }

  /** A source that somebody else forged: whether it is blamed is not scored. */
  spoofs(source: string): string {
    this.#spoofed.add(source);
    return source;
  }

  web(source: string, path: string, atMs: number, like: RequestLike = {}): void {
    this.#sources.add(source);
    const { status = 200, agent = browsers[0]!, referer = "-", method = "GET" } = like;
    const bytes = like.bytes ?? (status === 200 ? 2000 + path.length * 37 : 153);
    const time = logTime(START + atMs);
    this.#web.push({
      atMs,
      text: `${source} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${bytes} "${referer}" "${agent}"`,
    });
  }

  /** A packet that the firewall logged (netfilter's LOG target, with ISO times). */
  packet(
    source: string,
    target: string,
    port: number,
    atMs: number,
    action: Action,
    protocol = "TCP",
    window = 64_240,
  ): void {
    this.#sources.add(source);
    const at = new Date(START + atMs).toISOString().replace("Z", "+00:00");
    const tail = protocol === "TCP" ? ` WINDOW=${window} RES=0x00 SYN URGP=0` : " LEN=64";
    const id = this.random(65_536);
    this.#firewall.push({
      atMs,
      text: `${at} fw kernel: FW-${action}: IN=wan0 OUT=dmz0 SRC=${source} DST=${target} LEN=60 TOS=0x00 PREC=0x00 TTL=57 ID=${id} DF PROTO=${protocol} SPT=${20_000 + this.random(40_000)} DPT=${port}${tail} `,
    });
  }

  /** Writes the logs into a folder and returns their names. */
  write(folder: string): string[] {
    mkdirSync(folder, { recursive: true });
    const logs = { "access.log": this.#web, "firewall.log": this.#firewall };
    const capture = this.wire.isEmpty ? [] : [join(folder, "capture.pcap")];
    for (const file of capture) writeFileSync(file, this.wire.bytes(START));
    const written = Object.entries(logs).flatMap(([name, lines]) => {
      if (lines.length === 0) return [];
      const file = join(folder, name);
      const ordered = [...lines].sort((a, b) => a.atMs - b.atMs);
      writeFileSync(file, `${ordered.map(({ text }) => text).join("\n")}\n`);
      return [file];
    });
    return [...capture, ...written];
  }

  get labels(): LabelledActor[] {
    const scanners = [...this.#scanners];
    const innocents = [...this.#sources].filter((source) => !this.#scanners.has(source) && !this.#spoofed.has(source));
    return [
      { kind: "scan-web", tool: "", sources: scanners, start: 0, end: 0, decoys: [...this.#spoofed] },
      { kind: "benign", tool: "", sources: innocents, start: 0, end: 0 },
    ];
  }

  /** `count` people who read the site over `days` days: forty pages, some far more than others, over one firewall. */
  visitors(count = 150, days = 1, like: RequestLike = {}): void {
    for (let person = 0; person < count; person++) {
      const source = visitor(person);
      const agent = browsers[person % browsers.length]!;
      for (let visit = 0; visit < Math.max(1, days / 3); visit++) {
        const atMs = this.random(days * DAY);
        this.packet(source, WEB, 443, atMs, "ACCEPT");
        this.web(source, "/", atMs, { agent, ...like });
        this.web(source, "/css/site.css", atMs + 200, { agent, referer: "https://www.example.org/", ...like });
        for (let page = 0; page < 3 + this.random(6); page++) {
          const path = pages[Math.min(this.random(pages.length), this.random(pages.length))]!;
          this.web(source, path, atMs + (page + 1) * 9 * SECOND, {
            agent,
            referer: "https://www.example.org/",
            ...like,
          });
        }
        if (person % 12 === 0) this.web(source, "/favicon.ico", atMs + 300, { agent, status: 404 });
        if (person % 5 === 0) this.packet(source, MAIL, [25, 993, 587][person % 3]!, atMs + SECOND, "ACCEPT");
        if (person % 9 === 0) this.packet(source, VPN, 22, atMs + SECOND, "ACCEPT");
      }
    }
  }
}

export const WEB = "198.51.100.10";
export const MAIL = "198.51.100.25";
export const VPN = "198.51.100.30";

/** An address of the n-th visitor, spread over many networks. */
export function visitor(n: number): string {
  return `${[81, 93, 178, 188, 212, 217][n % 6]}.${10 + ((n * 7) % 200)}.${(n * 13) % 250}.${1 + (n % 250)}`;
}

/** An address of the n-th source of a scan: nothing of it is shared with the others or with visitors. */
export function stranger(n: number): string {
  return `${[45, 62, 103, 141, 159, 185][n % 6]}.${(n * 11) % 250}.${(n * 29 + 7) % 250}.${1 + ((n * 17) % 250)}`;
}

const topics =
  "about team history products services prices jobs news events contact support privacy imprint partners press blog gallery shop maps help".split(
    " ",
  );
export const pages = [
  ...topics.map((topic) => `/${topic}.html`),
  ...topics.map((topic) => `/archive/${topic}/index.html`),
];

const stems =
  "admin backup test old dev stage config setup install login portal panel private secret upload data db dump logs tmp cache api console manager server status info system core util include lib assets vendor build dist scripts cron jobs queue reports export import archive files docs internal intranet office mail webmail cpanel shell debug trace monitor metrics".split(
    " ",
  );
const endings = ["", ".php", ".bak", "_old", ".zip", "2", "-new", ".txt", ".sql", "/"];

/** The n-th entry of a word list as tools use them: well-known names first. */
export function word(n: number): string {
  return `/${stems[n % stems.length]}${endings[Math.floor(n / stems.length) % endings.length]}${n >= stems.length * endings.length ? n : ""}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function logTime(atMs: number): string {
  const [date, time] = new Date(atMs).toISOString().split("T") as [string, string];
  const [year, month, day] = date.split("-") as [string, string, string];
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
