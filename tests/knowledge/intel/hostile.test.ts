import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parseXml } from "../../../src/knowledge/intel/files/xml.ts";
import { parseYaml } from "../../../src/knowledge/intel/files/yaml.ts";
import { importSet } from "../../../src/knowledge/intel/import-set.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import { readSets } from "../../../src/knowledge/intel/knowledge-folder.ts";
import { tarOf, zipOf } from "./archives.ts";
import { type Files, imported, newFolder } from "./imported.ts";

const template = (id: string, path = "/x.php") =>
  `id: ${id}\ninfo:\n  name: A\n  severity: high\nhttp:\n  - method: GET\n    path: ["{{BaseURL}}${path}"]\n`;

const laughs = [
  "a0: &a0 [x,x,x,x,x,x,x,x,x,x]",
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`),
];

test.each([
  ["a billion laughs", laughs.join("\n"), "the YAML grows too large when its aliases are followed"],
  ["an anchor within itself", "a: &a [1, *a]", "the YAML contains itself"],
  ["deep nesting", "[".repeat(5000), "the YAML is nested too deeply"],
  ["many aliases", `a: &a 1\nb: [${"*a,".repeat(500)}]`, "the YAML has too many aliases"],
  ["no YAML", "a: [", "not YAML"],
  ["a type of a language", "a: !!js/function 'x'", "not YAML"],
  ["a text of megabytes", "x".repeat(9_000_000), "the YAML text is too long"],
])("YAML with %s is refused with a sentence", (_, text, why) => {
  expect(parseYaml(text)).toEqual({ why });
});

test("YAML merge keys are no merge keys: nothing is copied", () => {
  expect(parseYaml("a: &a {x: 1}\nb: {<<: *a}")).toEqual({ value: { a: { x: 1 }, b: { "<<": { x: 1 } } } });
});

test.each([
  ["an entity of its own", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML with a document type is not read"],
  ["depth", "<a>".repeat(50), "the XML is nested too deeply"],
  ["an end that does not fit", "<a><b></a></b>", "not XML"],
  ["no end", "<a", "not XML"],
])("XML with %s is refused", (_, text, why) => {
  expect(parseXml(text)).toEqual({ why });
});

const MiB = 1024 * 1024;
test.each<[string, Files, string]>([
  [
    "a tar whose name climbs",
    { "t.tar": tarOf([{ name: "../../etc/x.yaml", content: template("a") }]) },
    "leads out of the archive",
  ],
  [
    "a tar with an absolute name",
    { "t.tar": tarOf([{ name: "/etc/x.yaml", content: template("a") }]) },
    "leads out of the archive",
  ],
  [
    "a zip whose name climbs",
    { "t.zip": zipOf([{ name: "a/../../x.yaml", content: template("a") }]) },
    "leads out of the archive",
  ],
  [
    "a zip with a backslash",
    { "t.zip": zipOf([{ name: "..\\x.yaml", content: template("a") }]) },
    "leads out of the archive",
  ],
  [
    "a zip that expands",
    { "t.zip": zipOf([{ name: "x.yaml", content: Buffer.alloc(4 * MiB) }]) },
    "it expands too much",
  ],
  [
    "a zip that lies about sizes",
    { "t.zip": zipOf([{ name: "x.yaml", content: "a".repeat(5000), claims: 10 }]) },
    "longer than it says",
  ],
  [
    "a zip without an end",
    { "t.zip": zipOf([{ name: "x.yaml", content: "a" }]).subarray(0, 40) },
    "its end is missing",
  ],
  [
    "a gzip bomb",
    {
      "t.tar.gz": gzipSync(
        Buffer.concat([
          tarOf([{ name: "x.yaml", content: template("a") }]).subarray(0, 1024),
          tarOf([{ name: "y", content: Buffer.alloc(800 * MiB) }]),
        ]),
        { level: 1 },
      ),
    },
    "too large when unpacked",
  ],
  [
    "a tar cut short",
    { "t.tar": tarOf([{ name: "x.yaml", content: "x".repeat(4000) }]).subarray(0, 2000) },
    "it ends within a file",
  ],
  ["something else", { "t.tar": "hello" }, "holds no nuclei template"],
  [
    "a template that is nothing but a bomb",
    { "bomb.yaml": laughs.join("\n") },
    "holds no nuclei template; the YAML grows too large when its aliases are followed (bomb.yaml)",
  ],
])("%s is refused, and nothing of it is kept", async (_, files, why) => {
  const into = newFolder();
  await expect(imported("nuclei", files, { into })).rejects.toThrow(why);
  expect(readSets(into)).toEqual([]);
  expect(readdirSync(into)).toEqual([]);
});

test("an archive of a gigabyte is refused by its size alone", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "big.tar"), "");
  truncateSync(join(folder, "big.tar"), 1024 * MiB);
  const request = { kind: kindOf("nuclei")!, path: join(folder, "big.tar"), into: newFolder(), nowMs: 0 };
  await expect(importSet(request)).rejects.toThrow("'big.tar' is refused: it is too large");
});

test("links and devices of an archive are left out, the rest is kept", async () => {
  const files = tarOf([
    { name: "link.yaml", type: "2" },
    { name: "x.yaml", content: template("CVE-2021-1111") },
    { name: "bomb.yaml", content: laughs.join("\n") },
  ]);
  const { set } = await imported("nuclei", { "t.tar.gz": gzipSync(files) });
  expect(set.counts).toEqual({ templates: 1, requests: 1 });
  expect(set.rejects.map(({ reason }) => reason)).toEqual([
    "a link or device in the archive",
    "the YAML grows too large when its aliases are followed",
  ]);
});

test("a tar's long names are read (pax and GNU)", async () => {
  const long = `${"a".repeat(150)}/x.yaml`;
  const record = ` path=${long}\n`;
  const pax = `${record.length + 3}${record}`;
  const files = tarOf([
    { name: "pax", type: "x", content: pax },
    { name: "short", content: template("one") },
    { name: "././@LongLink", type: "L", content: `${long}\0` },
    { name: "short", content: template("two", "/y.php") },
  ]);
  const { set } = await imported("nuclei", { "t.tar": files });
  expect(set.counts).toEqual({ templates: 2, requests: 2 });
});

test("a pattern that would backtrack without end runs in linear time, or is left out", async () => {
  const fingerprint = (pattern: string, example: string) =>
    `<fingerprint pattern="${pattern}"><description>x</description><example>${example}</example><param pos="0" name="service.product" value="x"/></fingerprint>`;
  const xml = `<fingerprints matches="ssh.banner">${fingerprint("^(a+)+$", "a")}${fingerprint("(?=a)b", "b")}${fingerprint("(a)\\1", "aa")}${fingerprint("(", "a")}</fingerprints>`;
  const { set, intel } = await imported("recog", { "x.xml": xml });
  expect(set.counts).toEqual({ fingerprints: 1, examples: 1 });
  expect(set.rejects).toMatchObject([{ reason: "its pattern is not one that runs in linear time", count: 3 }]);
  expect(intel.softwareOf("ssh", `${"a".repeat(2000)}!`)).toBeUndefined();
});
