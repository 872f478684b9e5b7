/** Ticks of the packet clock in a second. */
export const TICKS_PER_SECOND = 8;
const MS_PER_TICK = 1000 / TICKS_PER_SECOND;
/** Every deadline is nearer than this, so a longer pause (or a broken time stamp) counts as this much. */
const LONGEST_PAUSE_MS = 3_600_000;
/** Packets of several interfaces are this far out of order at most; an earlier time is a clock that was set back. */
const DISORDER_MS = 60_000;

/**
 * Time as the packets tell it, for deadlines: it never runs backwards, small disorder does not make it run faster, and
 * one broken time stamp does not stop it for good.
 */
export class PacketClock {
  tick = 0;
  #elapsedMs = 0;
  #latestMs = Number.NaN;

  /** Takes the time of a packet. */
  see(atMs: number): void {
    const pause = atMs - this.#latestMs;
    if (pause >= 0) {
      this.#elapsedMs += pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS;
      this.tick = (this.#elapsedMs / MS_PER_TICK) | 0;
    } else if (pause > -DISORDER_MS) return;
    this.#latestMs = atMs;
  }
}
