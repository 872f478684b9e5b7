import { existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Intel } from "../../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import { readSets } from "../../../src/knowledge/intel/knowledge-folder.ts";
import { updateSet } from "../../../src/knowledge/intel/update.ts";
import { NOW_MS, newFolder } from "./imported.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves on loopback; the address ends with `/`. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const catalogue = (cve: string) =>
  JSON.stringify({ dateReleased: "2026-11-20", vulnerabilities: [{ cveID: cve, dateAdded: "2026-11-20" }] });

const update = (into: string, ...addresses: string[]) =>
  updateSet({ kind: kindOf("kev")!, into, nowMs: NOW_MS, addresses });

test("what did not change is not fetched again, what did is", async () => {
  let text = catalogue("CVE-2026-0001");
  const asked: (string | undefined)[] = [];
  const address = await serve((request, response) => {
    asked.push(request.headers["if-none-match"]);
    const etag = `"${text.length}"`;
    const isSame = request.headers["if-none-match"] === etag;
    response.writeHead(isSame ? 304 : 200, { etag }).end(isSame ? undefined : text);
  });
  const into = newFolder();
  const first = await update(into, `${address}kev.json`);
  expect(first).toMatchObject({
    isChanged: true,
    set: { id: "kev", source: `${address}kev.json`, counts: { vulnerabilities: 1 } },
  });
  const again = await update(into, `${address}kev.json`);
  expect([again.isChanged, again.set.folder]).toEqual([false, first.set.folder]);
  text = `${catalogue("CVE-2026-0002")} `;
  const changed = await update(into, `${address}kev.json`);
  expect(changed.isChanged).toBe(true);
  // An analysis under way may still read the old set; when it is old enough the next change removes it.
  const folders = () => readdirSync(into).filter((name) => name.startsWith("kev"));
  expect(folders().sort()).toEqual([first.set.folder, changed.set.folder].sort());
  utimesSync(join(into, first.set.folder), 0, 0);
  await update(into, `${address}kev.json`);
  expect(folders()).toEqual([changed.set.folder]);
  const [etag, later] = [`"${catalogue("CVE-2026-0001").length}"`, `"${text.length}"`];
  expect(asked).toEqual([undefined, etag, etag, later]);
  expect(readdirSync(join(into, ".fetch")).map((name) => readdirSync(join(into, ".fetch", name)))).toEqual([[]]);
  rmSync(join(into, changed.set.folder), { recursive: true });
  expect(() => new Intel(into)).toThrow("the files of the set 'kev' are gone");
});

test("a download that broke off goes on where it ended, when it is still the same", async () => {
  const text = catalogue("CVE-2026-0001");
  const ranges: (string | undefined)[] = [];
  const address = await serve((request, response) => {
    ranges.push(request.headers.range);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const isPart = start > 0 && request.headers["if-range"] === '"a"';
    const headers = { etag: '"a"', "content-length": text.length - start };
    if (isPart)
      response
        .writeHead(206, { ...headers, "content-range": `bytes ${start}-${text.length - 1}/${text.length}` })
        .end(text.slice(start));
    else {
      response.writeHead(200, headers);
      response.write(text.slice(0, 20), () => setImmediate(() => response.destroy()));
    }
  });
  const into = newFolder();
  await expect(update(into, `${address}kev.json`)).rejects.toThrow("the connection failed");
  expect((await update(into, `${address}kev.json`)).set.counts).toEqual({ vulnerabilities: 1 });
  expect(ranges).toEqual([undefined, "bytes=20-"]);
});

test.each<[string, Answer, string]>([
  ["an error", (_, response) => response.writeHead(503).end(), "the server answered 503"],
  [
    "more than the limit, as told",
    (_, response) => response.writeHead(200, { "content-length": 3e9 }).end("x"),
    "it is larger than 256 MiB",
  ],
  [
    "a redirect to plain http elsewhere",
    (_, response) => response.writeHead(302, { location: "http://192.0.2.1/x" }).end(),
    "only https addresses are fetched",
  ],
  [
    "redirects without end",
    (_, response) => response.writeHead(302, { location: "/x" }).end(),
    "it is redirected too often",
  ],
  [
    "another part than asked",
    (_, response) => response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("hello"),
    "another part",
  ],
  ["what is no catalogue", (_, response) => response.end("<html>"), "is no catalogue"],
])("%s leaves the set that was there", async (_, answer, why) => {
  const into = newFolder();
  const good = await serve((_request, response) => response.end(catalogue("CVE-2026-0001")));
  const { set } = await update(into, `${good}kev.json`);
  const bad = await serve(answer);
  await expect(update(into, `${bad}kev.json`)).rejects.toThrow(why);
  expect(readSets(into)).toEqual([set]);
  expect(existsSync(join(into, set.folder))).toBe(true);
});

test.each([
  ["http://192.0.2.1/kev.json", "only https addresses are fetched"],
  ["ftp://127.0.0.1/kev.json", "only https addresses are fetched"],
  ["http://localhost.example/kev.json", "only https addresses are fetched"],
  ["https://user:secret@example.com/kev.json", "must not hold a password"],
  ["kev.json", "it is no address"],
])("%s is not asked at all", async (address, why) => {
  await expect(update(newFolder(), address)).rejects.toThrow(why);
});

test("several files make one set", async () => {
  const feed = (year: number) =>
    JSON.stringify({
      vulnerabilities: [
        {
          cve: {
            id: `CVE-${year}-0001`,
            configurations: [
              { nodes: [{ cpeMatch: [{ vulnerable: true, criteria: "cpe:2.3:a:v:app:1.0:*:*:*:*:*:*:*" }] }] },
            ],
          },
        },
      ],
    });
  const asked: string[] = [];
  const address = await serve((request, response) => {
    asked.push(request.url!);
    response.end(feed(Number(request.url!.slice(-9, -5))));
  });
  const kind = { ...kindOf("nvd")!, since: 2024 };
  const { set } = await updateSet({ kind, into: newFolder(), nowMs: NOW_MS, addresses: [`${address}nvd-{YEAR}.json`] });
  expect(asked).toEqual(["/nvd-2024.json", "/nvd-2025.json", "/nvd-2026.json"]);
  expect(set.counts).toEqual({ vulnerabilities: 3, products: 1 });
});
