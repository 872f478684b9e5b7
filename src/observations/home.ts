import type { Batch } from "./batch.ts";
import { askingHabits, type ChiefNet, usualHabits } from "./home-candidate.ts";
import { chooseHome, type HomeChoice } from "./home-choice.ts";
import { HomeTraffic, type TrafficEdge } from "./home-traffic.ts";
import { formatPrefix, type Prefix } from "./prefix.ts";

/** Observations after which more would hardly change the answer. */
export const ENOUGH_FOR_HOME = 200_000;
/** An input of which so many observations do not say who was asked is one that never does: most web logs. */
const ENOUGH_OF_NOTHING = 16_384;

/** What the user defends. */
export interface Home {
  readonly prefixes: readonly Prefix[];
  readonly from: "inferred" | "unknown";
  /** Why, for people. */
  readonly because: string;
}

/**
 * Infers what the user defends when no `--home` is given, from the first observations. docs/decisions/home.md gives the
 * rule and the reasons.
 */
export class HomeFinder {
  #traffic = new HomeTraffic();
  #observed = 0;

  /** It has seen enough; `observe` does nothing more. */
  get isFull(): boolean {
    return this.#observed >= ENOUGH_FOR_HOME;
  }

  /** Nothing that it saw says who was asked, so no more of the same input will. */
  get isHopeless(): boolean {
    return this.#observed >= ENOUGH_OF_NOTHING && this.#traffic.isEmpty;
  }

  /** Looks at the rows `from` ≤ row < `to`. */
  observe(batch: Batch, from: number, to: number): void {
    const end = Math.min(to, from + ENOUGH_FOR_HOME - this.#observed);
    if (end <= from) return;
    this.#observed += end - from;
    this.#traffic.observe(batch, from, end);
  }

  /** Says what is home, and forgets what that rests on: tens of megabytes after a flood. */
  settle(): Home {
    const traffic = this.#traffic;
    this.#traffic = new HomeTraffic();
    const { nets, edges } = traffic.byNetwork();
    // A host that talks to itself says what is home only when nothing else does.
    const isInner = (edge: TrafficEdge) => nets[edge.target]!.isLoopback || nets[edge.source]!.isLoopback;
    const told = edges.every(isInner) ? edges : edges.filter((edge) => !isInner(edge));
    const ofFamily = (family: 4 | 6) => told.filter((edge) => nets[edge.target]!.family === family);
    const ipv4 = chooseHome(nets, ofFamily(4), usualHabits);
    const mostlyAsks = ipv4.chief !== undefined && ipv4.chief.asked > ipv4.chief.askedBy;
    const ipv6 = chooseHome(nets, ofFamily(6), mostlyAsks ? askingHabits : usualHabits);
    const prefixes = [...ipv4.prefixes, ...ipv6.prefixes];
    const atLeast = traffic.isSample ? "at least " : "";
    const reasons = [ipv4, ipv6].map((choice) => reasonOf(choice, atLeast)).filter((reason) => reason !== "");
    const because = [...new Set(reasons)].join("; ") || "no input tells who was asked";
    return { prefixes, from: prefixes.length > 0 ? "inferred" : "unknown", because };
  }
}

function reasonOf({ chief, failure }: HomeChoice, atLeast: string): string {
  if (chief) return chiefReason(chief, atLeast);
  switch (failure) {
    case "one-guesser":
      return "one host asks many networks, and most of what it asks for is not there: it scans, and is nobody's home";
    case "no-centre":
      return "no network stands out as the one that is visited, or that visits";
    default:
      return "";
  }
}

function chiefReason({ prefix, askedBy, asked, isWithin }: ChiefNet, atLeast: string): string {
  const networks = (count: number) => (count === 1 ? `${atLeast}one network` : `${atLeast}${count} networks`);
  const parts: string[] = [];
  if (askedBy > 0) parts.push(`${networks(askedBy)} asked it`);
  if (asked > 0) parts.push(`its hosts asked ${networks(asked)}`);
  if (isWithin) parts.push("its hosts asked each other, which counts too");
  return `${formatPrefix(prefix)}: ${parts.join(", ")}`;
}
