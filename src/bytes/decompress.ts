import { crc32, createInflateRaw, createZstdDecompress } from "node:zlib";
import { decompressByTool, type ToolCompression } from "./decompress-by-tool.ts";
import { InflateEngine } from "./inflate-engine.ts";
import { UserProblem } from "./problem.ts";
import { CHUNK_BYTES } from "./stored-bytes.ts";

export type Compression = "gzip" | "zstd" | ToolCompression;

/** Bytes at the start of an input that `compressionOf` wants to see. */
export const MAGIC_BYTES = 10;

/** Starts of what a tool decompresses: xz (file format 1.2, section 2.1.1.1), lz4 (frame format 1.6, section 2), as Latin-1 text. */
const toolMagic: readonly (readonly [magic: string, tool: ToolCompression])[] = [
  ["\xfd7zXZ\0", "xz"],
  ["\x04\x22\x4d\x18", "lz4"],
];
/** bzip2: a level, then the first block's magic, or that of an empty file's end. */
const bzip2Magic = /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/;

function toolFor(head: Uint8Array): ToolCompression | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, MAGIC_BYTES)).toString("latin1");
  if (bzip2Magic.test(text)) return "bzip2";
  return toolMagic.find(([magic]) => text.startsWith(magic))?.[1];
}

/**
 * How the data that starts with `head` is compressed. gzip: RFC 1952, section 2.3.1 (ID1, ID2, CM = 8). zstd: RFC 8878,
 * sections 3.1.1 (frame) and 3.1.2 (skippable frame).
 */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return "gzip";
  return isZstd(head) ? "zstd" : toolFor(head);
}

function isZstd(head: Uint8Array): boolean {
  if (head.length < 4 || head[2] !== (head[0] === 0x28 ? 0x2f : 0x4d)) return false;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[3] === 0xfd) return true;
  return head[0]! >> 4 === 5 && head[1] === 0x2a && head[3] === 0x18;
}

/**
 * Decompresses a stream of gzip members or zstd frames, one after the other as `gzip -dc` and `zstd -dc` do. Everything
 * that can be decoded is handed out before it throws.
 * xz, bzip2 and lz4 go through the system's tools.
 * @throws UserProblem `compressed-short`, `compressed-broken` or `decompressor-missing`
 */
export async function* decompress(
  name: string,
  stored: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, void> {
  if (compression !== "gzip" && compression !== "zstd") {
    yield* decompressByTool(name, stored, compression);
    return;
  }
  const feed = new Feed(name, stored[Symbol.asyncIterator]());
  if (compression === "zstd") {
    while (await feed.fill()) yield* member(feed, new InflateEngine(createZstdDecompress({ chunkSize: CHUNK_BYTES })));
    return;
  }
  while (await readGzipHeader(feed)) {
    const engine = new InflateEngine(createInflateRaw({ chunkSize: CHUNK_BYTES }));
    let checksum = 0;
    let length = 0;
    for await (const chunk of member(feed, engine)) {
      checksum = crc32(chunk, checksum);
      length = (length + chunk.length) >>> 0;
      yield chunk;
    }
    const wrong = (await feed.littleEndian32()) !== checksum || (await feed.littleEndian32()) !== length;
    if (wrong) throw feed.broken("its checksum does not fit");
  }
}

/** The compressed bytes, with the place up to which they are used. */
class Feed {
  chunk: Uint8Array = new Uint8Array(0);
  at = 0;
  readonly #name: string;
  readonly #stored: AsyncIterator<Uint8Array>;

  constructor(name: string, stored: AsyncIterator<Uint8Array>) {
    this.#name = name;
    this.#stored = stored;
  }

  /** Makes sure that there is a byte at `chunk[at]`; false at the end of the input. */
  async fill(): Promise<boolean> {
    while (this.at >= this.chunk.length) {
      const next = await this.#stored.next();
      if (next.done) return false;
      this.chunk = next.value;
      this.at = 0;
    }
    return true;
  }

  async byte(): Promise<number> {
    if (this.at >= this.chunk.length && !(await this.fill())) throw this.short();
    return this.chunk[this.at++]!;
  }

  async littleEndian32(): Promise<number> {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 8) value |= (await this.byte()) << shift;
    return value >>> 0;
  }

  async skip(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.byte();
  }

  short(): UserProblem {
    return new UserProblem("compressed-short", `'${this.#name}': compressed data ends early`);
  }

  broken(what: string, cause?: unknown): UserProblem {
    return new UserProblem("compressed-broken", `'${this.#name}': compressed data is damaged: ${what}`, { cause });
  }
}

/** One deflate stream or zstd frame; leaves `feed` at the first byte after it. */
async function* member(feed: Feed, engine: InflateEngine): AsyncGenerator<Uint8Array, void, void> {
  try {
    while (true) {
      const next = await engine.next();
      if (next === "ended") {
        feed.at = feed.chunk.length - engine.bytesLeft;
        return;
      }
      if (next === "failed") {
        throw engine.error?.code === "Z_BUF_ERROR"
          ? feed.short()
          : feed.broken(`${engine.error?.message}`, engine.error);
      }
      if (next !== "more") yield next;
      else if (await feed.fill()) {
        engine.write(feed.at === 0 ? feed.chunk : feed.chunk.subarray(feed.at));
        feed.at = feed.chunk.length;
      } else engine.finish();
    }
  } finally {
    engine.close();
  }
}

const FLAG_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const FLAGS_RESERVED = 0xe0;

/** Reads a member's header (RFC 1952, section 2.3); false when only padding was left. */
async function readGzipHeader(feed: Feed): Promise<boolean> {
  let first = 0;
  // Tape and disk images pad with zeros; gzip skips them too.
  while (first === 0) {
    if (!(await feed.fill())) return false;
    first = await feed.byte();
  }
  if (first !== 0x1f || (await feed.byte()) !== 0x8b || (await feed.byte()) !== 8) {
    throw feed.broken("something else follows it");
  }
  const flags = await feed.byte();
  if (flags & FLAGS_RESERVED) throw feed.broken("unknown flags");
  await feed.skip(6);
  if (flags & FLAG_EXTRA) await feed.skip((await feed.byte()) | ((await feed.byte()) << 8));
  if (flags & FLAG_NAME) while ((await feed.byte()) !== 0);
  if (flags & FLAG_COMMENT) while ((await feed.byte()) !== 0);
  if (flags & FLAG_CRC) await feed.skip(2);
  return true;
}
