import { expect, test } from "vitest";
import { formatAddress } from "../../src/bytes/address.ts";
import { findCampaigns } from "../../src/judgement/campaigns.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Kind, Outcome, Transport } from "../../src/observations/vocabulary.ts";
import { DAY, HOUR, MINUTE, Scenario } from "./scenario.ts";

/** Of a million, `npm run accuracy -- --scenarios` tells: its scenario is the same, and takes longer than a test may. */
const SPOOFED = 120_000;
const ROWS = 4096;
const TOOL = "Mozilla/5.0 (X11; Linux x86_64; rv:98.0) Gecko/20100101 Firefox/98.0";
const missing = { status: 404, agent: TOOL };
const word = (n: number) => `/${"abcdefghijklmnopqrst"[n % 20]}${"aeiou"[Math.floor(n / 20) % 5]}-room-${n}`;
const member = (n: number) => `100.${64 + (n >> 4)}.${(n * 37) & 255}.${1 + ((n * 91) % 250)}`;

/** Packets that the firewall drops, each from another source, to many ports of unused addresses. */
function flood({ judge }: Scenario, fromMs: number): void {
  const batch = new Batch(ROWS);
  for (let sent = 0; sent < SPOOFED; ) {
    batch.clear();
    for (let i = 0; i < ROWS && sent < SPOOFED; i++, sent++) {
      const row = batch.add(Kind.contact, fromMs + sent * 3, sent);
      batch.source.set([0, 0, 0xffff, 0x14000000 + Math.imul(sent, 97)], row * 4);
      batch.target.set([0, 0, 0xffff, 0xc6336464 + (sent % 150)], row * 4);
      batch.targetPort[row] = 1 + ((sent * 7) % 60_000);
      batch.sourcePort[row] = 40_000;
      batch.transport[row] = Transport.tcp;
      batch.outcome[row] = Outcome.denied;
      batch.known[row] = 0;
    }
    judge.observe(batch, 0, batch.length);
  }
}

function campaignWith({ judge }: Scenario, address: string): string[] | undefined {
  const { clues, actors, fingerprints, threshold } = judge.test;
  return findCampaigns({ clues, actors, fingerprints, threshold })
    .map(({ members }) => members.map(({ guesser }) => formatAddress(guesser.source.words)))
    .find((members) => members.includes(address));
}

test("spoofed sources by the hundred thousand, each with a guess of its own, do not drive out what is going on", () => {
  const s = new Scenario({ actorCeiling: 1 << 14 });
  s.browse();
  for (let n = 0; n < 6; n++) s.request("203.0.113.7", word(900 + n), HOUR + n * MINUTE, missing);
  for (let n = 0; n < 2; n++) s.contact("203.0.113.9", "198.51.100.77", 1000 + n, HOUR + n * MINUTE, Outcome.denied);
  for (let n = 0; n < 48; n++) s.request(member(n), word(n), 2 * HOUR + n * MINUTE, missing);
  for (let n = 0; n < 48; n++)
    s.contact(member(200 + n), "198.51.100.9", 2000 + n, 2 * HOUR + n * MINUTE, Outcome.denied);
  flood(s, s.startMs + 4 * HOUR);
  for (let n = 48; n < 64; n++) s.request(member(n), word(n), 6 * HOUR + n * MINUTE, missing);
  for (let n = 2; n < 4; n++) s.contact("203.0.113.9", "198.51.100.77", 1000 + n, DAY + n * MINUTE, Outcome.denied);
  expect(s.judge.actors.evicted).toBeGreaterThan(SPOOFED / 2);
  expect(s.isScanner("203.0.113.7")).toBe(true);
  expect(s.judge.dossiers.get(s.rowOf("203.0.113.7"))!.ledger.rows()).toHaveLength(7);
  expect(s.decidedAfter("203.0.113.9")).toBe(4);
  expect(campaignWith(s, member(0))).toHaveLength(64);
  expect(campaignWith(s, member(200))!.length).toBeGreaterThanOrEqual(46);
});
