import type { TrafficEdge, TrafficNet } from "./home-traffic.ts";
import { type Standing, shownPrefix, standingsOf } from "./home-weights.ts";
import { IPV4_BITS, type Prefix, prefixHas, prefixOf, simplified } from "./prefix.ts";

/** What a network has to do with others, as told to the user. */
export interface ChiefNet {
  readonly prefix: Prefix;
  /** Other networks that asked it for something. */
  readonly askedBy: number;
  /** Other networks that its hosts asked as visitors do. */
  readonly asked: number;
  /** Its hosts asked each other. */
  readonly isWithin: boolean;
}

/** A network, or several near each other, that may be home. */
export interface Candidate extends ChiefNet {
  readonly members: ReadonlySet<number>;
  readonly prefixes: readonly Prefix[];
  /** It is a place of its own: flows that its hosts begin are explained too, guesses included. */
  readonly acts: boolean;
}

/** What it takes for a network whose hosts mostly ask to be taken for home. */
export interface Habits {
  /** Networks that its hosts must have asked, as visitors do. */
  readonly fewestAskedByPrivate: number;
  readonly fewestAskedByPublic: number;
  /** How much asking speaks for a network, where being asked is 1. */
  readonly askingCounts: number;
}

/** A private network is behind the sensor more often than not, so it needs less proof. */
export const usualHabits: Habits = { fewestAskedByPrivate: 2, fewestAskedByPublic: 5, askingCounts: 1 };

/** The other family showed a home whose hosts ask. */
export const askingHabits: Habits = { fewestAskedByPrivate: 1, fewestAskedByPublic: 1, askingCounts: 2 };

/** From this many networks on that ask it, a network is a place of its own, whatever its hosts do besides. */
const FEWEST_ASKING = 3;

/** Hosts that put nearly all of many questions to one network are there for that network: it is what the input is about. */
const MANY_QUESTIONS = 50;
const NEARLY_ALL = 0.8;

/** Networks near each other are chosen together when they explain this much more than the best of them. */
const WIDER_FACTOR = 1.5;
const FEWEST_IN_WIDER = 3;
const WIDER_BITS_IPV4 = IPV4_BITS + 16;
const WIDER_BITS_IPV6 = 48;

/**
 * What most speaks for, of `edges`: one network, or those of one IPv4 /16 or IPv6 /48.
 * @param total weight of all edges, explained ones included
 */
export function candidateOf(
  nets: readonly TrafficNet[],
  edges: readonly TrafficEdge[],
  habits: Habits,
  total: number,
): Candidate | undefined {
  const standings = standingsOf(nets, edges);
  const earnedBy = new Map<number, number>();
  let best = -1;
  for (const [net, standing] of standings) {
    const within = standing.withinWeight >= total / 2 ? standing.withinWeight : 0;
    const asks = livesThere(nets[net]!, standing, habits) ? habits.askingCounts * standing.askedWeight : 0;
    const earned = standing.askedByWeight + asks + within;
    if (earned === 0) continue;
    earnedBy.set(net, earned);
    if (best < 0 || earned > earnedBy.get(best)!) best = net;
  }
  if (best < 0) return undefined;
  const members = widerGroup(nets, earnedBy, WIDER_FACTOR * earnedBy.get(best)!) ?? [best];
  return describe(nets, members, standings, habits);
}

/** Whether the hosts that ask from a network may be at home there. */
function livesThere(net: TrafficNet, standing: Standing, habits: Habits): boolean {
  if (standing.askedBy >= FEWEST_ASKING) return true;
  const { askedQuestions, mostQuestions } = standing;
  if (askedQuestions >= MANY_QUESTIONS && mostQuestions >= NEARLY_ALL * askedQuestions) return false;
  return standing.asked >= (net.isPrivate ? habits.fewestAskedByPrivate : habits.fewestAskedByPublic);
}

/** The networks near each other that earned most together, and more than `atLeast`. */
function widerGroup(nets: readonly TrafficNet[], earnedBy: ReadonlyMap<number, number>, atLeast: number) {
  const groups = new Map<string, { members: number[]; earned: number }>();
  for (const [net, earned] of earnedBy) {
    const { family, prefix } = nets[net]!;
    const key = prefixOf(prefix.words, 0, family === 4 ? WIDER_BITS_IPV4 : WIDER_BITS_IPV6).words.join();
    const group = groups.get(key) ?? { members: [], earned: 0 };
    group.members.push(net);
    group.earned += earned;
    groups.set(key, group);
  }
  let best: number[] | undefined;
  let bestEarned = atLeast;
  for (const { members, earned } of groups.values()) {
    if (members.length >= FEWEST_IN_WIDER && earned > bestEarned) [best, bestEarned] = [members, earned];
  }
  return best;
}

function describe(
  nets: readonly TrafficNet[],
  members: readonly number[],
  standings: ReadonlyMap<number, Standing>,
  habits: Habits,
): Candidate {
  const all = members.map((net) => standings.get(net)!);
  const sum = (part: (standing: Standing) => number) => all.reduce((total, standing) => total + part(standing), 0);
  const prefixes = togetherOrApart(members.map((net) => nets[net]!));
  const askedBy = sum((standing) => standing.askedBy);
  return {
    members: new Set(members),
    prefixes,
    prefix: prefixes[0]!,
    askedBy,
    asked: sum((standing) => standing.asked),
    isWithin: sum((standing) => standing.withinWeight) > 0,
    acts: askedBy >= FEWEST_ASKING || members.some((net, i) => livesThere(nets[net]!, all[i]!, habits)),
  };
}

/** One prefix for all when they fill half of it, or are private; else each by itself. */
function togetherOrApart(members: readonly TrafficNet[]): Prefix[] {
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
    while (!prefixHas(prefixOf(common.words, 0, bits), prefix.words)) bits--;
    common = prefixOf(common.words, 0, bits);
  }
  return common;
}
