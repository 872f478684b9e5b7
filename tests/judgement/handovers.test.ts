import { expect, test } from "vitest";
import { formatAddress } from "../../src/bytes/address.ts";
import { findHandovers } from "../../src/judgement/handovers.ts";
import { DAY, HOUR, MINUTE, Scenario, SECOND } from "./scenario.ts";

const CURL = "curl/8.5.0";
const SCAN = [
  "admin",
  "backup.zip",
  "old",
  "portal/setup.php",
  "test",
  "db.sql",
  "console",
  "manager",
  ".git/HEAD",
  "private",
];

function scan(scenario: Scenario, source: string, atMs: number, agent = CURL): void {
  SCAN.forEach((word, i) => {
    scenario.request(source, `/${word}`, atMs + i * SECOND, { status: word === "portal/setup.php" ? 200 : 404, agent });
  });
}

function linksOf({ judge }: Scenario): string[] {
  const { actors, dossiers, memory, clues, fingerprints, estate, logins } = judge.test;
  const name = (row: number) => formatAddress(actors.wordsOf(row));
  return findHandovers({
    actors,
    dossiers,
    memory,
    clues,
    fingerprints,
    estate,
    logins,
    lengthMs: judge.lengthMs,
  }).map(({ scanner, follower }) => `${name(scanner)} > ${name(follower)}`);
}

test("what a scan found is used twenty days later, from elsewhere, by the same client", () => {
  const scenario = new Scenario();
  scenario.browse();
  scan(scenario, "203.0.113.7", HOUR);
  scenario.request("198.51.100.99", "/portal/setup.php?cmd=$(id)", 20 * DAY, { agent: CURL });
  scenario.browse(30 * DAY);
  expect(linksOf(scenario)).toEqual(["203.0.113.7 > 198.51.100.99"]);
});

test("whoever comes much later with nothing in common is not linked", () => {
  const scenario = new Scenario();
  scenario.browse();
  scan(scenario, "203.0.113.7", HOUR);
  scenario.request("198.51.100.99", "/cgi-bin/test.cgi?x=$(id)", 20 * DAY, { agent: "Wget/1.21" });
  scenario.browse(30 * DAY);
  expect(linksOf(scenario)).toEqual([]);
});

test("exploits of one product after the other need no scan before them", () => {
  const scenario = new Scenario();
  scenario.browse();
  scan(scenario, "203.0.113.7", HOUR);
  const at = HOUR + MINUTE;
  scenario.request("198.51.100.99", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", at, {
    status: 404,
    agent: CURL,
    method: "POST",
  });
  scenario.request("198.51.100.99", "/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/hosts", at + SECOND, {
    status: 404,
    agent: CURL,
  });
  expect(linksOf(scenario)).toEqual([]);
});

test("a visitor who comes after a scan is not linked to it", () => {
  const scenario = new Scenario();
  scenario.browse();
  scan(scenario, "203.0.113.7", HOUR);
  scenario.request("198.51.100.99", "/", HOUR + MINUTE);
  scenario.request("198.51.100.99", "/gone.html", HOUR + MINUTE, { status: 404 });
  scenario.request("198.51.100.99", "/css/site.css", HOUR + MINUTE);
  expect(linksOf(scenario)).toEqual([]);
});

test("newcomers that a scan explains do not count as chance for each other", () => {
  const scenario = new Scenario();
  scenario.browse();
  for (let n = 0; n < 6; n++) {
    scan(scenario, `203.0.113.${n + 7}`, HOUR + n * 3 * HOUR, `Mozilla/5.0 (compatible; scan-${n}/1)`);
    scenario.request(`198.51.100.${n + 99}`, `/cgi-bin/test.cgi?x=$(id)`, 2 * HOUR + (n * 3 - 1) * HOUR + MINUTE, {
      status: 404,
      agent: `other-${n}`,
    });
  }
  scenario.browse(DAY);
  expect(linksOf(scenario)).toHaveLength(6);
});
