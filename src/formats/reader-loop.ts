import type { MessagePort } from "node:worker_threads";
import { UserProblem } from "../bytes/problem.ts";
import type { Batch } from "../observations/batch.ts";
import { BatchPool } from "../observations/batch-pool.ts";
import { bytesOf, shapeOf, storeBatch } from "../observations/shared-batch.ts";
import { Tally } from "../observations/tally.ts";
import { formats } from "./index.ts";
import { type InputReader, openInput } from "./read-input.ts";
import { Control, type ReaderMessage, type ReadingOrder, SLOTS } from "./reader-link.ts";

/** Batches that are read before the first of them is taken. */
const AHEAD = 4;

/** Reads the input that was ordered to its end, and hands its batches over through the port as they are taken. */
export async function handOver(port: MessagePort, order: ReadingOrder): Promise<void> {
  const outbox = new Outbox(port, new Int32Array(order.control));
  const stopping = new AbortController();
  const { name, index, format, mixed, nowMs, zone } = order;
  const pool = new BatchPool();
  try {
    const reader = await openInput(name, index, { formats, format, mixed, pool, nowMs, zone, signal: stopping.signal });
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      if (!outbox.waitForRoom()) stopping.abort();
      outbox.send(batch, reader);
      reader.release(batch);
    }
    outbox.end(reader.tally, reader.bytesRead, reader.problem);
  } catch (error) {
    // It could be opened a moment ago.
    if (!(error instanceof UserProblem)) throw error;
    outbox.end(new Tally(), 0, error);
  }
}

class Outbox {
  readonly #port: MessagePort;
  readonly #control: Int32Array;
  readonly #memories: SharedArrayBuffer[] = [];
  #sent = 0;

  constructor(port: MessagePort, control: Int32Array) {
    this.#port = port;
    this.#control = control;
  }

  /** Waits until few enough batches are on their way; false when nothing more is wanted. */
  waitForRoom(): boolean {
    const control = this.#control;
    for (;;) {
      if (Atomics.load(control, Control.stop) !== 0) return false;
      const taken = Atomics.load(control, Control.taken);
      if (this.#sent - taken < AHEAD) return true;
      Atomics.wait(control, Control.taken, taken);
    }
  }

  send(batch: Batch, { tally, bytesRead }: InputReader): void {
    const shape = shapeOf(batch);
    const bytes = bytesOf(shape);
    const slot = this.#freeSlot();
    let memory = this.#memories[slot];
    const isNew = memory === undefined || memory.byteLength < bytes;
    if (isNew) {
      // A quarter more, so that the next batch, a little larger, fits as well.
      memory = new SharedArrayBuffer(slot < 0 ? bytes : Math.ceil(bytes * 1.25));
      if (slot >= 0) this.#memories[slot] = memory;
    }
    storeBatch(batch, memory!);
    if (slot >= 0) Atomics.store(this.#control, Control.slots + slot, 1);
    this.#sent++;
    this.#post({
      kind: "batch",
      slot,
      shape,
      records: tally.records,
      bytesRead,
      ...(isNew ? { memory: memory! } : {}),
    });
  }

  end({ records, rejected, firstMs, lastMs, rejects, gaps }: Tally, bytesRead: number, problem?: UserProblem): void {
    const told = problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } };
    this.#post({ kind: "end", records, rejected, firstMs, lastMs, rejects, gaps, bytesRead, ...told });
  }

  #freeSlot(): number {
    for (let slot = 0; slot < SLOTS; slot++) if (Atomics.load(this.#control, Control.slots + slot) === 0) return slot;
    return -1;
  }

  #post(message: ReaderMessage): void {
    this.#port.postMessage(message);
  }
}
