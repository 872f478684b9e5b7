import { Worker } from "node:worker_threads";
import { UserProblem } from "../bytes/problem.ts";
import { Batch } from "../observations/batch.ts";
import { viewBatch } from "../observations/shared-batch.ts";
import { Tally } from "../observations/tally.ts";
import type { Format } from "./format.ts";
import type { InputOptions, Reader } from "./read-input.ts";
import { type BatchMessage, Control, type ReaderMessage, type ReadingOrder, SLOTS } from "./reader-link.ts";

/** What is known of an input before it is read. */
export interface FoundInput {
  readonly name: string;
  readonly index: number;
  readonly format: Format;
  readonly sizeBytes: number | undefined;
}

/** One input that a thread of its own reads, while this one judges. Its batches are the same as without that thread. */
export class ThreadedReader implements Reader {
  readonly name: string;
  readonly format: Format;
  readonly sizeBytes: number | undefined;
  readonly tally = new Tally();
  bytesRead = 0;
  problem: UserProblem | undefined;
  readonly #index: number;
  readonly #control = new Int32Array(new SharedArrayBuffer((Control.slots + SLOTS) * 4));
  readonly #worker: Worker;
  readonly #signal: AbortSignal | undefined;
  readonly #memories: SharedArrayBuffer[] = [];
  /** Slots of the batches that are in use. */
  readonly #slots = new Map<Batch, number>();
  readonly #free: Batch[] = [];
  readonly #waiting: BatchMessage[] = [];
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor({ name, index, format, sizeBytes }: FoundInput, options: InputOptions) {
    const { nowMs, zone = 0, signal } = options;
    this.name = name;
    this.format = format;
    this.sizeBytes = sizeBytes;
    this.#index = index;
    this.#signal = signal;
    const control = this.#control.buffer as SharedArrayBuffer;
    const order: ReadingOrder = {
      name,
      index,
      format: format.id,
      mixed: options.format === undefined,
      nowMs,
      zone,
      control,
    };
    // Run from its sources, the program is TypeScript; built, it is JavaScript.
    const file = import.meta.url.endsWith(".ts") ? "./reader-thread.ts" : "./reader-thread.js";
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: order });
    this.#worker.on("message", (message: ReaderMessage) => this.#take(message));
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => {
      if (!this.#ended) this.#fail(new Error(`the thread that reads '${name}' ended before its input`));
    });
    signal?.addEventListener("abort", this.#stop, { once: true });
    if (signal?.aborted) this.#stop();
  }

  async next(): Promise<Batch | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const { slot, shape, memory } = this.#waiting.shift()!;
    Atomics.add(this.#control, Control.taken, 1);
    Atomics.notify(this.#control, Control.taken);
    if (slot >= 0 && memory !== undefined) this.#memories[slot] = memory;
    const batch = this.#free.pop() ?? new Batch(0);
    viewBatch(batch, memory ?? this.#memories[slot]!, shape);
    batch.input = this.#index;
    this.#slots.set(batch, slot);
    return batch;
  }

  release(batch: Batch): void {
    const slot = this.#slots.get(batch)!;
    this.#slots.delete(batch);
    this.#free.push(batch);
    if (slot >= 0) Atomics.store(this.#control, Control.slots + slot, 0);
  }

  close(): void {
    this.#stop();
    this.#signal?.removeEventListener("abort", this.#stop);
    if (!this.#ended) void this.#worker.terminate();
    this.#ended = true;
  }

  readonly #stop = (): void => {
    Atomics.store(this.#control, Control.stop, 1);
    Atomics.notify(this.#control, Control.taken);
  };

  #take(message: ReaderMessage): void {
    this.bytesRead = message.bytesRead;
    this.tally.records = message.records;
    if (message.kind === "batch") this.#waiting.push(message);
    else {
      const { tally } = this;
      tally.rejected = message.rejected;
      tally.firstMs = message.firstMs;
      tally.lastMs = message.lastMs;
      for (const [reason, count] of message.rejects) tally.rejects.set(reason, count);
      for (const [what, count] of message.gaps) tally.gaps.set(what, count);
      if (message.problem !== undefined) this.problem = new UserProblem(message.problem.code, message.problem.message);
      this.#ended = true;
    }
    this.#wakeUp();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
