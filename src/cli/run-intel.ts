import { UserProblem } from "../bytes/problem.ts";
import { describeSet, describeStale } from "../knowledge/intel/describe.ts";
import { importSet } from "../knowledge/intel/import-set.ts";
import { type Kind, kindOf, kinds } from "../knowledge/intel/kinds.ts";
import { dropSet, knowledgeFolder, readSets } from "../knowledge/intel/knowledge-folder.ts";
import { ageDays, dateOf, type KnowledgeSet, type ListRole } from "../knowledge/intel/sets.ts";
import { type UpdateRequest, updateSet } from "../knowledge/intel/update.ts";
import { escapeText } from "../presentation/escape.ts";
import { formatTable } from "../presentation/table.ts";
import { readConfig } from "./config.ts";
import { Exit } from "./exit.ts";
import { currentMs } from "./settings.ts";
import { say, terminalOptions, writeOut } from "./streams.ts";

/** Options of the `intel` commands, as the parser gives them. */
export type IntelOptions = Readonly<Record<string, string | boolean | undefined>>;

function folderOf({ knowledge }: IntelOptions): string {
  return knowledgeFolder(knowledge as string | undefined);
}

/** The sets, as a table or one JSON object a line. */
export function formatSets(options: IntelOptions): string {
  const sets = readSets(folderOf(options));
  const nowMs = currentMs();
  if (options.json)
    return `${sets.map((set) => JSON.stringify({ ...set, ageDays: ageDays(set, nowMs) })).join("\n")}\n`;
  if (sets.length === 0)
    return `No knowledge is imported in ${escapeText(folderOf(options))}; the authored catalogues are always there.\n`;
  const rows = sets.map((set) => [
    escapeText(set.id),
    dateOf(set),
    `${ageDays(set, nowMs)} d${describeStale(set, sets, nowMs) === undefined ? "" : ", old"}`,
    escapeText(describeSet(set)),
    escapeText(set.licence),
  ]);
  const columns = [{ title: "Set" }, { title: "Date" }, { title: "Age" }, { title: "Holds" }, { title: "Licence" }];
  const notices = [...new Set(sets.flatMap(({ notice }) => notice ?? []))].sort();
  const parts = [
    ...formatTable(columns, rows, Math.max(100, terminalOptions().width ?? 80)),
    "",
    ...notices.map(escapeText),
  ];
  return `${parts.join("\n").trimEnd()}\n`;
}

/** `import`: what was taken, and what was left out. */
export async function runImport(kindId: string, path: string, options: IntelOptions): Promise<string> {
  const set = await importSet({
    kind: kindNamed(kindId),
    path,
    into: folderOf(options),
    nowMs: currentMs(),
    ...(options.licensed === true && { isLicensed: true }),
    ...(options.name !== undefined && { name: checkedName(options.name as string) }),
    ...(options.role !== undefined && { role: options.role as ListRole }),
    ...(options.ratio !== undefined && { ratio: checkedRatio(options.ratio as string) }),
    ...(options.licence !== undefined && { licence: options.licence as string }),
  });
  return describeImport(set, "imported");
}

/** Each set by itself: what fails is told, and the others are fetched all the same. */
export async function runUpdate(kindId: string | undefined, options: IntelOptions): Promise<number> {
  let exit: number = Exit.done;
  const requests = await requestsFor(kindId, options);
  if (requests.length === 0)
    throw new UserProblem("command-misused", "no address is known for that; name one with --from");
  for (const request of requests) {
    try {
      const { set, isChanged } = await updateSet(request);
      await writeOut(describeImport(set, isChanged ? "updated" : "unchanged"));
    } catch (error) {
      if (!(error instanceof UserProblem)) throw error;
      say(error.message);
      exit = Exit.failed;
    }
  }
  return exit;
}

/**
 * What is to be fetched: the sets of the configuration, and for a kind that it does not name the publisher's. Without a kind, all but the CVE List, which
 * says in 600 MB what NVD says in 150.
 */
async function requestsFor(kindId: string | undefined, options: IntelOptions): Promise<UpdateRequest[]> {
  const config = await readConfig(options.config as string | undefined);
  const common = { into: folderOf(options), nowMs: currentMs() };
  const only = kindId === undefined ? undefined : kindNamed(kindId);
  if (options.from !== undefined) {
    if (only === undefined) throw new UserProblem("command-misused", "--from needs a kind");
    return [{ ...common, kind: only, addresses: [options.from as string] }];
  }
  const configured = config.intel
    .filter(({ kind }) => only === undefined || kind === only.id)
    .map(({ kind, address, name, role, ratio, licence }) => ({
      ...common,
      kind: kindNamed(kind),
      addresses: typeof address === "string" ? [address] : address,
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(ratio !== undefined && { ratio }),
      ...(licence !== undefined && { licence }),
    }));
  const named = new Set(configured.map(({ kind }) => kind.id));
  const published = kinds.filter(
    (kind) =>
      kind.addresses.length > 0 && !named.has(kind.id) && (only === undefined ? kind.id !== "cvelist" : kind === only),
  );
  return [...configured, ...published.map((kind) => ({ ...common, kind }))];
}

/** `remove`. */
export function runRemove(id: string, options: IntelOptions): void {
  if (!dropSet(folderOf(options), id)) throw new UserProblem("knowledge-missing", `there is no set '${id}'`);
}

function describeImport(set: KnowledgeSet, what: string): string {
  const rejects = set.rejects.map(({ reason, count, first }) => `  left out ${count}: ${reason} (first: ${first})`);
  const head = `${set.id} ${what}: ${describeSet(set)}; data of ${dateOf(set)}; ${set.licence}`;
  return `${[head, ...rejects].map(escapeText).join("\n")}\n`;
}

function kindNamed(id: string): Kind {
  const kind = kindOf(id);
  if (kind !== undefined) return kind;
  throw new UserProblem(
    "command-misused",
    `'${id}' is no kind of knowledge; there are ${kinds.map((each) => each.id).join(", ")}`,
  );
}

function checkedName(name: string): string {
  if (/^[\w.-]{1,60}$/.test(name)) return name;
  throw new UserProblem("option-invalid", `--name '${name}' has characters other than letters, digits, - _ and .`);
}

/** A list never decides alone: its weight stays far below any threshold. */
function checkedRatio(text: string): number {
  const ratio = Number(text);
  if (ratio >= 1 && ratio <= 20) return ratio;
  throw new UserProblem("option-invalid", `--ratio '${text}' is not a number from 1 to 20`);
}
