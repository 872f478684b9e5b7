import type { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import type { Budget } from "../budget.ts";
import type { Exchange } from "../exchange.ts";
import type { PendingRequests } from "../pending-requests.ts";
import type { TlsSecrets } from "./tls-secrets.ts";

export const CLIENT = 0;
export const SERVER = 1;
/** Who sent bytes: the flow's initiator or its responder. */
export type Side = typeof CLIENT | typeof SERVER;

/** What `recognise` found. */
export const Recognition = { no: 0, yes: 1, moreBytesNeeded: 2 } as const;
export type Recognition = (typeof Recognition)[keyof typeof Recognition];

/** `read` returns this when nothing further in the flow is of interest. */
export const FINISHED = -1;
/** `read` returns this when the bytes are not of this protocol after all: the others are asked again. */
export const NOT_MINE = -2;

/** Where conversations write what they learned. */
export interface Narrator {
  readonly batch: Batch;
  readonly tally: Tally;
  /** Number of the chunk at hand: `batch` and its texts stay the same within one. */
  readonly chunk: number;
  readonly requests: PendingRequests;
  /** Session keys that are known. */
  readonly secrets: TlsSecrets;
  /** Memory for opened streams and header tables. */
  readonly budget: Budget;
  /** Every protocol that is read, for what one of them carries. */
  readonly protocols: readonly Protocol[];
  /** Adds a row with source, target, ports and transport of the exchange's flow; the source is the client. */
  startRow(exchange: Exchange, kind: number, atMs: number, position: number): number;
}

/**
 * One protocol's reading of one flow: it gets what each side sent, in order, and writes rows. It may not keep the bytes it
 * is shown. Conversations are reused: `begin` makes one as new.
 */
export interface Conversation {
  begin(exchange: Exchange, narrator: Narrator): void;
  /**
   * Takes `bytes[start, end)`, which `side` sent next.
   * @returns how many of them were taken: fewer, and the rest comes again with what follows; more, and that many further
   * bytes of this side's stream are skipped unseen; or FINISHED, or NOT_MINE.
   */
  read(side: Side, bytes: Uint8Array, start: number, end: number): number;
  /**
   * `length` bytes of `side` were not captured; the next ones begin at the start of a segment. `bytes[0, end)` is what
   * was not taken of those before the hole.
   */
  missed(side: Side, length: number, bytes: Uint8Array, end: number): void;
  /** `side` sends no more. `bytes[0, end)` was not taken. */
  finished(side: Side, bytes: Uint8Array, end: number): void;
  /** Nothing came for a minute: what waits for an answer is told without. */
  waitedLong(): void;
  /** The flow is over. */
  close(): void;
}

/** A protocol: one file, its samples beside its test, one line in conversations/index.ts. */
export interface Protocol {
  readonly id: string;
  /** Bytes that either side's first words may begin with: only then is it asked. Absent where any may. */
  readonly beginnings?: readonly number[];
  /**
   * Whether the first words of `side`, `bytes[start, end)`, are of this protocol. Goes by content; ports only tell apart
   * what looks the same. The other side's first words, if they came before, were of no known protocol.
   */
  recognise(exchange: Exchange, side: Side, bytes: Uint8Array, start: number, end: number): Recognition;
  open(): Conversation;
}
