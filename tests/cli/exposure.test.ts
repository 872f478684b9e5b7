import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";
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

test("a snapshot and a capture that say the same compare as the same, and both pages are written", async () => {
  const text = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1 (\u0001\u00e9)\r\nContent-Length: 0\r\n\r\n";
  const lines = [
    [">", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["<", Uint8Array.from(text, (character) => character.charCodeAt(0))],
  ] as const;
  const capture = folder.write(
    "visit.pcap",
    pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 80, lines))),
  );
  const [report, page, diffPage] = ["report.json", "page.html", "diff.html"].map((name) => `${folder.path}/${name}`);
  const home = ["--home", "198.51.100.0/24"];
  expect(await vedette(["analyze", ...home, "--json", report!, capture])).toMatchObject({ exit: 0 });
  expect(await vedette(["exposure", "report", ...home, "--html", page!, capture])).toMatchObject({ exit: 0 });
  const { stdout } = await vedette(["exposure", "diff", ...home, "--html", diffPage!, report!, capture]);
  expect(stdout).toContain("Still revealed: 1\n");
  expect(readFileSync(page!, "utf8")).toContain("nginx 1.22.1");
  expect(readFileSync(diffPage!, "utf8")).toContain("Still revealed (1)");
});
