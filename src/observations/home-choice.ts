import { type Candidate, type ChiefNet, candidateOf, type Habits } from "./home-candidate.ts";
import { privateNets, privatePrefixes } from "./home-private.ts";
import type { TrafficEdge, TrafficNet } from "./home-traffic.ts";
import { questionsOf, shownPrefix, standingsOf, sumOf, weightOf } from "./home-weights.ts";
import { type Prefix, simplified } from "./prefix.ts";

/** What is home in one address family, and why. */
export interface HomeChoice {
  readonly prefixes: readonly Prefix[];
  /** The network that explains most of the traffic; undefined when none does. */
  readonly chief: ChiefNet | undefined;
  /** Why no network was chosen. */
  readonly failure: "nobody-asked" | "one-guesser" | "no-centre" | undefined;
}

/**
 * Home has to explain this share of the flows between networks, or of all that was asked (one scan of one network, among
 * the scanner's own updates and look-ups), or it is not told.
 */
const EXPLAINED_SHARE = 0.5;
const EXPLAINED_QUESTIONS = 0.8;

/** Networks that ask, or are asked, for a network to be chosen after the first: two may be chance. */
const FEWEST_PARTNERS = 3;

/** Fewer distinct questions from inside do not make the network that was asked a home. */
const FEWEST_QUESTIONS = 10;

/** Networks chosen at most; a site with more is better described with --home. */
const MOST_CHOSEN = 16;

/**
 * Chooses the networks at the centre of the traffic of one address family: a sensor sees what its own network takes part
 * in, so home is the smallest set of networks that nearly every flow touches, and the far ends are scattered. Both ends
 * can be such a centre when one host asks one network; then what was asked counts more than who asks, and hosts that
 * mostly miss earn their own network nothing.
 */
export function chooseHome(nets: readonly TrafficNet[], edges: readonly TrafficEdge[], habits: Habits): HomeChoice {
  if (edges.length === 0) return { prefixes: [], chief: undefined, failure: "nobody-asked" };
  const centres = chooseCentres(nets, edges, habits);
  const inside = privateNets(nets, edges, centres);
  const isExplained = (edge: TrafficEdge) =>
    inside.has(edge.target) || (edge.isOrdinary && inside.has(edge.source)) || centres.some((c) => explains(c, edge));
  // Look-ups and pings have to be explained only where there is nothing else.
  const asked = edges.some((edge) => edge.isLive) ? edges.filter((edge) => edge.isLive) : edges;
  const left = asked.filter((edge) => !isExplained(edge));
  const leavesFlows = sumOf(left, weightOf) > (1 - EXPLAINED_SHARE) * sumOf(asked, weightOf);
  const leavesQuestions = sumOf(left, questionsOf) > (1 - EXPLAINED_QUESTIONS) * sumOf(asked, questionsOf);
  if (leavesFlows && leavesQuestions) {
    return { prefixes: [], chief: undefined, failure: isOneGuesser(left) ? "one-guesser" : "no-centre" };
  }
  const kept = centres.filter((centre) => !isErrand(inside, centre, edges));
  const prefixes = [...kept.flatMap((centre) => centre.prefixes), ...privatePrefixes(nets, inside)];
  return { prefixes: simplified(prefixes), chief: kept[0] ?? chiefOf(inside, nets, edges), failure: undefined };
}

/** The networks that explain most, the best first, each by what the ones before it leave open. */
function chooseCentres(nets: readonly TrafficNet[], edges: readonly TrafficEdge[], habits: Habits): Candidate[] {
  const total = sumOf(edges, weightOf);
  const centres: Candidate[] = [];
  let open = edges;
  while (centres.length < MOST_CHOSEN) {
    const best = candidateOf(nets, open, habits, total);
    if (!best || (centres.length > 0 && best.askedBy + best.asked < FEWEST_PARTNERS)) break;
    centres.push(best);
    open = open.filter((edge) => !explains(best, edge));
  }
  return centres;
}

function explains(home: Candidate, edge: TrafficEdge): boolean {
  if (home.members.has(edge.target)) return true;
  return home.members.has(edge.source) && (home.acts || edge.isOrdinary);
}

/** A network that only hosts inside asked, for a few things: a look-up, an update, a call back. */
function isErrand(inside: ReadonlySet<number>, { members, acts }: Candidate, edges: readonly TrafficEdge[]): boolean {
  if (inside.size === 0 || acts) return false;
  return edges.every((edge) => {
    if (!members.has(edge.target) && !members.has(edge.source)) return true;
    return inside.has(edge.source) && edge.isOrdinary && edge.questions < FEWEST_QUESTIONS;
  });
}

/** What is left comes from one network whose hosts mostly miss. */
function isOneGuesser(edges: readonly TrafficEdge[]): boolean {
  return edges.every((edge) => edge.source === edges[0]!.source && edge.isLive && !edge.isOrdinary);
}

/** Of networks that are home because they are private, the one that most others asked. */
function chiefOf(
  inside: ReadonlySet<number>,
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
): ChiefNet | undefined {
  const standings = standingsOf(nets, edges);
  let chief: ChiefNet | undefined;
  for (const net of inside) {
    const { askedBy, asked, withinWeight } = standings.get(net)!;
    if (chief && chief.askedBy >= askedBy) continue;
    chief = { prefix: shownPrefix(nets[net]!), askedBy, asked, isWithin: withinWeight > 0 };
  }
  return chief;
}
