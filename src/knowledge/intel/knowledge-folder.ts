import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { z } from "zod";
import { UserProblem } from "../../bytes/problem.ts";
import { type KnowledgeSet, listRoles } from "./sets.ts";

const MANIFEST = "sets.json";
const LONGEST_MANIFEST = 4 * 1024 * 1024;

const Manifest = z.object({
  schema: z.literal("vedette.knowledge/1"),
  sets: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      title: z.string(),
      source: z.string(),
      licence: z.string(),
      notice: z.string().optional(),
      retrieved: z.iso.datetime(),
      dataDate: z.iso.date().optional(),
      sha256: z.string(),
      bytes: z.number(),
      counts: z.record(z.string(), z.number()),
      rejects: z.array(z.object({ reason: z.string(), count: z.number(), first: z.string() })),
      folder: z.string().regex(/^[\w.-]+$/),
      role: z.enum(listRoles).optional(),
      ratio: z.number().positive().optional(),
      fetched: z
        .array(z.object({ address: z.string(), etag: z.string().optional(), lastModified: z.string().optional() }))
        .optional(),
    }),
  ),
});

/**
 * Where knowledge is kept: what the user names, else `VEDETTE_KNOWLEDGE`, else `vedette/knowledge` in the user's cache folder (XDG Base Directory
 * Specification: `XDG_CACHE_HOME` when it is an absolute path, else `~/.cache`).
 */
export function knowledgeFolder(named?: string, environment: NodeJS.ProcessEnv = process.env): string {
  if (named) return named;
  if (environment.VEDETTE_KNOWLEDGE) return environment.VEDETTE_KNOWLEDGE;
  const cache = environment.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "vedette", "knowledge");
}

/**
 * The sets of a folder; none when there is no such folder.
 * @throws UserProblem when its manifest is damaged
 */
export function readSets(folder: string): KnowledgeSet[] {
  const path = join(folder, MANIFEST);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new UserProblem("knowledge-refused", `cannot read '${path}' (${code})`, { cause: error });
  }
  const parsed = text.length > LONGEST_MANIFEST ? undefined : Manifest.safeParse(parse(text));
  if (!parsed?.success) throw new UserProblem("knowledge-refused", `'${path}' is damaged; delete it and import again`);
  return parsed.data.sets as KnowledgeSet[];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder for a set that is not known yet. It counts only once `keepSet` has named it.
 * @throws UserProblem when the folder cannot be written to
 */
export function makeWorkFolder(folder: string, id: string): { readonly name: string; readonly path: string } {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = mkdtempSync(join(folder, `${id}.`));
    return { name: basename(path), path };
  } catch (cause) {
    throw new UserProblem("output-unwritable", `cannot write to the knowledge folder '${folder}'`, { cause });
  }
}

/** Puts a set in the place of the one with its id, in one step: a reader sees the old one or the new one. */
export function keepSet(folder: string, set: KnowledgeSet): void {
  replaceSets(folder, (sets) => [...sets.filter(({ id }) => id !== set.id), set]);
}

/** Forgets a set; false when there is none of that id. */
export function dropSet(folder: string, id: string): boolean {
  if (!readSets(folder).some((set) => set.id === id)) return false;
  replaceSets(folder, (sets) => sets.filter((set) => set.id !== id));
  return true;
}

function replaceSets(folder: string, change: (sets: KnowledgeSet[]) => KnowledgeSet[]): void {
  const before = readSets(folder);
  const after = change(before).sort((a, b) => (a.id < b.id ? -1 : 1));
  const temporary = join(folder, `.${MANIFEST}.${process.pid}.tmp`);
  writeFileSync(temporary, `${JSON.stringify({ schema: "vedette.knowledge/1", sets: after }, null, 1)}\n`, {
    mode: 0o600,
  });
  renameSync(temporary, join(folder, MANIFEST));
  sweep(folder, new Set([...before, ...after].map((set) => set.folder)));
}

/** A set that was replaced may still be read by an analysis that is under way, and one that nobody names yet may be in the making. */
const LEAVE_FOR_MS = 3_600_000;

/** Removes what replaced sets and broken-off imports left behind. */
function sweep(folder: string, named: ReadonlySet<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !/^[a-z]+\.\w{6}$/.test(entry.name) || named.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (Date.now() - statSync(path).mtimeMs > LEAVE_FOR_MS) rmSync(path, { recursive: true, force: true });
  }
}
