import fc from "fast-check";
import { expect, test } from "vitest";
import { UserProblem } from "../../src/bytes/problem.ts";
import { Judge } from "../../src/judgement/judge.ts";
import { restoreState, storeState } from "../../src/judgement/state.ts";
import { knowledge } from "../../src/knowledge/index.ts";
import { Outcome } from "../../src/observations/vocabulary.ts";
import { DAY, Scenario } from "./scenario.ts";

const GUESSES = ["old", "backup", "intern", "phpmyadmin", "test", "db", "console", "private", "www1", "stage", "dump"];

/** A scenario whose judge goes on from what `before` stored. */
function after(before: Uint8Array | undefined): Scenario {
  const scenario = new Scenario();
  if (before !== undefined) restoreState(before, scenario.judge, "carried.state");
  return scenario;
}

function message(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UserProblem) return error.message;
    throw error;
  }
  return "no problem";
}

test("one guess a day, one run a day, is found as in one long run", () => {
  const whole = new Scenario();
  let carried: Uint8Array | undefined;
  let foundOn = 0;
  for (let day = 0; day < 11; day++) {
    const daily = after(carried);
    for (const scenario of [whole, daily]) {
      scenario.browse(day * DAY);
      scenario.request("203.0.113.7", `/${GUESSES[day]}`, day * DAY + DAY / 2, { status: 404 });
    }
    if (foundOn === 0 && daily.isScanner("203.0.113.7")) foundOn = day + 1;
    expect(daily.scoreOf("203.0.113.7")).toBe(whole.scoreOf("203.0.113.7"));
    carried = storeState(daily.judge);
  }
  expect(foundOn).toBeGreaterThan(0);
  expect(foundOn).toBeLessThanOrEqual(6);
});

test("what is stored and taken up is stored as the same bytes", () => {
  const scenario = new Scenario();
  scenario.browse();
  for (let i = 0; i < 200; i++)
    scenario.contact("203.0.113.9", `198.51.100.${i}`, 3389, DAY + i * 1000, Outcome.denied);
  const stored = storeState(scenario.judge);
  expect(storeState(after(stored).judge)).toEqual(stored);
});

const small = storeState(new Judge({ knowledge, budget: 1, actorCeiling: 1024 }));

test.each([
  ["empty", Buffer.alloc(0), "not a state"],
  ["another file", Buffer.from("203.0.113.7 - - [22/Nov/2026:19:05:20 +0000]"), "not a state"],
  ["an earlier version", Buffer.from("vedette.state/1\nabc"), "another version wrote it"],
  ["a later version", Buffer.from("vedette.state/4\nabc"), "another version wrote it"],
  ["cut short", small.subarray(0, small.length - 1), "cut short or added to"],
  ["added to", Buffer.concat([small, Buffer.from("x")]), "cut short or added to"],
  ["one byte changed", Buffer.concat([small.subarray(0, -1), Buffer.from([small.at(-1)! ^ 1])]), "checksum"],
])("%s is refused, with the reason", (_, bytes, reason) => {
  expect(message(() => after(bytes))).toContain(reason);
});

test("garbage never crashes, and is never taken up", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(small.length), (garbage, at) => {
      const bytes = Buffer.concat([small.subarray(0, at), garbage, small.subarray(at + garbage.length)]);
      if (bytes.equals(small)) return;
      const judge = new Judge({ knowledge, budget: 1, actorCeiling: 1024 });
      expect(message(() => restoreState(bytes, judge, "x"))).toContain("cannot take up the state in 'x'");
    }),
    { numRuns: 60 },
  );
});

test("what servers revealed, and to whom, is carried", () => {
  const scenario = new Scenario();
  scenario.browse();
  const text = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3";
  scenario.reveal("203.0.113.9", "198.51.100.10", 22, "ssh", text, DAY);
  const next = after(storeState(scenario.judge));
  expect(next.toldTo("203.0.113.9")).toEqual([{ text, atMs: DAY }]);
  expect(next.judge.reveals.all).toEqual(scenario.judge.reveals.all);
});

const SORTED = [..."abcdefghijklmnopqrst"].map((letter) => `${letter}-room`);

test("how far somebody got in a word list goes on from run to run", () => {
  let carried: Uint8Array | undefined;
  for (let day = 0; day < 2; day++) {
    const scenario = after(carried);
    scenario.browse(day * DAY);
    for (const [i, name] of SORTED.slice(day * 10, day * 10 + 10).entries())
      scenario.request("203.0.113.7", `/${name}`, day * DAY + DAY / 2 + i * 1000, { status: 404 });
    carried = storeState(scenario.judge);
  }
  const last = after(carried);
  expect(last.judge.dossiers.get(last.rowOf("203.0.113.7"))?.orderBefore).toEqual({
    kind: "sorted",
    first: SORTED[0],
    last: SORTED[19],
  });
});
