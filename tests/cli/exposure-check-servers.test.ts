import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Change } from "../../src/knowledge/advice/advice.ts";
import { advices } from "../../src/knowledge/advice/index.ts";
import { diffExposures } from "../../src/stories/exposure-diff.ts";
import { Report } from "../../src/stories/report.ts";
import { Machine, whyNoMachine } from "./debian/machine.ts";
import { fetchPackages, hasProgram } from "./debian/packages.ts";
import { type DebianServer, other, outside, servers } from "./debian/servers.ts";
import { cleanEnvironment, cliPath } from "./run-cli.ts";

/**
 * The advice, followed: real servers of Debian run as installed, are checked, changed as the catalogue says, and checked again.
 * All of them at once, in a machine of namespaces of its own.
 */
const without = whyNoMachine();
const isAbsent = ({ program }: DebianServer) => !hasProgram(program);
if (without === undefined) fetchPackages([...new Set(servers.filter(isAbsent).map(({ packageName }) => packageName))]);
const present = without === undefined ? servers.filter((server) => !isAbsent(server)) : [];

describe.skipIf(present.length === 0)(
  `servers of Debian's packages${without === undefined ? "" : ` (${without})`}`,
  () => {
    let machine: Machine;
    let before: Report;
    let after: Report;

    beforeAll(async () => {
      machine = await Machine.make([outside, other]);
      chmodSync(machine.folder, 0o755);
      await Promise.all(present.map(prepare));
      before = await checkRunning(({ before: text }) => text);
      after = await checkRunning(({ after: text }) => text);
    }, 180_000);
    afterAll(() => machine?.end());

    async function prepare(server: DebianServer): Promise<void> {
      const folder = folderOf(server);
      mkdirSync(folder, { mode: 0o755 });
      const command = server.prepare?.(folder);
      if (command !== undefined) await machine.run(command[0], command.slice(1));
    }

    async function checkRunning(textOf: (change: Change) => string): Promise<Report> {
      for (const server of present) start(server, textOf(changeOf(server)));
      await until(() => present.filter((server) => !isListening(server)));
      const snapshot = join(machine.folder, "snapshot.json");
      await machine.run(
        process.execPath,
        [cliPath, "exposure", "check", "--config", configuration(), "--rate", "50", "--save", snapshot],
        cleanEnvironment,
      );
      await machine.stopServers();
      await until(() => present.filter(isListening));
      return Report.parse(JSON.parse(readFileSync(snapshot, "utf8")));
    }

    function start(server: DebianServer, text: string): void {
      const [program, ...args] = server.run(folderOf(server), text);
      machine.start(program, args);
    }

    function folderOf({ name }: DebianServer): string {
      return join(machine.folder, name.replaceAll(" ", "-"));
    }

    function isListening({ transport, port, address }: DebianServer): boolean {
      return machine.listens(transport ?? "tcp", port, address);
    }

    function configuration(): string {
      const assets = [outside, other].map((address) => {
        const here = present.filter((server) => server.address === address);
        const services = here.map(({ port, way }) => `${port}${way === undefined ? "" : `/${way}`}`).join(", ");
        return `  - { address: ${address}, reason: servers of this test, services: [${services}] }\n`;
      });
      const file = join(machine.folder, "vedette.yaml");
      writeFileSync(file, `contact: tests@example.org\nassets:\n${assets.join("")}`);
      return file;
    }

    for (const server of servers) {
      test.skipIf(!present.includes(server))(`${server.name}: the diff proves what the advice hides`, () => {
        const isHere = (place: { target: string; port: number }) =>
          place.target === server.address && place.port === server.port;
        const texts = (report: Report) => report.exposures.filter(isHere).map(({ text }) => text);
        expect(texts(before)).toEqual([expect.stringMatching(server.tells)]);
        expect(texts(after)).toEqual(server.becomes === "closed" ? [] : [expect.stringMatching(server.becomes)]);
        const proof = diffExposures(before, after).changes.filter((each) => each.before.some(isHere));
        expect(proof.map(({ change }) => change)).toEqual([expect.stringMatching(/^(?:gone|changed)$/)]);
      });
    }
  },
);

/** The change that the catalogue advises. */
function changeOf({ product, change = 0 }: DebianServer): Change {
  return advices.flatMap((advice) => (advice.products?.includes(product) ? (advice.change ?? []) : []))[change]!;
}

/** Waits until nobody is left. @throws after 30 seconds, with the names of those who are */
async function until(left: () => readonly DebianServer[]): Promise<void> {
  const endMs = Date.now() + 30_000;
  for (let still = left(); still.length > 0; still = left()) {
    if (Date.now() > endMs) throw new Error(`waited in vain for ${still.map(({ name }) => name).join(", ")}`);
    await wait(50);
  }
}
