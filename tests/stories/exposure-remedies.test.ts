import { expect, test } from "vitest";
import { advices } from "../../src/knowledge/advice/index.ts";
import { remediesFor } from "../../src/stories/exposure-remedies.ts";

const nginx = { product: "nginx", version: "1.22.1" };
const cve = (number: number, knownExploited: boolean, certainty: "version" | "possibly-fixed" | "product-only") => ({
  id: `CVE-2026-000${number}`,
  knownExploited,
  certainty,
});

test.each([
  ["nothing is known", [], ["M1056 server_tokens off;"]],
  [
    "one is exploited",
    [cve(1, true, "version"), cve(2, false, "version")],
    ["M1051 update nginx: CVE-2026-0001 is known to be exploited", "M1056 server_tokens off;"],
  ],
  [
    "several are known",
    [1, 2, 3, 4].map((number) => cve(number, false, "version")),
    [
      "M1051 update nginx: CVE-2026-0001, CVE-2026-0002, CVE-2026-0003 and 1 more are known",
      "M1056 server_tokens off;",
    ],
  ],
  [
    "the distribution may have mended it",
    [cve(1, true, "possibly-fixed")],
    [
      "M1051 make sure that nginx has the fixes of its maker or distribution: CVE-2026-0001 is known to be exploited",
      "M1056 server_tokens off;",
    ],
  ],
] as const)("updating stands before hiding: %s", (_, vulnerabilities, remedies) => {
  const told = remediesFor(nginx, "http", { vulnerabilities: [...vulnerabilities] });
  expect(told.map(({ mitigation, do: what }) => `${mitigation} ${what}`)).toEqual(remedies);
});

test("a change is told whole: file, text before and after, what it hides and leaves", () => {
  expect(remediesFor(nginx, "http", { vulnerabilities: [] })).toEqual([
    {
      mitigation: "M1056",
      name: "Pre-compromise",
      do: "server_tokens off;",
      file: "/etc/nginx/nginx.conf, http",
      before: "server_tokens on;",
      after: "server_tokens off;",
      apply: "nginx -t && systemctl reload nginx",
      hides: expect.stringContaining("the version"),
      leaves: expect.stringContaining("the word nginx"),
      source: expect.stringContaining("nginx.org"),
    },
  ]);
});

test("what cannot be tied to the version calls for no update, unless it is exploited", () => {
  const mitigations = (known: ReturnType<typeof cve>) =>
    remediesFor(nginx, "http", { vulnerabilities: [known] }).map(({ mitigation }) => mitigation);
  expect(mitigations(cve(1, false, "product-only"))).toEqual(["M1056"]);
  expect(mitigations(cve(1, true, "product-only"))).toEqual(["M1051", "M1056"]);
});

test.each(
  advices.flatMap(({ products = [], services = ["http"] }) => products.map((product) => [product, services[0]!])),
)("updating stands before all else wherever a known exploited CVE aligns: %s", (product, service) => {
  const software = { product, version: "1.0", note: "possibly fixed by the distribution" };
  const [first, ...others] = remediesFor(software, service, { vulnerabilities: [cve(1, true, "version")] });
  expect(first).toMatchObject({ mitigation: "M1051", name: "Update Software" });
  expect(others.length).toBeGreaterThan(0);
  for (const { mitigation } of others) expect(["M1042", "M1056"]).toContain(mitigation);
});
