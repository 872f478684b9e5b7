import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import type { Limits } from "./limits.ts";
import { refusal } from "./limits.ts";
import type { SourceFile } from "./source.ts";
import type { Tally } from "./tally.ts";
import { checkName } from "./tar.ts";

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const MOST_DIRECTORY_BYTES = 256 * 1024 * 1024;
/** deflate cannot do better than 1,032 to 1; text does not come near a third of that. */
const MOST_EXPANSION = 300;
const SMALL = 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly isPlain: boolean;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Whether bytes start as a zip archive does: a local file header, or the end of an empty one. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2]! + 1;
}

/**
 * The plain files of a zip archive by its central directory (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16). Zip64 is read;
 * encrypted files and methods other than store and deflate are left out. A name that leads out of the archive, sizes that lie and files that
 * share their bytes refuse the whole.
 */
export async function* readZip(
  archive: string,
  path: string,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<SourceFile, void, void> {
  const descriptor = openSync(path, "r");
  try {
    const length = fstatSync(descriptor).size;
    const read = (at: number, bytes: number): Buffer => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, length - at)));
      for (let got = 0; got < buffer.length; ) {
        const more = readSync(descriptor, buffer, got, buffer.length - got, at + got);
        if (more === 0) throw refusal(archive, "it became shorter while it was read");
        got += more;
      }
      return buffer;
    };
    const entries = listEntries(archive, length, read, limits);
    checkEntries(archive, entries, limits);
    for (const entry of entries) {
      if (!entry.isPlain) continue;
      if (entry.isEncrypted) tally.reject("a file of the archive is encrypted", entry.name);
      else if (entry.method !== 0 && entry.method !== 8)
        tally.reject("a file of the archive is packed oddly", entry.name);
      else if (entry.size > limits.file) tally.reject("a file of the archive is too large", entry.name);
      else yield { name: entry.name, chunks: () => [unpack(archive, entry, read)] };
    }
  } finally {
    closeSync(descriptor);
  }
}

type Read = (at: number, bytes: number) => Buffer;

function listEntries(archive: string, length: number, read: Read, limits: Limits): Entry[] {
  const tailAt = Math.max(0, length - END_BYTES - LONGEST_COMMENT);
  const tail = read(tailAt, length - tailAt);
  const end = tail.lastIndexOf("PK\x05\x06");
  if (end < 0 || end + END_BYTES > tail.length) throw refusal(archive, "its end is missing");
  let count = tail.readUInt16LE(end + 10);
  let bytes = tail.readUInt32LE(end + 12);
  let at = tail.readUInt32LE(end + 16);
  if (count === 0xffff || bytes === 0xffffffff || at === 0xffffffff) {
    const locator = end - 20;
    if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) throw refusal(archive, "its end is damaged");
    const end64 = read(Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (end64.length < 56 || end64.readUInt32LE(0) !== 0x06064b50) throw refusal(archive, "its end is damaged");
    count = Number(end64.readBigUInt64LE(32));
    bytes = Number(end64.readBigUInt64LE(40));
    at = Number(end64.readBigUInt64LE(48));
  }
  if (count > limits.files) throw refusal(archive, "it holds too many files");
  if (bytes > MOST_DIRECTORY_BYTES || at + bytes > length) throw refusal(archive, "its directory is damaged");
  return parseDirectory(archive, read(at, bytes), count);
}

function parseDirectory(archive: string, directory: Buffer, count: number): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) {
      throw refusal(archive, "its directory is damaged");
    }
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    if (extraEnd > directory.length) throw refusal(archive, "its directory is damaged");
    const name = directory.toString("utf8", at + 46, nameEnd);
    const unixType = (directory.readUInt32LE(at + 38) >>> 28) & 0xf;
    entries.push({
      name,
      method: directory.readUInt16LE(at + 10),
      isEncrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
      isPlain: !name.endsWith("/") && (unixType === 0 || unixType === 8),
      ...sizesOf(directory, at, nameEnd, extraEnd),
    });
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Sizes and place; those that do not fit 32 bits stand in extra field 1 (section 4.5.3). */
function sizesOf(directory: Buffer, at: number, from: number, to: number): Pick<Entry, "packed" | "size" | "at"> {
  const values = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
  for (let field = from; field + 4 <= to; field += 4 + directory.readUInt16LE(field + 2)) {
    if (directory.readUInt16LE(field) !== 1) continue;
    let next = field + 4;
    const end = Math.min(to, next + directory.readUInt16LE(field + 2));
    for (let i = 0; i < 3; i++) {
      if (values[i] !== 0xffffffff || next + 8 > end) continue;
      values[i] = Number(directory.readBigUInt64LE(next));
      next += 8;
    }
    break;
  }
  return { size: values[0]!, packed: values[1]!, at: values[2]! };
}

function checkEntries(archive: string, entries: readonly Entry[], limits: Limits): void {
  let total = 0;
  let last = 0;
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    checkName(archive, entry.name);
    if (entry.at < last) throw refusal(archive, "its files overlap");
    last = entry.at + entry.packed;
    total += entry.size;
    if (total > limits.unpacked) throw refusal(archive, "it is too large when unpacked");
    if (entry.size > SMALL && entry.size > entry.packed * MOST_EXPANSION) throw refusal(archive, "it expands too much");
  }
}

/** @throws UserProblem when the file is longer than its entry says, or damaged */
function unpack(archive: string, entry: Entry, read: Read): Uint8Array {
  const header = read(entry.at, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) throw refusal(archive, "a file in it is damaged");
  const start = entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = read(start, entry.packed);
  if (packed.length < entry.packed) throw refusal(archive, "it ends within a file");
  if (entry.method === 0) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) });
  } catch (cause) {
    throw refusal(archive, "a file in it is damaged or longer than it says", cause);
  }
}
