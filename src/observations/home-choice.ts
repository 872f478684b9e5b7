import type { TrafficEdge, TrafficNet } from "./home-traffic.ts";
import { IPV4_BITS, type Prefix, prefixHas, prefixOf, simplified } from "./prefix.ts";

/** What makes a network home. */
export interface HomeChoice {
  readonly prefixes: readonly Prefix[];
  /** The network that explains most of the traffic; undefined when none does. */
  readonly chief: ChiefNet | undefined;
  /** Why no network was chosen. */
  readonly failure: "nobody-asked" | "one-guesser" | "no-centre" | undefined;
}

export interface ChiefNet {
  readonly prefix: Prefix;
  /** Other networks that asked it for something. */
  readonly askedBy: number;
  /** Other networks that its ordinary hosts asked. */
  readonly asked: number;
  /** Traffic within it. */
  readonly isWithin: boolean;
}

/** A network of hosts that only ask is taken for a home with visitors' habits from this many asked networks on. */
const FEWEST_ASKED = 5;

/** From this many networks on that ask it, a network is a place of its own, whatever its hosts do besides. */
const FEWEST_ASKING = 3;

/**
 * Home has to explain this share of the flows between networks, or of all that was asked (one scan of one network, among
 * the scanner's own updates and look-ups), or it is not told.
 */
const EXPLAINED_SHARE = 0.5;
const EXPLAINED_QUESTIONS = 0.8;

/** Networks chosen at most; a site with more is better described with --home. */
const MOST_CHOSEN = 16;

/** A wider network is chosen when it explains this much more than the best /24 or /64 in it. */
const WIDER_FACTOR = 1.5;
const FEWEST_IN_WIDER = 3;

/** An edge weighs more with what was asked, but slowly: ten thousand questions are no more a home than fifty. */
const weightOf = (edge: TrafficEdge): number => 1 + Math.log2(1 + edge.questions);
const questionsOf = (edge: TrafficEdge): number => edge.questions;
const sumOf = (edges: readonly TrafficEdge[], part: (edge: TrafficEdge) => number): number =>
  edges.reduce((sum, edge) => sum + part(edge), 0);

/**
 * Chooses the networks at the centre of the traffic of one address family: a sensor sees what its own network takes part
 * in, so home is the smallest set of networks that nearly every flow touches, and the far ends are scattered. Both ends
 * can be such a centre when one host asks one network; then what was asked counts more than who asks, and hosts that
 * mostly miss earn their own network nothing.
 *
 * @param leansOut the other family showed a home whose hosts ask, so a host that asks needs less proof here
 */
export function chooseHome(nets: readonly TrafficNet[], edges: readonly TrafficEdge[], leansOut: boolean): HomeChoice {
  if (edges.length === 0) return { prefixes: [], chief: undefined, failure: "nobody-asked" };
  const total = sumOf(edges, weightOf);
  const fewestAsked = leansOut ? 1 : FEWEST_ASKED;
  const chosen: Candidate[] = [];
  let open: readonly TrafficEdge[] = edges;
  while (chosen.length < MOST_CHOSEN) {
    const best = bestCandidate(nets, open, fewestAsked, total);
    if (!best || (chosen.length > 0 && best.askedBy + best.asked < FEWEST_ASKING)) break;
    chosen.push(best);
    open = open.filter((edge) => !explains(best, edge));
  }
  const joined = privateNets(nets, edges, chosen);
  const left = open.filter((edge) => !joined.has(edge.target) && !(edge.isOrdinary && joined.has(edge.source)));
  const explainsFlows = sumOf(left, weightOf) <= (1 - EXPLAINED_SHARE) * total;
  const explainsQuestions = sumOf(left, questionsOf) <= (1 - EXPLAINED_QUESTIONS) * sumOf(edges, questionsOf);
  if (!explainsFlows && !explainsQuestions) {
    return { prefixes: [], chief: undefined, failure: isOneGuesser(left) ? "one-guesser" : "no-centre" };
  }
  const prefixes = [
    ...chosen.flatMap((each) => each.prefixes),
    ...privatePrefixes([...joined].map((net) => nets[net]!)),
  ];
  return { prefixes: simplified(prefixes), chief: chosen[0] ?? chiefOf(joined, nets, edges), failure: undefined };
}

interface Candidate extends ChiefNet {
  readonly members: ReadonlySet<number>;
  readonly prefixes: readonly Prefix[];
  /** Weight of what speaks for it. */
  readonly earned: number;
  /** It is a place of its own: flows that its hosts begin are explained too, guesses included. */
  readonly acts: boolean;
}

function explains(home: Candidate, edge: TrafficEdge): boolean {
  if (home.members.has(edge.target)) return true;
  return home.members.has(edge.source) && (home.acts || edge.isOrdinary);
}

/** What speaks for one network, over the edges not explained yet. */
interface Standing {
  askedBy: number;
  asked: number;
  askedByWeight: number;
  askedWeight: number;
  withinWeight: number;
}

function bestCandidate(
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
  fewestAsked: number,
  total: number,
): Candidate | undefined {
  const standings = standingsOf(edges);
  const earnedOf = (standing: Standing): number => {
    const asks = standing.asked >= fewestAsked || standing.askedBy >= FEWEST_ASKING ? standing.askedWeight : 0;
    const within = standing.withinWeight >= 0.5 * total ? standing.withinWeight : 0;
    return standing.askedByWeight + asks + within;
  };
  let best = -1;
  let bestEarned = 0;
  const byWider = new Map<string, number[]>();
  for (const [net, standing] of standings) {
    const earned = earnedOf(standing);
    if (earned === 0) continue;
    const isBetter = earned > bestEarned || (earned === bestEarned && net < best);
    if (isBetter) [best, bestEarned] = [net, earned];
    const wider = prefixOf(nets[net]!.prefix.words, 0, nets[net]!.family === 4 ? IPV4_BITS + 16 : 48).words.join();
    byWider.set(wider, [...(byWider.get(wider) ?? []), net]);
  }
  if (best < 0) return undefined;
  let members = [best];
  for (const group of byWider.values()) {
    if (group.length < FEWEST_IN_WIDER) continue;
    const earned = group.reduce((sum, net) => sum + earnedOf(standings.get(net)!), 0);
    if (earned > WIDER_FACTOR * bestEarned) [members, bestEarned] = [group, earned];
  }
  return candidate(nets, members, standings, bestEarned, fewestAsked);
}

function candidate(
  nets: readonly TrafficNet[],
  members: readonly number[],
  standings: ReadonlyMap<number, Standing>,
  earned: number,
  fewestAsked: number,
): Candidate {
  const sum = (part: (standing: Standing) => number) =>
    members.reduce((total, net) => total + part(standings.get(net)!), 0);
  const askedBy = sum((standing) => standing.askedBy);
  const asked = sum((standing) => standing.asked);
  const prefixes = membersPrefixes(members.map((net) => nets[net]!));
  return {
    members: new Set(members),
    prefixes,
    prefix: prefixes[0]!,
    earned,
    askedBy,
    asked,
    isWithin: sum((standing) => standing.withinWeight) > 0,
    acts: asked >= fewestAsked || askedBy >= FEWEST_ASKING,
  };
}

function standingsOf(edges: readonly TrafficEdge[]): ReadonlyMap<number, Standing> {
  const standings = new Map<number, Standing>();
  const of = (net: number): Standing => {
    let standing = standings.get(net);
    if (!standing) {
      standing = { askedBy: 0, asked: 0, askedByWeight: 0, askedWeight: 0, withinWeight: 0 };
      standings.set(net, standing);
    }
    return standing;
  };
  for (const edge of edges) {
    const weight = weightOf(edge);
    if (edge.source === edge.target) {
      of(edge.source).withinWeight += weight;
      continue;
    }
    of(edge.target).askedBy++;
    of(edge.target).askedByWeight += weight;
    if (!edge.isOrdinary) continue;
    of(edge.source).asked++;
    of(edge.source).askedWeight += weight;
  }
  return standings;
}

/**
 * Private networks that were asked for something, or asked, and are not explained yet: whoever captured them is inside.
 * One that was asked is home; one that only asks is home when something else is, and its hosts behave.
 */
function privateNets(nets: readonly TrafficNet[], edges: readonly TrafficEdge[], chosen: readonly Candidate[]) {
  const joined = new Set<number>();
  const isChosen = (net: number) => chosen.some((home) => home.members.has(net));
  for (const edge of edges) {
    if (!edge.isLive) continue;
    const isThere = edge.isAnswered || edge.isOrdinary;
    if (isThere && nets[edge.target]!.isPrivate && !isChosen(edge.target)) joined.add(edge.target);
    const asksOutside = !isChosen(edge.target) && !nets[edge.target]!.isPrivate;
    if (chosen.length > 0 && edge.isOrdinary && asksOutside && nets[edge.source]!.isPrivate && !isChosen(edge.source)) {
      joined.add(edge.source);
    }
  }
  return joined;
}

/** Many private networks are told as the /16 or the private block that holds them. */
function privatePrefixes(nets: readonly TrafficNet[]): Prefix[] {
  const few = 4;
  const widths = [IPV4_BITS + 16, IPV4_BITS + 8];
  let prefixes = nets.map((net) => net.prefix);
  for (const bits of widths) {
    const groups = new Map<string, Prefix[]>();
    for (const prefix of prefixes) {
      const mayWiden = prefix.bits > bits && isRfc1918(prefixOf(prefix.words, 0, bits));
      const key = mayWiden ? prefixOf(prefix.words, 0, bits).words.join() : `${prefix.words.join()}/${prefix.bits}`;
      groups.set(key, [...(groups.get(key) ?? []), prefix]);
    }
    prefixes = [...groups.values()].flatMap((group) =>
      group.length >= few ? [prefixOf(group[0]!.words, 0, bits)] : group,
    );
  }
  return prefixes;
}

const rfc1918: readonly (readonly [address: number, bits: number])[] = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
];

/** Whether a whole prefix lies in a private block. */
function isRfc1918(prefix: Prefix): boolean {
  return rfc1918.some(
    ([address, bits]) =>
      prefix.bits >= IPV4_BITS + bits &&
      prefixHas({ words: Uint32Array.of(0, 0, 0xffff, address), bits: IPV4_BITS + bits }, prefix.words),
  );
}

function chiefOf(
  joined: ReadonlySet<number>,
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
): ChiefNet | undefined {
  const standings = standingsOf(edges);
  let chief: ChiefNet | undefined;
  for (const net of joined) {
    const { askedBy, asked, withinWeight } = standings.get(net)!;
    if (chief && chief.askedBy >= askedBy) continue;
    chief = { prefix: shownPrefix(nets[net]!), askedBy, asked, isWithin: withinWeight > 0 };
  }
  return chief;
}

/** What is left comes from one network that mostly misses. */
function isOneGuesser(edges: readonly TrafficEdge[]): boolean {
  return edges.every((edge) => edge.source === edges[0]!.source && !edge.isOrdinary);
}

/**
 * A public IPv4 network of which one host was seen is that host: the neighbours may be anybody. An IPv6 /64 is one site's
 * at least (RFC 6177), and its hosts change addresses.
 */
function shownPrefix(net: TrafficNet): Prefix {
  return net.hosts === 1 && net.family === 4 && !net.isPrivate ? net.firstHost : net.prefix;
}

/** One prefix for all when they fill half of it, or are private; else each by itself. */
function membersPrefixes(members: readonly TrafficNet[]): Prefix[] {
  const prefixes = members.map(shownPrefix);
  const common = commonPrefix(prefixes);
  const held = 2 ** Math.max(0, members[0]!.prefix.bits - common.bits);
  return members[0]!.isPrivate || members.length >= held / 2 ? [common] : simplified(prefixes);
}

/** The smallest prefix that holds all of them. */
function commonPrefix(prefixes: readonly Prefix[]): Prefix {
  let common = prefixes[0]!;
  for (const prefix of prefixes) {
    let bits = Math.min(common.bits, prefix.bits);
    while (!prefixHas({ words: prefixOf(common.words, 0, bits).words, bits }, prefix.words)) bits--;
    common = prefixOf(common.words, 0, bits);
  }
  return common;
}
