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

/** What sources can have in common. */
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

/** Everything that sources have in common, by name. Each is a key that the test of campaigns.ts runs on. */
export function groupByKey(guessers: readonly Guesser[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const guesser of guessers) {
    const prefix = prefixOf(guesser.source.words);
    for (const clue of guesser.source.clues) {
      for (const [kind, name] of keysOf(clue, prefix)) enter(groups, kind, name, guesser, clue);
    }
  }
  return groups;
}

function* keysOf(clue: Clue, prefix: string): Generator<readonly [KeyKind, string]> {
  const { kind, fingerprint, subject, target } = clue;
  if (fingerprint !== 0) yield ["fingerprint", `f ${kind} ${fingerprint}`];
  if (prefix !== "") yield ["prefix", `p ${kind} ${prefix}`];
  if (kind === Kind.contact) {
    yield ["subject", `s ${clue.transport} ${clue.port}`];
    yield ["target", `t ${target}`];
  } else if (clue.isCheck) yield ["subject", `c ${kind} ${subject}`];
  yield ["strangers", `w ${kind}`];
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

/** The IPv4 /24 of an address; IPv6 prefixes are actors of their own. */
function prefixOf(words: Uint32Array): string {
  return isIpv4(words) ? String(words[3]! >>> 8) : "";
}
