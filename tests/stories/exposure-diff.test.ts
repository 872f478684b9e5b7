import { expect, test } from "vitest";
import { formatExposureDiff, formatExposures, formatExposureTable } from "../../src/presentation/exposure-lists.ts";
import { diffExposures } from "../../src/stories/exposure-diff.ts";
import type { ExposureReport } from "../../src/stories/report.ts";

function exposure(text: string, more: Partial<ExposureReport> = {}): ExposureReport {
  return {
    id: "exposure-1",
    target: "198.51.100.10",
    port: 80,
    transport: "tcp",
    service: "http",
    vendor: "f5",
    product: "nginx",
    version: null,
    cpe: null,
    revealedBy: "Server header",
    text,
    learnedBy: ["203.0.113.7"],
    vulnerabilities: [],
    advice: null,
    ...more,
  };
}

const server = exposure("Server: nginx/1.22.1");
const powered = exposure("X-Powered-By: PHP/8.2.7", { revealedBy: "X-Powered-By header", product: "php" });
const quiet = exposure("Server: nginx");

function file(path: string): ExposureReport {
  const what = `environment file at ${path}`;
  return exposure(`Body: ${what}`, { product: null, leaks: [{ kind: "secrets", what }] });
}

function kinds(before: ExposureReport[], after: ExposureReport[]): string[] {
  return diffExposures({ exposures: before }, { exposures: after }).changes.map(({ change }) => change);
}

test.each([
  ["unchanged", [server], [server], ["same"]],
  ["a version hidden", [server], [quiet], ["changed"]],
  ["a header removed where the place still answers", [server, powered], [server], ["same", "gone"]],
  ["a place that is not heard of later proves nothing", [server], [], ["unseen"]],
  ["another port says nothing of this one", [server], [exposure("Server: nginx", { port: 81 })], ["unseen", "new"]],
  ["one of two files taken away", [file("/.env"), file("/.git/config")], [file("/.git/config")], ["gone", "same"]],
  ["nothing at all", [], [], []],
])("%s", (_name, before, after, expected) => {
  expect(kinds(before, after)).toEqual(expected);
});

test("the same actor's knowledge is compared, a new actor's is not", () => {
  const other = exposure("Server: nginx", { learnedBy: ["203.0.113.7", "203.0.113.8"] });
  const { learners } = diffExposures({ exposures: [server] }, { exposures: [other] });
  expect(learners).toEqual([{ address: "203.0.113.7", before: [server], after: [other] }]);
  const hidden = { ...other, version: null };
  const told = { ...server, version: "1.22.1" };
  expect(formatExposureDiff(diffExposures({ exposures: [told] }, { exposures: [hidden] }), 200)).toContain(
    "203.0.113.7 was told f5 nginx 1.22.1 at 198.51.100.10:80/tcp; now f5 nginx at 198.51.100.10:80/tcp",
  );
  expect(formatExposureDiff(diffExposures({ exposures: [told] }, { exposures: [told] }), 200)).toContain(
    "1 actor learned the same before and after.",
  );
});

test("what servers say steers neither a terminal nor a spreadsheet", () => {
  const hostile = exposure("=cmd|' /C calc'!A0\u001b[2J\n", { product: null });
  const report = { exposures: [hostile], coverage: [] };
  const diff = diffExposures(report, { exposures: [server] });
  const table = [...formatExposureTable(report)].join("");
  for (const text of [formatExposures(report, 80), formatExposureDiff(diff, 80), table]) {
    expect(text).not.toContain("\u001b");
    expect(text).toContain("\\x1b[2J");
  }
  expect(table).toContain("\"'=cmd");
  expect(table.split("\r\n")).toHaveLength(3);
});
