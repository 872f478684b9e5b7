// Hot: `sawOutbound`, once per observation of the home networks' own traffic.
import { formatAddress } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";

/** A host that, soon after an attempt on it, went where it had never gone. */
export interface Call {
  readonly host: string;
  readonly to: string;
  readonly port: number;
  readonly atMs: number;
  /** Time since the attempt. */
  readonly afterMs: number;
}

/** Attempts remembered at once, one per host; calls remembered, one per actor. */
const MOST_ATTEMPTS = 256;
const MOST_CALLS = 1024;
/** A fetch that an exploit causes follows within this time. */
const LONGEST_MS = 60_000;
/** A host that has gone to more places than this by itself goes to new ones all the time. */
const MOST_PLACES = 2;
const BITS = 1 << 18;
const HOSTS = 1 << 12;

/**
 * Watches for exploits that were answered out of band: the attacked server itself connects to an address it has never
 * spoken to, as it does when it loads a class, a script or a file that the exploit named.
 */
export class OutOfBand {
  readonly #attempts = new Map<number, { readonly actor: number; readonly atMs: number }>();
  readonly #calls = new Map<number, Call>();
  /** Pairs of host and destination that were seen; places of new ones by host. */
  readonly #seen = new Uint32Array(BITS / 32);
  readonly #places = new Uint16Array(HOSTS);

  /** The actor attempted an exploit on the target of `row`. */
  sawAttempt(actor: number, batch: Batch, row: number): void {
    const host = hashOf(batch.target, row * 4);
    if (host === unknownHost) return;
    this.#attempts.delete(host);
    if (this.#attempts.size >= MOST_ATTEMPTS) this.#attempts.delete(this.#attempts.keys().next().value!);
    this.#attempts.set(host, { actor, atMs: batch.atMs[row]! });
  }

  /** A host of home asked something outside. */
  sawOutbound(batch: Batch, row: number): void {
    const host = hashOf(batch.source, row * 4);
    const pair = mix(host, hashOf(batch.target, row * 4)) & (BITS - 1);
    const bit = 1 << (pair & 31);
    if ((this.#seen[pair >>> 5]! & bit) !== 0) return;
    this.#seen[pair >>> 5]! |= bit;
    const at = host & (HOSTS - 1);
    const places = this.#places[at]!;
    if (places > MOST_PLACES) return;
    this.#places[at] = places + 1;
    const attempt = this.#attempts.get(host);
    if (attempt !== undefined) this.#note(attempt, batch, row);
  }

  /** What a host did after this actor's attempt. */
  callAfter(actor: number): Call | undefined {
    return this.#calls.get(actor);
  }

  /** Where hosts have gone, for a state file: what is new stays so only once. */
  parts(): ArrayBufferView[] {
    return [this.#seen, this.#places];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([seen, places]: readonly Uint8Array[]): boolean {
    if (seen?.length !== this.#seen.byteLength || places?.length !== this.#places.byteLength) return false;
    new Uint8Array(this.#seen.buffer).set(seen);
    new Uint8Array(this.#places.buffer).set(places);
    return true;
  }

  forget(actor: number): void {
    this.#calls.delete(actor);
  }

  #note({ actor, atMs }: { readonly actor: number; readonly atMs: number }, batch: Batch, row: number): void {
    const afterMs = batch.atMs[row]! - atMs;
    if (afterMs < 0 || afterMs > LONGEST_MS || this.#calls.has(actor) || this.#calls.size >= MOST_CALLS) return;
    this.#calls.set(actor, {
      host: formatAddress(batch.source, row * 4),
      to: formatAddress(batch.target, row * 4),
      port: batch.targetPort[row]!,
      atMs: batch.atMs[row]!,
      afterMs,
    });
  }
}

function hashOf(words: Uint32Array, at: number): number {
  return mix(mix(words[at]!, words[at + 1]!), mix(words[at + 2]!, words[at + 3]!));
}

const unknownHost = hashOf(new Uint32Array(4), 0);
