import { isIpv4 } from "../bytes/address.ts";
import { Kind } from "../observations/vocabulary.ts";
import type { Clue, ClueSource } from "./campaign-clues.ts";

/** A source that made guesses, with what else is known of it. */
export interface Guesser {
  readonly source: ClueSource;
  /** Its row among the actors; 0 when it was forgotten. */
  readonly row: number;
  /** Distinct guesses that it made. */
  readonly guesses: number;
  /** Whether it does little but guess: it has earned no credit. */
  readonly isStranger: boolean;
  /** Whether its own guesses convict it. */
  readonly isDecided: boolean;
}

/** What sources can have in common. A prefix is an IPv4 /24; those of IPv6 are actors of their own. */
export const keyKinds = ["fingerprint", "subject", "prefix", "target", "strangers"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** One thing that several sources have in common, and the clues of each that show it. */
export interface Group {
  readonly kind: KeyKind;
  /** `Kind` of the clues. */
  readonly medium: number;
  /** The fingerprint, for that kind of key. */
  readonly fingerprint: number;
  readonly clues: Map<Guesser, Clue[]>;
}

/**
 * What sources have in common of one kind, by name. Each is a key that the test of campaigns.ts runs on.
 * @param fewest names of fewer sources are left out
 */
export function groupByKey(guessers: readonly Guesser[], kind: KeyKind, fewest: number): Map<string, Group> {
  const counts = new Map<string, number>();
  for (const guesser of guessers) {
    const names = new Set(guesser.source.clues.map((clue) => nameOf(kind, clue, guesser)));
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const groups = new Map<string, Group>();
  for (const guesser of guessers) {
    for (const clue of guesser.source.clues) {
      const name = nameOf(kind, clue, guesser);
      if (name !== "" && counts.get(name)! >= fewest) enter(groups, kind, name, guesser, clue);
    }
  }
  return groups;
}

/** The name of what a clue shares with others; empty when it has nothing of the kind. */
function nameOf(kind: KeyKind, clue: Clue, { source }: Guesser): string {
  const isContact = clue.kind === Kind.contact;
  switch (kind) {
    case "fingerprint":
      return clue.fingerprint === 0 ? "" : `${clue.kind} ${clue.fingerprint}`;
    case "prefix":
      return isIpv4(source.words) ? `${clue.kind} ${source.words[3]! >>> 8}` : "";
    case "subject":
      if (isContact) return `${clue.transport} ${clue.port}`;
      return clue.isCheck ? `${clue.kind} check ${clue.subject}` : "";
    case "target":
      return isContact ? String(clue.target) : "";
    case "strangers":
      return String(clue.kind);
  }
}

function enter(groups: Map<string, Group>, kind: KeyKind, name: string, guesser: Guesser, clue: Clue): void {
  let group = groups.get(name);
  if (group === undefined) {
    group = { kind, medium: clue.kind, fingerprint: clue.fingerprint, clues: new Map() };
    groups.set(name, group);
  }
  const clues = group.clues.get(guesser);
  if (clues === undefined) group.clues.set(guesser, [clue]);
  else clues.push(clue);
}
