import { expect, test } from "vitest";
import { weighExposures } from "../../src/stories/exposure-severity.ts";
import { reportExposure } from "../../src/stories/exposures.ts";

const text = "Server: app/1.2";
const revealed = { target: "198.51.100.1", port: 80, transport: 1, service: "http", text };
const plain = reportExposure(
  "exposure-1",
  { ...revealed, software: { product: "app", version: "1.2" } },
  [],
  undefined,
);
const scanner = { address: "203.0.113.7", verdict: "scanner" as const, checks: [] };
const check = { id: "x", product: "vendor:app", count: 1, answered: 0 };

function known(certainty: "version" | "possibly-fixed" | "product-only" | "range-unknown") {
  const vulnerability = { id: "CVE-2024-0001", certainty, knownExploited: true, sources: ["kev"] };
  return { ...plain, vulnerabilities: [vulnerability] } as typeof plain;
}

test.each([
  ["a version alone", plain, "low", "a version is told"],
  [
    "this version is exploited",
    known("version"),
    "high",
    "CVE-2024-0001 known to be exploited: this version is affected",
  ],
  [
    "a package",
    known("possibly-fixed"),
    "medium",
    "CVE-2024-0001 known to be exploited: possibly fixed by the distribution",
  ],
  ["no range", known("range-unknown"), "low", "CVE-2024-0001 known to be exploited: version range unknown"],
  ["a product", known("product-only"), "low", "CVE-2024-0001 known to be exploited: tied to the product only"],
])("%s", (_name, exposure, level, reason) => {
  const [{ severity } = plain] = weighExposures([exposure], []);
  expect(severity?.level).toBe(level);
  expect(severity?.because).toContain(reason);
});

test("who learned it and looks for it raises it", () => {
  const told = { ...plain, learnedBy: [scanner.address] };
  expect(weighExposures([told], [scanner])[0]?.severity).toEqual({
    level: "low",
    because: ["a version is told", "learned by 1 scanner"],
  });
  expect(weighExposures([told], [{ ...scanner, checks: [check] }])[0]?.severity).toEqual({
    level: "medium",
    because: ["a version is told", "learned by 1 scanner", "1 actor that learned it looks for app"],
  });
});
