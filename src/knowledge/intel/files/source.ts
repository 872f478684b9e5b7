import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { UserProblem } from "../../../bytes/problem.ts";
import { gather, openBytes, startingWith } from "../../../bytes/read-bytes.ts";
import { type Limits, refusal } from "./limits.ts";
import type { Tally } from "./tally.ts";
import { isTar, readTar } from "./tar.ts";
import { isZip, readZip } from "./zip.ts";

/** One file of a knowledge source: of a folder, of an archive, or the source itself. */
export interface SourceFile {
  /** With `/`, as the folder or archive has it; never used as a path. */
  readonly name: string;
  /** Its bytes, once, decompressed. */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * The files of a folder (and of the archives in it), a tar or zip archive, or one file; gzip and zstd are seen through.
 * In a stable order.
 * @param wants tells by a name whether the file matters; a source that is one file always does
 * @throws UserProblem when it cannot be read, or is refused
 */
export async function* readSource(
  path: string,
  limits: Limits,
  tally: Tally,
  wants: (name: string) => boolean = () => true,
): AsyncGenerator<SourceFile, void, void> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UserProblem("input-missing", `there is no file or folder '${path}'`);
  const members = stats.isDirectory() ? readFolder(path, limits, tally, wants) : readFileOrArchive(path, limits, tally);
  for await (const file of members) if (file.isWhole || wants(file.name)) yield file;
}

/** All of a file's bytes. */
export async function readWhole(file: SourceFile, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.chunks()) {
    length += chunk.length;
    if (length > most) throw refusal(file.name, "it is too large");
    parts.push(Uint8Array.prototype.slice.call(chunk));
  }
  return parts.length === 1
    ? Buffer.from(parts[0]!.buffer, parts[0]!.byteOffset, parts[0]!.length)
    : Buffer.concat(parts);
}

/** All of a file as text; a byte order mark is dropped. */
export async function readText(file: SourceFile, most: number): Promise<string> {
  return (await readWhole(file, most)).toString("utf8").replace(/^\ufeff/, "");
}

/** Lines of a file, without their ends, however long the file. Longer lines than `LONGEST_LINE` are cut. */
export async function* readLines(file: SourceFile): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of file.chunks()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE);
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}

const LONGEST_LINE = 1024 * 1024;

/** SHA-256 of what is stored: of the file, or of the names and bytes of a folder's files in order. */
export async function digestOf(path: string, limits: Limits): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const stats = statSync(path);
  const isFolder = stats.isDirectory();
  if (stats.size > limits.stored) throw refusal(basename(path), "it is too large");
  for (const name of isFolder ? listFolder(path) : [""]) {
    if (isFolder) hash.update(`${name}\0`);
    for await (const chunk of createReadStream(isFolder ? join(path, name) : path)) {
      bytes += chunk.length;
      if (bytes > limits.stored) throw refusal(basename(path), "it is too large");
      hash.update(chunk);
    }
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** Names of archives that are opened where they lie in a folder. */
const ARCHIVE = /\.(tar|tgz|zip)$|\.tar\.(gz|zst)$/;

interface Member extends SourceFile {
  /** The source is this file and nothing else. */
  readonly isWhole?: boolean;
}

async function* readFolder(
  path: string,
  limits: Limits,
  tally: Tally,
  wants: (name: string) => boolean,
): AsyncGenerator<Member, void, void> {
  let files = 0;
  for (const name of listFolder(path)) {
    if (ARCHIVE.test(name)) {
      for await (const file of readFileOrArchive(join(path, name), limits, tally)) if (!file.isWhole) yield file;
      continue;
    }
    if (!wants(name)) continue;
    if (++files > limits.files) throw refusal(basename(path), "it holds too many files");
    const size = lstatSync(join(path, name)).size;
    if (size > limits.file) tally.reject("a file of the folder is too large", name);
    else yield { name, chunks: () => readMember(join(path, name), limits) };
  }
}

/** Plain files below a folder; links are not followed. */
function listFolder(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(path.replace(/[\\/]+$/, "").length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

async function* readFileOrArchive(path: string, limits: Limits, tally: Tally): AsyncGenerator<Member, void, void> {
  const name = basename(path);
  if (statSync(path).size > limits.stored) throw refusal(name, "it is too large");
  const chunks = readPlain(path, limits);
  const head = await gather(chunks, 512);
  if (isZip(head)) {
    await chunks.return();
    yield* readZip(name, path, limits, tally);
  } else if (isTar(head)) yield* readTar(name, startingWith(head, chunks), limits, tally);
  else yield { name: name.replace(/\.(gz|zst)$/, ""), isWhole: true, chunks: () => startingWith(head, chunks) };
}

/** A tree has thousands of small files: those are read in one call each. */
function readMember(path: string, limits: Limits): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return /\.(gz|zst)$/.test(path) ? readPlain(path, limits) : [readFileSync(path)];
}

/** A file's bytes, decompressed, up to the limit. */
async function* readPlain(path: string, limits: Limits): AsyncGenerator<Uint8Array, void, void> {
  const input = await openBytes(path);
  let bytes = 0;
  try {
    for await (const chunk of input.chunks()) {
      bytes += chunk.length;
      if (bytes > limits.unpacked) throw refusal(basename(path), "it is too large when unpacked");
      yield chunk;
    }
  } finally {
    input.close();
  }
  if (input.problem !== undefined) throw input.problem;
}
