import { afterAll, expect, test } from "vitest";
import { temporaryFolder, vedette } from "./run-cli.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

test("a report that was cut is refused by name, not compared", async () => {
  const cut = folder.write("cut.json", '{"schema": "vedette.report/1", "exposures": [');
  const { exit, stdout, stderr } = await vedette(["exposure", "diff", cut, cut]);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toContain("begins as a report but is not a whole one");
});

test("a log without replies reveals nothing, and its report compares with itself", async () => {
  const log = folder.write(
    "access.log",
    '203.0.113.7 - - [20/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8.0"\n',
  );
  const report = `${folder.path}/report.json`;
  expect(await vedette(["analyze", "--json", report, log])).toMatchObject({ exit: 0 });
  const { exit, stdout } = await vedette(["exposure", "diff", report, log]);
  expect({ exit, stdout }).toEqual({
    exit: 0,
    stdout: "Neither input holds a readable reply that reveals software.\n",
  });
  const listed = await vedette(["exposure", "report", "--csv", "-", log]);
  expect(listed.stdout).toMatch(/^target,port,transport,.*,advice,severity,because,leaks\r\n$/);
});
