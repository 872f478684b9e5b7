import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { renderConsolePage } from "../../src/presentation/console-page.ts";
import { escapeText, mapTexts } from "../../src/presentation/escape.ts";
import { sampleReport } from "./sample-report.ts";

const files = { script: "document.title;", style: "main { color: red }" };
const page = [...renderConsolePage(sampleReport(), ["CVE-2021-41773"], files)].join("");
const data = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)![1]!;

test("the report stands in the page as data that cannot end its element, whatever scanners wrote", () => {
  expect(data).not.toContain("<");
  expect(data).toContain("\\u003cscript>");
  expect(JSON.parse(data)).toEqual({
    exploited: ["CVE-2021-41773"],
    report: JSON.parse(JSON.stringify(mapTexts(sampleReport(), escapeText))),
  });
});

test("the page's policy lets run and look like what is ours, named by hash, and nothing else", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  const hashes = [files.script, ...[...page.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, style]) => style!)].map(
    (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  expect(hashes).toHaveLength(3);
  expect(policy).toBe(
    `default-src 'none'; script-src ${hashes[0]}; style-src ${hashes[1]} ${hashes[2]}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(page.match(/<script[^>]*>/g)).toHaveLength(2);
  expect(page.replace(data, "")).not.toMatch(/<img|<iframe|\sstyle=|\son\w+=|javascript:|https?:/i);
});

test("the same report gives the same page", () => {
  expect([...renderConsolePage(sampleReport(), ["CVE-2021-41773"], files)].join("")).toBe(page);
});
