import type { Limits } from "./limits.ts";
import { refusal } from "./limits.ts";
import type { SourceFile } from "./source.ts";
import type { Tally } from "./tally.ts";

const BLOCK = 512;
const MOST_NAME_BYTES = 64 * 1024;

/** Whether bytes start with a tar header: `ustar` at 257 (POSIX.1-2017, pax, "ustar Interchange Format"), and its checksum. */
export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && latin1(head, 257, 262) === "ustar" && hasChecksum(head.subarray(0, BLOCK));
}

/**
 * The plain files of a tar archive, one after the other; POSIX and GNU long names are read. Links and devices are left out. Nothing is ever
 * written under a name of the archive, and a name that leads out of it refuses the whole.
 */
export async function* readTar(
  archive: string,
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<SourceFile, void, void> {
  const bytes = new Feed(chunks);
  let longName = "";
  let files = 0;
  while (true) {
    const header = await bytes.take(BLOCK);
    if (header.length < BLOCK || header.every((byte) => byte === 0)) return;
    if (!hasChecksum(header)) throw refusal(archive, "its tar headers are damaged");
    const size = sizeOf(header);
    if (!Number.isSafeInteger(size)) throw refusal(archive, "its tar headers are damaged");
    const type = String.fromCharCode(header[156]!);
    const isName = type === "L" || type === "x";
    const isPlain = type === "0" || type === "\0";
    const name = longName || nameOf(header);
    const isKept = isName ? size <= MOST_NAME_BYTES : isPlain && size <= limits.file;
    const content = isKept ? await bytes.take(size) : new Uint8Array(0);
    if (isKept && content.length < size) throw refusal(archive, "it ends within a file");
    await bytes.skip((isKept ? 0 : size) + ((BLOCK - (size % BLOCK)) % BLOCK));
    if (isName) {
      longName = (type === "L" ? text(content).replace(/\0.*$/s, "") : paxPath(text(content))) || longName;
      continue;
    }
    longName = "";
    if (isPlain) {
      if (++files > limits.files) throw refusal(archive, "it holds too many files");
      checkName(archive, name);
      if (isKept) yield { name, chunks: () => [content] };
      else tally.reject("a file of the archive is too large", name);
    } else if (type !== "5" && type !== "g") tally.reject("a link or device in the archive", name);
  }
}

/** @throws UserProblem for a name that leads out of the archive */
export function checkName(archive: string, name: string): void {
  if (name.includes("\0") || /^([\\/]|[A-Za-z]:)/.test(name) || name.split(/[\\/]/).includes("..")) {
    throw refusal(archive, "a file name in it leads out of the archive");
  }
}

function nameOf(header: Uint8Array): string {
  const name = text(header.subarray(0, 100)).replace(/\0.*$/s, "");
  const prefix = latin1(header, 257, 263) === "ustar\0" ? text(header.subarray(345, 500)).replace(/\0.*$/s, "") : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** `27 path=some/long/name\n` (pax extended header). */
function paxPath(records: string): string {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1] ?? "";
}

/** Octal, or with the first bit set a number of base 256 (GNU). */
function sizeOf(header: Uint8Array): number {
  if (header[124]! & 0x80) return header.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, 0);
  const octal = latin1(header, 124, 136).replace(/[\0 ].*$/s, "");
  return /^[0-7]*$/.test(octal) ? Number.parseInt(octal || "0", 8) : Number.NaN;
}

function hasChecksum(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return Number.parseInt(latin1(header, 148, 156).trim(), 8) === sum;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** Bytes of a stream in the portions that are asked for. */
class Feed {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `length` bytes in a copy of their own; fewer at the end. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0 && (await this.#fill())) {
      const part = this.#chunk.slice(0, missing);
      this.#chunk = this.#chunk.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    let missing = length;
    while (missing > 0 && (await this.#fill())) {
      const here = Math.min(missing, this.#chunk.length);
      this.#chunk = this.#chunk.subarray(here);
      missing -= here;
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }
}
