import type { Zone } from "../bytes/local-clock.ts";
import type { ProblemCode } from "../bytes/problem.ts";
import type { StoredShape } from "../observations/shared-batch.ts";
import type { RejectCount } from "../observations/tally.ts";

/** What a reading thread is told to do. */
export interface ReadingOrder {
  readonly name: string;
  readonly index: number;
  /** Id of the format, one of the program's own. */
  readonly format: string;
  readonly mixed: boolean;
  readonly nowMs: number;
  readonly zone: Zone;
  /** 32-bit cells that both sides look at: those of `Control`, then one for each slot, not 0 while its batch is in use. */
  readonly control: SharedArrayBuffer;
}

/** What the first cells of the shared control mean. */
export const Control = {
  /** Batches that the other side has taken so far. */
  taken: 0,
  /** Not 0 once nothing more is wanted. */
  stop: 1,
  /** The first slot. */
  slots: 2,
} as const;

/** Slots that are used again; a batch that finds none free gets memory of its own, for once. */
export const SLOTS = 256;

/** A batch, and how far reading has come with it. */
export interface BatchMessage {
  readonly kind: "batch";
  /** Its slot; -1 when its memory is not used again. */
  readonly slot: number;
  /** The memory of the slot, when it is not the one it had. */
  readonly memory?: SharedArrayBuffer;
  readonly shape: StoredShape;
  readonly records: number;
  readonly bytesRead: number;
}

/** The input has ended. */
export interface EndMessage {
  readonly kind: "end";
  readonly records: number;
  readonly rejected: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly rejects: ReadonlyMap<string, RejectCount>;
  readonly gaps: ReadonlyMap<string, number>;
  readonly bytesRead: number;
  readonly problem?: { readonly code: ProblemCode; readonly message: string };
}

export type ReaderMessage = BatchMessage | EndMessage;
