import type { Budget } from "./budget.ts";
import { costOf, type EarlySegment } from "./exchange.ts";
import type { Packet } from "./packet.ts";

/** Segments that wait at once, of all flows and of one flow. */
const MOST_SEGMENTS = 4096;
const MOST_OF_A_FLOW = 8;

/** Why a segment is in doubt. */
export const Doubt = {
  /** Its checksum is wrong. */
  wrongSum: 0,
  /** Its checksum is as a host leaves it to its network card. */
  halfSum: 1,
  /** It came in the SYN (TCP Fast Open, RFC 7413): servers that do not know the client leave it. */
  beforeAnswer: 2,
} as const;
export type Doubt = (typeof Doubt)[keyof typeof Doubt];

/** A segment, until the other end says whether it took it. */
export interface DoubtfulSegment extends EarlySegment {
  readonly sender: number;
  readonly doubt: Doubt;
}

/** What of one flow is in doubt. */
interface DoubtfulFlow {
  readonly segments: DoubtfulSegment[];
  /** The other end was seen to acknowledge: what it does not acknowledge, it did not take. */
  isHeard: boolean;
}

/**
 * Segments of clients that servers may drop: with a wrong checksum a scanner can make a sensor read what nobody else does.
 * They wait until the server acknowledges them or something else.
 */
export class Doubts {
  readonly #byFlow = new Map<number, DoubtfulFlow>();
  readonly #budget: Budget;
  #segments = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get isEmpty(): boolean {
    return this.#byFlow.size === 0;
  }

  /** Keeps the packet at hand, a segment of flow `id`. @returns false when there is no room for it. */
  hold(id: number, packet: Packet, sequence: number, start: number, length: number, doubt: Doubt): boolean {
    const flow = this.#byFlow.get(id) ?? { segments: [], isHeard: false };
    if (this.#segments >= MOST_SEGMENTS || flow.segments.length >= MOST_OF_A_FLOW) return false;
    const { atMs, position, sourceKey: sender } = packet;
    const bytes = packet.bytes.slice(start, Math.max(start, packet.transportEnd));
    const segment: DoubtfulSegment = { sequence, bytes, wireLength: length, atMs, position, sender, doubt };
    if (!this.#budget.take(costOf(segment))) return false;
    flow.segments.push(segment);
    this.#byFlow.set(id, flow);
    this.#segments++;
    return true;
  }

  /** Takes out those of flow `id` that its other end has acknowledged with all before `acknowledgement`. */
  takeAcknowledged(id: number, acknowledgement: number): readonly DoubtfulSegment[] {
    const flow = this.#byFlow.get(id);
    if (flow === undefined) return [];
    flow.isHeard = true;
    const taken = flow.segments.filter((each) => ((each.sequence + each.wireLength - acknowledgement) | 0) <= 0);
    for (const segment of taken) this.#remove(id, flow, segment);
    return taken;
  }

  /** Takes out all of flow `id`, which is over. */
  takeAll(id: number): DoubtfulFlow | undefined {
    const flow = this.#byFlow.get(id);
    if (flow === undefined) return undefined;
    const all = { segments: [...flow.segments], isHeard: flow.isHeard };
    for (const segment of all.segments) this.#remove(id, flow, segment);
    return all;
  }

  #remove(id: number, flow: DoubtfulFlow, segment: DoubtfulSegment): void {
    flow.segments.splice(flow.segments.indexOf(segment), 1);
    this.#segments--;
    this.#budget.take(-costOf(segment));
    if (flow.segments.length === 0) this.#byFlow.delete(id);
  }
}
