import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, expect, test } from "vitest";
import { Report } from "../../src/stories/report.ts";
import { cleanEnvironment, cliPath, scannerLines, temporaryFolder, vedette, visitorLines } from "./run-cli.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const visitors = folder.write("visitors.log", visitorLines());
const scanned = folder.write("scanned.log", visitorLines() + scannerLines());
const empty = folder.write("empty.log", "");
const junk = folder.write(
  "junk.bin",
  Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) & 0xff),
);
const missing = join(folder.path, "missing.log");
const out = (name: string) => join(folder.path, name);

test.each([[["--help"]], [["analyze", "--help"]], [["explain", "--help"]], [["formats", "--help"]]])(
  "%s opens with examples",
  async (args) => {
    const { exit, stdout, stderr } = await vedette(args);
    expect(stdout).toMatch(/^Examples:\n {2}vedette /);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  },
);

test("--version is the package's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(await vedette(["--version"])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: "" });
});

test.each([
  ["samples/firewall.log", 0, "is read as 'netfilter'"],
  ["samples/capture.pcap.zst", 0, "is read as 'pcap'"],
  ["README.md", 0, "is not recognised"],
  ["samples", 1, "it is a directory"],
])("formats --explain %s", async (file, status, words) => {
  const { exit, stdout, stderr } = await vedette(["formats", "--explain", file]);
  expect(stdout + stderr).toContain(words);
  expect(exit).toBe(status);
});

test("formats lists names for --format", async () => {
  const { exit, stdout } = await vedette(["formats"]);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^combined +log /m);
});

test.each([
  ["no command", [], "Usage: vedette"],
  ["an unknown command", ["analyse", visitors], "unknown command 'analyse' (Did you mean analyze?)"],
  ["an unknown option", ["analyze", "--fromat", "x", visitors], "unknown option '--fromat' (Did you mean --format?)"],
  ["no input", ["analyze"], "no input is named"],
  ["an input twice", ["analyze", visitors, visitors], "is named twice"],
  ["an option without its value", ["analyze", visitors, "--json"], "argument missing"],
  ["a bad network", ["analyze", "--home", "198.51.100.0/33", visitors], "--home '198.51.100.0/33' is not an address"],
  ["a bad budget", ["analyze", "--budget", "none", visitors], "--budget 'none' is not a number"],
  ["a budget of nothing", ["analyze", "--budget", "0", visitors], "--budget '0' must be above 0"],
  ["a bad time", ["analyze", "--since", "yesterday", visitors], "--since 'yesterday' is not a time"],
  ["a day that is none", ["analyze", "--since", "2026-02-30", visitors], "--since '2026-02-30' is not a time"],
  ["an empty period", ["analyze", "--since", "2026-03-02", "--until", "2026-03-01", visitors], "is not before --until"],
  ["an unknown format", ["analyze", "--format", "nikto", visitors], "there is no format 'nikto'"],
  ["an unknown priority", ["analyze", "--fail-on", "noise", visitors], "--fail-on 'noise' is not one of act, notable"],
  ["two reports on standard output", ["analyze", "--json", "-", "--html", "-", visitors], "both write to '-'"],
  ["a report over its input", ["analyze", "--json", visitors, visitors], "is also an input"],
  ["a subject that is none", ["explain", "somebody", visitors], "neither an address nor an incident"],
  ["a subject without inputs", ["explain", "203.0.113.7"], "no input is named"],
])("misuse: %s", async (_, args, words) => {
  const { exit, stdout, stderr } = await vedette(args);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
});

test("misuse: SOURCE_DATE_EPOCH that is no number", async () => {
  const { exit, stderr } = await vedette(["analyze", visitors], { env: { SOURCE_DATE_EPOCH: "today" } });
  expect(stderr).toContain("SOURCE_DATE_EPOCH 'today'");
  expect(exit).toBe(2);
});

test.each([
  ["missing", missing, "no such file"],
  ["a directory", folder.path, "directory"],
  ["empty", empty, "empty"],
  ["junk", junk, "cannot read"],
])("an input that is %s: a sentence, exit 1, and no file is written", async (_, input, words) => {
  const json = out("not-written.json");
  const { exit, stdout, stderr } = await vedette(["analyze", "--json", json, input]);
  expect(stderr).toContain(words);
  expect(stderr).toContain(input);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
  expect(existsSync(json)).toBe(false);
});

test("one bad input does not keep the others from being reported", async () => {
  const { exit, stdout, stderr } = await vedette(["analyze", "--json", "-", missing, scanned]);
  const report = Report.parse(JSON.parse(stdout));
  expect(report.inputs.map(({ name, error }) => [name, error === undefined])).toEqual([
    [missing, false],
    [scanned, true],
  ]);
  expect(report.actors.map(({ address }) => address)).toContain("203.0.113.7");
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(exit).toBe(1);
});

test("a gzip file cut short is reported as far as it goes, and the exit tells", async () => {
  const bytes = gzipSync(visitorLines() + scannerLines(), { level: 0 });
  const cut = folder.write("cut.log.gz", bytes.subarray(0, bytes.length - 200));
  const { exit, stdout, stderr } = await vedette(["analyze", cut]);
  expect(stdout).toContain("203.0.113.7");
  expect(stderr).toContain("cut.log.gz");
  expect(exit).toBe(1);
});

test.each([
  ["a log under the name of another format", "netfilter", 1],
  ["a log under the name of a capture's", "pcap", 1],
  ["a log under its own name", "combined", 0],
])("%s: nobody found is not told as good news", async (_, format, warnings) => {
  const page = out(`${format}.html`);
  const { exit, stdout } = await vedette(["analyze", "--html", page, "--format", format, visitors]);
  const words = `Most could not be read of ${visitors} as ${format}`.slice(0, 40);
  expect([stdout, readFileSync(page, "utf8")].map((text) => text.split(words).length - 1)).toEqual([
    warnings,
    warnings,
  ]);
  expect(stdout).not.toContain("no time known");
  expect(exit).toBe(0);
});

test("with home unknown nothing claims that it was inferred", async () => {
  const { stdout } = await vedette(["analyze", visitors]);
  expect(stdout).toContain("Home is not known");
  expect(stdout).not.toContain("inferred");
});

test("a scan is reported, visitors are only counted", async () => {
  const { exit, stdout, stderr } = await vedette(["analyze", scanned]);
  expect(stdout).toMatch(/^1 scanner, 40 visitors\.\n1 to act on/);
  expect(stdout).toContain("203.0.113.7");
  expect(stdout).not.toContain("192.0.2.1\n");
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
});

test("standard input gives what the file gives, but for its name", async () => {
  const [piped, named] = await Promise.all([
    vedette(["analyze", "--json", "-", "-"], { stdin: visitorLines() + scannerLines() }),
    vedette(["analyze", "--json", "-", "--", scanned]),
  ]);
  expect(piped.exit).toBe(0);
  expect(JSON.parse(piped.stdout)).toEqual(JSON.parse(named.stdout.replaceAll(scanned, "-")));
});

test.each([
  ["act, and there is one", ["--fail-on", "act", scanned], 3],
  ["notable, and there is more", ["--fail-on", "notable", scanned], 3],
  ["act, and there is nothing", ["--fail-on", "act", visitors], 0],
  ["act, and an input failed too", ["--fail-on", "act", missing, scanned], 3],
])("--fail-on %s", async (_, args, expected) => {
  expect((await vedette(["analyze", ...args])).exit).toBe(expected);
});

test("the same inputs give the same reports, byte for byte", async () => {
  const runs = [1, 2].map(async (run) => {
    const files = ["json", "html", "ndjson"].map((kind) => out(`run-${run}.${kind}`));
    const { exit, stdout, stderr } = await vedette([
      "analyze",
      ...["json", "html", "ndjson"].flatMap((kind, i) => [`--${kind}`, files[i]!]),
      scanned,
    ]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    return [stdout, ...files.map((file) => readFileSync(file, "utf8"))];
  });
  const [first, second] = await Promise.all(runs);
  expect(second).toEqual(first);
  expect(JSON.parse(first![1]!).generated).toBe("2026-03-15T00:00:00.000Z");
});

test("a real report validates against the published JSON Schema and the definition", async () => {
  const { stdout } = await vedette(["analyze", "--json", "-", scanned]);
  const isValid = new Ajv2020({ validateFormats: false }).compile(
    JSON.parse(readFileSync("docs/report.schema.json", "utf8")),
  );
  const report = JSON.parse(stdout);
  expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
  expect(Report.parse(report)).toEqual(report);
});

test("--ndjson: one actor a line", async () => {
  const { stdout } = await vedette(["analyze", "--ndjson", "-", scanned]);
  const addresses = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).address);
  expect(addresses).toEqual(["203.0.113.7"]);
});

test("what a scanner wrote reaches neither terminal nor page nor JSON raw", async () => {
  const page = out("hostile.html");
  const text = await vedette(["analyze", "--html", page, scanned]);
  const ledger = await vedette(["explain", "203.0.113.7", scanned]);
  const json = await vedette(["analyze", "--json", "-", scanned]);
  const html = readFileSync(page, "utf8");
  for (const shown of [text.stdout, ledger.stdout, json.stdout, html]) {
    expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  }
  expect(html.match(/<script[^>]*>/g)).toEqual([
    '<script type="application/json" id="report-data">',
    '<script type="module">',
  ]);
  expect(html).not.toMatch(/<img/);
  expect(ledger.stdout).toContain("\\u202e");
});

test("a file name that steers a terminal is shown escaped", async () => {
  const { stderr } = await vedette(["analyze", "no\x1b[2J.log"]);
  expect(stderr).toContain("no\\x1b[2J.log");
});

test("colour is for terminals, or on demand, and never against NO_COLOR", async () => {
  const [pipe, forced, forbidden] = await Promise.all([
    vedette(["analyze", scanned]),
    vedette(["analyze", scanned], { env: { FORCE_COLOR: "1" } }),
    vedette(["analyze", scanned], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }),
  ]);
  expect([pipe, forced, forbidden].map(({ stdout }) => stdout.includes("\x1b["))).toEqual([false, true, false]);
});

test("a reader who leaves early costs neither the other reports nor the exit status", async () => {
  const json = out("after-pipe.json");
  const child = spawn(process.execPath, [cliPath, "analyze", "--json", json, scanned], { env: cleanEnvironment });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const exit = await new Promise((resolve) => child.on("close", resolve));
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(JSON.parse(readFileSync(json, "utf8")).schema).toBe("vedette.report/1");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s while reading reports what was read", async (signal, expected) => {
  const child = spawn(process.execPath, [cliPath, "analyze", "-"], { env: cleanEnvironment });
  child.stdin.write(visitorLines() + scannerLines());
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const closed = new Promise((resolve) => child.on("close", resolve));
  // Once a pipe's worth has been taken from us, the child reads, and so has its handlers in place.
  await new Promise<void>((resolve) => child.stdin.write(visitorLines().repeat(200), () => resolve()));
  child.kill(signal);
  expect(await closed).toBe(expected);
  expect(stderr).toContain("stopping");
  expect(stdout).toContain("203.0.113.7");
});

test("a report replaces the one before, keeps its mode, and leaves nothing beside it", async () => {
  const json = folder.write("kept.json", "before");
  chmodSync(json, 0o600);
  await vedette(["analyze", "--json", json, scanned]);
  expect(JSON.parse(readFileSync(json, "utf8")).schema).toBe("vedette.report/1");
  expect(statSync(json).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  ["its folder is not there", join("nowhere", "report.json"), "there is no such folder"],
  ["it is a directory", ".", "it is a directory"],
])("a report that cannot be written, %s, is refused before reading", async (_, file, words) => {
  const { exit, stdout, stderr } = await vedette(["analyze", "--json", join(folder.path, file), scanned]);
  expect(stderr).toContain(words);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
});

test("explain: the story, then the ledger with the point of decision", async () => {
  const { exit, stdout } = await vedette(["explain", "203.0.113.7", scanned]);
  expect(stdout).toMatch(/^incident-1 is \w+: /);
  expect(stdout).toMatch(/\nFirst, [\d :–-]+.*\(T1595\.00\d\)/);
  expect(stdout).toMatch(/\n203\.0\.113\.7 is a scanner: \d+ distinct observations? took its score to/);
  expect(stdout).toMatch(/\n---- decided here: scanner after \d+ distinct observation/);
  expect(stdout).toContain("scanned.log:121");
  expect(exit).toBe(0);
});

test("explain: a visitor is called one", async () => {
  const { exit, stdout } = await vedette(["explain", "192.0.2.5", scanned]);
  expect(stdout).toMatch(/^192\.0\.2\.5 is a visitor: seen in 3 observations, highest score/);
  expect(stdout.replaceAll("\n", " ")).toContain("never decided");
  expect(exit).toBe(0);
});

test("explain: an address that was not seen", async () => {
  const { exit, stdout } = await vedette(["explain", "2001:DB8:0:0::9", scanned]);
  expect(stdout).toMatch(/^2001:db8::9 was not judged/);
  expect(exit).toBe(0);
});

test("explain: an address judged as part of its prefix is told both ways", async () => {
  const host = (i: number) => `2001:db8:ffff:1:${(i + 1).toString(16)}::7`;
  const guess = (i: number) =>
    `${host(i)} - - [14/Mar/2026:08:2${Math.floor(i / 10)}:0${i % 10} +0000] "GET /old-${i}.php HTTP/1.1" 404 5 "-" "-"\n`;
  const spread = folder.write("spread.log", visitorLines() + Array.from({ length: 40 }, (_, i) => guess(i)).join(""));
  const { exit, stdout } = await vedette(["explain", host(8), spread]);
  expect(stdout).toMatch(/^2001:db8:ffff:1:9::7 is a visitor: seen in 1 observation/);
  expect(stdout).toContain("2001:db8:ffff:1:9::7 lies in 2001:db8:ffff:1::/64, which is judged as one actor.");
  expect(stdout).toContain("\n2001:db8:ffff:1::/64 is a scanner: ");
  expect(exit).toBe(0);
});

test("explain: an incident by its id, and one that is not there", async () => {
  const [found, unknown] = await Promise.all([
    vedette(["explain", "incident-1", scanned]),
    vedette(["explain", "incident-9", scanned]),
  ]);
  expect(found.stdout).toMatch(/^incident-1 is act: /);
  expect(found.stdout).toContain("203.0.113.7 is a scanner");
  expect(unknown.stderr).toContain("there is no 'incident-9' in these inputs; they hold 1 incident");
  expect(unknown.exit).toBe(1);
});

test("--since and --until leave out the rest", async () => {
  const { stdout } = await vedette(["analyze", "--json", "-", "--until", "2026-03-14T08:05Z", scanned]);
  expect(JSON.parse(stdout).actors).toEqual([]);
});
