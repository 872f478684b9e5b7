import { isIpv4 } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import { type Estate, ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";
import { Kind, Outcome } from "../observations/vocabulary.ts";
import { ActorFlag, type ActorTable, Exact, Sum, Tallied } from "./actor-table.ts";
import type { CampaignClues } from "./campaign-clues.ts";
import type { Dossier, Dossiers } from "./dossier.ts";
import type { FingerprintUse } from "./fingerprint.ts";
import { type LedgerRow, TextRole } from "./ledger.ts";
import type { Logins } from "./logins.ts";
import type { Memory } from "./memory.ts";
import { MOST_WHILE_TEACHING } from "./sequential-test.ts";

export interface HandoverInputs {
  readonly actors: ActorTable;
  readonly dossiers: Dossiers;
  readonly memory: Memory;
  readonly clues: CampaignClues;
  readonly fingerprints: FingerprintUse;
  readonly estate: Estate;
  readonly logins: Logins;
  /** Time from the first observation to the last. */
  readonly lengthMs: number;
  /** Share of a scan that the actor in a row made: one of N when N sources shared it out. Default 1. */
  readonly shareOf?: (row: number) => number;
  /** Whether the actor in a row was told that a product, as CPE names it, is run here. */
  readonly wasTold?: (row: number, product: string) => boolean;
}

/** Somebody who looked for what is there. */
export interface Scanner {
  readonly row: number;
  readonly dossier: Dossier;
  readonly hash: number;
  readonly firstMs: number;
  /** End of its scan, as far as evidence tells: what it did with its finds came later. */
  readonly lastMs: number;
  readonly fingerprints: ReadonlySet<number>;
  readonly prefix: string;
  /** Services that it found open. */
  readonly services: readonly Service[];
  /** Whether it went on to send exploits itself. */
  readonly hasAttempted: boolean;
  /** See `HandoverInputs.shareOf`. */
  readonly share: number;
}

export interface Resource {
  readonly low: number;
  readonly high: number;
}

interface Path extends Resource {
  /** Whether it lies below a directory. */
  readonly isDeep: boolean;
}

export interface Service extends Resource {
  readonly port: number;
}

/** A newcomer that turns to one service with one purpose. */
export interface Follower {
  readonly row: number;
  readonly firstMs: number;
  readonly fingerprints: ReadonlySet<number>;
  readonly prefix: string;
  /** Hosts that it turned to, as `hostOf`; none when the input does not tell. */
  readonly hosts: ReadonlySet<number>;
  readonly asked: readonly Path[];
  readonly checks: ReadonlySet<string>;
  /** Products, as CPE names them, whose weaknesses it tries. */
  readonly products: readonly string[];
  readonly port: number;
  /** The services that it asked, where the input tells. */
  readonly services: readonly Service[];
  /** The service that it only logs in to. */
  readonly service: Service | undefined;
}

/** Who asks more than this by guessing makes a scan of its own. */
const MOST_GUESSES = 6;
const MOST_OBSERVATIONS = 64;
/** A full guess: what somebody asked for that visitors here do not. */
const TELLING_WEIGHT = 2;
const MOST_TARGETS = 2;
/** Distinct things found by who comes for one purpose: the start page, a service. */
const MOST_FOUND = 3;
/** Distinct things that a follower may look for beside its purpose. */
const MOST_LOOKED_FOR = 2;
/** Guesses of a scanner that sends exploits as well. */
const FEWEST_OF_A_SCAN = 20;
/** Scanners and followers looked at: the most suspicious, and the latest. */
const MOST_SCANNERS = 4096;
const MOST_FOLLOWERS = 4096;
const QUESTION_MARK = 63;
/** Connections to one such service, and nothing else, that look like somebody trying to log in. */
const FEWEST_TRIES = 4;

/** Those who were found to scan, the most suspicious first. */
export function listScanners({ actors, dossiers, clues, shareOf = () => 1 }: HandoverInputs): Scanner[] {
  const rows: number[] = [];
  for (let row = 1; row < actors.end; row++) {
    if (actors.is(row, ActorFlag.prefix) || !actors.is(row, ActorFlag.decided)) continue;
    if (dossiers.scansOf(row, actors).some((dossier) => isScan(row, dossier, actors))) rows.push(row);
  }
  rows.sort((a, b) => actors.exact(b, Exact.score) - actors.exact(a, Exact.score) || a - b);
  const chosen = rows.slice(0, MOST_SCANNERS);
  const seen = fingerprintsOf(chosen, actors, clues);
  return chosen.flatMap((row) => {
    const scans = dossiers.scansOf(row, actors);
    const episode = actors.get(row, Tallied.episode) - (actors.is(row, ActorFlag.rearmed) ? 1 : 0);
    return scans.map((dossier, i) => ({
      row,
      dossier,
      hash: actors.memoryHashOf(row, episode - (scans.length - 1 - i)),
      firstMs: dossier.firstMs || actors.exact(row, Exact.firstMs),
      lastMs: scanEndOf(dossier) ?? actors.exact(row, Exact.lastMs),
      fingerprints: seen.get(row) ?? none,
      prefix: prefixOf(actors.wordsOf(row)),
      services: openServicesOf(dossier),
      hasAttempted: actors.is(row, ActorFlag.attempted),
      share: shareOf(row),
    }));
  });
}

function scanEndOf({ stages }: Dossier): number | undefined {
  const ends = stages.filter(({ technique }) => technique.startsWith("T1595")).map(({ span }) => span.lastMs);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Whether it looked for what is there. Who only sends exploits, or uses what it found itself, hands nothing over. */
function isScan(row: number, dossier: Dossier, actors: ActorTable): boolean {
  const guesses = actors.get(row, Tallied.guesses);
  if (actors.is(row, ActorFlag.attempted)) return guesses >= FEWEST_OF_A_SCAN;
  return guesses > 0 || dossier.ledger.entered > 0;
}

const none: ReadonlySet<number> = new Set();

/** Those who may have used what one of the scanners found, the latest first. */
export function listFollowers(inputs: HandoverInputs, scanners: readonly Scanner[]): Follower[] {
  const { actors, clues, memory } = inputs;
  const knows = ({ low, high }: Service, { hash }: Scanner) => memory.knows(mix(low, hash), mix(high, hash));
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
  const logins = inputs.logins.all.filter((service) => scanners.some((scanner) => knows(service, scanner)));
  return rows
    .flatMap((row) => {
      const asker = askerOf(row, seen.get(row) ?? none, inputs);
      if (asker === undefined) return loginOf(row, logins, inputs) ?? [];
      // A web log does not tell who was asked; what else was seen of the follower may.
      return asker.services.length > 0 ? asker : { ...asker, services: metBy(row, open, inputs) };
    })
    .slice(0, MOST_FOLLOWERS);
}

/** A newcomer who asks for something with one purpose, of one or two hosts. */
function askerOf(
  row: number,
  fingerprints: ReadonlySet<number>,
  { actors, dossiers }: HandoverInputs,
): Follower | undefined {
  const dossier = dossiers.get(row);
  if (dossier === undefined) return undefined;
  const needed = actors.is(row, ActorFlag.credible) ? MOST_WHILE_TEACHING : TELLING_WEIGHT;
  const isReader = actors.sum(row, Sum.gained) < needed || actors.get(row, Tallied.hits) > MOST_FOUND;
  if (!actors.is(row, ActorFlag.attempted) && isReader) return undefined;
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
    products: exploits.flatMap(({ check }) => check.cpe?.split(":")[1] ?? []),
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
  const hash = actors.memoryHashOf(row);
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
    products: [],
    port: service.port,
    services: [],
    service,
  };
}

/** Those services that an actor has met. */
function metBy(row: number, services: readonly Service[], { actors, memory }: HandoverInputs): Service[] {
  const hash = actors.memoryHashOf(row);
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

function pathOf({ text }: LedgerRow): Path[] {
  const template = emptyTemplate();
  const query = text.indexOf(QUESTION_MARK);
  const length = query < 0 ? text.length : query;
  readPathTemplate(text, 0, length, template);
  return length <= 1 ? [] : [{ low: template.low, high: template.high, isDeep: template.depth > 1 }];
}

function fingerprintsOf(
  rows: readonly number[],
  actors: ActorTable,
  clues: CampaignClues,
): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (const row of rows) {
    const place = clues.placeOf(actors.wordsOf(row));
    if (place < 0) continue;
    const prints = clues.at(place).clues.map(({ fingerprint }) => fingerprint);
    found.set(row, new Set(prints.filter(Boolean)));
  }
  return found;
}

/** IPv4 /24, IPv6 /48. */
function prefixOf(words: Uint32Array): string {
  return isIpv4(words) ? `4 ${words[3]! >>> 8}` : `6 ${words[0]} ${words[1]! >>> 16}`;
}

/** How many who are no scanners come from each network. */
export class PrefixUse {
  all = 0;
  readonly #counts = new Map<string, number>();

  constructor(actors: ActorTable) {
    for (let row = 1; row < actors.end; row++) {
      if (actors.get(row, Tallied.prefixLength) === 0 || actors.is(row, ActorFlag.prefix | ActorFlag.decided)) continue;
      const prefix = prefixOf(actors.wordsOf(row));
      this.#counts.set(prefix, this.of(prefix) + 1);
      this.all++;
    }
  }

  of(prefix: string): number {
    return this.#counts.get(prefix) ?? 0;
  }
}
