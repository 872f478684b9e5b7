import { rmSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { UserProblem } from "../../bytes/problem.ts";
import { digestOf, readSource } from "./files/source.ts";
import { Tally } from "./files/tally.ts";
import type { Kind } from "./kinds.ts";
import { keepSet, makeWorkFolder } from "./knowledge-folder.ts";
import type { KnowledgeSet, ListRole } from "./sets.ts";

/** Likelihood ratio of a list when the user states none: those on it are three times as often scanners as visitors. */
const DEFAULT_RATIO = 3;

export interface ImportRequest {
  readonly kind: Kind;
  /** File, archive or folder. */
  readonly path: string;
  /** Knowledge folder. */
  readonly into: string;
  readonly nowMs: number;
  readonly name?: string;
  readonly role?: ListRole;
  readonly ratio?: number;
  readonly licence?: string;
  readonly isLicensed?: boolean;
  /** Address that the path was fetched from. */
  readonly source?: string;
  readonly fetched?: KnowledgeSet["fetched"];
}

/**
 * Reads a source, compiles it, and puts it in the place of the set that was there. On any failure what was there stays.
 * @throws UserProblem when the source cannot be read or is refused
 */
export async function importSet(request: ImportRequest): Promise<KnowledgeSet> {
  const { kind, path, into, nowMs } = request;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new UserProblem("input-missing", `there is no file or folder '${path}'`);
  }
  const importer = await kind.load();
  const work = makeWorkFolder(into, kind.id);
  const tally = new Tally();
  try {
    const digest = await digestOf(path, kind.limits);
    const name = request.name ?? (kind.id === "list" || kind.id === "wordlist" ? plainName(path) : undefined);
    const source = {
      name: basename(path),
      files: (wants: (name: string) => boolean) => readSource(path, kind.limits, tally, wants),
    };
    const options = {
      set: idOf(kind, name),
      ...(name !== undefined && { name }),
      ...(request.role !== undefined && { role: request.role }),
      ...(request.isLicensed !== undefined && { isLicensed: request.isLicensed }),
    };
    const facts = await importer(source, { folder: work.path, tally }, options);
    const role = request.role ?? (kind.id === "list" ? "bad" : undefined);
    const set: KnowledgeSet = {
      id: idOf(kind, name ?? facts.name),
      kind: kind.id,
      title: facts.title ?? kind.title,
      source: request.source ?? resolve(path),
      licence: request.licence ?? facts.licence ?? kind.licence,
      ...(kind.notice !== undefined && { notice: kind.notice }),
      retrieved: new Date(nowMs).toISOString(),
      ...(facts.dataDate !== undefined && { dataDate: facts.dataDate }),
      ...digest,
      counts: tally.counts,
      rejects: tally.rejects,
      folder: work.name,
      ...(role !== undefined && { role }),
      ...(role === "bad" && { ratio: request.ratio ?? DEFAULT_RATIO }),
      ...(request.fetched !== undefined && { fetched: request.fetched }),
    };
    keepSet(into, set);
    return set;
  } catch (error) {
    rmSync(work.path, { recursive: true, force: true });
    throw withReason(error, tally);
  }
}

/** A source of which nothing could be used is refused for what was wrong with most of it. */
function withReason(error: unknown, tally: Tally): unknown {
  const [most] = tally.rejects;
  if (!(error instanceof UserProblem) || error.code !== "knowledge-refused" || most === undefined) return error;
  return new UserProblem(error.code, `${error.message}; ${most.reason} (${most.first})`, { cause: error });
}

/** `list:firehol_level1`; just the kind where there is no name. */
export function idOf(kind: Kind, name: string | undefined): string {
  return name === undefined ? kind.id : `${kind.id}:${name}`;
}

function plainName(path: string): string {
  return basename(path)
    .replace(/\.(gz|zst)$/, "")
    .replace(/\.(txt|list|lst|csv|json|ipset|netset)$/, "")
    .replace(/[^\w.-]/g, "-")
    .slice(0, 60);
}
