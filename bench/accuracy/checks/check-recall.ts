/** How many of a template tree's checks are recognised, and told apart, in what a server and the wire see of them. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formats } from "../../../src/formats/index.ts";
import { openInput } from "../../../src/formats/read-input.ts";
import { catalogue } from "../../../src/knowledge/checks/catalogue/index.ts";
import { CheckSession } from "../../../src/knowledge/checks/check-session.ts";
import { RuleMatcher } from "../../../src/knowledge/checks/rules/rule-matcher.ts";
import { withRules } from "../../../src/knowledge/checks/rules/with-rules.ts";
import { knowledge } from "../../../src/knowledge/index.ts";
import { readSource, readText } from "../../../src/knowledge/intel/files/source.ts";
import { Tally } from "../../../src/knowledge/intel/files/tally.ts";
import { parseYaml } from "../../../src/knowledge/intel/files/yaml.ts";
import { importSet } from "../../../src/knowledge/intel/import-set.ts";
import { Intel } from "../../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import type { Knowledge } from "../../../src/knowledge/types.ts";
import { BatchPool } from "../../../src/observations/batch-pool.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";
import { random } from "../../random.ts";
import { addressOf, replay } from "./replay.ts";
import { instantiate, type SentRequest } from "./template-requests.ts";
import { membersOf } from "./yaml-values.ts";

const SEED = 20_261_123;

interface Session {
  readonly id: string;
  readonly requests: readonly SentRequest[];
}

/** Imports the tree at `path`, replays its CVE templates, and prints how many are found. */
export async function printCheckRecall(path: string): Promise<void> {
  if (!existsSync(path)) {
    console.log(`\nChecks: skipped, there is no ${path}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "vedette-checks-"));
  try {
    const began = process.cpuUsage();
    const kind = kindOf("nuclei")!;
    await importSet({ kind, path, into: folder, nowMs: Date.now() });
    const { user, system } = process.cpuUsage(began);
    const intel = new Intel(folder);
    const matchers = intel.ruleIndexes().map((index) => new RuleMatcher(index));
    const sessions = await sessionsOf(path, kind.limits);
    const { log, capture } = await replay(sessions.map(({ requests }) => requests));
    const inputs = { capture: join(folder, "capture.pcap"), "access log": join(folder, "access.log") };
    writeFileSync(inputs.capture, capture);
    writeFileSync(inputs["access log"], log);
    const seconds = ((user + system) / 1e6).toFixed(1);
    console.log(
      `\nChecks: ${intel.sets[0]!.counts.templates} templates imported and compiled in ${seconds} s of processor time; ${sessions.length} with a CVE replayed`,
    );
    for (const [name, input] of Object.entries(inputs)) {
      await printInput(name, input, sessions, withRules(knowledge, matchers), () => true);
    }
    const authored = new Set(catalogue.map(({ id }) => id));
    for (const [name, input] of Object.entries(inputs)) {
      await printInput(`${name}, held out: authored checks alone`, input, sessions, knowledge.checksOf, (id) =>
        authored.has(id),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sessionsOf(path: string, limits: Parameters<typeof readSource>[1]): Promise<Session[]> {
  const next = random(SEED);
  const sessions: Session[] = [];
  for await (const file of readSource(path, limits, new Tally(), (name) => /CVE-[^/]*\.ya?ml$/.test(name))) {
    const parsed = parseYaml(await readText(file, 1 << 20));
    const template = "value" in parsed ? membersOf(parsed.value) : {};
    if (!/^CVE-/.test(String(template.id))) continue;
    const requests = instantiate(template, next);
    if (requests.length > 0) sessions.push({ id: String(template.id), requests });
  }
  return sessions;
}

async function printInput(
  name: string,
  path: string,
  sessions: readonly Session[],
  checksOf: Knowledge["checksOf"],
  counts: (id: string) => boolean,
): Promise<void> {
  const seen = sessions.map(() => new CheckSession());
  const reader = await openInput(path, 0, { formats, pool: new BatchPool(), nowMs: Date.now() });
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row] !== Kind.request) continue;
      seen[batch.source[row * 4 + 3]! - addressOf(0)]?.saw(checksOf(batch, row));
    }
  }
  let found = 0;
  let unique = 0;
  let whole = 0;
  sessions.forEach(({ id }, i) => {
    if (!counts(id)) return;
    whole++;
    const own = seen[i]!.checks().find(({ check }) => check.id === id);
    if (own !== undefined) found++;
    if (own?.share === 1) unique++;
  });
  const percent = (count: number) => `${((100 * count) / whole).toFixed(1)} %`;
  console.log(`  ${name}: of ${whole}, ${percent(found)} recognised, ${percent(unique)} named uniquely`);
}
