import { Kind } from "../observations/vocabulary.ts";
import { ActorFlag, type ActorTable, Tallied } from "./actor-table.ts";
import { type CampaignClues, MOST_FOR_A_SHARE } from "./campaign-clues.ts";
import { type Group, type Guesser, groupByKey, type KeyKind, keyKinds, type Share } from "./campaign-keys.ts";
import { classes } from "./classes.ts";
import type { Clue } from "./clue-room.ts";
import type { FingerprintUse } from "./fingerprint.ts";

/** One source that took part, and how surely. */
export interface CampaignMember {
  readonly guesser: Guesser;
  readonly clues: readonly Clue[];
  readonly probability: number;
  /** Whether ordinary visitors come from the same address. */
  readonly isShared: boolean;
}

/** Sources that each asked a little of one thing. */
export interface Campaign {
  /** What its members have in common. */
  readonly shared: readonly KeyKind[];
  /** `Kind` of what they asked. */
  readonly medium: number;
  readonly members: readonly CampaignMember[];
  /** Distinct questions among what is remembered of their guesses. */
  readonly questions: number;
  readonly subjects: number;
  readonly targets: number;
  /** Credible visitors with the fingerprint; 0 when that is not what they share. */
  readonly alike: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** When the sequential test over the members' guesses, in order of time, reached the threshold. */
  readonly decidedMs: number;
  readonly score: number;
}

export interface CampaignInputs {
  readonly clues: CampaignClues;
  readonly actors: ActorTable;
  readonly fingerprints: FingerprintUse;
  readonly threshold: number;
}

/** The shares of one scan are about alike: within this factor of the median. */
const EVENNESS = 3;
/** Fewest sources, when something that visitors do not have joins them, and when only what they ask does. */
const FEWEST_ALIKE = 6;
const FEWEST_STRANGERS = 16;
/** Share of a medium's visitors that are taken to guess once and leave, before any was seen, and what that belief is worth. */
const USUAL_PASSERS = 0.02;
const USUAL_PASSERS_WORTH = 50;
/** Guessers with hits, against guessers without, among visitors who follow dead links. */
const LEAVING = 1.5;
/** How much more often than chance sources must come for chance to be ruled out. */
const LEAST_RATIO = 4;
/** Probability that two unrelated guesses are the same: background scanning asks for few things often. Within a scan that was shared out it is that much lower. */
const SAME_BY_CHANCE = 0.02;
const SAME_IN_A_SHARE = 0.002;
/** Distinct share of the questions of one scan: a retry may be another's share, and numbers in names are all alike here. */
const LEAST_DISTINCT = 0.8;
/** Share of the contacts of a scan that find nothing: peers of a peer-to-peer host meet it on ever new ports, but do meet it. */
const LEAST_MISSING = 0.75;
/** A pause between sources that sets those before it apart from those after: this many times the median one. */
const LONGEST_PAUSE = 30;
const SHORTEST_PAUSE_MS = 1000;
/** Largest share of all that such a part may be to be left out. */
const STRAGGLERS = 0.1;
/** When at most this share of those who send a fingerprint are visitors, whoever sends it and guesses takes part. */
const RARE = 0.1;

/** Groups taken at most, the largest of each kind of key first: a flood over many targets makes one of each, which are joined. */
const MOST_CAMPAIGNS = 2048;

const HALF_LIFE_MS = 7 * 86_400_000;

/**
 * Finds the scans that were spread over many sources. For each thing that sources have in common (campaign-keys.ts) two
 * questions decide. Are there more sources that only guess than visitors with this in common would bring (a scan statistic:
 * the Poisson log likelihood ratio of what came against what the rest of the traffic predicts)? And do their guesses
 * add up to one scan: nearly all different, and about equally many each? Then the sequential test runs over those guesses in order of time.
 */
export function findCampaigns(inputs: CampaignInputs): Campaign[] {
  const guessers = listGuessers(inputs);
  if (guessers.length < FEWEST_ALIKE) return [];
  const visitors = countCredible(inputs.actors);
  const taken = new Set<Guesser>();
  const found: Campaign[] = [];
  const rates = new Map<number, number>();
  for (const kind of keyKinds) {
    const groups = groupByKey(guessers, kind, fewestOf(kind));
    groups.sort((a, b) => b.shares.length - a.shares.length || a.name - b.name);
    for (const group of groups) {
      if (!rates.has(group.medium)) rates.set(group.medium, strangersOf(guessers, group.medium));
      const campaign = judgeGroup(group, taken, rates.get(group.medium)!, guessers, visitors, inputs);
      if (campaign === undefined) continue;
      found.push(campaign);
      if (found.length === MOST_CAMPAIGNS) break;
      for (const { guesser } of campaign.members) taken.add(guesser);
    }
  }
  return joinParts(found, inputs.threshold);
}

/** Fewest sources that are worth a look, by what they have in common. */
function fewestOf(kind: KeyKind): number {
  return kind === "fingerprint" ? FEWEST_ALIKE : FEWEST_STRANGERS;
}

function listGuessers({ clues, actors }: CampaignInputs): Guesser[] {
  const rowOf = new Map<number, number>();
  for (let row = 1; row < actors.end; row++) {
    const length = actors.get(row, Tallied.prefixLength);
    if (length !== 32 && length !== 128) continue;
    const place = clues.placeOf(actors.wordsOf(row));
    if (place >= 0) rowOf.set(place, row);
  }
  const guessers: Guesser[] = [];
  let place = 0;
  for (const source of clues.sources()) {
    // Forgotten by the table of actors: whoever is forgotten had not done much.
    const row = rowOf.get(place++) ?? 0;
    const isStranger = row === 0 || !actors.is(row, ActorFlag.credible);
    const isDecided = row !== 0 && actors.is(row, ActorFlag.decided);
    const guesses = row === 0 ? source.total : Math.max(source.clues.length, actors.get(row, Tallied.guesses));
    const hits = row === 0 ? 0 : actors.get(row, Tallied.hits);
    if (guesses <= MOST_FOR_A_SHARE) guessers.push({ source, row, guesses, hits, isStranger, isDecided });
  }
  return guessers.sort((a, b) => a.source.firstMs - b.source.firstMs || compareWords(a.source.words, b.source.words));
}

function compareWords(a: Uint32Array, b: Uint32Array): number {
  const at = a.findIndex((word, i) => word !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function countCredible(actors: ActorTable): number {
  let count = 0;
  for (let row = 1; row < actors.end; row++) if (actors.is(row, ActorFlag.credible)) count++;
  return count;
}

/** Sources that guessed and left, and were not found to scan by themselves. */
function strangersOf(guessers: readonly Guesser[], medium: number): number {
  const passers = guessers.filter(({ isStranger, isDecided }) => isStranger && !isDecided);
  return passers.filter(({ source }) => source.clues.some(({ kind }) => kind === medium)).length;
}

function judgeGroup(
  group: Group,
  taken: ReadonlySet<Guesser>,
  mediumStrangers: number,
  guessers: readonly Guesser[],
  visitors: number,
  { fingerprints, threshold }: CampaignInputs,
): Campaign | undefined {
  const free = group.shares.filter(([guesser]) => !taken.has(guesser));
  const isAlike = group.kind === "fingerprint";
  const others = free.filter(([guesser]) => !guesser.isStranger);
  // Fewer strangers only make it less likely: what follows is dear.
  if (!isAlike && free.length - others.length < LEAST_RATIO * LEAVING * others.length) return undefined;
  const strangers = withoutStragglers(evenShares(free.filter(([guesser]) => guesser.isStranger)));
  if (strangers.length < fewestOf(group.kind)) return undefined;
  const alike = group.kind === "fingerprint" ? fingerprints.of(group.fingerprint) : 0;
  const undecided = strangers.filter(([{ isDecided }]) => !isDecided).length;
  const passers = Math.max(0, mediumStrangers - undecided);
  const rate = (passers + USUAL_PASSERS * USUAL_PASSERS_WORTH) / (visitors + passers + USUAL_PASSERS_WORTH);
  const chance =
    group.kind === "fingerprint"
      ? rate * (alike + strangers.length)
      : Math.max(LEAVING * others.length, USUAL_PASSERS * strangers.length);
  if (strangers.length < LEAST_RATIO * chance) return undefined;
  const shares = strangers.map(([, clues]) => clues);
  if (!isSharedOut(group, strangers)) return undefined;
  const together = surprise(strangers.length, chance) * (isAlike ? 1 : 0) + likelihoodOfShares(shares);
  if (together < threshold) return undefined;
  const shared = isAlike
    ? others.filter(([{ guesses }]) => guesses <= EVENNESS * Math.max(1, medianOf(strangers)))
    : [];
  const isRare = alike <= RARE * (alike + strangers.length);
  const innocent = isRare
    ? alike / (alike + strangers.length)
    : innocentShare(group, shared.length, alike, guessers, visitors);
  const joining = innocent <= 1 / LEAST_RATIO ? shared : [];
  const sureness = round(Math.min(0.999, 1 - chance / strangers.length));
  const members = [
    ...strangers.map(([guesser, clues]) => ({ guesser, clues, probability: sureness, isShared: false })),
    ...joining.map(([guesser, clues]) => ({
      guesser,
      clues,
      probability: round(sureness * (1 - innocent)),
      isShared: true,
    })),
  ];
  return campaignOf([group.kind], group.medium, members, alike, threshold);
}

/**
 * Share of the visitors in a group who would have guessed without any campaign: as many as of those who send something else do.
 * @param count visitors in the group who guessed
 * @param alike credible visitors who send what the group sends
 */
function innocentShare(
  { medium, fingerprint }: Group,
  count: number,
  alike: number,
  guessers: readonly Guesser[],
  visitors: number,
): number {
  const elsewhere = guessers.filter(
    ({ isStranger, source }) =>
      !isStranger && source.clues.some((clue) => clue.kind === medium && clue.fingerprint !== fingerprint),
  ).length;
  const rate =
    (elsewhere + USUAL_PASSERS * USUAL_PASSERS_WORTH) / (Math.max(0, visitors - alike) + USUAL_PASSERS_WORTH);
  return count === 0 ? 1 : Math.min(1, (rate * alike) / count);
}

/** Whether the questions differ from source to source, and in more than one way where only what is asked joins them. */
function isSharedOut(group: Group, shares: readonly Share[]): boolean {
  const clues = shares.flatMap(([, own]) => own);
  if (group.medium === Kind.contact) {
    if (!distinct(clues.map(({ question }) => question))) return false;
    // What they found is no guess, and not among the clues.
    const found = shares.reduce((sum, [{ guesses, hits }]) => sum + hits / (hits + Math.max(1, guesses)), 0);
    const missing = clues.filter(({ classIndex }) => classes[classIndex]?.missing).length;
    return missing >= LEAST_MISSING * clues.length && found <= (1 - LEAST_MISSING) * shares.length;
  }
  // A check is nothing that a stale link leads to: many sources may ask for the same.
  if (clues.every(({ isCheck }) => isCheck)) return true;
  if (!distinct(clues.map(({ subject }) => subject)) || !distinct(clues.map(beginningOf))) return false;
  if (group.kind !== "strangers") return true;
  const checks = clues.filter(({ isCheck }) => isCheck).length;
  return checks >= Math.max(2, clues.length / 100);
}

/** Leaves out the few that came long before or after the rest: a pause thirty times the usual one cuts the row. */
function withoutStragglers(entries: Share[]): Share[] {
  const startMs = ([, clues]: Share) => clues[0]!.atMs;
  const ordered = [...entries].sort((a, b) => startMs(a) - startMs(b));
  const pauses = Float64Array.from(ordered.slice(1), (entry, i) => startMs(entry) - startMs(ordered[i]!));
  const usual = Math.max(SHORTEST_PAUSE_MS, pauses.toSorted()[pauses.length >> 1] ?? 0);
  const parts: Share[][] = [[]];
  ordered.forEach((entry, i) => {
    if (i > 0 && pauses[i - 1]! > LONGEST_PAUSE * usual) parts.push([]);
    parts.at(-1)!.push(entry);
  });
  return parts.filter((part) => part.length > STRAGGLERS * entries.length).flat();
}

/** The first bytes asked for: long paths that differ only late are members of one collection, asked for by their names. */
function beginningOf({ text }: Clue): string {
  return String.fromCharCode(...text);
}

function distinct(hashes: readonly unknown[]): boolean {
  return new Set(hashes).size >= LEAST_DISTINCT * hashes.length;
}

/** Those whose number of guesses is near the median: the shares of one scan. */
function evenShares(entries: Share[]): Share[] {
  const median = medianOf(entries);
  return entries.filter(([{ guesses }]) => guesses <= median * EVENNESS && guesses * EVENNESS >= median);
}

function medianOf(entries: readonly Share[]): number {
  const counts = Uint32Array.from(entries, ([{ guesses }]) => guesses).sort();
  return counts[counts.length >> 1] ?? 0;
}

/** Poisson log likelihood ratio of `count` against the `expected` (M. Kulldorff's scan statistic, 1997). */
function surprise(count: number, expected: number): number {
  const e = Math.max(expected, 0.01);
  return count <= e ? 0 : count * Math.log(count / e) - (count - e);
}

/** Log likelihood ratio of the questions that two sources share, for shares of one scan against unrelated guesses. */
function likelihoodOfShares(shares: readonly (readonly Clue[])[]): number {
  const count = shares.reduce((sum, clues) => sum + clues.length, 0);
  const own = shares.reduce((sum, clues) => sum + (clues.length * (clues.length - 1)) / 2, 0);
  const pairs = (count * (count - 1)) / 2 - own;
  const asked = new Map<number, number>();
  let same = 0;
  for (const { question } of shares.flat()) {
    const before = asked.get(question) ?? 0;
    same += before;
    asked.set(question, before + 1);
  }
  return (SAME_BY_CHANCE - SAME_IN_A_SHARE) * pairs + same * Math.log(SAME_IN_A_SHARE / SAME_BY_CHANCE);
}

function campaignOf(
  shared: readonly KeyKind[],
  medium: number,
  members: readonly CampaignMember[],
  alike: number,
  threshold: number,
): Campaign | undefined {
  const clues = members.flatMap((member) => member.clues).sort((a, b) => a.atMs - b.atMs);
  const asked = new Set<number>();
  let score = 0;
  let scoredMs = clues[0]!.atMs;
  let decidedMs = Number.NaN;
  for (const { question, atMs, weight, isCheck } of clues) {
    if (asked.has(question) && !isCheck) continue;
    asked.add(question);
    score = score * 0.5 ** ((atMs - scoredMs) / HALF_LIFE_MS) + weight;
    scoredMs = atMs;
    if (score >= threshold && Number.isNaN(decidedMs)) decidedMs = atMs;
  }
  if (Number.isNaN(decidedMs)) return undefined;
  return {
    shared,
    medium,
    members,
    alike,
    score,
    decidedMs,
    questions: asked.size,
    subjects: new Set(clues.map(({ subject }) => subject)).size,
    targets: new Set(clues.map(({ target }) => target)).size,
    firstMs: Math.min(...members.map(({ guesser }) => guesser.source.firstMs)),
    lastMs: Math.max(...members.map(({ guesser }) => guesser.source.lastMs)),
  };
}

/** Joins parts of one scan that were found by different keys: a client that changes its name, IPv4 beside IPv6. */
function joinParts(found: readonly Campaign[], threshold: number): Campaign[] {
  const joined: Campaign[] = [];
  const known = new Map<Campaign, PartFacts>();
  const factsOf = (campaign: Campaign) => {
    const facts = known.get(campaign) ?? partFacts(campaign);
    known.set(campaign, facts);
    return facts;
  };
  for (const part of found) {
    const at = joined.findIndex((other) => belongTogether(other, part, factsOf));
    const whole = at < 0 ? undefined : join(joined[at]!, part, threshold);
    if (whole === undefined) joined.push(part);
    else joined[at] = whole;
  }
  return joined;
}

function join(a: Campaign, b: Campaign, threshold: number): Campaign | undefined {
  const shared = keyKinds.filter((kind) => a.shared.includes(kind) || b.shared.includes(kind));
  return campaignOf(shared, a.medium, [...a.members, ...b.members], Math.max(a.alike, b.alike), threshold);
}

function belongTogether(a: Campaign, b: Campaign, factsOf: (campaign: Campaign) => PartFacts): boolean {
  if (a.medium !== b.medium) return false;
  const overlapMs = Math.min(a.lastMs, b.lastMs) - Math.max(a.firstMs, b.firstMs);
  if (overlapMs < 0.5 * Math.min(a.lastMs - a.firstMs, b.lastMs - b.firstMs)) return false;
  const [ofA, ofB] = [factsOf(a), factsOf(b)];
  const ratio = ofA.volume / ofB.volume;
  if (ratio > 1.5 || ratio < 1 / 1.5) return false;
  if (countShared(ofA.targets, ofB.targets) === 0) return false;
  return countShared(ofA.asked, ofB.asked) <= (1 - LEAST_DISTINCT) * b.questions;
}

function countShared(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let count = 0;
  for (const each of b) if (a.has(each)) count++;
  return count;
}

/** What is compared of two parts. */
interface PartFacts {
  readonly volume: number;
  readonly targets: ReadonlySet<number>;
  readonly asked: ReadonlySet<number>;
}

function partFacts({ members }: Campaign): PartFacts {
  const clues = members.flatMap((member) => member.clues);
  return {
    volume: medianOf(members.map(({ guesser }) => [guesser, []])),
    targets: new Set(clues.map(({ target }) => target)),
    asked: new Set(clues.map(({ question }) => question)),
  };
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
