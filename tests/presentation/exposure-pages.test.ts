import { expect, test } from "vitest";
import { renderExposureDiffPage } from "../../src/presentation/exposure-diff-page.ts";
import { renderExposurePage } from "../../src/presentation/exposure-page.ts";
import { diffExposures } from "../../src/stories/exposure-diff.ts";
import { sampleExposure, sampleReport } from "../stores/sample-report.ts";

const hostile = `Server: "><script>alert(1)</script>\u001b[2J\u202e`;
const told = [{ to: "203.0.113.7", at: "2026-01-01T00:00:00.000Z", input: "<img src=x>.pcap", position: 7 }];
const grave = sampleExposure({
  text: hostile,
  product: null,
  version: null,
  learnedBy: ["203.0.113.7"],
  told,
  leaks: [{ kind: "secrets", what: "probably /.env<b>" }],
  severity: { level: "high", because: ["tells beside software: secrets"] },
  remedies: [
    { mitigation: "M1051", name: "Update Software", do: "update <it>", after: "first line\n  second line" },
    { mitigation: "M1056", name: "Pre-compromise", do: "server_tokens off;" },
  ],
});
const report = { ...sampleReport(3), exposures: [sampleExposure(), grave] };
const page = renderExposurePage(report);
const diffPage = renderExposureDiffPage(
  diffExposures({ exposures: [sampleExposure({ text: hostile })] }, { exposures: [sampleExposure()] }),
);

test.each([
  ["report", page],
  ["comparison", diffPage],
])("the page of a %s lets nothing in, and shows strings as text", (_name, text) => {
  expect(text).toMatch(
    /content="default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/,
  );
  expect(text).not.toMatch(/<script|<img|<link|<b>| on\w+=|javascript:|\u001b|\u202e/i);
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J\\u202e");
});

test("the page tells who learned it, where that stands, how grave it is and what to do first", () => {
  for (const words of [
    "203.0.113.7",
    "&lt;img src=x&gt;.pcap:7",
    "secrets: probably /.env",
    "first line<br>second line",
  ]) {
    expect(page).toContain(words);
  }
  expect(page.indexOf("Severity high")).toBeLessThan(page.indexOf("Severity info"));
  expect(page.indexOf("update &lt;it&gt;")).toBeLessThan(page.indexOf("server_tokens off;"));
});

test("the comparison stands before and after side by side", () => {
  expect(diffPage).toContain("Revealed otherwise (1)");
  expect(diffPage).toContain("Server: Apache/2.4.49</td></tr>");
});
