import { isIpv4 } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import { Count, type Estate, ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";
import { Kind, Outcome } from "../observations/vocabulary.ts";
import { ActorFlag, type ActorTable, Exact, Sum, Tallied } from "./actor-table.ts";
import type { CampaignClues, Clue } from "./campaign-clues.ts";
import type { Dossier, Dossiers } from "./dossier.ts";
import type { FingerprintUse } from "./fingerprint.ts";
import { type LedgerRow, TextRole } from "./ledger.ts";
import { resourceTag } from "./lessons.ts";
import type { Memory } from "./memory.ts";

/** What speaks for a link between a scanner and who came after it. */
export interface LinkReason {
  readonly kind: "time" | "fingerprint" | "prefix" | "path" | "check";
  /** Likelihood ratio. For `time`, that of the delay against a chance visit. */
  readonly ratio: number;
}

/** A scan whose result somebody else used. */
export interface Handover {
  /** Rows among the actors. */
  readonly scanner: number;
  readonly follower: number;
  readonly probability: number;
  readonly delayMs: number;
  readonly reasons: readonly LinkReason[];
  /** The service that the follower turned to, where the input tells; and whether it only logs in there. */
  readonly port: number;
  readonly isLogin: boolean;
}

export interface HandoverInputs {
  readonly actors: ActorTable;
  readonly dossiers: Dossiers;
  readonly memory: Memory;
  readonly clues: CampaignClues;
  readonly fingerprints: FingerprintUse;
  readonly estate: Estate;
  /** Time from the first observation to the last. */
  readonly lengthMs: number;
}

const LONGEST_DELAY_MS = 30 * 86_400_000;
/** A delay that a scan's end and the next step may overlap by: clocks, and tools that close their connections late. */
const OVERLAP_MS = 500;
/** Share of scans that somebody else takes up, among those after which somebody turns to the scanned service at all. */
const TAKEN_UP = 0.5;
/** Delays are taken to be spread evenly over their logarithm, from a second to thirty days. */
const DELAY_DECADES = Math.log(LONGEST_DELAY_MS / 1000);
/** With nothing in common, only who comes at once is linked: later, a rate that is not quite even explains it as well. */
const LONGEST_ALONE_MS = 10 * 60_000;
const MOST_RATIO = 500;
const LEAST_PROBABILITY = 0.5;
/** Who asks more than this by guessing makes a scan of its own. */
const MOST_GUESSES = 6;
const MOST_OBSERVATIONS = 64;
/** A full guess: what somebody asked for that visitors here do not. */
const TELLING_WEIGHT = 2;
const MOST_TARGETS = 2;
/** Distinct things that a follower may look for beside its purpose. */
const MOST_LOOKED_FOR = 2;
/** Guesses of a scanner that sends exploits as well. */
const FEWEST_OF_A_SCAN = 20;
/** Scanners and followers looked at: the most suspicious, and the latest. */
const MOST_SCANNERS = 4096;
const MOST_FOLLOWERS = 4096;
/** Services that people log in to from outside (IANA): SSH, telnet, FTP, SMB, RDP, VNC, databases. */
const loginPorts = new Set([21, 22, 23, 445, 1433, 1521, 3306, 3389, 5432, 5900, 6379]);
const QUESTION_MARK = 63;
/** Connections to one such service, and nothing else, that look like somebody trying to log in. */
const FEWEST_TRIES = 4;

interface Scanner {
  readonly row: number;
  readonly dossier: Dossier;
  readonly hash: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly fingerprints: ReadonlySet<number>;
  readonly prefix: string;
  /** Services that it found open. */
  readonly services: readonly Service[];
}

interface Resource {
  readonly low: number;
  readonly high: number;
}

interface Service extends Resource {
  readonly port: number;
}

interface Follower {
  readonly row: number;
  readonly firstMs: number;
  readonly fingerprints: ReadonlySet<number>;
  readonly prefix: string;
  /** Hosts that it turned to, as `hostOf`; none when the input does not tell. */
  readonly hosts: ReadonlySet<number>;
  readonly asked: readonly Resource[];
  readonly checks: ReadonlySet<string>;
  readonly port: number;
  /** The services that it asked, where the input tells. */
  readonly services: readonly Service[];
  /** The service that it only logs in to. */
  readonly service: Service | undefined;
}

/**
 * Links scans to what came after them from another source. A follower is a newcomer that turns to one service with one
 * purpose: it asks little, but something that visitors do not ask. For each scanner that asked the same service before, the
 * odds of a link are the density of the delay, times what they have in common (a client, a network, a path, a check; each
 * counts the more, the fewer other scanners have it), against the rate at which such newcomers come anyway.
 */
export function findHandovers(inputs: HandoverInputs): Handover[] {
  const scanners = listScanners(inputs);
  if (scanners.length === 0) return [];
  const followers = listFollowers(inputs, scanners);
  const found: Handover[] = [];
  for (const follower of followers) {
    const best = linkOf(follower, scanners, followers, inputs);
    if (best !== undefined) found.push(best);
  }
  return found;
}

function linkOf(
  follower: Follower,
  scanners: readonly Scanner[],
  followers: readonly Follower[],
  inputs: HandoverInputs,
): Handover | undefined {
  const rivals = followers.filter((other) => other !== follower && isSameService(other, follower)).length;
  const chancePerMs = (rivals + 0.5) / Math.max(inputs.lengthMs, 60_000);
  const own = inputs.actors.hashOfRow(follower.row);
  const seesContacts = follower.services.some(({ low, high }) => inputs.memory.knows(mix(low, own), mix(high, own)));
  let best: { readonly scanner: Scanner; readonly reasons: LinkReason[]; readonly odds: number } | undefined;
  let sum = 0;
  for (const scanner of scanners) {
    const delayMs = follower.firstMs - scanner.lastMs;
    if (scanner.row === follower.row || delayMs < -OVERLAP_MS || delayMs > LONGEST_DELAY_MS) continue;
    if (!hasAskedSame(scanner, follower, inputs, seesContacts)) continue;
    const time = TAKEN_UP / (Math.max(1000, delayMs) * DELAY_DECADES) / chancePerMs;
    const reasons = [{ kind: "time", ratio: time } as const, ...commonOf(scanner, follower, scanners, inputs)];
    const odds = reasons.reduce((product, { ratio }) => product * ratio, 1);
    sum += odds;
    if (best === undefined || odds > best.odds) best = { scanner, reasons, odds };
  }
  if (best?.reasons.length === 1 && follower.firstMs - best.scanner.lastMs > LONGEST_ALONE_MS) return undefined;
  if (best === undefined || best.odds / (1 + sum) < LEAST_PROBABILITY) return undefined;
  return {
    scanner: best.scanner.row,
    follower: follower.row,
    probability: Number(Math.min(0.999, best.odds / (1 + sum)).toFixed(3)),
    delayMs: Math.max(0, follower.firstMs - best.scanner.lastMs),
    reasons: best.reasons,
    port: follower.port,
    isLogin: follower.service !== undefined,
  };
}

function isSameService(a: Follower, b: Follower): boolean {
  if (a.service !== undefined || b.service !== undefined) return a.service?.low === b.service?.low;
  return a.hosts.size === 0 || [...a.hosts].some((host) => b.hosts.has(host));
}

/** Whether the scanner asked the host, or where hosts are not told, the site, that the follower turned to. */
function hasAskedSame(
  scanner: Scanner,
  follower: Follower,
  { memory }: HandoverInputs,
  seesContacts: boolean,
): boolean {
  const { service } = follower;
  const knows = ({ low, high }: Service) => memory.knows(mix(low, scanner.hash), mix(high, scanner.hash));
  if (service !== undefined) return knows(service);
  if (follower.services.some(knows)) return true;
  if (follower.hosts.size === 0 && follower.services.length > 0) return false;
  // An input that shows no contacts cannot tell the port.
  if (follower.hosts.size > 0)
    return !seesContacts && [...follower.hosts].some((host) => scanner.dossier.hasTarget(host));
  return scanner.dossier.stages.some(({ technique }) => technique === "T1595.002" || technique === "T1595.003");
}

function commonOf(
  scanner: Scanner,
  follower: Follower,
  scanners: readonly Scanner[],
  { memory, fingerprints, estate }: HandoverInputs,
): LinkReason[] {
  const reasons: LinkReason[] = [];
  const add = (kind: LinkReason["kind"], holds: (each: Scanner) => boolean, visitorsAlike = 0, visitors = 0) => {
    if (!holds(scanner)) return;
    const alike = scanners.filter(holds).length + visitorsAlike;
    const ratio = (scanners.length + visitors + 10) / (alike + 0.5);
    if (ratio > 1) reasons.push({ kind, ratio: Math.min(MOST_RATIO, ratio) });
  };
  for (const fingerprint of [...follower.fingerprints].slice(0, 1))
    add(
      "fingerprint",
      (each) => each.fingerprints.has(fingerprint),
      fingerprints.of(fingerprint),
      fingerprints.visitors,
    );
  add("prefix", (each) => each.prefix === follower.prefix);
  const isUsed = ({ low, high }: Resource) => estate.get(estate.find(low, resourceTag(high)), Count.hits) > 0;
  for (const { low, high } of follower.asked.slice(0, 1).filter((resource) => !isUsed(resource)))
    add("path", (each) => memory.knows(mix(low, each.hash), mix(high, each.hash)));
  for (const check of [...follower.checks].slice(0, 1)) add("check", (each) => each.dossier.checks.has(check));
  return reasons;
}

function listScanners({ actors, dossiers, clues }: HandoverInputs): Scanner[] {
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    if (actors.is(row, ActorFlag.prefix) || !actors.is(row, ActorFlag.decided)) continue;
    const dossier = dossiers.get(row);
    if (dossier !== undefined && isScan(row, dossier, actors)) rows.push(row);
  }
  rows.sort((a, b) => actors.exact(b, Exact.score) - actors.exact(a, Exact.score) || a - b);
  const chosen = rows.slice(0, MOST_SCANNERS);
  const seen = fingerprintsOf(chosen, actors, clues);
  return chosen.map((row) => {
    const dossier = dossiers.get(row)!;
    return {
      row,
      dossier,
      hash: actors.hashOfRow(row),
      firstMs: actors.exact(row, Exact.firstMs),
      lastMs: actors.exact(row, Exact.lastMs),
      fingerprints: seen.get(row) ?? none,
      prefix: prefixOf(actors.wordsOf(row)),
      services: openServicesOf(dossier),
    };
  });
}

/** Whether it looked for what is there. Who only sends exploits, or uses what it found itself, hands nothing over. */
function isScan(row: number, dossier: Dossier, actors: ActorTable): boolean {
  const guesses = actors.get(row, Tallied.guesses);
  if (actors.is(row, ActorFlag.attempted)) return guesses >= FEWEST_OF_A_SCAN;
  return guesses > 0 || dossier.ledger.entered > 0;
}

const none: ReadonlySet<number> = new Set();

function listFollowers(inputs: HandoverInputs, scanners: readonly Scanner[]): Follower[] {
  const { actors, dossiers, clues } = inputs;
  const beganMs = Math.min(...scanners.map(({ firstMs }) => firstMs));
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    if (actors.get(row, Tallied.prefixLength) === 0 || actors.is(row, ActorFlag.prefix)) continue;
    if (actors.exact(row, Exact.firstMs) < beganMs || actors.get(row, Tallied.observations) > MOST_OBSERVATIONS)
      continue;
    if (actors.get(row, Tallied.guesses) <= MOST_GUESSES) rows.push(row);
  }
  rows.sort((a, b) => actors.exact(b, Exact.firstMs) - actors.exact(a, Exact.firstMs) || a - b);
  const seen = fingerprintsOf(rows, actors, clues);
  const services = new Map(scanners.flatMap((scanner) => scanner.services.map((each) => [each.low, each] as const)));
  const open = [...services.values()];
  const logins = open.filter(({ port }) => loginPorts.has(port));
  return rows
    .flatMap((row) => {
      const asker = askerOf(row, dossiers.get(row), seen.get(row) ?? none, actors);
      if (asker === undefined) return loginOf(row, logins, inputs) ?? [];
      // A web log does not tell who was asked; what else was seen of the follower may.
      return asker.services.length > 0 ? asker : { ...asker, services: metBy(row, open, inputs) };
    })
    .slice(0, MOST_FOLLOWERS);
}

/** A newcomer who asks for something with one purpose, of one or two hosts. */
function askerOf(
  row: number,
  dossier: Dossier | undefined,
  fingerprints: ReadonlySet<number>,
  actors: ActorTable,
): Follower | undefined {
  if (dossier === undefined) return undefined;
  const attempted = actors.is(row, ActorFlag.attempted);
  if (!attempted && (actors.is(row, ActorFlag.credible) || actors.sum(row, Sum.gained) < TELLING_WEIGHT))
    return undefined;
  const rows = dossier.ledger.rows().filter(({ weight }) => weight > 0);
  const telling = rows.filter(isTelling).sort((a, b) => b.weight - a.weight);
  if (telling.length === 0) return undefined;
  const hosts = new Set(telling.flatMap(({ target }) => hostOf(target) ?? []));
  const exploits = [...dossier.checks.values()].filter(
    ({ check }) => check.intent === "exploit" && !check.id.startsWith("generic-"),
  );
  // Who looks for several things scans for itself.
  if (actors.get(row, Tallied.guesses) > MOST_LOOKED_FOR || dossier.checks.size - exploits.length > MOST_LOOKED_FOR)
    return undefined;
  // Exploits of one product after the other, on host after host: that needs no scan.
  if (hosts.size > MOST_TARGETS || new Set(exploits.map(({ check }) => check.product)).size > 1) return undefined;
  return {
    row,
    firstMs: actors.exact(row, Exact.firstMs),
    fingerprints,
    prefix: prefixOf(actors.wordsOf(row)),
    hosts,
    asked: telling.flatMap(pathOf),
    checks: new Set([...dossier.checks.keys()].filter((id) => !id.startsWith("generic-"))),
    port: telling[0]!.port,
    services: telling.filter(({ target }) => hostOf(target) !== undefined).map(serviceOf),
    service: undefined,
  };
}

/** A request for something, rather than a greeting, that visitors do not ask for. */
function isTelling({ kind, textIs, weight, note }: LedgerRow): boolean {
  return kind === Kind.request && textIs === TextRole.path && (weight >= TELLING_WEIGHT || note !== "");
}

/** A newcomer who does nothing but connect to one log-in service that a scanner found, again and again. */
function loginOf(row: number, services: readonly Service[], { actors, memory }: HandoverInputs): Follower | undefined {
  if (actors.get(row, Tallied.services) !== 1 || actors.get(row, Tallied.misses) > 0) return undefined;
  if (actors.get(row, Tallied.observations) < FEWEST_TRIES || actors.is(row, ActorFlag.decided)) return undefined;
  const hash = actors.hashOfRow(row);
  const service = services.find(({ low, high }) => memory.knows(mix(low, hash), mix(high, hash)));
  if (service === undefined) return undefined;
  return {
    row,
    firstMs: actors.exact(row, Exact.firstMs),
    fingerprints: none,
    prefix: prefixOf(actors.wordsOf(row)),
    hosts: new Set(),
    asked: [],
    checks: new Set(),
    port: service.port,
    services: [],
    service,
  };
}

/** Those services that an actor has met. */
function metBy(row: number, services: readonly Service[], { actors, memory }: HandoverInputs): Service[] {
  const hash = actors.hashOfRow(row);
  return services.filter(({ low, high }) => memory.knows(mix(low, hash), mix(high, hash)));
}

/** Services that a scanner found open, as far as its ledger tells. */
function openServicesOf(dossier: Dossier): Service[] {
  return dossier.ledger
    .rows()
    .filter(({ kind, outcome }) => {
      const isOpen = outcome === Outcome.answered || outcome === Outcome.admitted;
      return kind === Kind.contact && isOpen;
    })
    .map(serviceOf);
}

/** The service of a row, named as contact-class.ts names it. */
function serviceOf({ target, transport, port }: LedgerRow): Service {
  const host = mix(mix(target[0]!, target[1]!), mix(target[2]!, target[3]!));
  const service = (transport << 16) | port;
  return {
    low: mix(mix(ResourceKind.service, host), service),
    high: mix(mix(host, service), ResourceKind.service),
    port,
  };
}

/** A host as dossiers remember targets; undefined when the input does not tell. */
function hostOf(target: Uint32Array): number | undefined {
  if ((target[0]! | target[1]! | target[2]! | target[3]!) === 0) return undefined;
  return mix(target[2]!, target[3]!);
}

function pathOf({ text }: LedgerRow): Resource[] {
  const template = emptyTemplate();
  const query = text.indexOf(QUESTION_MARK);
  const length = query < 0 ? text.length : query;
  readPathTemplate(text, 0, length, template);
  return length <= 1 ? [] : [{ low: template.low, high: template.high }];
}

function fingerprintsOf(
  rows: readonly number[],
  actors: ActorTable,
  clues: CampaignClues,
): ReadonlyMap<number, ReadonlySet<number>> {
  const rowByName = new Map(rows.map((row) => [actors.wordsOf(row).join(), row]));
  const found = new Map<number, Set<number>>();
  for (const { words, clues: own } of clues.sources()) {
    const row = rowByName.get(words.join());
    if (row !== undefined) found.set(row, new Set(own.map(({ fingerprint }: Clue) => fingerprint).filter(Boolean)));
  }
  return found;
}

/** IPv4 /24, IPv6 /48. */
function prefixOf(words: Uint32Array): string {
  return isIpv4(words) ? `4 ${words[3]! >>> 8}` : `6 ${words[0]} ${words[1]! >>> 16}`;
}
