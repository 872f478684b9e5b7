import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { CheckRule } from "../../../src/knowledge/intel/check-rule.ts";
import { type ImportRequest, importSet } from "../../../src/knowledge/intel/import-set.ts";
import { Intel } from "../../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import type { KnowledgeSet } from "../../../src/knowledge/intel/sets.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const NOW_MS = Date.UTC(2026, 10, 22);

/** An empty folder that goes when the tests of the file are over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vedette-intel-"));
  folders.push(folder);
  return folder;
}

/** Writes files, by their names, into a new folder. */
export function written(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Imports files as a set of a kind; one file is imported by itself, several as a folder. */
export async function imported(
  kind: string,
  files: Files,
  options: Partial<ImportRequest> = {},
): Promise<{ set: KnowledgeSet; into: string; intel: Intel }> {
  const folder = written(files);
  const names = Object.keys(files);
  const path = names.length === 1 ? join(folder, names[0]!) : folder;
  const into = options.into ?? newFolder();
  const set = await importSet({ kind: kindOf(kind)!, path, nowMs: NOW_MS, ...options, into });
  return { set, into, intel: new Intel(into) };
}

/** The rules that files of a kind become. */
export async function rulesFrom(
  kind: string,
  files: Files,
  options: Partial<ImportRequest> = {},
): Promise<readonly CheckRule[]> {
  const { intel } = await imported(kind, files, options);
  return intel.checkRules()[0]!.rules;
}
