import { expect, test } from "vitest";
import { falseAlarmsOf, poissonInterval } from "../../bench/accuracy/false-alarms.ts";
import type { LabelledActor } from "../../bench/accuracy/labelled-sets.ts";
import { decisionQuantile, scoreOf } from "../../bench/accuracy/score.ts";
import type { Report } from "../../src/stories/report.ts";

const labelled = (kind: string, source: string, more: Partial<LabelledActor> = {}): LabelledActor => ({
  kind,
  tool: "tool",
  sources: [source],
  start: 0,
  end: 600,
  packets: 9,
  fw_lines: 9,
  access_lines: 9,
  ...more,
});

const reportOf = (verdicts: Record<string, string>, members: string[] = []) =>
  ({
    actors: Object.entries(verdicts).map(([address, verdict]) => ({ address, verdict, score: 10, decidedAfter: 4 })),
    incidents: [{ members }],
  }) as unknown as Report;

const counts = (actors: LabelledActor[], report: Report) => {
  const score = scoreOf(report, { actors }, ["firewall"]);
  return Object.entries(score).flatMap(([name, list]) => (list.length > 0 ? [`${name} ${list.length}`] : []));
};

test.each<[string, LabelledActor[], Report, string[]]>([
  ["a scanner called one", [labelled("scan-web", "198.19.0.1")], reportOf({ "198.19.0.1": "scanner" }), ["found 1"]],
  ["called a suspect", [labelled("scan-web", "198.19.0.1")], reportOf({ "198.19.0.1": "suspect" }), ["suspects 1"]],
  ["not listed is a visitor", [labelled("scan-ports", "198.19.0.1")], reportOf({}), ["missed 1"]],
  ["not shown by the view", [labelled("scan-ports", "198.19.0.1", { fw_lines: 0 })], reportOf({}), []],
  [
    "a research scanner called a scanner",
    [labelled("research-scanner", "198.19.0.1")],
    reportOf({ "198.19.0.1": "scanner" }),
    ["found 1"],
  ],
  [
    "a scanner called research",
    [labelled("scan-web", "198.19.0.1")],
    reportOf({ "198.19.0.1": "research-scanner" }),
    ["found 1"],
  ],
  [
    "a visitor called a scanner",
    [labelled("benign", "198.19.0.1")],
    reportOf({ "198.19.0.1": "scanner" }),
    ["wrong 1"],
  ],
  [
    "a visitor called a suspect",
    [labelled("benign", "198.19.0.1")],
    reportOf({ "198.19.0.1": "suspect" }),
    ["benign 1"],
  ],
  ["only an exploit attempt", [labelled("exploit-attempt", "198.19.0.1")], reportOf({ "198.19.0.1": "scanner" }), []],
  [
    "a decoy that is also a visitor",
    [labelled("benign", "198.19.0.2"), labelled("scan-ports", "198.19.0.1", { decoys: ["198.19.0.2"] })],
    reportOf({ "198.19.0.1": "scanner", "198.19.0.2": "scanner" }),
    ["found 1"],
  ],
  [
    "a source that is visitor and scanner",
    [labelled("benign", "198.19.0.1"), labelled("scan-web", "198.19.0.1")],
    reportOf({ "198.19.0.1": "scanner" }),
    ["found 1"],
  ],
  ["a member of an incident", [labelled("scan-web", "198.19.0.1")], reportOf({}, ["198.19.0.1"]), ["found 1"]],
  ["an address nobody labelled", [], reportOf({ "198.19.0.9": "scanner" }), ["unlabelled 1"]],
  [
    "IPv6 written in full",
    [labelled("scan-ports", "2001:0db8:0:0:0:0:0:1")],
    reportOf({ "2001:db8::1": "scanner" }),
    ["found 1"],
  ],
  [
    "a prefix in its place",
    [labelled("scan-ports", "2001:db8::1")],
    reportOf({ "2001:db8::/64": "scanner" }),
    ["found 1"],
  ],
  [
    "the address's own verdict goes before its prefix's",
    [labelled("benign", "2001:db8::1")],
    reportOf({ "2001:db8::/64": "scanner", "2001:db8::1": "visitor" }),
    ["benign 1"],
  ],
])("%s", (_name, actors, report, expected) => {
  expect(counts(actors, report)).toEqual(expected);
});

test("decisions are counted over those found", () => {
  const found = [1, 2, 3, 4, 50].map((decidedAfter) => ({ decidedAfter }));
  expect([decisionQuantile(found, 0.5), decisionQuantile(found, 0.9), decisionQuantile([], 0.5)]).toEqual([
    3,
    50,
    undefined,
  ]);
});

test.each([
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [10, 4.795, 18.39],
])("the Poisson interval of %i is what tables print", (count, low, high) => {
  const interval = poissonInterval(count);
  expect(interval[0]).toBeCloseTo(low, 2);
  expect(interval[1]).toBeCloseTo(high, 2);
});

test("wrong incidents a month count the time that ordinary clients were at work", () => {
  const actors = [
    labelled("benign", "a", { start: 0, end: 3600 }),
    labelled("benign", "b", { start: 1800, end: 5400 }),
  ];
  const more = labelled("benign", "c", { start: 900_000, end: 901_800 });
  expect(falseAlarmsOf(2, { actors: [...actors, more] })).toMatchObject({ periodSeconds: 7200, perMonth: 720 });
  expect(falseAlarmsOf(0, { actors: [labelled("scan-web", "d")] })).toBeUndefined();
});
