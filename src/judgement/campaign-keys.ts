import { Kind } from "../observations/vocabulary.ts";
import type { Clue, ClueSource } from "./clue-room.ts";

/** A source that made guesses, with what else is known of it. */
export interface Guesser {
  readonly source: ClueSource;
  /** Its row among the actors; 0 when it was forgotten. */
  readonly row: number;
  /** Distinct guesses that it made. */
  readonly guesses: number;
  /** Distinct things that it asked for with success. */
  readonly hits: number;
  /** Whether it does little but guess: it has earned no credit. */
  readonly isStranger: boolean;
  /** Whether its own guesses convict it. */
  readonly isDecided: boolean;
}

/** What sources can have in common. A prefix is an IPv4 /24; those of IPv6 are actors of their own. */
export const keyKinds = ["fingerprint", "subject", "prefix", "target", "strangers"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** One thing that several sources have in common, and the clues of each that show it, in the order of the sources. */
export interface Group {
  readonly kind: KeyKind;
  /** A number that no other group of the kind has. */
  readonly name: number;
  /** `Kind` of the clues. */
  readonly medium: number;
  /** The fingerprint, for that kind of key. */
  readonly fingerprint: number;
  readonly shares: Share[];
}

/** What one source contributes to a group. */
export type Share = readonly [guesser: Guesser, clues: Clue[]];

/**
 * What sources have in common of one kind. Each is a key that the test of campaigns.ts runs on.
 * @param fewest what fewer sources have in common is left out
 */
export function groupByKey(guessers: readonly Guesser[], kind: KeyKind, fewest: number): Group[] {
  const counts = new Map<number, number>();
  for (const { source } of guessers) {
    source.clues.forEach((clue, i) => {
      const name = nameOf(kind, clue, source);
      if (name === NOTHING || source.clues.findIndex((other) => nameOf(kind, other, source) === name) < i) return;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    });
  }
  const groups = new Map<number, Group>();
  for (const guesser of guessers) {
    for (const clue of guesser.source.clues) {
      const name = nameOf(kind, clue, guesser.source);
      if (name !== NOTHING && counts.get(name)! >= fewest) enter(groups, kind, name, guesser, clue);
    }
  }
  return [...groups.values()];
}

const NOTHING = -1;
const WORD = 2 ** 32;
/** Sets names of checks apart from those of ports. */
const CHECKS = 2 ** 48;

/** The name of what a clue shares with others, an exact integer; `NOTHING` when it has nothing of the kind. */
function nameOf(kind: KeyKind, clue: Clue, { network }: ClueSource): number {
  const isContact = clue.kind === Kind.contact;
  switch (kind) {
    case "fingerprint":
      return clue.fingerprint === 0 ? NOTHING : clue.kind * WORD + clue.fingerprint;
    case "prefix":
      return network === undefined ? NOTHING : clue.kind * WORD + network;
    case "subject":
      if (isContact) return clue.transport * 0x10000 + clue.port;
      return clue.isCheck ? CHECKS + clue.kind * WORD + clue.subject : NOTHING;
    case "target":
      return isContact ? clue.target : NOTHING;
    case "strangers":
      return clue.kind;
  }
}

function enter(groups: Map<number, Group>, kind: KeyKind, name: number, guesser: Guesser, clue: Clue): void {
  let group = groups.get(name);
  if (group === undefined) {
    group = { kind, name, medium: clue.kind, fingerprint: clue.fingerprint, shares: [] };
    groups.set(name, group);
  }
  const last = group.shares.at(-1);
  if (last?.[0] === guesser) last[1].push(clue);
  else group.shares.push([guesser, [clue]]);
}
