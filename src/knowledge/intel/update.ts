import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkAddress, download, type Fetched } from "./download.ts";
import { type ImportRequest, idOf, importSet } from "./import-set.ts";
import type { Kind } from "./kinds.ts";
import { keepSet, readSets } from "./knowledge-folder.ts";
import type { KnowledgeSet } from "./sets.ts";

/** A set to be fetched: of a kind, from its publisher's addresses or others. */
export interface UpdateRequest extends Omit<ImportRequest, "path" | "source" | "fetched"> {
  /** Default: the kind's. */
  readonly addresses?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Fetches a set and imports it, unless its publisher says that nothing changed. What was there stays until the new set is complete. What broke off is
 * kept for the next attempt.
 * @throws UserProblem
 */
export async function updateSet(request: UpdateRequest): Promise<{ set: KnowledgeSet; isChanged: boolean }> {
  const { kind, into, nowMs, signal } = request;
  const addresses = (request.addresses ?? kind.addresses).flatMap((address) => everyYear(address, kind, nowMs));
  for (const address of addresses) checkAddress(address);
  const before = readSets(into).find((set) => set.kind === kind.id && matches(set, request));
  const isSame =
    before !== undefined && addresses.every((address) => before.fetched?.some((each) => each.address === address));
  const folder = join(into, ".fetch", idOf(kind, request.name).replace(/[^\w.-]/g, "-"));
  const fetchAll = async (known: readonly Fetched[]): Promise<Fetched[] | undefined> => {
    const all: Fetched[] = [];
    for (const address of addresses) {
      const about = known.find((each) => each.address === address);
      const got = await download({
        address,
        folder,
        limit: kind.limits.stored,
        ...(about !== undefined && { known: about }),
        ...(signal !== undefined && { signal }),
      });
      if (got !== undefined) all.push(got.fetched);
    }
    return all.length === 0 ? undefined : all;
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of whole(folder)) rmSync(join(folder, name));
  let fetched = await fetchAll(isSame ? before.fetched! : []);
  if (fetched === undefined && before !== undefined) {
    const set = { ...before, retrieved: new Date(nowMs).toISOString() };
    keepSet(into, set);
    return { set, isChanged: false };
  }
  // Some of several files changed: the set is made of all of them.
  if (fetched !== undefined && fetched.length < addresses.length) fetched = await fetchAll([]);
  const files = whole(folder);
  const path = files.length === 1 ? join(folder, files[0]!) : folder;
  const set = await importSet({ ...request, path, source: addresses.join(" "), ...(fetched && { fetched }) });
  rmSync(folder, { recursive: true, force: true });
  return { set, isChanged: true };
}

/** Files of a folder that were fetched to their end. */
function whole(folder: string): string[] {
  return readdirSync(folder).filter((name) => !/\.part(\.json)?$/.test(name));
}

function matches(set: KnowledgeSet, { kind, name }: UpdateRequest): boolean {
  return (
    set.id === idOf(kind, name) || (name === undefined && set.id.startsWith(`${kind.id}:`) && set.fetched !== undefined)
  );
}

function everyYear(address: string, { since = 2002 }: Kind, nowMs: number): string[] {
  if (!address.includes("{YEAR}")) return [address];
  const last = new Date(nowMs).getUTCFullYear();
  return Array.from({ length: last - since + 1 }, (_, i) => address.replaceAll("{YEAR}", String(since + i)));
}
