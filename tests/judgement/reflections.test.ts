import { expect, test } from "vitest";
import { Scenario, SECOND } from "./scenario.ts";

const SOURCE = "203.0.113.9";
const servers = ["198.51.100.21", "198.51.100.22", "198.51.100.23", "198.51.100.24", "198.51.100.25"];

/** The same questions to every server, so many times, ten a second. */
function asked(times: number): Scenario {
  const s = new Scenario();
  s.browse();
  for (let i = 0; i < times; i++)
    for (const server of servers) {
      s.ask(SOURCE, server, 11211, "memcached", "stats", 300 * SECOND + i * 100);
      s.ask(SOURCE, server, 123, "ntp", "mode 7 monlist", 300 * SECOND + i * 100);
    }
  return s;
}

test("who asks every server once is a scanner", () => {
  expect(asked(1).isScanner(SOURCE)).toBe(true);
});

test("who seems to ask them the same over and over is the victim of their answers", () => {
  const s = asked(40);
  expect([s.isScanner(SOURCE), s.scoreOf(SOURCE) < s.judge.threshold / 2]).toEqual([false, true]);
});

test("a lost answer or two make no reflection", () => {
  expect(asked(4).isScanner(SOURCE)).toBe(true);
});
