import { expect, test } from "vitest";
import { programs, runScenario } from "../../bench/scenarios/run.ts";

const named = (name: string) => programs.find((program) => program.name === name)!;

test.each([
  "alternating hits and misses",
  "services that all exist and that visitors use",
  "a site that answers 200 to everything",
  "a page of about one size for everything",
  "redirects without a body for everything missing",
  "20 guesses in 30 days",
  "256 sources, a word list, changing browsers",
  "256 sources, IPv4 and IPv6",
  "256 sources, a quarter visitors' NAT, a visitor's browser",
  "256 sources, a visitor's browser, on a broken site",
])("found: %s", async (name) => {
  const { scanners, found, wrong } = await runScenario(named(name), 7, 1);
  expect({ found, wrong }).toEqual({ found: scanners, wrong: [] });
});

test.each([
  "a relaunch that breaks every old link",
  "a search crawler and a link checker on a broken site",
  "peer-to-peer",
  "certificate validation of names that moved",
  "calendars and address books",
  "package mirrors and registries",
  "a mobile operator's NAT",
  "robots that remember old pages",
  "file managers that open a share",
  "readers that look for a feed",
  "a form that asks for free names",
  "a crawler of a site that was replaced",
])("innocent: %s", async (name) => {
  expect((await runScenario(named(name), 7, 1)).wrong).toEqual([]);
});
