import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyze } from "../../src/stories/analyze.ts";
import { DAY, HOUR, MINUTE, SECOND, Site, stranger, word } from "./site.ts";

const CHAINS = 20;
const delays = [MINUTE, 20 * MINUTE, 5 * HOUR, 2 * DAY, 9 * DAY, 20 * DAY];

/** How often a scan is linked to who used it, and how often to somebody else. */
export interface ChainOutcome {
  readonly chains: number;
  readonly linked: number;
  readonly links: number;
  readonly wrong: readonly string[];
}

/**
 * Forty days of one site: twenty scans that each find a page of their own, each used later from another address with the same
 * client; and as many lone attempts by clients that nobody else uses, on paths that nobody scanned.
 */
export async function runChains(seed: number): Promise<ChainOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "vedette-chains-"));
  try {
    const site = new Site(seed);
    const expected = new Set<string>();
    site.visitors(200, 40);
    for (let n = 0; n < CHAINS; n++) expected.add(writeChain(site, n));
    for (let n = 0; n < CHAINS; n++) writeLoneAttempt(site, n);
    const { report } = await analyze({ inputs: site.write(folder), home: ["198.51.100.0/24"], now: 0 });
    const links = report.incidents.flatMap((incident) => (incident.links ?? []).map(({ from, to }) => `${from} ${to}`));
    return {
      chains: expected.size,
      linked: links.filter((link) => expected.has(link)).length,
      links: links.length,
      wrong: links.filter((link) => !expected.has(link)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeChain(site: Site, n: number): string {
  const [scanner, follower] = [site.scans(stranger(n)), stranger(500 + n)];
  const agent = `Mozilla/5.0 (compatible; client-${n}/1.${n})`;
  const found = `/tools/console-${"abcdefghijklmnopqrstuvwxyz"[n]}${n}x/run.php`;
  const atMs = HOUR + n * 17 * HOUR;
  for (let i = 0; i < 12; i++) site.web(scanner, word(i + n * 9), atMs + i * 3 * SECOND, { agent, status: 404 });
  site.web(scanner, found, atMs + 40 * SECOND, { agent });
  const later = atMs + 40 * SECOND + delays[n % delays.length]!;
  site.web(follower, `${found}?cmd=$(id)`, later, { agent });
  return `${scanner} ${follower}`;
}

function writeLoneAttempt(site: Site, n: number): void {
  const agent = `lone-${n}/2.${n}`;
  const path = `/cgi-bin/status-${"abcdefghijklmnopqrstuvwxyz"[n]}${n}y.cgi?x=$(id)`;
  site.web(stranger(900 + n), path, 2 * HOUR + n * 41 * HOUR, { agent, status: 404 });
}
