import type { Readable } from "node:stream";
import { isMoment } from "../bytes/calendar.ts";
import type { Zone } from "../bytes/local-clock.ts";
import { UserProblem } from "../bytes/problem.ts";
import { type ByteInput, openBytes } from "../bytes/read-bytes.ts";
import type { Batch } from "../observations/batch.ts";
import type { BatchPool } from "../observations/batch-pool.ts";
import type { BatchSource } from "../observations/merge.ts";
import { NO_MOMENT, Tally } from "../observations/tally.ts";
import type { TlsSecrets } from "../wire/conversations/tls-secrets.ts";
import type { DecodeContext, Decoder, Format } from "./format.ts";
import { openBody } from "./input-body.ts";
import { OtherReaders } from "./other-readers.ts";
import { formatNamed, recognise } from "./recognise.ts";
import { ThreadedReader } from "./threaded-reader.ts";

/** A batch is handed on once it holds this many rows: whatever comes after works on columns that fit the cache. */
const ENOUGH_ROWS = 2048;

/** An input at least this large is worth a thread of its own: one takes some 0.3 s to start and to get warm. */
const WORTH_A_THREAD_BYTES = 256 * 1024 * 1024;

export interface InputOptions {
  /** All formats to choose from. */
  readonly formats: readonly Format[];
  /** Id of the format that every input is written in; recognised by content when absent. */
  readonly format?: string | undefined;
  /** Whether lines of other formats in the same file are read as well. Default: yes, unless `format` is given. */
  readonly mixed?: boolean;
  /** Where batches come from and go back to; one for all inputs. */
  readonly pool: BatchPool;
  /** What time it is, milliseconds since the Unix epoch: dates without a year from a pipe are placed before it. */
  readonly nowMs: number;
  /** Zone of time stamps that state none. Default: UTC. */
  readonly zone?: Zone;
  /** Session keys that open TLS streams of captures. */
  readonly secrets?: TlsSecrets;
  readonly signal?: AbortSignal;
  /** What `-` reads. Default: the process's standard input. */
  readonly stdin?: Readable;
  /** Most large files that are read by a thread of their own. Default 0. */
  readonly readingThreads?: number;
}

/** One input being read. */
export interface Reader extends BatchSource {
  readonly name: string;
  readonly format: Format;
  readonly tally: Tally;
  /** Length as stored; undefined for pipes and devices. */
  readonly sizeBytes: number | undefined;
  /** Bytes taken from the file or pipe so far, before decompression. */
  readonly bytesRead: number;
  /** Why reading ended before the input did; undefined when all is well. */
  readonly problem: UserProblem | undefined;
  close(): void;
}

/** One input being read by this thread. */
export class InputReader implements Reader {
  readonly name: string;
  readonly format: Format;
  readonly tally: Tally;
  readonly #index: number;
  readonly #bytes: ByteInput;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder: Decoder;
  readonly #pool: BatchPool;
  #ended = false;

  constructor(
    bytes: ByteInput,
    chunks: AsyncIterator<Uint8Array>,
    format: Format,
    index: number,
    options: InputOptions,
  ) {
    this.name = bytes.name;
    this.format = format;
    this.tally = new Tally();
    this.#index = index;
    this.#bytes = bytes;
    this.#chunks = chunks;
    this.#pool = options.pool;
    const context: DecodeContext = {
      tally: this.tally,
      referenceMs: bytes.modifiedMs ?? options.nowMs,
      zone: options.zone ?? 0,
      ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    };
    const isMixed = options.mixed ?? options.format === undefined;
    const others = isMixed ? { others: new OtherReaders(options.formats, format, context) } : {};
    this.#decoder = format.open({ ...context, ...others });
  }

  get sizeBytes(): number | undefined {
    return this.#bytes.sizeBytes;
  }

  get bytesRead(): number {
    return this.#bytes.bytesRead;
  }

  get problem(): UserProblem | undefined {
    return this.#bytes.problem;
  }

  /** The next batch of observations, not empty; undefined at the end. It is the caller's until `release`. */
  async next(): Promise<Batch | undefined> {
    const batch = this.#pool.take();
    batch.input = this.#index;
    while (!this.#ended && batch.length < ENOUGH_ROWS) {
      const chunk = await this.#chunks.next();
      if (chunk.done) {
        this.#decoder.end(batch);
        this.#ended = !this.#decoder.hasMore;
      } else this.#decoder.decode(chunk.value, batch);
    }
    if (batch.length === 0) {
      this.#pool.release(batch);
      return undefined;
    }
    tallyTimes(batch, this.tally);
    return batch;
  }

  release(batch: Batch): void {
    this.#pool.release(batch);
  }

  close(): void {
    this.#ended = true;
    this.#bytes.close();
  }
}

/** Times of the earliest and latest row, told once a batch. What is no moment at all must not reach the merge. */
function tallyTimes(batch: Batch, tally: Tally): void {
  const { atMs, length } = batch;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    let at = atMs[row]!;
    if (!isMoment(at)) {
      tally.gap(NO_MOMENT);
      at = row > 0 ? atMs[row - 1]! : tally.lastMs || 0;
      atMs[row] = at;
    }
    if (at < firstMs) firstMs = at;
    if (at > lastMs) lastMs = at;
  }
  if (firstMs > lastMs) return;
  tally.sawTime(firstMs);
  tally.sawTime(lastMs);
}

/**
 * Opens one input and finds out how it is written. `index` is its place among all inputs.
 * @throws UserProblem when it cannot be opened, is empty, or is in no known format
 */
export async function openInput(name: string, index: number, options: InputOptions): Promise<InputReader> {
  const bytes = await openBytes(name, options);
  try {
    const given = options.format ? formatNamed(options.format, options.formats) : undefined;
    const { head, chunks } = await openBody(bytes.chunks(), given ? [given] : options.formats);
    if (head.length === 0) throw bytes.problem ?? new UserProblem("input-empty", `'${name}' is empty`);
    const format = given ?? recognise(head, options.formats, name);
    return new InputReader(bytes, chunks, format, index, options);
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Inputs that could be opened, and what was wrong with the others. */
export interface OpenedInputs {
  readonly readers: readonly Reader[];
  readonly problems: readonly { readonly name: string; readonly problem: UserProblem }[];
}

/**
 * Opens all inputs, so that one which cannot be read does not keep the others from being reported. `batch.input` is the
 * place of a reader in `readers`.
 * @throws UserProblem `format-unknown`: that is one mistake, not one for each input
 */
export async function openInputs(names: readonly string[], options: InputOptions): Promise<OpenedInputs> {
  if (options.format) formatNamed(options.format, options.formats);
  const readers: Reader[] = [];
  const problems: { name: string; problem: UserProblem }[] = [];
  let threads = options.secrets === undefined ? (options.readingThreads ?? 0) : 0;
  for (const name of names) {
    try {
      const reader = await openInput(name, readers.length, options);
      const isThreaded = threads > 0 && (reader.sizeBytes ?? 0) >= WORTH_A_THREAD_BYTES;
      readers.push(isThreaded ? handOver(reader, readers.length, options) : reader);
      if (isThreaded) threads--;
    } catch (error) {
      if (!(error instanceof UserProblem)) throw error;
      problems.push({ name, problem: error });
    }
  }
  return { readers, problems };
}

/** Lets a thread read what was opened here to find out how it is written. */
function handOver(reader: InputReader, index: number, options: InputOptions): Reader {
  const { name, format, sizeBytes } = reader;
  reader.close();
  return new ThreadedReader({ name, index, format, sizeBytes }, options);
}
