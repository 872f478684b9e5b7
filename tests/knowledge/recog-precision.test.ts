import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCpe } from "../../src/knowledge/intel/cpe.ts";
import { namesOf } from "../../src/knowledge/intel/vendor-aliases.ts";
import { softwareOf } from "../../src/knowledge/software/software-of.ts";
import type { Software } from "../../src/knowledge/types.ts";
import { type RecogExample, type RecogName, recogExamples } from "./recog-examples.ts";

const folder = join(import.meta.dirname, "../../../shared/intel/recog/xml");

/** Another release, behind the same number: `-P4`, `rc2`, `.1`. Everything else behind it is a build's or a package's mark. */
const otherRelease = /^[-_.~ ]?(?:p\d|rc|alpha|beta|pre|dev|test|stable|[abw]\d)|^[.\d]|^[a-z](?![a-z])/i;

const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, "");

/** What our words and recog's differ in, or undefined. Recog is silent where it names no version, and where it names none of the same product. */
function difference(ours: Software, { text, names }: RecogExample): string | undefined {
  const same = names.filter((name) => isSame(ours, name));
  const versions = same.flatMap(({ version }) => (version === "" ? [] : [version]));
  if (ours.version !== undefined && versions.length > 0 && !versions.some((version) => agree(ours.version!, version)))
    return `version ${ours.version}, not ${versions.join(" or ")}`;
  const product = ours.cpe === undefined ? undefined : parseCpe(ours.cpe)!.product;
  const cpes = names.flatMap(({ cpe }) => (cpe === "" ? [] : [cpe]));
  if (product === undefined || cpes.length === 0 || same.length > 0) return undefined;
  if (namesOf(product).some((name) => cpes.includes(name))) return undefined;
  // Both stand there: a server and what it is made of.
  return namesItself(product.split(":")[1]!, text) ? undefined : `${product}, not ${cpes.join(" or ")}`;
}

function isSame({ vendor = "", product }: Software, name: RecogName): boolean {
  const own = [plain(product), ...namesOf(`${vendor}:${product}`).map(plain)];
  return [name.product, name.vendor + name.product, name.cpe].some(
    (other) => other !== "" && own.includes(plain(other)),
  );
}

function agree(ours: string, theirs: string): boolean {
  const [short, long] = [ours, theirs].sort((a, b) => a.length - b.length) as [string, string];
  if (long.toLowerCase().startsWith(short.toLowerCase())) {
    const rest = long.slice(short.length);
    // Ours may tell the mark of a release that recog leaves away.
    return rest === "" || rest === ".0" || long === ours || !otherRelease.test(rest);
  }
  return false;
}

function namesItself(product: string, text: string): boolean {
  return plain(text).includes(plain(product));
}

test.skipIf(!existsSync(folder))(
  "what recog's examples are named is what recog names, in 99 of 100 (skipped without the shared knowledge)",
  () => {
    const examples = recogExamples(folder);
    const named = examples.flatMap((example) => {
      const ours = softwareOf(example.service, example.text);
      return ours === undefined ? [] : [{ example, ours }];
    });
    const wrong = named.flatMap(({ example, ours }) => {
      const what = difference(ours, example);
      return what === undefined ? [] : [`${example.file} ${JSON.stringify(example.text.slice(0, 90))}: ${what}`];
    });
    expect(examples.length).toBeGreaterThan(5000);
    expect(named.length).toBeGreaterThan(1300);
    expect(wrong.length / named.length, wrong.join("\n")).toBeLessThan(0.01);
  },
);
