// Hot: once per 256 KiB; measured by bench/read.ts.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UserProblem } from "./problem.ts";

/** Large enough that calls cost nothing, small enough that a chunk is still in the processor's cache when decoded. */
export const CHUNK_BYTES = 256 * 1024;

/** How often the event loop gets a turn (signals, a progress bar) while a plain file is read. */
const BYTES_BETWEEN_TURNS = 16 * CHUNK_BYTES;

/** Bytes as they are stored: not yet decompressed. */
export interface StoredBytes {
  /** Length of a regular file when it was opened; undefined for pipes and devices. */
  readonly sizeBytes: number | undefined;
  /** When a regular file was last written to. */
  readonly modifiedMs: number | undefined;
  /** Bytes handed out so far. */
  readonly bytesRead: number;
  /** A chunk may be overwritten once the next one is asked for. Throws a `UserProblem` when reading fails. */
  chunks(): AsyncGenerator<Uint8Array, void, void>;
  /** Ends `chunks` too, also while it waits. */
  close(): void;
}

/**
 * Opens a path, or standard input for `-`. Regular files are read with blocking calls into one buffer: from the page
 * cache that takes a third of the processor time of non-blocking reads (measured: 60 against 160 ms for 500 MB), and the
 * kernel reads ahead by itself. Pipes and devices are read as streams.
 * @throws UserProblem when it cannot be opened or is a directory
 */
export async function openStored(name: string, stdin?: Readable): Promise<StoredBytes> {
  try {
    if (name === "-") {
      if (stdin) return new Piped(name, stdin);
      return fstatSync(0).isFile() ? new RegularFile(name, 0) : new Piped(name, process.stdin);
    }
    const stats = await stat(name);
    if (stats.isDirectory()) {
      throw new UserProblem("input-is-directory", `cannot read '${name}': it is a directory; name the files in it`);
    }
    if (!stats.isFile()) return new Piped(name, createReadStream(name, { highWaterMark: CHUNK_BYTES }));
    return new RegularFile(name, openSync(name, "r"));
  } catch (error) {
    throw asProblem(name, error);
  }
}

class RegularFile implements StoredBytes {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  bytesRead = 0;
  readonly #name: string;
  readonly #descriptor: number;
  #isOpen = true;

  constructor(name: string, descriptor: number) {
    this.#name = name;
    this.#descriptor = descriptor;
    const stats = fstatSync(descriptor);
    this.sizeBytes = stats.size;
    this.modifiedMs = stats.mtimeMs;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    // A file that grows is read to the length it has when its first length is reached, so a fast writer cannot keep us
    // here for ever. Files that claim no length (/proc) are read to their end.
    let limit = this.sizeBytes === 0 ? Number.POSITIVE_INFINITY : this.sizeBytes;
    let extended = false;
    let turnAt = BYTES_BETWEEN_TURNS;
    while (this.#isOpen) {
      if (this.bytesRead >= limit) {
        if (extended) return;
        extended = true;
        limit = fstatSync(this.#descriptor).size;
        if (this.bytesRead >= limit) return;
      }
      const length = this.#read(buffer, Math.min(buffer.length, limit - this.bytesRead));
      if (length === 0) return;
      this.bytesRead += length;
      yield length === buffer.length ? buffer : buffer.subarray(0, length);
      if (this.bytesRead >= turnAt) {
        turnAt = this.bytesRead + BYTES_BETWEEN_TURNS;
        await nextTurn();
      }
    }
  }

  #read(buffer: Uint8Array, length: number): number {
    try {
      return readSync(this.#descriptor, buffer, 0, length, null);
    } catch (error) {
      throw asProblem(this.#name, error);
    }
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

class Piped implements StoredBytes {
  readonly sizeBytes = undefined;
  readonly modifiedMs = undefined;
  bytesRead = 0;
  readonly #name: string;
  readonly #stream: Readable;
  #isOpen = true;

  constructor(name: string, stream: Readable) {
    this.#name = name;
    this.#stream = stream;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
        this.bytesRead += chunk.length;
        for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield chunk.subarray(at, at + CHUNK_BYTES);
      }
    } catch (error) {
      if (this.#isOpen) throw asProblem(this.#name, error);
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#stream.destroy();
  }
}

/** What the operating system said, in words for the user; anything that is not its error is ours and passes through. */
function asProblem(name: string, error: unknown): unknown {
  if (error instanceof UserProblem || !(error instanceof Error) || !("code" in error) || !("syscall" in error)) {
    return error;
  }
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return new UserProblem("input-missing", `cannot read '${name}': there is no such file`, { cause: error });
    case "EACCES":
    case "EPERM":
      return new UserProblem("input-forbidden", `cannot read '${name}': you may not read it`, { cause: error });
    case "EISDIR":
      return new UserProblem("input-is-directory", `cannot read '${name}': it is a directory; name the files in it`, {
        cause: error,
      });
    case "EMFILE":
    case "ENFILE":
      return new UserProblem("input-unreadable", `cannot read '${name}': too many files are open at once`, {
        cause: error,
      });
    default:
      return new UserProblem("input-unreadable", `cannot read '${name}': ${String(error.code)} (${error.syscall})`, {
        cause: error,
      });
  }
}
