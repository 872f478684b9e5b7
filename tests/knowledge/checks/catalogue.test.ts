import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/knowledge/checks/catalogue/index.ts";
import { CheckMatcher } from "../../../src/knowledge/checks/check-matcher.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRequest } from "./request-row.ts";

const matcher = new CheckMatcher(catalogue);

function matchOf(example: string, id: string) {
  const batch = new Batch(4);
  return matcher.checksOf(batch, addRequest(batch, example)).find((match) => match.check.id === id);
}

describe("every check carries its own proof", () => {
  for (const check of catalogue) {
    test(check.id, () => {
      const intents = new Set<string>();
      for (const example of check.matches) {
        const match = matchOf(example, check.id);
        expect(match, `${example} is this check`).toBeDefined();
        intents.add(match!.check.intent);
      }
      for (const example of check.ignores) expect(matchOf(example, check.id), `${example} is not`).toBeUndefined();
      if (check.asks) expect(intents, "an example only looks").toContain("probe");
      if (check.attempts) expect(intents, "an example carries the attempt").toContain("exploit");
    });
  }
});

test("ids are unique, CVE ids are well formed, and every check states its source and both kinds of examples", () => {
  expect(new Set(catalogue.map((check) => check.id)).size).toBe(catalogue.length);
  for (const check of catalogue) {
    expect(check.id).toMatch(/^(?:CVE-\d{4}-\d{4,7}|[a-z0-9]+(?:-[a-z0-9]+)*)$/);
    expect(check.cpe ?? "a:b").toMatch(/^[a-z0-9_.-]+:[a-z0-9_.\\!-]+$/);
    expect(check.source).not.toBe("");
    expect(check.matches.length).toBeGreaterThan(0);
    expect(check.ignores.length).toBeGreaterThan(0);
  }
});

test("of checks that ask alike each is one of N, and of one that says more of the request the other is dropped", () => {
  const batch = new Batch(4);
  const shared = matcher.checksOf(batch, addRequest(batch, "POST /wls-wsat/CoordinatorPortType"));
  expect(shared.map(({ check, share }) => [check.id, share])).toEqual([
    ["CVE-2017-10271", 0.5],
    ["CVE-2019-2725", 0.5],
  ]);
  const told = matcher.checksOf(
    batch,
    addRequest(batch, "GET /api/v1/totp/user-backup-code/../../license/keys-status/x"),
  );
  expect(told.map(({ check }) => check.id)).toEqual(["CVE-2024-21887"]);
});

test("an attempt outranks the probe of the same check", () => {
  expect(matchOf("GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "CVE-2017-9841")?.check.intent).toBe(
    "probe",
  );
  expect(matchOf("POST /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "CVE-2017-9841")?.check.intent).toBe(
    "exploit",
  );
});

const kev = "../shared/intel/cisa-kev/known_exploited_vulnerabilities.json";

test.skipIf(!existsSync(kev))("what is known to be exploited agrees with CISA's catalogue (needs ../shared)", () => {
  const { vulnerabilities } = JSON.parse(readFileSync(kev, "utf8")) as { vulnerabilities: { cveID: string }[] };
  const listed = new Set(vulnerabilities.map(({ cveID }) => cveID));
  const wrong = catalogue.filter(({ id, knownExploited }) => listed.has(id) !== (knownExploited === true));
  expect(wrong.map(({ id }) => id)).toEqual([]);
});

test("the catalogue is no small one", () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(600);
});

test("a method that a header says to take instead is the method", () => {
  const plain = "POST /xmldata | content=Accept-Charset: utf-8\n";
  const ask = catalogueOf({ asks: ["PUT /xmldata/zz9-config"] });
  expect(named(ask, plain.replace("/xmldata", "/xmldata/zz9-config"))).toEqual([]);
  expect(named(ask, "POST /xmldata/zz9-config | content=X-HTTP-Method-Override: PUT\n")).toEqual([
    "zz9",
    "generic-encoding-evasion",
  ]);
});

test("a body tells checks apart that ask the same address", () => {
  const ask = catalogueOf({ asks: ["POST /zz9-gate.php body~action=open"] });
  expect(named(ask, "POST /zz9-gate.php | content=\na=1&Action=Open")).toEqual(["zz9"]);
  expect(named(ask, "POST /zz9-gate.php | content=\na=1&action=close")).toEqual([]);
});

function catalogueOf(facts: { asks: string[] }): CheckMatcher {
  return new CheckMatcher([{ id: "zz9", product: "Zz9", matches: [], ignores: [], source: "Made up.", ...facts }]);
}

function named(only: CheckMatcher, example: string): string[] {
  const batch = new Batch(4);
  return only.checksOf(batch, addRequest(batch, example)).map(({ check }) => check.id);
}
