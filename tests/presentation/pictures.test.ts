import { expect, test } from "vitest";
import type { Markup } from "../../src/presentation/markup.ts";
import { renderExposureMatrix } from "../../src/presentation/pictures/exposure-matrix.ts";
import { renderHeatMap } from "../../src/presentation/pictures/heat-map.ts";
import { renderListProgress } from "../../src/presentation/pictures/list-progress.ts";
import { renderRhythm } from "../../src/presentation/pictures/rhythm.ts";
import { renderTimeline } from "../../src/presentation/pictures/timeline.ts";
import { renderStep } from "../../src/presentation/pictures/waterfall.ts";
import { hostile, sampleReport } from "./sample-report.ts";

const report = sampleReport();
const [actor] = report.actors as [(typeof report.actors)[0]];

/** An actor that tried one service on many targets, and one that went through one host. */
function sweepers() {
  const touch = (target: string, service: string) => ({ ...actor.evidence[0]!, target, service });
  const sweep = Array.from({ length: 40 }, (_, i) => touch(`198.51.100.${i + 1}`, "tcp/23"));
  const vertical = Array.from({ length: 20 }, (_, i) => touch("198.51.100.9", `tcp/${i + 1}`));
  return [
    { ...actor, address: "203.0.113.1", evidence: sweep },
    { ...actor, address: "203.0.113.2", evidence: vertical },
  ];
}

/** The y of every cell of one x, or the x of every cell of one y. */
function cellsOf(map: Markup): { x: string; y: string }[] {
  return [...map.text.matchAll(/<rect class="heat-\d" x="([\d.]+)" y="([\d.]+)"/g)].map((at) => ({
    x: at[1]!,
    y: at[2]!,
  }));
}

test("a sweep is a row of the heat map, a scan of one host a column", () => {
  const cells = cellsOf(renderHeatMap(sweepers())!);
  const rows = Map.groupBy(cells, ({ y }) => y);
  const columns = Map.groupBy(cells, ({ x }) => x);
  expect(Math.max(...[...rows.values()].map((row) => row.length))).toBe(40);
  expect(Math.max(...[...columns.values()].map((column) => column.length))).toBe(21);
});

test("addresses stand in numeric order", () => {
  const map = renderHeatMap(sweepers())!.text;
  const names = [...map.matchAll(/<title>tcp\/23 on ([\d.]+):/g)].map((found) => found[1]);
  expect(names.slice(0, 3)).toEqual(["198.51.100.1", "198.51.100.2", "198.51.100.3"]);
  expect(names.at(-1)).toBe("198.51.100.40");
});

test("every actor stands in the timeline at its time, in the colour of its priority", () => {
  const timeline = renderTimeline({
    ...report,
    period: { first: "2026-03-14T00:00:00.000Z", last: "2026-03-15T00:00:00.000Z" },
    actors: [{ ...actor, first: "2026-03-14T12:00:00.000Z", last: "2026-03-14T12:00:01.000Z" }],
  })!.text;
  const bars = [...timeline.matchAll(/<rect class="(\w+)"[^>]*><title>([^<]*)/g)].map((bar) => [bar[1], bar[2]]);
  expect(bars).toEqual([["act", "2026-03-14 12:00:00: 1 actor, act"]]);
});

test("a steady beat is a flat line of dots", () => {
  const evidence = Array.from({ length: 6 }, (_, i) => ({
    ...actor.evidence[0]!,
    at: new Date(Date.UTC(2026, 2, 14, 8, 0, i * 5)).toISOString(),
  }));
  const rhythm = renderRhythm({ ...actor, evidence })!.text;
  expect(new Set([...rhythm.matchAll(/ cy="([\d.]+)"/g)].map((dot) => dot[1])).size).toBe(1);
  expect(rhythm).toContain("half are shorter than 5.0 s");
});

test("a step against an actor goes back", () => {
  const scale = { threshold: 10, top: 20 };
  expect(renderStep(2, 6, scale).text).toContain('class="for" x="16" y="3" width="32"');
  expect(renderStep(6, 2, scale).text).toContain('class="against" x="16" y="3" width="32"');
});

test("pictures show strings of inputs as text", () => {
  const exposure = { ...report.exposures[0]!, product: hostile, learnedBy: [actor.address] };
  const told = { ...actor, address: hostile, evidence: [] };
  const evidence = sweepers()[0]!.evidence.map((row) => ({ ...row, service: hostile }));
  const pictures = [
    renderExposureMatrix({ ...report, exposures: [{ ...exposure, learnedBy: [hostile] }], actors: [told] }),
    renderHeatMap([{ ...actor, evidence }]),
    renderTimeline(report),
  ].map((picture) => picture!.text);
  for (const picture of pictures) expect(picture).not.toMatch(/<script|\u202e|\u001b/);
  expect(pictures[0]).toContain("&lt;script&gt;");
});

test.each([
  ["timeline", renderTimeline({ ...report, actors: [] })],
  ["heat map", renderHeatMap([])],
  ["rhythm", renderRhythm({ ...actor, evidence: [] })],
  ["matrix", renderExposureMatrix({ ...report, exposures: [] })],
])("no %s is drawn of nothing", (_name, picture) => {
  expect(picture).toBeUndefined();
});

test("a word list's progress is a bar as long as its share, in the words of the story", () => {
  const intent = { products: [], vulnerabilities: [], looksFor: [], profile: "dirb, the order of dirb's common.txt" };
  expect(renderListProgress(intent)).toBeUndefined();
  const reached = "stopped after 1,204 of 4,614 entries";
  const picture = renderListProgress({ ...intent, reached, progress: { from: 0, to: 0.25 } })!.text;
  expect(picture).toContain(`aria-label="dirb, the order of dirb&#39;s common.txt: ${reached}"`);
  expect(picture).toMatch(/<rect class="against" x="0" y="4" width="250"/);
});
