import { expect, test } from "vitest";
import { vulnerabilitiesIn } from "../../src/stories/exposure-vulnerabilities.ts";
import { imported, newFolder } from "../knowledge/intel/imported.ts";

const feed = JSON.stringify({
  vulnerabilities: [1, 2, 3].map((number) => ({
    cve: {
      id: `CVE-2024-000${number}`,
      configurations: [
        {
          nodes: [
            {
              cpeMatch: [
                {
                  vulnerable: true,
                  criteria: `cpe:2.3:a:v:app:${number === 1 ? "*" : "-"}:*:*:*:*:*:*:*`,
                  ...(number === 1 && { versionEndExcluding: "1.3" }),
                },
              ],
            },
          ],
        },
      ],
    },
  })),
});
const kev = JSON.stringify({ vulnerabilities: [{ cveID: "CVE-2024-0003", dateAdded: "2026-11-01" }] });

async function intelOf() {
  const into = newFolder();
  await imported("nvd", { "nvd.json": feed }, { into });
  return (await imported("kev", { "kev.json": kev }, { into })).intel;
}

const software = { product: "app", version: "1.2", cpe: "cpe:2.3:a:v:app:1.2:*:*:*:*:*:*:*" };

test("what fits the version is told, and of the rest only what is known to be exploited", async () => {
  const { vulnerabilities } = vulnerabilitiesIn(await intelOf(), software);
  expect(vulnerabilities.map(({ id, certainty, knownExploited }) => [id, certainty, knownExploited])).toEqual([
    ["CVE-2024-0003", "range-unknown", true],
    ["CVE-2024-0001", "version", false],
  ]);
});

test("of a product without a version only what is known to be exploited is told, as tied to the product only", async () => {
  const { vulnerabilities } = vulnerabilitiesIn(await intelOf(), { product: "app", cpeProduct: "v:app" });
  expect(vulnerabilities.map(({ id, certainty }) => [id, certainty])).toEqual([["CVE-2024-0003", "product-only"]]);
});

test("a distribution's package is possibly fixed", async () => {
  const note = "possibly fixed by the distribution (Debian)";
  const { vulnerabilities } = vulnerabilitiesIn(await intelOf(), { ...software, note });
  expect(vulnerabilities.map(({ certainty }) => certainty)).toEqual(["range-unknown", "possibly-fixed"]);
});

test.each([
  ["no knowledge", undefined, software],
  ["no CPE name", "known", { product: "app", version: "1.2" }],
])("with %s nothing is told", async (_, known, what) => {
  expect(vulnerabilitiesIn(known === undefined ? undefined : await intelOf(), what)).toEqual({ vulnerabilities: [] });
});
