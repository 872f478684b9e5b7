import { type FlowTable, RECORD_SHIFT, TIMER } from "./flow-table.ts";

const BUCKETS = 512;

/**
 * Deadlines of flows, in ticks of the packet clock. A wheel of doubly linked lists threaded through the flow records
 * (words TIMER: next, previous, bucket). A deadline beyond the wheel comes up early; whoever takes it sets it again.
 */
export class TimerWheel {
  /** The next tick to be looked at. */
  cursor = 0;
  readonly #heads = new Int32Array(BUCKETS).fill(-1);
  readonly #flows: FlowTable;

  constructor(flows: FlowTable) {
    this.#flows = flows;
  }

  /** Sets the deadline of a flow that has none. */
  set(id: number, dueTick: number): void {
    const ahead = Math.min(Math.max(dueTick - this.cursor, 1), BUCKETS - 1);
    const bucket = (this.cursor + ahead) & (BUCKETS - 1);
    const at = (id << RECORD_SHIFT) + TIMER;
    const { words } = this.#flows;
    const next = this.#heads[bucket]!;
    words[at] = next;
    words[at + 1] = -1;
    words[at + 2] = bucket;
    if (next >= 0) words[(next << RECORD_SHIFT) + TIMER + 1] = id;
    this.#heads[bucket] = id;
  }

  /** Takes a flow's deadline away. */
  clear(id: number): void {
    const at = (id << RECORD_SHIFT) + TIMER;
    const { words } = this.#flows;
    const next = words[at]!;
    const previous = words[at + 1]!;
    if (next >= 0) words[(next << RECORD_SHIFT) + TIMER + 1] = previous;
    if (previous >= 0) words[(previous << RECORD_SHIFT) + TIMER] = next;
    else this.#heads[words[at + 2]!] = next;
  }

  /** Takes one flow whose time has come by `tick`, or returns -1. */
  take(tick: number): number {
    while (this.cursor <= tick) {
      const id = this.#heads[this.cursor & (BUCKETS - 1)]!;
      if (id >= 0) {
        this.clear(id);
        return id;
      }
      this.cursor++;
    }
    return -1;
  }
}
