// Hot: once or twice per flow; measured by bench/captures.ts. The links lie apart from the flow records: to take a flow
// out touches its neighbours in time, whose records would not be in the cache.

const BUCKETS = 512;
/** Words of a flow's links; add them to `id << LINK_SHIFT`. */
const LINK_SHIFT = 1;
const NEXT = 0;
/** The previous flow, or, of the first in a bucket, -1 - bucket. */
const PREVIOUS = 1;

const SMALLEST_ROOM = 4096;

/**
 * Deadlines of flows, in ticks of the packet clock: a wheel of doubly linked lists. A deadline beyond the wheel comes up
 * early; whoever takes it sets it again.
 */
export class TimerWheel {
  /** The next tick to be looked at. */
  cursor = 0;
  readonly #heads = new Int32Array(BUCKETS).fill(-1);
  #links = new Int32Array(SMALLEST_ROOM << LINK_SHIFT);

  /** Sets the deadline of a flow that has none. */
  set(id: number, dueTick: number): void {
    const at = id << LINK_SHIFT;
    if (at >= this.#links.length) this.#grow(at);
    const links = this.#links;
    const ahead = dueTick - this.cursor;
    const bucket = (this.cursor + (ahead < 1 ? 1 : ahead < BUCKETS ? ahead : BUCKETS - 1)) & (BUCKETS - 1);
    const next = this.#heads[bucket]!;
    links[at + NEXT] = next;
    links[at + PREVIOUS] = -1 - bucket;
    if (next >= 0) links[(next << LINK_SHIFT) + PREVIOUS] = id;
    this.#heads[bucket] = id;
  }

  /** Takes a flow's deadline away. */
  clear(id: number): void {
    const links = this.#links;
    const at = id << LINK_SHIFT;
    const next = links[at + NEXT]!;
    const previous = links[at + PREVIOUS]!;
    if (next >= 0) links[(next << LINK_SHIFT) + PREVIOUS] = previous;
    if (previous >= 0) links[(previous << LINK_SHIFT) + NEXT] = next;
    else this.#heads[-1 - previous] = next;
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

  #grow(at: number): void {
    const links = new Int32Array(Math.max(this.#links.length * 2, at + 2));
    links.set(this.#links);
    this.#links = links;
  }
}
