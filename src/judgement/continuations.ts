import type { Knowledge } from "../knowledge/types.ts";
import type { Scanner } from "./handover-parties.ts";
import { type Handover, LONGEST_DELAY_MS } from "./handovers.ts";
import { joinedOrder, type PathOrder, pathOrderOf } from "./path-order.ts";

type ListOrder = Extract<PathOrder, { readonly kind: "list" }>;

/** A scan that follows a word list. */
interface Reader {
  readonly scanner: Scanner;
  readonly order: ListOrder;
}

/** Entries by which the place where one stopped and the place where another began may differ: several connections overtake each other. */
const GAP = 16;
/** Whoever begins within this of a list's start begins at its start: most do. */
const START = 64;

/**
 * Scans that go on in a word list where another source had stopped: one scan whose source changed. By chance a scan that does
 * not begin at the start begins there with the share of the list that counts as the same place.
 */
export function findContinuations(
  scanners: readonly Scanner[],
  knowledge: Pick<Knowledge, "listProgressOf">,
): Handover[] {
  const readers = scanners.flatMap((scanner): Reader[] => {
    const { dossier } = scanner;
    if (scanner.share < 1 || !dossier.hasAskedWeb) return [];
    const order = joinedOrder(dossier.orderBefore, pathOrderOf(dossier.ledger, knowledge));
    return order?.kind === "list" ? [{ scanner, order }] : [];
  });
  const lists = Map.groupBy(readers, ({ order }) => order.name);
  const links = [...lists.values()].flatMap((alike) => alike.flatMap((reader) => linkTo(reader, alike) ?? []));
  const before = new Map(links.map((link) => [link.follower, link]));
  return links.map((link) => ({ ...link, ...firstOf(link, before) }));
}

function linkTo({ scanner: { row, firstMs }, order }: Reader, alike: readonly Reader[]): Handover | undefined {
  if (order.from < START) return undefined;
  const stopped = alike.filter(({ scanner, order: { reached } }) => {
    const delayMs = firstMs - scanner.lastMs;
    const isInTime = delayMs > -60_000 && delayMs <= LONGEST_DELAY_MS;
    return scanner.row !== row && isInTime && Math.abs(order.from - reached) <= GAP;
  });
  const [last] = stopped.sort((a, b) => b.scanner.lastMs - a.scanner.lastMs);
  if (last === undefined) return undefined;
  const ratio = order.entries / (2 * GAP + 1) / Math.max(1, alike.length - 1);
  return {
    scanner: last.scanner.row,
    dossier: last.scanner.dossier,
    follower: row,
    probability: Number(Math.min(0.999, ratio / (1 + ratio)).toFixed(3)),
    delayMs: Math.max(0, firstMs - last.scanner.lastMs),
    reasons: [{ kind: "position", ratio }],
    port: 0,
    isLogin: false,
    isLetIn: false,
  };
}

/** Of a scan that changed its source again and again, the first part. */
function firstOf(link: Handover, before: ReadonlyMap<number, Handover>): Pick<Handover, "scanner" | "dossier"> {
  let first = link;
  for (let steps = 0; steps < before.size; steps++) {
    const earlier = before.get(first.scanner);
    if (earlier === undefined) break;
    first = earlier;
  }
  return { scanner: first.scanner, dossier: first.dossier };
}
