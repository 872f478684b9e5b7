import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Transport } from "../observations/vocabulary.ts";
import type { SequentialTest } from "./sequential-test.ts";

/**
 * UDP services whose answers are far longer than what asks for them, by port (US-CERT, alert TA14-017A): QOTD, chargen, DNS,
 * portmap, NTP, NetBIOS, SNMP, CLDAP, SSDP, ARD, WS-Discovery, mDNS, CoAP, memcached.
 */
const amplifiers = new Set([17, 19, 53, 111, 123, 137, 161, 389, 1900, 3283, 3702, 5353, 5683, 11211]);
/** Who wants to know something asks once, and again when the answer is lost; nobody from this many ports. */
const REPEATS = 16;
/** Pairs of source and service counted at once; the earliest are forgotten first. */
const MOST_COUNTED = 4096;
const WHY = "asked the same over and over where answers are far longer: the source is likely forged, and their victim";

/**
 * Tells reflection abuse from scanning. Who floods a victim with other people's answers forges the victim's address and
 * repeats one short question; a scanner has its answer after one. What such a pair was given is taken back.
 */
export class Reflections {
  readonly #test: SequentialTest;
  readonly #counts = new Map<number, number>();

  constructor(test: SequentialTest) {
    this.#test = test;
  }

  /** Counts a repetition. @returns whether it is the one that makes a reflection of it. */
  isOneTooMany(batch: Batch, row: number, what: number): boolean {
    if (batch.transport[row] !== Transport.udp || !amplifiers.has(batch.targetPort[row]!)) return false;
    const target = mix(batch.target[row * 4 + 2]!, batch.target[row * 4 + 3]!);
    const counts = this.#counts;
    const key = mix(mix(this.#test.actor, what), target);
    const count = (counts.get(key) ?? 1) + 1;
    if (count === 2 && counts.size >= MOST_COUNTED) counts.delete(counts.keys().next().value!);
    counts.set(key, count);
    return count === REPEATS;
  }

  /** Takes back what a pair was given. */
  excuse(batch: Batch, row: number, slot: number, weight: number): void {
    const test = this.#test;
    test.enter(batch, row, -weight, WHY);
    test.takeBack(weight);
    test.memory.setWeight(slot, 0);
  }
}
