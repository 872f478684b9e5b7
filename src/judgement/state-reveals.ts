import { z } from "zod";
import type { Reveals } from "./reveals.ts";

const whole = z.int().nonnegative();
const finite = z.number().refine(Number.isFinite);

/** What servers revealed and who was told, as a state file carries it. */
export const StoredReveals = z.object({
  /** Each with the hash that names place and words. */
  all: z.array(
    z.object({
      hash: finite,
      target: z.string().max(64),
      port: whole,
      transport: whole,
      service: z.string().max(64),
      text: z.string().max(65_536),
    }),
  ),
  /** Row of an actor, then for each telling an index into `all` and when that was. */
  told: z.array(z.object({ actor: z.int().positive(), tellings: z.array(z.tuple([whole, finite])) })),
});
export type StoredReveals = z.infer<typeof StoredReveals>;

export function storeReveals(reveals: Reveals): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(reveals.store()));
}

/** Takes what an earlier run stored; false when it is not what `storeReveals` writes. */
export function restoreReveals(bytes: Uint8Array, reveals: Reveals, actors: { readonly end: number }): boolean {
  try {
    const stored = StoredReveals.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const isSound = stored.told.every(
      ({ actor, tellings }) => actor < actors.end && tellings.every(([index]) => index < stored.all.length),
    );
    if (isSound) reveals.restore(stored);
    return isSound;
  } catch {
    return false;
  }
}
