import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { vedette } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-log-format-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("--log-format reads what no known format does", async () => {
  const log = join(folder, "own.log");
  writeFileSync(log, "1773532800.250|192.0.2.7|GET|/a?b=1|404|curl\n1773532801.250|192.0.2.7|GET|/.env|404|curl\n");
  const known = await vedette(["analyze", log]);
  expect(known.exit).toBe(1);
  const text = "$msec|$remote_addr|$request_method|$request_uri|$status|$http_user_agent";
  const { exit, stdout } = await vedette(["analyze", "--log-format", text, "--json", "-", log]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout).inputs[0]).toMatchObject({ format: "custom-access", records: 2, rejected: 0 });
});

test("a log format that cannot be used is misuse, and the message says why", async () => {
  const { exit, stderr } = await vedette(["analyze", "--log-format", "$remote_addr only", "any.log"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("it has no time");
});

test("--pattern-file reads by patterns of one's own", async () => {
  const log = join(folder, "portal.log");
  const patterns = join(folder, "patterns");
  writeFileSync(log, "2026-03-15T00:00:00Z web portal: login of x failed from 192.0.2.7\n");
  writeFileSync(patterns, "port = 8443\nportal: login of \\S+ failed from <HOST>$\n");
  const { exit, stdout } = await vedette(["analyze", "--pattern-file", patterns, "--json", "-", log]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout).inputs[0]).toMatchObject({ format: "pattern-log", records: 1, rejected: 0 });
});

test.each([
  ["a file that is not there", undefined, "cannot read the pattern file"],
  ["a pattern that is none", "^<HOST> (", "line 1"],
])("--pattern-file with %s is misuse", async (_name, text, why) => {
  const patterns = join(folder, `broken-${text === undefined}`);
  if (text !== undefined) writeFileSync(patterns, text);
  const { exit, stderr } = await vedette(["analyze", "--pattern-file", patterns, "any.log"]);
  expect(exit).toBe(2);
  expect(stderr).toContain(why);
});
