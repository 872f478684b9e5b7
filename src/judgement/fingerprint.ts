// Hot: once per weighed guess; measured by bench/bench.ts.
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind, Known } from "../observations/vocabulary.ts";

/** What kind of fingerprint a row shows; the hash of it is never 0. */
const FingerprintKind = { none: 0, agent: 1, hello: 2, packet: 3 } as const;

/**
 * How the client of a row sent it, whatever it asked for and wherever it stood: a request by its user agent and the
 * order of its headers, a hello by its own fingerprint (JA4, SSH ident), a contact by its first packet. 0 when the input does not show it.
 *
 * Left out of the first packet's: the time to live (it tells the distance, and correlates with anything in one recording)
 * and the value of the segment size (it differs between IPv4 and IPv6 on one machine).
 */
export function fingerprintOf(batch: Batch, row: number): number {
  const { texts } = batch;
  const kind = batch.kind[row];
  if (kind === Kind.request)
    return named(FingerprintKind.agent, mix(texts.hashLow[batch.agent[row]!]!, texts.hashHigh[batch.detail[row]!]!));
  if (kind === Kind.hello) {
    const id = batch.detail[row]!;
    return id === 0 ? 0 : named(FingerprintKind.hello, texts.hashLow[id]!);
  }
  const known = batch.known[row]!;
  if (kind !== Kind.contact || (known & Known.tcp) === 0) return 0;
  const options = (known & Known.options) === 0 ? 0 : mix(batch.synOptions[row]!, batch.mss[row] === 0 ? 1 : 2);
  return named(FingerprintKind.packet, mix(mix(batch.window[row]!, batch.tcpFlags[row]!), options));
}

function named(kind: number, hash: number): number {
  return ((hash & ~3) | kind) >>> 0;
}

/** Fingerprints counted at once; a rarer one shares the count of another, which can only make it look more usual. */
const COUNTS = 1 << 14;

/** How many credible visitors send a fingerprint: what many of them send joins nobody to anybody. */
export class FingerprintUse {
  readonly counts = new Uint32Array(COUNTS);
  /** Visitors counted. */
  visitors = 0;

  count(fingerprint: number): void {
    if (fingerprint === 0) return;
    this.counts[mix(fingerprint, fingerprint) & (COUNTS - 1)]! += 1;
    this.visitors++;
  }

  /** The counts, for a state file. */
  parts(): Uint32Array[] {
    return [this.counts, Uint32Array.of(this.visitors)];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([counts, visitors]: readonly Uint8Array[]): boolean {
    if (counts?.length !== this.counts.byteLength || visitors?.length !== 4) return false;
    new Uint8Array(this.counts.buffer).set(counts);
    this.visitors = new DataView(visitors.buffer, visitors.byteOffset).getUint32(0, true);
    return true;
  }

  of(fingerprint: number): number {
    return this.counts[mix(fingerprint, fingerprint) & (COUNTS - 1)]!;
  }
}
