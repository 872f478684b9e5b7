import { expect, test } from "vitest";
import { describeStanding } from "../../src/presentation/standing-words.ts";
import { sampleReport } from "./sample-report.ts";

const quote = { set: "warninglists", date: "2026-11-01", label: "Some census" };

test.each([
  ["nothing", {}, []],
  ["a declared scanner", { declared: { name: "scanner A", inTime: true } }, ["your scanner A"]],
  ["one out of its time", { declared: { name: "scanner A", inTime: false } }, ["your scanner A, outside its time"]],
  ["an operator", { operator: quote }, ["network of Some census (warninglists, 2026-11-01)"]],
  ["a block list", { blockList: { ...quote, set: "list:x", ratio: 3 } }, ["listed by list:x (2026-11-01)"]],
  ["a name without a label", { knownAs: [{ ...quote, label: "" }] }, ["warninglists (2026-11-01)"]],
  [
    "a network",
    { network: { asn: 64500, organisation: "Some Operator", country: "DE", sets: ["asn (2026-11-15)"] } },
    ["AS64500 Some Operator, DE (asn (2026-11-15))"],
  ],
  ["a country alone", { network: { country: "DE", sets: ["country (2026-11-15)"] } }, ["DE (country (2026-11-15))"]],
])("an actor of whom %s is known", (_, standing, words) => {
  expect(describeStanding({ ...sampleReport().actors[0]!, ...standing })).toEqual(words);
});
