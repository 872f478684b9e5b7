import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addressWords } from "../../../src/bytes/address.ts";
import { describeStale } from "../../../src/knowledge/intel/describe.ts";
import type { KnowledgeSet } from "../../../src/knowledge/intel/sets.ts";
import { compareVersions } from "../../../src/knowledge/intel/version-order.ts";
import type { Certainty } from "../../../src/knowledge/intel/vulnerabilities.ts";
import { parsePrefix, prefixHas } from "../../../src/observations/prefix.ts";
import { imported, newFolder } from "./imported.ts";

test.each([
  ["1.2", "<", "1.10"],
  ["2.4", "=", "2.4.0"],
  ["9.8", "<", "9.8p1"],
  ["1.0.2", "<", "1.0.2k"],
  ["1.0.2k", "<", "1.0.3"],
  ["2.0-rc1", "<", "2.0"],
  ["2.0.0-beta", "<", "2.0-rc2"],
  ["v3.1", "=", "3.1"],
  ["10.0.0.1", ">", "10.0"],
  ["1.0.0p1", "<", "1.0.1"],
])("version %s %s %s", (a, sign, b) => {
  const order = Math.sign(compareVersions(a, b));
  expect(order).toBe({ "<": -1, "=": 0, ">": 1 }[sign]);
  expect(Math.sign(compareVersions(b, a)) + 0).toBe(-order + 0);
});

const nvd = (vulnerabilities: object[]) =>
  JSON.stringify({ format: "NVD_CVE", version: "2.0", timestamp: "2026-11-20T00:00:01.000", vulnerabilities });

const cve = (id: string, cpeMatch: object[], more = {}) => ({
  cve: {
    id,
    vulnStatus: "Analyzed",
    configurations: [{ nodes: [{ operator: "OR", negate: false, cpeMatch }] }],
    ...more,
  },
});
const match = (criteria: string, ends = {}) => ({
  vulnerable: true,
  criteria: `cpe:2.3:a:${criteria}:*:*:*:*:*:*`,
  ...ends,
});

const feed = nvd([
  cve("CVE-2021-0001", [match("v:app:*:*", { versionStartIncluding: "2.4.0", versionEndExcluding: "2.4.50" })], {
    metrics: { cvssMetricV31: [{ cvssData: { baseScore: 9.8 } }] },
  }),
  cve("CVE-2021-0002", [match("v:app:2.4.49:*"), match("v:app:3.0:p1")]),
  cve("CVE-2021-0003", [match("v:app:-:*")]),
  cve("CVE-2021-0004", [match("v:app:*:*", { versionEndIncluding: "2.4.49" })]),
  { cve: { ...cve("CVE-2021-0005", [match("v:app:*:*")]).cve, vulnStatus: "Rejected" } },
  { cve: { id: "nonsense" } },
]);

const kev = JSON.stringify({
  dateReleased: "2026-11-19T10:00:00Z",
  vulnerabilities: [
    { cveID: "CVE-2021-0004", dateAdded: "2024-01-02", product: "app", knownRansomwareCampaignUse: "Known" },
    {},
  ],
});
const epss =
  "#model_version:v2025.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2021-0001,0.9,0.99\nCVE-2021-0002,7,0.1\n";

async function vulnerabilityKnowledge() {
  const into = newFolder();
  const nvdSet = (await imported("nvd", { "nvdcve-2.0-2021.json.gz": gzipSync(feed) }, { into })).set;
  const kevSet = (await imported("kev", { "kev.json": kev }, { into })).set;
  const { intel, set } = await imported("epss", { "epss.csv": epss }, { into });
  return { intel, sets: [nvdSet, kevSet, set] };
}

test("NVD, CISA's catalogue and EPSS: dates, counts, rejects", async () => {
  const { sets } = await vulnerabilityKnowledge();
  expect(
    sets.map(({ id, dataDate, counts, rejects }) => [id, dataDate, counts, rejects.map(({ reason }) => reason)]),
  ).toEqual([
    [
      "nvd",
      "2026-11-20",
      { vulnerabilities: 4, products: 1 },
      ["not a vulnerability of NVD's JSON 2.0", "rejected by NVD"],
    ],
    ["kev", "2026-11-19", { vulnerabilities: 1 }, ["an entry lacks its CVE or the day it was added"]],
    ["epss", "2026-11-21", { scores: 1 }, ["a line is no score of a CVE"]],
  ]);
});

test.each<[string, object, [string, Certainty][]]>([
  [
    "a version in range",
    { version: "2.4.49" },
    [
      ["CVE-2021-0004", "version"],
      ["CVE-2021-0001", "version"],
      ["CVE-2021-0002", "version"],
      ["CVE-2021-0003", "range-unknown"],
    ],
  ],
  [
    "a distribution's package",
    { version: "2.4.49", isRepackaged: true },
    [
      ["CVE-2021-0004", "possibly-fixed"],
      ["CVE-2021-0001", "possibly-fixed"],
      ["CVE-2021-0002", "possibly-fixed"],
      ["CVE-2021-0003", "range-unknown"],
    ],
  ],
  ["a fixed version", { version: "2.4.50" }, [["CVE-2021-0003", "range-unknown"]]],
  [
    "a version with its update apart",
    { version: "3.0", update: "p1" },
    [
      ["CVE-2021-0002", "version"],
      ["CVE-2021-0003", "range-unknown"],
    ],
  ],
  [
    "no version",
    {},
    [
      ["CVE-2021-0004", "product-only"],
      ["CVE-2021-0001", "product-only"],
      ["CVE-2021-0002", "product-only"],
      ["CVE-2021-0003", "product-only"],
    ],
  ],
])("vulnerabilities of %s", async (_, software, expected) => {
  const { intel } = await vulnerabilityKnowledge();
  const { vulnerabilities, isKnown } = intel.vulnerabilitiesOf({ vendor: "V", product: "App", ...software });
  expect(isKnown).toBe(true);
  expect(vulnerabilities.map(({ id, certainty }) => [id, certainty])).toEqual(expected);
  expect(intel.vulnerabilitiesOf({ vendor: "v", product: "other" })).toEqual({ vulnerabilities: [], isKnown: false });
  intel.close();
});

test("a vulnerability quotes its sets and their dates", async () => {
  const { intel } = await vulnerabilityKnowledge();
  const { vulnerabilities } = intel.vulnerabilitiesOf({ vendor: "v", product: "app", version: "2.4.49" });
  expect(vulnerabilities.slice(0, 2)).toEqual([
    {
      id: "CVE-2021-0004",
      certainty: "version",
      knownExploited: true,
      ransomware: true,
      sources: ["nvd (2026-11-20)", "kev (2026-11-19)"],
    },
    {
      id: "CVE-2021-0001",
      certainty: "version",
      knownExploited: false,
      epss: 0.9,
      score: 9.8,
      sources: ["nvd (2026-11-20)", "epss (2026-11-21)"],
    },
  ]);
});

test("CISA's catalogue as CSV, with a cell over two lines", async () => {
  const csv =
    'cveID,vendorProject,product,vulnerabilityName,dateAdded,notes,knownRansomwareCampaignUse\n"CVE-2021-0001",V,App,"A, ""B""",2024-02-03,"one\ntwo",Unknown\n';
  const { set, intel } = await imported("kev", { "kev.csv": csv });
  expect([set.dataDate, set.counts, set.rejects]).toEqual(["2024-02-03", { vulnerabilities: 1 }, []]);
  expect(intel.exploitationOf("CVE-2021-0001").knownExploited).toBe(true);
});

const record = (id: string, affected: object[]) =>
  JSON.stringify({
    dataType: "CVE_RECORD",
    cveMetadata: { cveId: id, state: "PUBLISHED", dateUpdated: "2026-11-18T01:02:03Z" },
    containers: {
      cna: { affected },
      adp: [{ metrics: [{ other: { type: "ssvc", content: { options: [{ Exploitation: "active" }] } } }] }],
    },
  });

test.each<[string, object[], string, boolean | "unknown"]>([
  ["lessThan", [{ version: "1.0", status: "affected", lessThan: "1.5", versionType: "semver" }], "1.4", true],
  ["lessThan, at its end", [{ version: "1.0", status: "affected", lessThan: "1.5" }], "1.5", false],
  ["lessThanOrEqual", [{ version: "0", status: "affected", lessThanOrEqual: "1.5" }], "1.5", true],
  ["words: < x", [{ version: "< 2.3.4", status: "affected" }], "2.3.3", true],
  ["words: two bounds", [{ version: ">= 2.0, < 2.3", status: "affected" }], "1.9", false],
  ["words: and earlier", [{ version: "3.1 and earlier", status: "affected" }], "3.1", true],
  ["words: before", [{ version: "before 3.1", status: "affected" }], "3.1", false],
  ["words: to", [{ version: "1.2 to 1.9", status: "affected" }], "1.5", true],
  ["one version", [{ version: "v1.2", status: "affected" }], "1.2", true],
  ["no version", [{ version: "n/a", status: "affected" }], "1.2", "unknown"],
  ["commits", [{ version: "1da177e4c3f4", status: "affected", versionType: "git" }], "1.2", "unknown"],
])("CVE List: %s", async (_, versions, version, isAffected) => {
  const files = { "CVE-2024-11111.json": record("CVE-2024-11111", [{ vendor: "A Vendor", product: "App", versions }]) };
  const { intel, set } = await imported("cvelist", files);
  const { vulnerabilities } = intel.vulnerabilitiesOf({ vendor: "a_vendor", product: "app", version });
  const certainty = isAffected === "unknown" ? ["range-unknown"] : isAffected ? ["version"] : [];
  expect(vulnerabilities.map((each) => each.certainty)).toEqual(certainty);
  expect(vulnerabilities.every(({ knownExploited }) => knownExploited)).toBe(true);
  expect(set.dataDate).toBe("2026-11-18");
});

test("a product is found under the names that it was given before, each vulnerability once", async () => {
  const versions = (from: string, to: string) => [{ version: from, status: "affected", lessThan: to }];
  const { intel } = await imported("cvelist", {
    "CVE-2024-11111.json": record("CVE-2024-11111", [
      { vendor: "F5", product: "NGINX", versions: versions("1.20", "1.21") },
      { vendor: "nginx", product: "nginx", versions: versions("1.10", "1.11") },
    ]),
    "CVE-2013-2028.json": record("CVE-2013-2028", [
      { vendor: "igor_sysoev", product: "nginx", versions: versions("1.10", "1.12") },
    ]),
  });
  const found = (version: string) =>
    intel
      .vulnerabilitiesOf({ vendor: "f5", product: "nginx", version })
      .vulnerabilities.map(({ id, sources }) => [id, sources.length]);
  expect(found("1.10.3").sort()).toEqual([
    ["CVE-2013-2028", 1],
    ["CVE-2024-11111", 1],
  ]);
  expect(found("1.20.1")).toEqual([["CVE-2024-11111", 1]]);
});

test("endoflife.date: the longest cycle that the version belongs to", async () => {
  const text =
    '---\ntitle: App\npermalink: /the-app\nidentifiers:\n  - cpe: cpe:2.3:a:v:app\nreleases:\n  - {releaseCycle: "7.4", eol: 2022-11-28, latest: "7.4.33"}\n  - {releaseCycle: "7", eol: true}\n  - {releaseCycle: "8.1", eol: false}\n---\n# Text\n';
  const { intel } = await imported("endoflife", { "products/app.md": text });
  expect(intel.maintenanceOf("v", "app", "7.4.3")).toMatchObject({
    name: "App",
    cycle: "7.4",
    until: "2022-11-28",
    latest: "7.4.33",
  });
  expect(intel.maintenanceOf("v", "app", "7.40")?.cycle).toBe("7");
  expect(intel.maintenanceOf("x", "the_app", "8.1")?.until).toBe(false);
  expect(intel.maintenanceOf("v", "app", "9")).toBeUndefined();
});

test("recog: what a banner names, as CPE writes it", async () => {
  const xml = `<?xml version="1.0"?><fingerprints matches="http_header.server"><!-- x -->
<fingerprint pattern="^App/(\\d+\\.\\d+)(?: \\((.*)\\))?$" flags="REG_ICASE"><description>App</description>
<example service.version="1.2" os.product="&quot;X&quot;">app/1.2 (&quot;X&quot;)</example><example service.version="1.3" os.product="">App/1.3</example>
<param pos="0" name="service.vendor" value="Vendor"/><param pos="0" name="service.product" value="App"/><param pos="1" name="service.version"/>
<param pos="2" name="os.product"/><param pos="0" name="service.cpe23" value="cpe:/a:vendor:app:{service.version}"/></fingerprint>
<fingerprint pattern="^Other$"><example>Another</example></fingerprint>
<fingerprint pattern="^Oth(er)$"><example service.version="x">Other</example><param pos="1" name="service.version"/></fingerprint></fingerprints>`;
  const { intel, set } = await imported("recog", { "http_servers.xml": xml });
  expect(set.rejects.map(({ reason }) => reason)).toEqual([
    "an example does not match",
    "an example gives other values",
  ]);
  expect(intel.softwareOf("http", "Server: APP/1.2 (X)")).toEqual({
    vendor: "Vendor",
    product: "App",
    version: "1.2",
    cpe: "cpe:2.3:a:vendor:app:1.2:*:*:*:*:*:*:*",
    note: "named by recog, 2026-11-22",
  });
  expect(intel.softwareOf("http", "Via: APP/1.2")).toBeUndefined();
});

const listText = `# Source File Date: Sat Nov 14 10:00:00 UTC 2026
create x hash:net
add x 203.0.113.0/24
203.0.113.7 # the operator
198.51.100.1-198.51.100.6,other words
2001:db8:1::/48
10.0.0.0/8
0.0.0.0/1
nonsense
`;

test("lists of addresses: the narrowest entry speaks; what no public list may say is left out", async () => {
  const { intel, set } = await imported("list", { "block.netset": listText }, { ratio: 5, licence: "mine" });
  expect(set).toMatchObject({ id: "list:block", dataDate: "2026-11-14", role: "bad", ratio: 5, licence: "mine" });
  expect(set.rejects.map(({ reason, count, first }) => [reason, count, first])).toEqual([
    ["a network that holds a large part of the Internet", 1, "block.netset:8"],
    ["a private or reserved network", 1, "block.netset:7"],
    ["not an address or network", 1, "block.netset:9"],
  ]);
  const found = (address: string) => intel.reputationOf(addressWords(address)!).bad;
  expect(found("203.0.113.7")).toEqual({
    set: "list:block",
    date: "2026-11-14",
    licence: "mine",
    label: "the operator",
    position: 4,
    ratio: 5,
  });
  expect(found("203.0.113.8")?.position).toBe(3);
  expect(found("198.51.100.6")?.label).toBe("other words");
  expect(found("198.51.100.7")).toBeUndefined();
  expect(found("2001:db8:1:2::3")?.position).toBe(6);
  expect(intel.reputationOf(parsePrefix("2001:db8:1::/32")!.words, 32).bad).toBeUndefined();
});

test("a list finds what trying every network finds", async () => {
  const text = fc
    .tuple(fc.constantFrom("203.0.113.", "203.0.112.", "198.51.100."), fc.nat(255), fc.integer({ min: 20, max: 32 }))
    .map(([a, b, bits]) => `${a}${b}/${bits}`);
  const address = fc
    .tuple(fc.constantFrom("203.0.113.", "203.0.111.", "198.51.100.", "9.9.9."), fc.nat(255))
    .map(([a, b]) => `${a}${b}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 40 }),
      fc.array(address, { maxLength: 40 }),
      async (networks, addresses) => {
        const { intel } = await imported("list", { "l.txt": networks.join("\n") });
        for (const each of addresses) {
          const words = addressWords(each)!;
          const holding = networks
            .map((one, i) => ({ prefix: parsePrefix(one)!, position: i + 1 }))
            .filter(({ prefix }) => prefixHas(prefix, words));
          const narrowest = holding.sort((a, b) => b.prefix.bits - a.prefix.bits || a.position - b.position)[0];
          expect(intel.reputationOf(words).bad?.position).toBe(narrowest?.position);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("MISP's warning lists: scanners are operators, the rest are names", async () => {
  const list = (name: string, networks: string[], more = {}) =>
    JSON.stringify({ name, description: "", version: 20261101, type: "cidr", list: networks, ...more });
  const { intel, set } = await imported("warninglists", {
    "lists/a/list.json": list("Somebody's networks used for scanning", ["203.0.113.0/25"]),
    "lists/b/list.json": list("A cloud", ["203.0.113.0/24"], { version: "26110209" }),
    "lists/c/list.json": list("Names", ["example.com"], { type: "hostname" }),
  });
  expect(set).toMatchObject({
    dataDate: "2026-11-02",
    counts: { "lists of scanners": 1, "other lists": 1, networks: 2 },
  });
  const { research, known } = intel.reputationOf(addressWords("203.0.113.9")!);
  expect([research?.label, known.map(({ label }) => label)]).toEqual([
    "Somebody's networks used for scanning",
    ["A cloud"],
  ]);
  expect(intel.reputationOf(addressWords("203.0.113.200")!).research).toBeUndefined();
});

test("ATT&CK bundles, old and new: techniques with their data sources and mitigations", async () => {
  const reference = (id: string) => [{ source_name: "mitre-attack", external_id: id }];
  const bundle = (objects: object[]) => JSON.stringify({ type: "bundle", id: "bundle--1", objects });
  const technique = {
    type: "attack-pattern",
    id: "attack-pattern--1",
    name: "Active Scanning",
    external_references: reference("T1595"),
    kill_chain_phases: [{ phase_name: "reconnaissance" }],
    modified: "2021-01-27T00:00:00Z",
  };
  const mitigation = {
    type: "course-of-action",
    id: "course-of-action--1",
    name: "Pre-compromise",
    external_references: reference("M1056"),
  };
  const mitigates = {
    type: "relationship",
    id: "relationship--1",
    relationship_type: "mitigates",
    source_ref: mitigation.id,
    target_ref: technique.id,
  };
  const revoked = { ...technique, id: "attack-pattern--2", external_references: reference("T9999"), revoked: true };
  const old = await imported(
    "attack",
    {
      "old.json": bundle([{ ...technique, x_mitre_data_sources: ["Packet capture"] }, mitigation, mitigates, revoked]),
    },
    { name: "8.2" },
  );
  expect(old.set).toMatchObject({ id: "attack:8.2", dataDate: "2021-01-27", counts: { techniques: 1 } });
  expect(old.intel.attackOf("8.2")?.get("T1595")).toEqual({
    id: "T1595",
    name: "Active Scanning",
    url: "https://attack.mitre.org/techniques/T1595/",
    tactics: ["reconnaissance"],
    dataSources: ["Packet capture"],
    mitigations: [{ id: "M1056", name: "Pre-compromise" }],
  });
  const fresh = await imported("attack", {
    "new.json": bundle([
      { type: "x-mitre-collection", id: "x-mitre-collection--1", x_mitre_version: "18.1" },
      technique,
      { type: "x-mitre-detection-strategy", id: "s", x_mitre_analytic_refs: ["a"] },
      { type: "x-mitre-analytic", id: "a", x_mitre_log_source_references: [{ x_mitre_data_component_ref: "c" }] },
      { type: "x-mitre-data-component", id: "c", name: "Network Traffic Flow" },
      { type: "relationship", id: "r", relationship_type: "detects", source_ref: "s", target_ref: technique.id },
    ]),
  });
  expect(fresh.set.id).toBe("attack:18.1");
  const named = await imported("attack", { "enterprise-attack-8.2.json": bundle([technique]) });
  expect(named.set.id).toBe("attack:8.2");
  expect(fresh.intel.attackOf("18.1")?.get("T1595")?.dataSources).toEqual(["Network Traffic Flow"]);
});

test("old sets are named, fresh ones are not", async () => {
  const { intel, set } = await imported("kev", { "kev.json": kev });
  const day = 86_400_000;
  const atMs = Date.parse("2026-11-19");
  expect(intel.staleSets(atMs + 14 * day)).toEqual([]);
  expect(intel.staleSets(atMs + 15 * day)).toEqual([`the knowledge '${set.id}' is 15 days old (data of 2026-11-19)`]);
});

test("of the versions of one thing only the newest can be old; of lists each", () => {
  const unread = { title: "", source: "", licence: "", sha256: "", bytes: 0, counts: {}, rejects: [], folder: "" };
  const set = (id: string, kind: string, dataDate: string): KnowledgeSet => ({
    ...unread,
    id,
    kind,
    dataDate,
    retrieved: "",
  });
  const atMs = Date.parse("2026-11-19");
  const attack = [set("attack:8.2", "attack", "2020-10-27"), set("attack:18.1", "attack", "2026-08-12")];
  expect(attack.map((each) => describeStale(each, attack, atMs))).toEqual([undefined, undefined]);
  expect(describeStale(attack[0]!, attack.slice(0, 1), atMs)).toBe(
    "the knowledge 'attack:8.2' is 2214 days old (data of 2020-10-27)",
  );
  const lists = [set("list:a", "list", "2020-10-27"), set("list:b", "list", "2026-11-18")];
  expect(lists.map((each) => describeStale(each, lists, atMs) === undefined)).toEqual([false, true]);
});
