import type { Readable } from "node:stream";
import { compressionOf, decompress, MAGIC_BYTES } from "./decompress.ts";
import { UserProblem } from "./problem.ts";
import { openStored, type StoredBytes } from "./stored-bytes.ts";
import { asUtf8 } from "./utf16.ts";

export interface ReadBytesOptions {
  /** Ends the reading, as if the input ended there, with the problem `interrupted`. */
  readonly signal?: AbortSignal;
  /** What `-` reads. Default: the process's standard input. */
  readonly stdin?: Readable;
}

/** The bytes of one file or pipe, decompressed; text in UTF-16 as UTF-8. */
export interface ByteInput {
  readonly name: string;
  /** Length as stored; undefined for pipes and devices. */
  readonly sizeBytes: number | undefined;
  /** When a regular file was last written to, milliseconds since the Unix epoch. */
  readonly modifiedMs: number | undefined;
  /** Bytes taken from the file or pipe so far, before decompression. */
  readonly bytesRead: number;
  /** Why the bytes ended early; undefined when all is well. */
  readonly problem: UserProblem | undefined;
  /**
   * The bytes, once, in chunks of some 256 KiB at most, none empty. A chunk may be overwritten when the next one is asked for.
   * Never throws for what the world does: it ends, and `problem` says why.
   */
  chunks(): AsyncGenerator<Uint8Array, void, void>;
  close(): void;
}

/**
 * Opens a path, or standard input for `-`. gzip and zstd are recognised by their content.
 * @throws UserProblem when it cannot be opened
 */
export async function openBytes(name: string, options: ReadBytesOptions = {}): Promise<ByteInput> {
  return new OpenedBytes(name, await openStored(name, options.stdin), options.signal);
}

class OpenedBytes implements ByteInput {
  readonly name: string;
  problem: UserProblem | undefined;
  readonly #stored: StoredBytes;
  readonly #signal: AbortSignal | undefined;

  constructor(name: string, stored: StoredBytes, signal: AbortSignal | undefined) {
    this.name = name;
    this.#stored = stored;
    this.#signal = signal;
  }

  get sizeBytes(): number | undefined {
    return this.#stored.sizeBytes;
  }

  get modifiedMs(): number | undefined {
    return this.#stored.modifiedMs;
  }

  get bytesRead(): number {
    return this.#stored.bytesRead;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    const close = () => this.close();
    this.#signal?.addEventListener("abort", close, { once: true });
    try {
      for await (const chunk of this.#decompressed()) {
        if (this.#signal?.aborted) break;
        yield chunk;
      }
    } catch (error) {
      if (!(error instanceof UserProblem)) throw error;
      this.problem = error;
    } finally {
      this.#signal?.removeEventListener("abort", close);
      this.close();
    }
    if (this.#signal?.aborted) {
      this.problem = new UserProblem("interrupted", `'${this.name}': reading was stopped before its end`);
    }
  }

  close(): void {
    this.#stored.close();
  }

  async *#decompressed(): AsyncGenerator<Uint8Array, void, void> {
    const stored = this.#stored.chunks();
    const head = await gather(stored, MAGIC_BYTES);
    const compression = compressionOf(head);
    const whole = startingWith(head, stored);
    yield* asUtf8(compression ? decompress(this.name, whole, compression) : whole);
  }
}

/** The first chunks joined until they hold `atLeast` bytes, or all there are. One large chunk is not copied. */
export async function gather(chunks: AsyncIterator<Uint8Array>, atLeast: number): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < atLeast) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 && next.value.length >= atLeast ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

/** `head`, when there is any, and then `rest`. */
export async function* startingWith(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  if (head.length > 0) yield head;
  yield* rest;
}
