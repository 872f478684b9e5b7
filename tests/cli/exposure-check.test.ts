import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { compareRuns } from "../../src/server/compare-runs.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { Report } from "../../src/stories/report.ts";
import { serveLoopback } from "../asking/loopback-server.ts";
import { temporaryFolder, vedette } from "./run-cli.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

function configuration(services: string, more = "contact: tests@example.org\n"): string {
  return folder.write(
    "vedette.yaml",
    `${more}assets:\n  - {address: 127.0.0.1, reason: this test, services: [${services}]}\n`,
  );
}

const check = (...args: string[]) => vedette(["exposure", "check", ...args]);

test.each([
  [
    "a host that no asset holds",
    configuration("443"),
    ["203.0.113.9"],
    "'203.0.113.9' is in no declared asset (asset-undeclared)",
  ],
  [
    "a configuration without assets",
    folder.write("bare.yaml", "contact: tests@example.org\n"),
    [],
    "declares no assets",
  ],
  ["a run without configuration", undefined, ["127.0.0.1"], "names no `contact`"],
])("%s is refused: exit 2, and nothing is asked", async (_, config, hosts, message) => {
  const { exit, stdout, stderr } = await check(...(config === undefined ? [] : ["--config", config]), ...hosts);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr.replaceAll("\n", " ")).toContain(message.replace(" (asset-undeclared)", ""));
});

test.each([
  ["no reason", "{address: 198.51.100.1, services: [22]}", "assets.0.reason"],
  ["an empty reason", '{address: 198.51.100.1, services: [22], reason: ""}', "has to say why"],
  ["no services", "{address: 198.51.100.1, reason: ours}", "assets.0.services"],
  ["everything", "{address: 0.0.0.0/0, reason: ours, services: [22]}", "is too wide to be all yours"],
  ["a name for an address", "{address: www.example.org, reason: ours, services: [22]}", "is not an address or network"],
  ["a port without a way to ask", "{address: 198.51.100.1, reason: ours, services: [4711]}", "is no service"],
])("an asset with %s is no declaration", async (_, asset, message) => {
  const config = folder.write("broken.yaml", `contact: tests@example.org\nassets:\n  - ${asset}\n`);
  const { exit, stderr } = await check("--config", config);
  expect(exit).toBe(2);
  expect(stderr).toContain(message);
});

test("a contact that would end a header line is refused", async () => {
  const config = configuration("443", 'contact: "a@example.org\\r\\nX: y"\n');
  expect((await check("--config", config)).stderr).toContain("is not 3 to 80 plain characters");
});

test("a snapshot before and after a change is what diff compares", async () => {
  let server = "nginx/1.22.1";
  const web = await serveLoopback((socket) => {
    socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nServer: ${server}\r\n\r\n`));
  });
  const config = configuration(`${web.port}/http`);
  const [before, after] = [`${folder.path}/before.json`, `${folder.path}/after.json`];
  const { exit, stdout } = await check("--config", config, "--save", before);
  server = "nginx";
  await check("--config", config, "--save", after, "--json", "-");
  const json = await check("--config", config, "--json", "-");
  await web.close();
  expect(exit).toBe(0);
  expect(stdout).toContain(`127.0.0.1:${web.port}/tcp  f5 nginx 1.22.1`);
  expect(stdout).toContain("+ server_tokens off;");
  expect(web.heard).toHaveLength(3);
  expect(JSON.parse(json.stdout)).toMatchObject({
    exposures: [{ product: "nginx", version: null, learnedBy: [] }],
    checked: [{ target: "127.0.0.1", port: web.port, asked: "http", reception: "answered", reason: "this test" }],
    coverage: [],
  });
  const diff = await vedette(["exposure", "diff", before, after]);
  expect(diff.stdout).toBe(
    `Revealed otherwise: 1\n  127.0.0.1:${web.port}/tcp  Server header: Server: nginx/1.22.1\n    now: Server: nginx\n`,
  );
});

test("a service that is closed now reveals nothing any more", async () => {
  const mail = await serveLoopback((socket) => socket.end("220 mail.example.org ESMTP Exim 4.96\r\n"));
  const config = configuration(`${mail.port}/smtp`);
  const [before, after] = [`${folder.path}/open.json`, `${folder.path}/closed.json`];
  await check("--config", config, "--save", before);
  await mail.close();
  await check("--config", config, "--save", after);
  expect(Report.parse(JSON.parse(readFileSync(after, "utf8")))).toMatchObject({
    exposures: [],
    checked: [{ reception: "closed" }],
  });
  expect((await vedette(["exposure", "diff", before, after])).stdout).toMatch(/^No longer revealed: 1\n/);
});

test("checks that are stored are compared, and are not the run that the overview tells of", async () => {
  let server = "nginx/1.22.1";
  const web = await serveLoopback((socket) => {
    socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nServer: ${server}\r\n\r\n`));
  });
  const config = configuration(`${web.port}/http`);
  const file = `${folder.path}/store.db`;
  await check("--config", config, "--store", file);
  server = "nginx";
  const { exit } = await check("--config", config, "--store", file);
  await web.close();
  const store = new SqliteStore(file);
  const { changes, after } = await compareRuns(store, {});
  const { lastRun } = await store.overview();
  await store.close();
  expect({ exit, lastRun, kind: after!.kind }).toEqual({ exit: 0, lastRun: null, kind: "check" });
  expect(changes).toMatchObject([{ change: "changed", before: [{ version: "1.22.1" }], after: [{ version: null }] }]);
});
