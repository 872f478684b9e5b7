import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND, Site, VPN } from "../../bench/scenarios/site.ts";
import { type AnalyzeOptions, analyze } from "../../src/stories/analyze.ts";

const SCANNER = "203.0.113.77";
const OTHER = "185.9.9.9";
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A scan of one host, which finds SSH. */
function scan(site: Site): void {
  site.visitors(40);
  for (let n = 0; n < 12; n++) site.packet(SCANNER, VPN, 1000 + n * 71, 6 * HOUR + n * SECOND, "DROP");
  site.packet(SCANNER, VPN, 22, 6 * HOUR + 12 * SECOND, "ACCEPT");
}

/** What sshd says of one connection. */
function sshd(source: string, atMs: number, ending: string): string {
  const time = new Date(Date.UTC(2026, 2, 2) + atMs).toISOString().slice(11, 19);
  const by = `from ${source} port 40022`;
  const head = `2026-03-02T${time}+00:00 gate sshd[${Math.round(atMs / 1000)}]:`;
  return `${head} Connection ${by} on ${VPN} port 22\n${head} ${ending} password for root ${by} ssh2\n`;
}

async function judged(site: Site, log: string, options: Partial<AnalyzeOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "vedette-logins-"));
  folders.push(folder);
  writeFileSync(join(folder, "sshd.log"), log);
  const inputs = [...site.write(folder), join(folder, "sshd.log")];
  return analyze({ inputs, home: ["198.51.100.0/24"], now: 0, ...options });
}

test.each([
  ["Failed", "T1110", "notable"],
  ["Accepted", "T1133", "act"],
])("another source uses what a scan found, and its last password is %s: %s", async (ending, technique, priority) => {
  const site = new Site(1);
  scan(site);
  let log = "";
  for (let n = 0; n < 6; n++) {
    const atMs = 6 * HOUR + MINUTE + n * 5 * SECOND;
    site.packet(OTHER, VPN, 22, atMs, "ACCEPT");
    log += sshd(OTHER, atMs, n < 5 ? "Failed" : ending);
  }
  const { report } = await judged(site, log);
  expect(report.incidents.map(({ kind, members }) => ({ kind, members }))).toEqual([
    { kind: "handover", members: [SCANNER, OTHER] },
  ]);
  expect(report.incidents[0]!.stages.map((stage) => stage.technique)).toEqual(["T1595.001", technique]);
  expect(report.incidents[0]!.priority).toBe(priority);
});

test("a scanner that is let in is to be acted on, also when that came in a later run; whoever was let in before is not", async () => {
  const [first, second, other] = [new Site(1), new Site(1), new Site(1)];
  for (const site of [first, other]) scan(site);
  second.visitors(40);
  const { state } = await judged(first, sshd("93.1.1.1", HOUR, "Accepted"), { state: { name: "state" } });
  const later = await judged(second, sshd(SCANNER, 9 * HOUR, "Accepted"), { state: { name: "state", bytes: state! } });
  expect(later.report.actors.find(({ address }) => address === SCANNER)).toMatchObject({
    priority: "act",
    techniques: ["T1595.001", "T1133"],
  });
  const before = await judged(other, sshd(SCANNER, HOUR, "Accepted"));
  expect(before.report.incidents[0]!.priority).toBe("noise");
});
