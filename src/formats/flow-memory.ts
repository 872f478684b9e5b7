// Hot: once per record of a flow export; measured by bench/log-formats.ts.
import { mix } from "../bytes/hash.ts";
import type { Parties } from "./parties.ts";

const SLOTS = 1 << 16;

/**
 * Remembers which ends lately sent to which, so that a record of the other direction is known as its answer. One slot a hash,
 * the newest wins: 512 KiB, whatever the input.
 */
export class FlowMemory {
  readonly #checks = new Int32Array(SLOTS);

  /** Whether the reverse of this record was told before. If not, the record itself is remembered. */
  isAnswer(parties: Parties): boolean {
    const { addresses, sourcePort, targetPort, transport } = parties;
    const source = hashEnd(addresses, 0, sourcePort);
    const target = hashEnd(addresses, 4, targetPort);
    const reverse = mix(mix(target, source), transport) | 1;
    if (this.#checks[reverse >>> 16] === (reverse | 0)) return true;
    const forward = mix(mix(source, target), transport) | 1;
    this.#checks[forward >>> 16] = forward;
    return false;
  }
}

function hashEnd(addresses: Uint32Array, at: number, port: number): number {
  const high = mix(addresses[at]!, addresses[at + 1]!);
  return mix(mix(high, addresses[at + 2]!), mix(addresses[at + 3]!, port));
}
