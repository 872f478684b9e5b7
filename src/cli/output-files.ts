import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserProblem } from "../bytes/problem.ts";
import { writeOut } from "./streams.ts";

/** One report to be written: the option that asked for it, where to, and how it is made. */
export interface Output<Source> {
  readonly option: string;
  /** A path, or `-` for standard output. */
  readonly file: string;
  /** In parts, which are written one after the other. */
  readonly format: (source: Source) => Iterable<string>;
}

/**
 * Says before anything is read what would fail after it: two reports on standard output, a report over an input, a
 * folder that is not there.
 * @throws UserProblem
 */
export function checkOutputs(outputs: readonly Output<never>[], inputs: readonly string[]): void {
  const places = new Map<string, string>();
  for (const { option, file } of outputs) {
    if (file === "") throw new UserProblem("option-invalid", `${option} names no file`);
    const place = file === "-" ? "-" : realPath(file);
    const other = places.get(place);
    if (other !== undefined) {
      throw new UserProblem("option-invalid", `${other} and ${option} both write to '${file}'; give each its own`);
    }
    places.set(place, option);
    if (file === "-") continue;
    if (inputs.some((input) => input !== "-" && realPath(input) === place)) {
      throw new UserProblem("output-overwrites-input", `${option} '${file}' is also an input, which would be replaced`);
    }
    checkFolder(option, file);
  }
}

function checkFolder(option: string, file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserProblem("output-unwritable", `cannot write ${option} '${file}': it is a directory`);
  }
  if (!isPlainFile(file)) return;
  try {
    accessSync(dirname(realPath(file)), constants.W_OK);
  } catch (error) {
    throw unwritable(option, file, error);
  }
}

/** Writes each report; standard output last, so that a reader who leaves early costs no file. */
export async function writeOutputs<Source>(outputs: readonly Output<Source>[], source: Source): Promise<void> {
  for (const { option, file, format } of outputs) {
    if (file !== "-") writeWhole(option, file, format(source));
  }
  for (const { file, format } of outputs) {
    if (file === "-") for (const part of format(source)) await writeOut(part);
  }
}

/**
 * Replaces `file` by `text`, or leaves it as it was: the text goes to a file beside it, which then takes its name. Done
 * in one go, so that no interrupt falls between. Pipes and devices are written to directly.
 */
function writeWhole(option: string, file: string, parts: Iterable<string>): void {
  try {
    if (isPlainFile(file)) replaceFile(realPath(file), parts);
    else writeAndClose(openSync(file, "w"), parts, false);
  } catch (error) {
    throw unwritable(option, file, error);
  }
}

function replaceFile(path: string, parts: Iterable<string>): void {
  const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666) & 0o777;
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.tmp`);
  const descriptor = openSync(temporary, "wx", mode);
  try {
    writeAndClose(descriptor, parts, true);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAndClose(descriptor: number, parts: Iterable<string>, sync: boolean): void {
  try {
    for (const part of parts) {
      const bytes = Buffer.from(part);
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    }
    if (sync) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isPlainFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Where a name leads, links followed; a name that does not exist yet leads into its folder. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return join(realpathSync(dirname(file)), basename(file));
    } catch {
      return file;
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "its folder is a file",
  EACCES: "not allowed",
  EPERM: "not allowed",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "the name is too long",
};

function unwritable(option: string, file: string, error: unknown): UserProblem {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) throw error;
  return new UserProblem("output-unwritable", `cannot write ${option} '${file}': ${reasons[code] ?? code}`, {
    cause: error,
  });
}
