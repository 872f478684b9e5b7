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
