import type { EarlySegment } from "./exchange.ts";
import type { Packet } from "./packet.ts";

/** Segments that wait at once, of all flows, of one flow, and their bytes. */
const MOST_SEGMENTS = 4096;
const MOST_OF_A_FLOW = 8;
const MOST_BYTES = 4 * 1024 * 1024;

/** A segment with a wrong checksum, until the other end says whether it took it. */
export interface DoubtfulSegment extends EarlySegment {
  readonly sender: number;
  readonly isOffloaded: boolean;
}

/** What of one flow is in doubt. */
interface Doubt {
  readonly segments: DoubtfulSegment[];
  /** The other end was seen to acknowledge: what it does not acknowledge, it did not take. */
  isHeard: boolean;
}

/**
 * Segments whose checksum is wrong, with which a scanner can make a sensor read what the server drops. They wait until the
 * server acknowledges them (its host left the sum to the network card, or somebody rewrote addresses) or something else.
 */
export class Doubts {
  readonly #byFlow = new Map<number, Doubt>();
  #segments = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#byFlow.size === 0;
  }

  /** Keeps the packet at hand, a segment of flow `id`. @returns false when there is no room for it. */
  hold(id: number, packet: Packet, sequence: number, start: number, length: number, isOffloaded: boolean): boolean {
    const end = Math.max(start, packet.transportEnd);
    if (this.#segments >= MOST_SEGMENTS || this.#bytes + end - start > MOST_BYTES) return false;
    const doubt = this.#byFlow.get(id) ?? { segments: [], isHeard: false };
    if (doubt.segments.length >= MOST_OF_A_FLOW) return false;
    const { atMs, position, sourceKey: sender } = packet;
    const bytes = packet.bytes.slice(start, end);
    doubt.segments.push({ sequence, bytes, wireLength: length, atMs, position, sender, isOffloaded });
    this.#byFlow.set(id, doubt);
    this.#segments++;
    this.#bytes += bytes.length;
    return true;
  }

  /** Takes out those of flow `id` that its other end has acknowledged with all before `acknowledgement`. */
  takeAcknowledged(id: number, acknowledgement: number): readonly DoubtfulSegment[] {
    const doubt = this.#byFlow.get(id);
    if (doubt === undefined) return [];
    doubt.isHeard = true;
    const taken = doubt.segments.filter((each) => ((each.sequence + each.wireLength - acknowledgement) | 0) <= 0);
    for (const segment of taken) this.#remove(id, doubt, segment);
    return taken;
  }

  /** Takes out all of flow `id`, which is over. */
  takeAll(id: number): Doubt | undefined {
    const doubt = this.#byFlow.get(id);
    if (doubt === undefined) return undefined;
    const all = { segments: [...doubt.segments], isHeard: doubt.isHeard };
    for (const segment of all.segments) this.#remove(id, doubt, segment);
    return all;
  }

  #remove(id: number, doubt: Doubt, segment: DoubtfulSegment): void {
    doubt.segments.splice(doubt.segments.indexOf(segment), 1);
    this.#segments--;
    this.#bytes -= segment.bytes.length;
    if (doubt.segments.length === 0) this.#byFlow.delete(id);
  }
}
