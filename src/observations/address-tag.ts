import { mix } from "../bytes/hash.ts";

/** What stands for an address, in words of a batch, in a question's `sequence` column; never 0. */
export function addressTag(w0: number, w1: number, w2: number, w3: number): number {
  return mix(mix(w0, w1), mix(w2, w3)) || 1;
}
