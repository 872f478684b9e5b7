import { ARRAY_BYTES } from "./budget.ts";
import type { Conversation } from "./conversations/conversation.ts";

const EMPTY = new Uint8Array(0);
/** The fields of a segment, and its place in a list. */
const FIELDS_BYTES = 128;

/** A segment that came before the one it follows. */
export interface EarlySegment {
  readonly sequence: number;
  /** Captured bytes, copied. */
  readonly bytes: Uint8Array;
  /** Bytes on the wire; more than captured when the capture cut it short. */
  readonly wireLength: number;
  readonly atMs: number;
  readonly position: number;
}

/** What a segment that waits takes of the budget, its fields included. */
export function costOf({ bytes }: EarlySegment): number {
  return bytes.length + ARRAY_BYTES + FIELDS_BYTES;
}

/** What is held of one end's stream. */
export class HalfStream {
  /** Bytes that the conversation did not take yet, `carry[0, carried)`. */
  carry: Uint8Array = EMPTY;
  carried = 0;
  /** Time and position of the packet in which `carry` begins. */
  carryAtMs = 0;
  carryPosition = 0;
  /** Segments beyond a hole, by sequence number. */
  early: EarlySegment[] = [];
  /** Segments that no protocol recognised. */
  strange = 0;

  reset(): void {
    this.carry = EMPTY;
    this.carried = 0;
    if (this.early.length > 0) this.early = [];
    this.strange = 0;
  }
}

/** The two streams of a flow and whoever reads them. Reused from flow to flow. */
export class Exchange {
  /** Its number; never 0. */
  readonly number: number;
  flow = -1;
  conversation: Conversation | null = null;
  /** Number of the conversation's protocol in the list. */
  protocol = 0;
  /** What end 0 and end 1 sent. */
  readonly halves: readonly [HalfStream, HalfStream] = [new HalfStream(), new HalfStream()];
  /** Ends that have sent data: bit 1 the client, bit 2 the server. */
  spoken = 0;
  /** Whether the beginning of the flow was seen. */
  fromBeginning = false;
  serverPort = 0;
  clientPort = 0;
  /** Time and position of the packet in which the bytes at hand begin. */
  atMs = 0;
  position = 0;

  constructor(number: number) {
    this.number = number;
  }

  reset(flow: number): void {
    this.flow = flow;
    this.conversation = null;
    this.halves[0].reset();
    this.halves[1].reset();
    this.spoken = 0;
  }
}
