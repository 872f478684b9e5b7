import type { TrafficEdge, TrafficNet } from "./home-traffic.ts";
import type { Prefix } from "./prefix.ts";

/** An edge weighs more with what was asked, but slowly: ten thousand questions are no more a home than fifty. */
export const weightOf = (edge: TrafficEdge): number => 1 + Math.log2(1 + edge.questions);
export const questionsOf = (edge: TrafficEdge): number => edge.questions;

export function sumOf(edges: readonly TrafficEdge[], part: (edge: TrafficEdge) => number): number {
  return edges.reduce((sum, edge) => sum + part(edge), 0);
}

/** What speaks for one network. */
export interface Standing {
  /** Other networks that asked it. */
  askedBy: number;
  askedByWeight: number;
  /** Other networks that it asked as visitors do, how much of them, and of the one it asked most. */
  asked: number;
  askedWeight: number;
  askedQuestions: number;
  mostQuestions: number;
  /** Traffic within it. */
  withinWeight: number;
}

export function standingsOf(
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
): ReadonlyMap<number, Readonly<Standing>> {
  const standings = new Map<number, Standing>();
  const of = (net: number): Standing => {
    const known = standings.get(net);
    if (known) return known;
    const fresh = { askedBy: 0, askedByWeight: 0, withinWeight: 0, ...nothingAsked };
    standings.set(net, fresh);
    return fresh;
  };
  for (const edge of edges) {
    if (edge.source === edge.target) {
      of(edge.source).withinWeight += weightOf(edge);
      continue;
    }
    // A private host that looks up names says nothing for the resolver.
    if (edge.isLive || nets[edge.target]!.isPrivate || !nets[edge.source]!.isPrivate) {
      of(edge.target).askedBy++;
      of(edge.target).askedByWeight += weightOf(edge);
    }
    if (edge.isOrdinary) addAsked(of(edge.source), edge);
  }
  return standings;
}

const nothingAsked = { asked: 0, askedWeight: 0, askedQuestions: 0, mostQuestions: 0 };

function addAsked(standing: Standing, edge: TrafficEdge): void {
  standing.asked++;
  standing.askedWeight += weightOf(edge);
  standing.askedQuestions += edge.questions;
  standing.mostQuestions = Math.max(standing.mostQuestions, edge.questions);
}

/**
 * A public IPv4 network of which one host was seen is that host: the neighbours may be anybody. An IPv6 /64 is one site's
 * at least (RFC 6177), and its hosts change addresses.
 */
export function shownPrefix(net: TrafficNet): Prefix {
  return net.hosts === 1 && net.family === 4 && !net.isPrivate ? net.firstHost : net.prefix;
}
