import { mix } from "../bytes/hash.ts";
import { Count } from "../observations/estate.ts";
import { Class } from "./classes.ts";
import type { Dossier } from "./dossier.ts";
import {
  type Follower,
  type HandoverInputs,
  listFollowers,
  listScanners,
  PrefixUse,
  type Resource,
  type Scanner,
} from "./handover-parties.ts";
import { resourceTag } from "./lessons.ts";
import type { Logins } from "./logins.ts";

/** What speaks for a link between a scanner and who came after it. */
export interface LinkReason {
  readonly kind: "time" | "fingerprint" | "prefix" | "path" | "check" | "product" | "port" | "other-aim" | "position";
  /** Likelihood ratio. For `time`, that of the delay against a chance visit. */
  readonly ratio: number;
}

/** A scan whose result somebody else used. */
export interface Handover {
  /** Rows among the actors. */
  readonly scanner: number;
  /** Of the scan that was used. */
  readonly dossier: Dossier;
  readonly follower: number;
  readonly probability: number;
  readonly delayMs: number;
  readonly reasons: readonly LinkReason[];
  /** The service that the follower turned to, where the input tells; and whether it only logs in there. */
  readonly port: number;
  readonly isLogin: boolean;
  /** Whether it was let in there, as far as a log tells. */
  readonly isLetIn: boolean;
}

export const LONGEST_DELAY_MS = 30 * 86_400_000;
/** A delay that a scan's end and the next step may overlap by: clocks, and tools that close their connections late. */
const OVERLAP_MS = 500;
/** Share of scans that somebody else takes up, among those after which somebody turns to the scanned service at all. */
const TAKEN_UP = 0.5;
/** Who sends exploits itself needs nobody to use what it found: its scans are taken up that much less. */
const TAKEN_UP_OF_ATTACKER = 0.25;
/** Delays are taken to be spread evenly over their logarithm, from a second to thirty days. */
const DELAY_DECADES = Math.log(LONGEST_DELAY_MS / 1000);
/** With nothing in common, only who comes at once is linked: later, a rate that is not quite even explains it as well. */
const LONGEST_ALONE_MS = 10 * 60_000;
const MOST_RATIO = 500;
const LEAST_PROBABILITY = 0.5;
/** Passwords are guessed everywhere, scan or no scan: who logs in and has nothing in common with the scanner must fit better. */
const LEAST_OF_LOGIN = 0.9;
/** Share of followers that come from the scanner's own network: who changes his source mostly changes that. */
const SAME_NETWORK = 0.2;
/** Share of those who use what a word list found, but ask for none of it. */
const OTHER_AIM = 0.1;
/** Who uses a scan tries what it told is run there; others try whatever they have, which seldom fits. */
const FITTING_PRODUCT = 4;
/** Who finds little but one service is followed there; of what other scans find, a third. */
const FITTING_PORT = 3;
const MOSTLY = 2 / 3;
/** Missing paths that make a word list. */
const WORD_LIST = 8;
/** A path below a directory that no known check asks for is in fewer lists than one that all scanners try. */
const RARER_PATH = 10;
/** What a rate starts from before anything was counted (the neutral prior of a Poisson rate; J. Kerman, 2011). */
const NEUTRAL = 1 / 3;
/** How often the links of all are weighed against each other's: it settles at the second time. */
const ROUNDS = 3;

/**
 * Links scans to what came after them from another source. A follower is a newcomer that turns to one service with one
 * purpose: it asks little, but something that visitors do not ask. For each scanner that asked the same service before, the
 * odds of a link are the density of the delay, times what they have in common (a client, a network, a path, a check; each
 * counts the more, the fewer other scanners have it), against the rate at which such newcomers come anyway. That rate is
 * counted from the newcomers that no scan explains, so links and rate are found together (expectation and maximisation).
 */
export function findHandovers(inputs: HandoverInputs, scanners = listScanners(inputs)): Handover[] {
  if (scanners.length === 0) return [];
  const followers = listFollowers(inputs, scanners);
  const prefixes = new PrefixUse(inputs.actors);
  const candidates = followers.map((follower) => candidatesOf(follower, scanners, prefixes, inputs));
  let explained = followers.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    explained = followers.map((follower, i) => {
      const sum = sumOf(candidates[i]!) / chanceOf(follower, followers, explained, inputs);
      return sum / (1 + sum);
    });
  }
  return followers.flatMap((follower, i) => {
    const link = bestOf(follower, candidates[i]!, chanceOf(follower, followers, explained, inputs), inputs.logins);
    return link ?? [];
  });
}

/** A scanner whose finds somebody may have used. */
interface Candidate {
  readonly scanner: Scanner;
  readonly delayMs: number;
  /** Density of the delay, per millisecond. */
  readonly density: number;
  readonly common: readonly LinkReason[];
  /** `density` times all that they have in common. */
  readonly strength: number;
}

function sumOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { strength }) => sum + strength, 0);
}

/** Newcomers at the same service that no scan explains, per millisecond. */
function chanceOf(
  follower: Follower,
  followers: readonly Follower[],
  explained: readonly number[],
  { lengthMs }: HandoverInputs,
): number {
  let count = NEUTRAL;
  followers.forEach((other, i) => {
    if (other !== follower && isSameService(other, follower)) count += 1 - explained[i]!;
  });
  return count / Math.max(lengthMs, 60_000);
}

function candidatesOf(
  follower: Follower,
  scanners: readonly Scanner[],
  prefixes: PrefixUse,
  inputs: HandoverInputs,
): Candidate[] {
  const own = inputs.actors.memoryHashOf(follower.row);
  const seesContacts = follower.services.some(({ low, high }) => inputs.memory.knows(mix(low, own), mix(high, own)));
  const able = scanners.filter((scanner) => {
    const delayMs = follower.firstMs - scanner.lastMs;
    if (scanner.row === follower.row || delayMs < -OVERLAP_MS || delayMs > LONGEST_DELAY_MS) return false;
    return hasAskedSame(scanner, follower, inputs, seesContacts);
  });
  if (able.length === 0) return [];
  const commons = commonsOf(follower, scanners, prefixes, inputs);
  return able.map((scanner) => {
    const delayMs = follower.firstMs - scanner.lastMs;
    const takenUp = (scanner.hasAttempted ? TAKEN_UP_OF_ATTACKER : TAKEN_UP) * scanner.share;
    const density = takenUp / (Math.max(1000, delayMs) * DELAY_DECADES);
    const common = commons.filter(({ scanners: alike }) => alike.has(scanner)).map(({ reason }) => reason);
    const strength = common.reduce((product, { ratio }) => product * ratio, density);
    return { scanner, delayMs, density, common, strength };
  });
}

function bestOf(
  follower: Follower,
  candidates: readonly Candidate[],
  chance: number,
  logins: Logins,
): Handover | undefined {
  const best = candidates.reduce<Candidate | undefined>(
    (most, each) => (most !== undefined && most.strength >= each.strength ? most : each),
    undefined,
  );
  if (best === undefined) return undefined;
  const { scanner, delayMs, density, common, strength } = best;
  // What the scan was for says nothing of who follows.
  const isTied = common.some(({ kind }) => kind !== "port");
  if (!isTied && delayMs > LONGEST_ALONE_MS) return undefined;
  const probability = strength / (chance + sumOf(candidates));
  const isAnyLogin = follower.service !== undefined && !isTied;
  if (probability < (isAnyLogin ? LEAST_OF_LOGIN : LEAST_PROBABILITY)) return undefined;
  return {
    scanner: scanner.row,
    dossier: scanner.dossier,
    follower: follower.row,
    probability: Number(Math.min(0.999, probability).toFixed(3)),
    delayMs: Math.max(0, delayMs),
    reasons: [{ kind: "time", ratio: density / chance }, ...common],
    port: follower.port,
    isLogin: follower.service !== undefined,
    isLetIn: logins.letIn(follower.row)?.port === follower.port,
  };
}

function isSameService(a: Follower, b: Follower): boolean {
  if (a.service !== undefined || b.service !== undefined) return a.service?.low === b.service?.low;
  return a.hosts.size === 0 || b.hosts.size === 0 || [...a.hosts].some((host) => b.hosts.has(host));
}

/** Whether the scanner asked the host, or where hosts are not told, the site, that the follower turned to. */
function hasAskedSame(
  scanner: Scanner,
  follower: Follower,
  { memory }: HandoverInputs,
  seesContacts: boolean,
): boolean {
  const { service } = follower;
  const knows = ({ low, high }: Resource) => memory.knows(mix(low, scanner.hash), mix(high, scanner.hash));
  if (service !== undefined) return knows(service);
  if (follower.services.some(knows)) return true;
  if (follower.hosts.size === 0 && follower.services.length > 0) return false;
  // An input that shows no contacts cannot tell the port.
  if (follower.hosts.size > 0)
    return !seesContacts && [...follower.hosts].some((host) => scanner.dossier.hasTarget(host));
  return scanner.dossier.hasAskedWeb;
}

/** What some of the scanners have in common with the follower, and which of them. */
function commonsOf(
  follower: Follower,
  scanners: readonly Scanner[],
  prefixes: PrefixUse,
  { memory, fingerprints, estate, wasTold }: HandoverInputs,
): Common[] {
  const common = (kind: LinkReason["kind"], holds: (each: Scanner) => boolean, more: Partial<Population> = {}) => {
    const { alike = 0, all = 0, factor = 1 } = more;
    const having = new Set(scanners.filter(holds));
    const ratio = Math.min(MOST_RATIO, (factor * (scanners.length + all + 10)) / (having.size + alike + 0.5));
    return having.size > 0 && ratio > 1 ? [{ reason: { kind, ratio }, scanners: having }] : [];
  };
  const [fingerprint] = follower.fingerprints;
  const isUsed = ({ low, high }: Resource) => estate.get(estate.find(low, resourceTag(high)), Count.hits) > 0;
  const asked = follower.asked.find((resource) => !isUsed(resource));
  const [check] = follower.checks;
  const knows = ({ low, high }: Resource, { hash }: Scanner) => memory.knows(mix(low, hash), mix(high, hash));
  const found: Common[] = common("prefix", ({ prefix }) => prefix === follower.prefix, {
    alike: prefixes.of(follower.prefix) - 1,
    all: prefixes.all,
    factor: SAME_NETWORK,
  });
  if (fingerprint !== undefined) {
    const use = { alike: fingerprints.of(fingerprint), all: fingerprints.visitors };
    found.push(...common("fingerprint", (each) => each.fingerprints.has(fingerprint), use));
  }
  if (asked !== undefined) {
    found.push(
      ...common("path", (each) => knows(asked, each), { factor: check === undefined && asked.isDeep ? RARER_PATH : 1 }),
    );
  }
  if (check !== undefined) found.push(...common("check", (each) => each.dossier.checks.has(check)));
  const told = scanners.filter(({ row }) => follower.products.some((product) => wasTold?.(row, product)));
  found.push({ reason: { kind: "product", ratio: FITTING_PRODUCT }, scanners: new Set(told) });
  const others = scanners.filter(
    (each) =>
      each.dossier.countOf(Class.missingPath) >= WORD_LIST &&
      !follower.asked.some((resource) => knows(resource, each)) &&
      ![...follower.checks].some((id) => each.dossier.checks.has(id)),
  );
  const keen = scanners.filter(({ services }) => {
    const fitting = services.filter(({ port }) => port === follower.service?.port);
    return fitting.length > 0 && fitting.length >= MOSTLY * services.length;
  });
  found.push({ reason: { kind: "port", ratio: FITTING_PORT }, scanners: new Set(keen) });
  if (follower.service === undefined)
    found.push({ reason: { kind: "other-aim", ratio: OTHER_AIM }, scanners: new Set(others) });
  return found;
}

interface Common {
  readonly reason: LinkReason;
  readonly scanners: ReadonlySet<Scanner>;
}

/** Others who may have it in common by chance. */
interface Population {
  /** Those who have it, of `all`. */
  readonly alike: number;
  readonly all: number;
  /** What else makes it more or less telling. */
  readonly factor: number;
}
