import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { importSet } from "../../../src/knowledge/intel/import-set.ts";
import { Intel } from "../../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import { updateSet } from "../../../src/knowledge/intel/update.ts";
import { NOW_MS, newFolder } from "./imported.ts";

const shared = new URL("../../../../shared/intel/", import.meta.url).pathname;
const isThere = existsSync(shared);

const importFrom = (kind: string, path: string, more = {}) =>
  importSet({ kind: kindOf(kind)!, path: `${shared}${path}`, into: newFolder(), nowMs: NOW_MS, ...more });

test.skipIf(!isThere).each<[string, string, number, string]>([
  ["crowdsec", "crowdsec-hub", 200, "rules"],
  ["kev", "cisa-kev/known_exploited_vulnerabilities.json", 1600, "vulnerabilities"],
  ["vulnrichment", "vulnrichment/kev-ssvc-cpe.json", 263, "vulnerabilities"],
  ["endoflife", "endoflife.date", 460, "products"],
  ["warninglists", "misp-warninglists", 110_000, "networks"],
  ["list", "maltrail/trails/static/mass_scanner.txt", 19_000, "networks"],
  ["attack", "attack/recon-v18.1.json", 60, "techniques"],
])("../shared: %s", async (kind, path, atLeast, what) => {
  const { counts } = await importFrom(kind, path);
  expect(counts[what]).toBeGreaterThanOrEqual(atLeast);
});

test.skipIf(!isThere)("../shared: every example of recog matches with its captured values", async () => {
  const { counts, rejects } = await importFrom("recog", "recog/xml");
  expect(rejects).toEqual([]);
  expect(counts).toEqual({ fingerprints: 4657, examples: 7525 });
});

test.skipIf(!isThere)("../shared: templates are fetched from a loopback server, and not again", async () => {
  const archive = isThere ? readFileSync(`${shared}nuclei/templates-half.tar.gz`) : Buffer.alloc(0);
  const server = createServer((request, response) => {
    const isSame = request.headers["if-none-match"] === '"half"';
    response.writeHead(isSame ? 304 : 200, { etag: '"half"' }).end(isSame ? undefined : archive);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const addresses = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/templates.tar.gz`];
    const request = { kind: kindOf("nuclei")!, into: newFolder(), nowMs: NOW_MS, addresses };
    expect((await updateSet(request)).isChanged).toBe(true);
    expect((await updateSet(request)).isChanged).toBe(false);
    expect(new Intel(request.into).checkRules()[0]!.rules.length).toBeGreaterThan(4000);
  } finally {
    server.close();
  }
});
