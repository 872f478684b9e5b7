import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyze } from "../../src/stories/analyze.ts";
import { DAY, HOUR, MINUTE, SECOND, Site, stranger, VPN, visitor, word } from "./site.ts";

const CHAINS = 20;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const delays = [MINUTE, 20 * MINUTE, 5 * HOUR, 2 * DAY, 9 * DAY, 20 * DAY, 29 * DAY];

/** How often a scan is linked to who used it, and how often to somebody else. */
export interface ChainOutcome {
  readonly name: string;
  readonly chains: number;
  readonly linked: number;
  readonly links: number;
  readonly wrong: readonly string[];
}

/** Scans of one kind, each used by somebody, and the source and the follower of each. */
interface ChainProgram {
  readonly name: string;
  readonly write: (site: Site, n: number, atMs: number) => readonly [scanner: string, follower: string];
}

/** What joins scan and use, beside the service: nothing but the time in the last two. */
const programs: readonly ChainProgram[] = [
  {
    name: "the same client, up to 29 days later",
    write: (site, n, atMs) => {
      const agent = `Mozilla/5.0 (compatible; client-${n}/1.${n})`;
      const found = scan(site, stranger(n), n, atMs, agent);
      site.web(stranger(500 + n), `${found}?cmd=$(id)`, atMs + 40 * SECOND + delays[n % delays.length]!, { agent });
      return [stranger(n), stranger(500 + n)];
    },
  },
  {
    name: "the same network and path, another client, up to 29 days later",
    write: (site, n, atMs) => {
      const source = `${stranger(n).replace(/\d+$/, "")}${251 + (n % 4)}`;
      const found = scan(site, stranger(n), n, atMs, `client-${n % 3}/1`);
      site.web(source, `${found}?cmd=$(id)`, atMs + 40 * SECOND + delays[n % delays.length]!, {
        agent: `other-${n}/2`,
      });
      return [stranger(n), source];
    },
  },
  {
    name: "another network, at once, with nothing in common",
    write: (site, n, atMs) => {
      scan(site, stranger(n), n, atMs, `client-${n}/1`);
      const path = `/cgi-bin/form-${LETTERS[n]}x.cgi?x=$(id)`;
      site.web(stranger(500 + n), path, atMs + (45 + 4 * n) * SECOND, { agent: `other-${n}/2`, status: 404 });
      return [stranger(n), stranger(500 + n)];
    },
  },
  {
    name: "log-ins to what a port scan found, soon after",
    write: (site, n, atMs) => {
      const host = `198.51.100.${100 + n}`;
      for (let i = 0; i < 12; i++) site.packet(stranger(n), host, 1000 + i * 71, atMs + i * SECOND, "DROP");
      site.packet(stranger(n), host, 22, atMs + 13 * SECOND, "ACCEPT");
      for (let i = 0; i < 6; i++)
        site.packet(stranger(500 + n), host, 22, atMs + (40 + 5 * n + i * 2) * SECOND, "ACCEPT");
      return [stranger(n), stranger(500 + n)];
    },
  },
];

/**
 * Forty days of one site for each program: twenty scans, each used later from another address; as many lone attempts by clients that
 * nobody else uses, on paths that nobody scanned; people who log in to their own hosts; and visitors.
 */
export async function* runChains(seed: number): AsyncGenerator<ChainOutcome> {
  for (const program of programs) yield await runProgram(program, seed);
}

async function runProgram({ name, write }: ChainProgram, seed: number): Promise<ChainOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "vedette-chains-"));
  try {
    const site = new Site(seed);
    const expected = new Set<string>();
    site.visitors(200, 40);
    for (let n = 0; n < CHAINS; n++) {
      const [scanner, follower] = write(site, n, HOUR + n * 12 * HOUR + site.random(HOUR));
      site.scans(scanner);
      expected.add(`${scanner} ${follower}`);
      writeLoneAttempt(site, n);
      writeLogins(site, n);
    }
    const { report } = await analyze({ inputs: site.write(folder), home: ["198.51.100.0/24"], now: 0 });
    const links = report.incidents.flatMap((incident) => (incident.links ?? []).map(({ from, to }) => `${from} ${to}`));
    return {
      name,
      chains: expected.size,
      linked: links.filter((link) => expected.has(link)).length,
      links: links.length,
      wrong: links.filter((link) => !expected.has(link)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A word list that finds one page of its own, which it returns. */
function scan(site: Site, source: string, n: number, atMs: number, agent: string): string {
  const found = `/tools/console-${LETTERS[n]}${n}x/run.php`;
  for (let i = 0; i < 12; i++) site.web(source, word(i + n * 9), atMs + i * 3 * SECOND, { agent, status: 404 });
  site.web(source, found, atMs + 40 * SECOND, { agent });
  return found;
}

function writeLoneAttempt(site: Site, n: number): void {
  const path = `/cgi-bin/status-${LETTERS[n]}${n}y.cgi?x=$(id)`;
  const atMs = 2 * HOUR + n * 41 * HOUR + site.random(HOUR);
  site.web(stranger(900 + n), path, atMs, { agent: `lone-${n}/2.${n}`, status: 404 });
}

/** Somebody new who works on a host over SSH, now and then. */
function writeLogins(site: Site, n: number): void {
  for (let i = 0; i < 9; i++)
    site.packet(visitor(700 + n), VPN, 22, n * 37 * HOUR + i * 3 * HOUR + site.random(HOUR), "ACCEPT");
}
