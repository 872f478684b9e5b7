import { z } from "zod";
import type { Check, Knowledge } from "../knowledge/types.ts";
import { ActorFlag, type ActorTable, Tallied } from "./actor-table.ts";
import { classes } from "./classes.ts";
import { type Dossiers, stageIds } from "./dossier.ts";
import { joinedOrder, type PathOrder, pathOrderOf } from "./path-order.ts";

/** Dossiers written at most, and the most telling checks of each. Rows of evidence are not carried: they stand in earlier inputs. */
const MOST_STORED = 8192;
const MOST_CHECKS_EACH = 48;
const MOST_TARGETS_EACH = 256;

const finite = z.number().refine(Number.isFinite);
const StoredCheck = z.object({
  id: z.string().max(80),
  product: z.string().max(200),
  cpe: z.string().max(200).optional(),
  intent: z.enum(["probe", "exploit"]),
  knownExploited: z.boolean(),
  isShape: z.boolean().optional(),
});

const PathOrderSchema: z.ZodType<PathOrder> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("list"),
    name: z.string().max(80),
    entries: z.int().positive(),
    from: z.int().nonnegative(),
    reached: z.int().nonnegative(),
  }),
  z.object({ kind: z.literal("sorted"), first: z.string().max(400), last: z.string().max(400) }),
]);

/** What is carried of one dossier. */
export const StoredDossier = z.object({
  actor: z.int().positive(),
  /** Whether the scan that it tells of is over: another may follow in the next line. */
  isOver: z.boolean(),
  /** Times of that scan, see `Dossier`. */
  firstMs: finite,
  lastMs: finite,
  entered: z.int().nonnegative(),
  /** First and last time of each stage, milliseconds since the Unix epoch; 0 when it was not seen. */
  times: z.array(finite).length(2 * stageIds.length),
  classes: z.array(z.tuple([z.int().nonnegative().lt(classes.length), z.int().nonnegative()])),
  checks: z.array(
    z.object({ check: StoredCheck, count: finite, answered: finite, share: finite, firstMs: finite, lastMs: finite }),
  ),
  tools: z.array(z.object({ name: z.string().max(80), weight: finite, because: z.string().max(400) })),
  targets: z.array(z.int()).max(MOST_TARGETS_EACH + 1),
  order: PathOrderSchema.optional(),
});
export type StoredDossier = z.infer<typeof StoredDossier>;

/** The most suspicious actors' dossiers, as JSON lines. */
export function storeDossiers(
  dossiers: Dossiers,
  actors: ActorTable,
  knowledge: Pick<Knowledge, "listProgressOf">,
): Uint8Array {
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    const isTelling = actors.is(row, ActorFlag.decided | ActorFlag.attempted) || actors.rank(row) > 0;
    if (actors.get(row, Tallied.prefixLength) !== 0 && isTelling && dossiers.allOf(row).length > 0) rows.push(row);
  }
  rows.sort((a, b) => actors.rank(b) - actors.rank(a) || a - b);
  const lines = rows.slice(0, MOST_STORED).flatMap((actor) =>
    dossiers.allOf(actor).map((dossier) => {
      const stored = dossier.store();
      const checks = stored.checks
        .sort((a, b) => b.answered - a.answered || b.share - a.share || b.count - a.count)
        .slice(0, MOST_CHECKS_EACH);
      const isOver = dossier !== dossiers.get(actor);
      const order = joinedOrder(dossier.orderBefore, pathOrderOf(dossier.ledger, knowledge));
      return JSON.stringify({ actor, isOver, ...stored, checks, order } satisfies StoredDossier);
    }),
  );
  return new TextEncoder().encode(lines.join("\n"));
}

/** Takes dossiers of an earlier run; false when they are not what `storeDossiers` writes. */
export function restoreDossiers(bytes: Uint8Array, dossiers: Dossiers, actors: ActorTable): boolean {
  if (bytes.length === 0) return true;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    let stored: StoredDossier;
    try {
      stored = StoredDossier.parse(JSON.parse(line));
    } catch {
      return false;
    }
    if (stored.actor >= actors.end) return false;
    const checks = stored.checks.map((each) => ({ ...each, check: each.check as Check }));
    dossiers.of(stored.actor, actors).restore({ ...stored, checks });
    if (stored.isOver) dossiers.close(stored.actor, true, stored.firstMs, stored.lastMs);
  }
  return true;
}
