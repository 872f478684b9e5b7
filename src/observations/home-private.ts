import type { Candidate } from "./home-candidate.ts";
import type { TrafficEdge, TrafficNet } from "./home-traffic.ts";
import { IPV4_BITS, type Prefix, prefixHas, prefixOf } from "./prefix.ts";

/**
 * Private networks that are home without being a centre: whoever captured them is inside. One that answered, or was asked
 * by hosts that mostly hit, is there; one that only asks the outside is home when something else is.
 */
export function privateNets(
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
  centres: readonly Candidate[],
): ReadonlySet<number> {
  const inside = new Set<number>();
  const isCentre = (net: number) => centres.some(({ members }) => members.has(net));
  const isOpenPrivate = (net: number) => nets[net]!.isPrivate && !isCentre(net);
  for (const edge of edges) {
    if (!edge.isLive) continue;
    if (isOpenPrivate(edge.target) && (edge.isAnswered || edge.isOrdinary)) inside.add(edge.target);
    const asksOutside = edge.isOrdinary && !nets[edge.target]!.isPrivate && !isCentre(edge.target);
    if (asksOutside && centres.length > 0 && isOpenPrivate(edge.source)) inside.add(edge.source);
  }
  return inside;
}

/** This many private networks are told as the /16, or the /8, that holds them. */
const MANY = 4;

/** The prefixes to tell for private networks. */
export function privatePrefixes(nets: readonly TrafficNet[], inside: ReadonlySet<number>): Prefix[] {
  let prefixes = [...inside].map((net) => nets[net]!.prefix);
  for (const bits of [IPV4_BITS + 16, IPV4_BITS + 8]) prefixes = widened(prefixes, bits);
  return prefixes;
}

function widened(prefixes: readonly Prefix[], bits: number): Prefix[] {
  const groups = new Map<string, Prefix[]>();
  for (const prefix of prefixes) {
    const wider = prefixOf(prefix.words, 0, Math.min(bits, prefix.bits));
    const group = isPrivateBlock(wider) ? wider : prefix;
    const key = `${group.words.join()}/${group.bits}`;
    groups.set(key, [...(groups.get(key) ?? []), prefix]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length >= MANY ? [prefixOf(group[0]!.words, 0, Math.min(bits, group[0]!.bits))] : group,
  );
}

/** RFC 1918, section 3. */
const privateBlocks: readonly Prefix[] = [
  { words: Uint32Array.of(0, 0, 0xffff, 0x0a000000), bits: IPV4_BITS + 8 },
  { words: Uint32Array.of(0, 0, 0xffff, 0xac100000), bits: IPV4_BITS + 12 },
  { words: Uint32Array.of(0, 0, 0xffff, 0xc0a80000), bits: IPV4_BITS + 16 },
];

/** Whether a whole prefix lies in a private block. */
function isPrivateBlock(prefix: Prefix): boolean {
  return privateBlocks.some((block) => prefix.bits >= block.bits && prefixHas(block, prefix.words));
}
