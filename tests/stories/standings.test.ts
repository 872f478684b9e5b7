import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attackFacts } from "../../src/knowledge/attack-versions.ts";
import { parsePrefix } from "../../src/observations/prefix.ts";
import { analyze } from "../../src/stories/analyze.ts";
import type { ActorReport } from "../../src/stories/report.ts";
import { imported, NOW_MS, newFolder } from "../knowledge/intel/imported.ts";

const words = ["admin", "backup", "old", "test", "console", "portal", "secret", "dump", "shop", "beta"];
const SCANNER = "203.0.113.7";

/** An access log of twenty visitors, and of one source that asks for `paths`, a second each. */
function logOf(paths: readonly string[]): string {
  const visits = Array.from(
    { length: 60 },
    (_, i) => [`198.51.100.${1 + (i % 20)}`, i % 3 === 0 ? "/" : `/page-${i % 4}`, 200] as const,
  );
  const lines = [...visits, ...paths.map((path) => [SCANNER, path, 404] as const)].map(([source, path, status], i) => {
    const clock = `10:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}`;
    return `${source} - - [20/Nov/2026:${clock} +0000] "GET ${path} HTTP/1.1" ${status} 312 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"\n`;
  });
  const path = join(newFolder(), "access.log");
  writeFileSync(path, lines.join(""));
  return path;
}

const guesses = (count: number) => words.slice(0, count).map((word) => `/${word}`);

async function judged(paths: readonly string[], options: Partial<Parameters<typeof analyze>[0]> = {}) {
  const { report, explained } = await analyze({ inputs: [logOf(paths)], now: NOW_MS, explain: SCANNER, ...options });
  return { report, actor: explained as ActorReport };
}

const blockList = async (ratio: number) =>
  (await imported("list", { "block.txt": `${SCANNER} # seen by others\n` }, { ratio })).intel;

test("a block list adds ln of its ratio, never more than the actor's own evidence", async () => {
  const intel = await blockList(4);
  let tipped = 0;
  for (let count = 0; count <= 6; count++) {
    const paths = count === 0 ? ["/"] : guesses(count);
    const alone = (await judged(paths)).actor;
    const listed = (await judged(paths, { intel })).actor;
    if (alone.decidedAt === null || alone.score > Math.log(4)) {
      expect(listed.score - alone.score).toBeCloseTo(Math.min(Math.log(4), alone.score), 2);
    }
    if (alone.verdict !== listed.verdict) tipped++;
    if (alone.score === 0) expect([listed.verdict, listed.evidence.length]).toEqual(["visitor", alone.evidence.length]);
  }
  expect(tipped).toBeGreaterThan(0);
});

test("the row of a list names the list, its date and its ratio, and the decision can be traced to it", async () => {
  const { actor } = await judged(guesses(6), { intel: await blockList(20) });
  expect(actor.blockList).toEqual({ set: "list:block", date: "2026-11-22", label: "seen by others", ratio: 20 });
  const row = actor.evidence.at(-1)!;
  expect(row.what).toBe(
    "is listed by list:block, 2026-11-22 as seen by others: scanners are 20 times as often on it as visitors",
  );
  expect([row.input, row.position, row.score]).toEqual(["list:block", 1, actor.score]);
  expect(row.ifScanner / row.ifVisitor).toBeCloseTo(20, 3);
});

const research = JSON.stringify({
  name: "Some census",
  description: "used for scanning",
  version: 20261101,
  type: "cidr",
  list: ["203.0.113.0/24"],
});

test("a scanner from a census network is a research scanner, whatever a block list says", async () => {
  const { into } = await imported("warninglists", { "lists/a/list.json": research });
  const { intel } = await imported("list", { "block.txt": SCANNER }, { into, ratio: 20 });
  const alone = (await judged(guesses(10))).actor;
  const { actor, report } = await judged(guesses(10), { intel });
  expect([alone.verdict, actor.verdict]).toEqual(["scanner", "research-scanner"]);
  expect(actor.score).toBe(alone.score);
  expect(actor.operator).toEqual({ set: "warninglists", date: "2026-11-01", label: "Some census" });
  expect(report.actors.map(({ address }) => address)).toContain(SCANNER);
  expect(report.knowledge?.map(({ id, date }) => [id, date])).toEqual([
    ["list:block", "2026-11-22"],
    ["warninglists", "2026-11-01"],
  ]);
});

test("an operator that tries an exploit is judged like any other", async () => {
  const { intel } = await imported("warninglists", { "lists/a/list.json": research });
  const { actor } = await judged([...guesses(10), "/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/passwd"], { intel });
  expect(actor.verdict).toBe("scanner");
  expect(actor.operator?.label).toBe("Some census");
});

test("a declared scanner is authorised in its time, and judged outside it", async () => {
  const declare = (from: string, until: string) => [
    { address: parsePrefix("203.0.113.0/28")!, name: "ours", from: Date.parse(from), until: Date.parse(until) },
  ];
  const inTime = await judged(guesses(10), { scanners: declare("2026-11-20", "2026-11-21") });
  expect(inTime.actor).toMatchObject({
    verdict: "authorised",
    priority: "noise",
    declared: { name: "ours", inTime: true },
  });
  expect(inTime.report.counts).toMatchObject({ scanners: 0, authorised: 1 });
  const late = await judged(guesses(10), { scanners: declare("2026-11-18", "2026-11-19") });
  expect(late.actor).toMatchObject({ verdict: "scanner", declared: { name: "ours", inTime: false } });
  const other = await judged(guesses(10), { scanners: [{ address: parsePrefix("203.0.113.8")!, name: "x" }] });
  expect(other.actor.declared).toBeUndefined();
});

test("under ATT&CK v8.2 guessing of paths is Active Scanning; facts and notice come along", async () => {
  const under = async (version: string) =>
    (await judged(guesses(10), { attack: { version, facts: attackFacts(version)! } })).report;
  const old = await under("8.2");
  const current = await under("18.1");
  expect(current.actors[0]!.techniques).toContain("T1595.003");
  expect(old.actors[0]!.techniques).not.toContain("T1595.003");
  expect(old.actors[0]!.techniques).toContain("T1595");
  expect(old.incidents[0]!.stages.map(({ technique }) => technique)).toContain("T1595");
  expect(old.attack?.techniques.find(({ id }) => id === "T1595")).toMatchObject({
    name: "Active Scanning",
    dataSources: ["Network device logs", "Packet capture"],
  });
  expect(old.attack?.notice).toContain("The MITRE Corporation");
});

test("old knowledge is told under coverage", async () => {
  const { intel } = await imported("list", { "block.txt": `# Updated: 2026-01-02\n${SCANNER}\n` });
  const { report } = await judged(guesses(10), { intel });
  expect(report.coverage.map(({ what }) => what)).toContain(
    "the knowledge 'list:block' is 324 days old (data of 2026-01-02)",
  );
});
