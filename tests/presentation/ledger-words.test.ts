import { expect, test } from "vitest";
import { describeDecision } from "../../src/presentation/ledger-words.ts";
import type { ActorReport } from "../../src/stories/report.ts";
import { sampleReport } from "./sample-report.ts";

const [scanner] = sampleReport().actors as [ActorReport];

test.each([
  [4.1, "highest score 4.1 of the 9.2 that decide, never decided."],
  [11.8, "highest score 11.8, past the 9.2 that decide, but what it did later took that back."],
])("of a visitor whose score was %d at most", (highest, words) => {
  const evidence = [{ ...scanner.evidence[0]!, score: highest }];
  const actor: ActorReport = {
    ...scanner,
    verdict: "visitor",
    score: 0,
    decidedAt: null,
    decidedAfter: null,
    evidence,
  };
  expect(describeDecision({ actor, threshold: 9.2 })).toContain(words);
});
