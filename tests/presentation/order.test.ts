import { expect, test } from "vitest";
import { headlineOf } from "../../src/presentation/order.ts";
import type { IncidentReport } from "../../src/stories/report.ts";
import { sampleReport } from "./sample-report.ts";

const withIncident = (priority: IncidentReport["priority"], actorPriority: IncidentReport["priority"]) => {
  const report = sampleReport();
  const actors = report.actors.map((actor) => ({ ...actor, priority: actorPriority, incident: "joint" }));
  const incidents = [{ ...report.incidents[0]!, id: "joint", kind: "campaign" as const, priority }];
  return { report: { ...report, actors, incidents }, count: actors.length };
};

test("a campaign that is more urgent than its members counts as one beside them", () => {
  const { report, count } = withIncident("notable", "noise");
  expect(headlineOf(report)).toMatchObject({ act: 0, notable: 1, noise: count });
});

test("a campaign as urgent as one of its members is not counted twice", () => {
  const { report, count } = withIncident("notable", "notable");
  expect(headlineOf(report)).toMatchObject({ act: 0, notable: count, noise: 0 });
});
