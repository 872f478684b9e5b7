import { join } from "node:path";
import { UserProblem } from "../../../bytes/problem.ts";
import { readText } from "../files/source.ts";
import { parseXml, type XmlElement } from "../files/xml.ts";
import { type BannerFingerprint, compileFingerprint, matchFingerprint } from "../forms/fingerprints.ts";
import { writeKeyedFile } from "../forms/keyed-file.ts";
import type { Importer } from "../importer.ts";

const LARGEST_FILE = 16 * 1024 * 1024;
/** A pattern that is longer is left out: compiling takes time and memory that grow with it. */
const LONGEST_PATTERN = 4000;

/**
 * Recog's fingerprints of banners (`fingerprints.xsd`): every example is matched when it is imported, and a fingerprint that does not find in its own
 * examples what they say is left out. Patterns run in linear time, so a hostile one costs no more than its length.
 */
export const importRecog: Importer = async (source, { folder, tally }) => {
  const byKind = new Map<string, BannerFingerprint[]>();
  for await (const file of source.files((name) => name.endsWith(".xml"))) {
    const parsed = parseXml(await readText(file, LARGEST_FILE));
    if ("why" in parsed || parsed.root.name !== "fingerprints") {
      tally.reject("why" in parsed ? parsed.why : "not a file of fingerprints", file.name);
      continue;
    }
    const { attributes, children } = parsed.root;
    const kind = attributes.matches ?? file.name.replace(/^.*\//, "").replace(/\.xml$/, "");
    for (const element of children.filter(({ name }) => name === "fingerprint")) {
      const fingerprint = fingerprintOf(element);
      const examples = element.children.filter(({ name }) => name === "example");
      const why = whyWrong(fingerprint, examples);
      if (why !== undefined) {
        tally.reject(why, `${file.name}: ${fingerprint.pattern}`);
        continue;
      }
      tally.count("fingerprints");
      tally.count("examples", examples.length);
      const known = byKind.get(kind);
      if (known) known.push(fingerprint);
      else byKind.set(kind, [fingerprint]);
    }
  }
  if (byKind.size === 0) throw new UserProblem("knowledge-refused", `'${source.name}' holds no fingerprint of recog`);
  writeKeyedFile(
    join(folder, "fingerprints.keys"),
    new Map([...byKind].map(([kind, list]) => [kind, JSON.stringify(list)])),
  );
  return {};
};

function fingerprintOf({ attributes, children }: XmlElement): BannerFingerprint {
  const flags = attributes.flags ?? "";
  return {
    pattern: attributes.pattern ?? "",
    flags: `${/REG_DOT_NEWLINE|REG_MULTILINE/.test(flags) ? "s" : ""}${flags.includes("REG_ICASE") ? "i" : ""}`,
    params: children
      .filter(({ name }) => name === "param")
      .map(({ attributes: { pos = "0", name = "", value = "" } }) => [name, pos === "0" ? value : Number(pos)]),
  };
}

function whyWrong(fingerprint: BannerFingerprint, examples: readonly XmlElement[]): string | undefined {
  if (fingerprint.pattern === "" || fingerprint.pattern.length > LONGEST_PATTERN)
    return "no pattern, or one that is too long";
  const compiled = compileFingerprint(fingerprint);
  if (compiled === undefined) return "its pattern is not one that runs in linear time";
  for (const example of examples) {
    if (example.attributes._filename !== undefined) continue;
    const told = matchFingerprint(compiled, fingerprint.params, exampleText(example));
    if (told === undefined) return "an example does not match";
    for (const [name, value] of Object.entries(example.attributes)) {
      if (!name.startsWith("_") && (told.get(name) ?? "") !== value) return "an example gives other values";
    }
  }
  return undefined;
}

function exampleText({ attributes, text }: XmlElement): string {
  if (attributes._encoding !== "base64") return text;
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString("utf8");
  return decoded.includes("\ufffd") ? bytes.toString("latin1") : decoded;
}
