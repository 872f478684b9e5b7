import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { DAY, HOUR, SECOND, Site } from "../../bench/scenarios/site.ts";
import { analyze } from "../../src/stories/analyze.ts";
import { imported } from "../knowledge/intel/imported.ts";

const [FIRST, SECOND_SOURCE, THIRD] = ["203.0.113.7", "185.9.9.9", "103.4.4.4"] as const;
const words = Array.from(
  { length: 900 },
  (_, i) => `${((i * 7919) % 100_003).toString(36).replace(/\d/g, "k")}ab${i}z`,
);
const list = imported("wordlist", { "mine.txt": words.join("\n") });
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Each source asks for its part of the list. */
async function incidentsOf(parts: readonly (readonly [source: string, from: number, to: number, atMs: number])[]) {
  const site = new Site(1);
  site.visitors(40, 5);
  for (const [source, from, to, atMs] of parts)
    words.slice(from, to).forEach((word, i) => {
      site.web(source, `/${word}`, atMs + i * 2 * SECOND, { status: 404, agent: `client ${source}` });
    });
  const folder = mkdtempSync(join(tmpdir(), "vedette-continuations-"));
  folders.push(folder);
  const { intel } = await list;
  const { report } = await analyze({ inputs: site.write(folder), home: ["198.51.100.0/24"], now: 0, intel });
  return report.incidents;
}

test("a word list that another source goes on with, and a third, is one incident", async () => {
  const [incident, ...others] = await incidentsOf([
    [FIRST, 0, 200, HOUR],
    [SECOND_SOURCE, 203, 420, DAY],
    [THIRD, 420, 600, 4 * DAY],
  ]);
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ kind: "handover", members: [FIRST, SECOND_SOURCE, THIRD], priority: "noise" });
  expect(incident!.links!.map(({ from, to }) => `${from} ${to}`)).toEqual([
    `${FIRST} ${SECOND_SOURCE}`,
    `${FIRST} ${THIRD}`,
  ]);
  expect(Math.min(...incident!.links!.map(({ probability }) => probability))).toBeGreaterThan(0.9);
});

test.each([
  ["begins at the start", 0, 200],
  ["begins elsewhere", 500, 700],
])("whoever %s is another scan", async (_, from, to) => {
  const incidents = await incidentsOf([
    [FIRST, 0, 200, HOUR],
    [SECOND_SOURCE, from, to, DAY],
  ]);
  expect(incidents.map(({ kind }) => kind)).toEqual(["single", "single"]);
});
