import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vedette } from "./run-cli.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vedette-cli-intel-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => vedette(args, { env: { VEDETTE_KNOWLEDGE: join(folder, "knowledge") } });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("import, list and remove", async () => {
  expect((await run("intel", "list")).stdout).toContain("No knowledge is imported in ");
  const list = file("bad.txt", "# Updated: 2026-03-01\n203.0.113.7 # \u001b[31mred\n10.1.2.3\n");
  const imported = await run("intel", "import", "list", list, "--ratio", "4", "--licence", "mine");
  expect(imported.exit).toBe(0);
  expect(imported.stdout).toBe(
    "list:bad imported: 1 network, bad, likelihood ratio 4; data of 2026-03-01; mine\n" +
      "  left out 1: a private or reserved network (first: bad.txt:3)\n",
  );
  const { stdout } = await run("intel", "list");
  expect(stdout).toMatch(/^Set +Date +Age +Holds +Licence\nlist:bad +2026-03-01 +14 d, old +1 network/);
  const json = JSON.parse((await run("intel", "list", "--json")).stdout);
  expect(json).toMatchObject({ id: "list:bad", ageDays: 14, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect((await run("intel", "remove", "list:bad")).exit).toBe(0);
  expect((await run("intel", "remove", "list:bad")).stderr).toContain("there is no set 'list:bad'");
});

test.each([
  [["import", "nonsense", "x"], 2, "'nonsense' is no kind of knowledge"],
  [["import", "kev", "missing.json"], 1, "there is no file or folder 'missing.json'"],
  [["import", "list", "x", "--ratio", "100"], 2, "--ratio '100' is not a number from 1 to 20"],
  [["import", "list", "x", "--name", "../up"], 2, "--name '../up' has characters"],
  [["update", "list"], 2, "no address is known for that"],
  [["update", "kev", "--from", "http://192.0.2.1/kev.json"], 1, "only https addresses are fetched"],
])("intel %j: exit %d", async (args, exit, why) => {
  const ended = await run("intel", ...args);
  expect([ended.exit, ended.stderr]).toEqual([exit, expect.stringContaining(why)]);
});

test.each([
  [
    "an address that is none",
    "scanners: [{address: 300.1.2.3, name: x}]",
    "scanners.0.address is not an address or network",
  ],
  ["a bomb", "a: &a [1, *a]", "the YAML contains itself"],
  ["a part that no command reads", "authorised: [{address: 203.0.113.7, name: x}]", 'Unrecognized key: "authorised"'],
  ["an unknown word", "scanners: [{address: 203.0.113.7, name: x, colour: red}]", 'Unrecognized key: "colour"'],
])("a configuration with %s is refused before anything is read", async (_, text, why) => {
  const ended = await run("analyze", "--config", file("config.yaml", text), "samples/access.log");
  expect([ended.exit, ended.stdout, ended.stderr]).toEqual([2, "", expect.stringContaining(why)]);
});

test("analyze reads the configuration, the knowledge and the version of ATT&CK", async () => {
  const config = file("good.yaml", "scanners:\n  - {address: 198.19.0.0/16, name: our lab}\n");
  const ended = await run(
    "analyze",
    "--config",
    config,
    "--attack-version",
    "8.2",
    "--json",
    "-",
    "samples/access.log",
  );
  const report = JSON.parse(ended.stdout);
  expect(report.counts.authorised).toBeGreaterThan(0);
  expect(report.attack.version).toBe("8.2");
  const unknown = await run("analyze", "--attack-version", "9", "samples/access.log");
  expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining("8.2 and 18.1 are built in")]);
});
