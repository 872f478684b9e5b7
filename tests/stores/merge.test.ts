import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeActor, mergeIncident } from "../../src/stores/merge.ts";
import { at, sampleActor, sampleIncident } from "./sample-report.ts";

const days = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 8 })).map(([day, length]) => {
  return { first: at(day, 1), last: at(day + length, 2) };
});
const priority = fc.constantFrom("act" as const, "notable" as const, "noise" as const);

const actor = fc.record({ period: days, priority, observations: fc.integer({ min: 1, max: 99 }) }).map((drawn) => {
  const { evidence: _, ...rest } = sampleActor(1, 1, drawn.period);
  return { ...rest, priority: drawn.priority, observations: drawn.observations };
});
const incident = fc
  .record({ period: days, priority, member: fc.constantFrom("192.0.2.1", "192.0.2.2") })
  .map((drawn) => {
    const { id: _, ...rest } = sampleIncident(1, 1, { priority: drawn.priority, members: ["192.0.2.9", drawn.member] });
    return { ...rest, ...drawn.period };
  });

interface Period {
  readonly first: string;
  readonly last: string;
}

test("an actor or incident told again is the same", () => {
  fc.assert(
    fc.property(actor, incident, (someone, doing) => {
      expect(mergeActor(someone, someone)).toEqual(someone);
      expect(mergeIncident(doing, doing)).toEqual(doing);
    }),
  );
});

test("what is merged reaches from the first to the last of both", () => {
  const check = (a: Period, b: Period, both: Period) => {
    expect([both.first, both.last]).toEqual([[a.first, b.first].sort()[0], [a.last, b.last].sort()[1]]);
  };
  fc.assert(
    fc.property(actor, actor, incident, incident, (a, b, c, d) => {
      check(a, b, mergeActor(a, b));
      check(c, d, mergeIncident(c, d));
    }),
  );
});

test("telling the latest run again changes nothing", () => {
  fc.assert(
    fc.property(incident, incident, (a, b) => {
      const merged = mergeIncident(a, b);
      expect(mergeIncident(merged, b)).toEqual(merged);
    }),
  );
});

test("counts of times apart are added; of times that overlap the greater one stands", () => {
  const { evidence: _, ...one } = sampleActor(1, 1);
  const { evidence: __, ...other } = sampleActor(1, 3);
  expect(mergeActor(one, other)).toMatchObject({ observations: 18, guesses: 16, decidedAt: one.decidedAt });
  const overlapping = { ...other, first: one.first.replace("T01", "T02"), observations: 12 };
  expect(mergeActor(one, { ...overlapping, first: one.last }).observations).toBe(12);
});
