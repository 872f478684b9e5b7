/** What imported checks cost when there are ten thousand of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RuleIndex } from "../../../src/knowledge/checks/rules/rule-index.ts";
import { RuleMatcher } from "../../../src/knowledge/checks/rules/rule-matcher.ts";
import { withRules } from "../../../src/knowledge/checks/rules/with-rules.ts";
import { knowledge } from "../../../src/knowledge/index.ts";
import { readSource, readText } from "../../../src/knowledge/intel/files/source.ts";
import { Tally } from "../../../src/knowledge/intel/files/tally.ts";
import { importSet } from "../../../src/knowledge/intel/import-set.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";

const TEMPLATES = 10_000;
const ROUNDS = 40;
const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Makes ten thousand templates of the tree at `path`, imports them, and prints time to import, to open, and requests a second. */
export async function printScale(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vedette-scale-"));
  try {
    await writeTemplates(path, join(folder, "templates"));
    const kind = kindOf("nuclei")!;
    const [importMs, set] = await timed(() =>
      importSet({ kind, path: join(folder, "templates"), into: folder, nowMs: Date.now() }),
    );
    const stored = join(folder, set.folder, "rules.bin");
    const [openMs, matcher] = await timed(async () => new RuleMatcher(new RuleIndex(readFileSync(stored))));
    const checksOf = withRules(knowledge, [matcher]);
    console.log(
      `  ${TEMPLATES} templates (the tree, and again below other paths): imported in ${(importMs / 1000).toFixed(1)} s of processor time, ` +
        `opened in ${openMs.toFixed(0)} ms; ${perSecond(checksOf, ordinary)} ordinary requests a second, ${perSecond(checksOf, probing)} of a scan`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the tree as often as it takes, each time with other ids and paths. */
async function writeTemplates(path: string, into: string): Promise<void> {
  const limits = kindOf("nuclei")!.limits;
  let written = 0;
  for (let copy = 0; written < TEMPLATES; copy++) {
    for await (const file of readSource(path, limits, new Tally(), (name) => name.endsWith(".yaml"))) {
      if (written === TEMPLATES) return;
      const text = await readText(file, limits.file);
      const to = join(into, `${copy}`, file.name);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, copy === 0 ? text : otherwise(text, copy));
      written++;
    }
  }
}

function otherwise(text: string, copy: number): string {
  return text
    .replace(/^id: .*/m, (id) => `${id}-${copy}`)
    .replaceAll("{{BaseURL}}/", `{{BaseURL}}/copy${copy}-`)
    .replace(/^( *(?:GET|POST|PUT) \/)/gm, `$1copy${copy}-`);
}

const ordinary = (i: number) =>
  [
    `/blog/2026/0${i % 9}/article-${i}.html`,
    `/static/img/photo-${i}.jpg?v=${i % 7}`,
    `/search?q=garden%20chair%20${i}`,
  ][i % 3]!;
const probing = (i: number) =>
  [
    `/wp-content/plugins/gizmo-${i}/readme.txt`,
    `/cgi-bin/luci/;stok=/locale${i}`,
    `/api/v1/user${i}?id=1'`,
    "/.git/config",
  ][i % 4]!;

function perSecond(checksOf: typeof knowledge.checksOf, targetOf: (i: number) => string): string {
  const batch = new Batch();
  for (let i = 0; i < 4000; i++) {
    const row = batch.add(Kind.request, 0, i + 1);
    batch.method[row] = batch.texts.addText("GET");
    batch.path[row] = batch.texts.addText(targetOf(i));
    batch.agent[row] = batch.texts.addText(AGENT);
  }
  const began = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) for (let row = 0; row < batch.length; row++) checksOf(batch, row);
  const { user } = process.cpuUsage(began);
  return Math.round((ROUNDS * batch.length * 1e6) / user).toLocaleString("en");
}

async function timed<T>(act: () => Promise<T>): Promise<[ms: number, value: T]> {
  const began = process.cpuUsage();
  const value = await act();
  const { user, system } = process.cpuUsage(began);
  return [(user + system) / 1000, value];
}
