import { expect, test } from "vitest";
import { formatAddress } from "../../src/bytes/address.ts";
import { findCampaigns } from "../../src/judgement/campaigns.ts";
import { Outcome, TcpFlag } from "../../src/observations/vocabulary.ts";
import { MINUTE, Scenario, SECOND } from "./scenario.ts";

const words = Array.from(
  { length: 300 },
  (_, i) => `${"bcdfgkmp"[i % 8]}${"aeiou"[(i >> 3) % 5]}${"lnrstvxz"[(i >> 6) % 8]}ota${i % 3 === 0 ? "" : "x"}`,
);
const TOOL = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";

function campaignsOf({ judge }: Scenario) {
  const { clues, fingerprints, actors, threshold } = judge.test;
  return findCampaigns({ clues, fingerprints, actors, threshold });
}

function membersOf(scenario: Scenario): string[][] {
  return campaignsOf(scenario).map(({ members }) => members.map(({ guesser }) => formatAddress(guesser.source.words)));
}

const source4 = (i: number) => `203.0.${100 + (i % 20)}.${1 + Math.floor(i / 20)}`;
const source6 = (i: number) => `2001:db8:${(0x1000 + i * 7).toString(16)}::${i + 1}`;
const distinctWords = [...new Set(words)];

test("a word list shared out over sources, one word each, is one campaign", () => {
  const scenario = new Scenario();
  scenario.browse();
  distinctWords.slice(0, 100).forEach((word, i) => {
    scenario.request(source4(i), `/${word}`, (30 + i) * MINUTE, { status: 404, agent: TOOL });
  });
  const found = membersOf(scenario);
  expect(found).toHaveLength(1);
  expect(new Set(found[0])).toEqual(new Set(Array.from({ length: 100 }, (_, i) => source4(i))));
});

test("IPv4 and IPv6 sources of one word list are one campaign", () => {
  const scenario = new Scenario();
  scenario.browse();
  distinctWords.slice(0, 80).forEach((word, i) => {
    scenario.request(i % 2 ? source6(i) : source4(i), `/${word}`, (30 + i) * MINUTE, { status: 404, agent: TOOL });
  });
  expect(membersOf(scenario).map((each) => each.length)).toEqual([80]);
});

test("a source that visitors share is a member when it sends what only the campaign sends, and says so", () => {
  const scenario = new Scenario();
  scenario.browse();
  distinctWords.slice(0, 60).forEach((word, i) => {
    const source = i < 5 ? `198.18.1.${i + 1}` : source4(i);
    scenario.request(source, `/${word}`, (30 + i) * MINUTE, { status: 404, agent: TOOL });
  });
  const members = campaignsOf(scenario)[0]!.members;
  expect(members).toHaveLength(60);
  expect(members.filter(({ isShared }) => isShared)).toHaveLength(5);
});

test.each([
  ["the ports of one host", (i: number) => ({ target: "198.51.100.80", port: 2000 + i * 3 })],
  ["one port of many addresses", (i: number) => ({ target: `198.51.100.${20 + i}`, port: 6379 })],
])("%s, shared out over sources, is one campaign", (_, what) => {
  const scenario = new Scenario();
  scenario.browse();
  for (let i = 0; i < 100; i++) {
    const { target, port } = what(i);
    scenario.contact(source4(i), target, port, (30 + i) * MINUTE, Outcome.denied, TcpFlag.syn);
  }
  expect(membersOf(scenario).map((each) => each.length)).toEqual([100]);
});

test("a site that was moved is no campaign: each reader follows an old link of its own, some go on", () => {
  const scenario = new Scenario();
  scenario.browse();
  distinctWords.slice(0, 200).forEach((word, i) => {
    const agent = `Mozilla/5.0 (Windows NT 10.0; rv:${100 + (i % 7)}.0) Gecko/20100101 Firefox/${100 + (i % 7)}.0`;
    scenario.request(source4(i), `/archive/${word}.html`, (30 + i) * MINUTE, { status: 404, agent });
    if (i % 2) return;
    for (let page = 0; page < 4; page++)
      scenario.request(source4(i), `/pages/topic-${"abcd"[page]}.html`, (30 + i) * MINUTE + page * SECOND, { agent });
  });
  expect(campaignsOf(scenario)).toEqual([]);
});

test("clients of one program that ask for the same missing thing are no campaign", () => {
  const scenario = new Scenario();
  scenario.browse();
  for (let i = 0; i < 200; i++)
    scenario.request(source4(i), "/update/feed.json", (30 + i) * MINUTE, { status: 404, agent: "Tidings/2.1" });
  expect(campaignsOf(scenario)).toEqual([]);
});

test("peers that meet a host on ever new ports are no campaign", () => {
  const scenario = new Scenario();
  scenario.browse();
  for (let i = 0; i < 100; i++)
    scenario.contact(source4(i), "198.51.100.90", 20_000 + i * 17, (30 + i) * MINUTE, Outcome.answered);
  expect(campaignsOf(scenario)).toEqual([]);
});

test("a flood of one service from spoofed sources is no campaign, and leaves a running one in memory", () => {
  const scenario = new Scenario();
  scenario.browse();
  const at = (i: number) => (30 + i) * MINUTE;
  for (let i = 0; i < 100; i++) {
    scenario.request(source4(i), `/${distinctWords[i]}`, at(i), { status: 404, agent: TOOL });
    for (let flood = 0; flood < 300; flood++) {
      const n = i * 300 + flood;
      scenario.contact(
        `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
        "198.51.100.10",
        7777,
        at(i) + flood,
        Outcome.silent,
      );
    }
  }
  expect(membersOf(scenario).map((each) => each.length)).toEqual([100]);
});
