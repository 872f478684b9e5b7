import type { Check } from "../knowledge/types.ts";
import { ActorFlag, type ActorTable } from "./actor-table.ts";
import { classes } from "./classes.ts";
import { Ledger } from "./ledger.ts";

/** Most checks and tools told apart per actor; more are counted by the ledger only. */
const MOST_CHECKS = 2000;
/** Most actors with evidence held at once; the least suspicious are forgotten first, and counted. */
const MOST_DOSSIERS = 1 << 15;

export interface CheckCount {
  readonly check: Check;
  count: number;
  /** How often it was answered with a 2xx status. */
  answered: number;
  /** Largest share: 1 when the request can be nothing else. */
  share: number;
  readonly firstMs: number;
  lastMs: number;
}

export interface ToolSight {
  readonly name: string;
  readonly weight: number;
  readonly because: string;
}

/** The stages of active scanning that evidence can speak of (MITRE ATT&CK T1595 and what follows it). */
export const stageIds = ["T1595.001", "T1595.002", "T1595.003", "T1592", "T1190"] as const;
export type StageId = (typeof stageIds)[number];

export interface StageSpan {
  firstMs: number;
  lastMs: number;
  count: number;
}

/** What is kept in words about an actor with evidence against it. */
export class Dossier {
  readonly stages = new Map<StageId, StageSpan>();
  /** Distinct targets that evidence names, up to a ceiling, and guesses per class of observation. */
  readonly targets = new Set<number>();
  readonly countByClass = new Uint32Array(classes.length);
  readonly ledger: Ledger;
  readonly checks = new Map<string, CheckCount>();
  readonly tools = new Map<string, ToolSight>();

  constructor(whole: boolean) {
    this.ledger = new Ledger(whole);
  }

  sawCheck(check: Check, share: number, answered: boolean, atMs: number): void {
    const seen = this.checks.get(check.id);
    if (seen === undefined) {
      if (this.checks.size < MOST_CHECKS)
        this.checks.set(check.id, { check, count: 1, answered: answered ? 1 : 0, share, firstMs: atMs, lastMs: atMs });
      return;
    }
    seen.count++;
    if (answered) seen.answered++;
    seen.share = Math.max(seen.share, share);
    seen.lastMs = Math.max(seen.lastMs, atMs);
  }

  sawStage(id: StageId, atMs: number): void {
    const span = this.stages.get(id);
    if (span === undefined) {
      this.stages.set(id, { firstMs: atMs, lastMs: atMs, count: 1 });
      return;
    }
    span.count++;
    if (atMs > span.lastMs) span.lastMs = atMs;
    if (atMs < span.firstMs) span.firstMs = atMs;
  }

  sawTool(name: string, weight: number, because: string): void {
    const seen = this.tools.get(name);
    if (seen === undefined || seen.weight < weight) this.tools.set(name, { name, weight, because });
  }
}

/** Dossiers by actor row. */
export class Dossiers {
  /** Dossiers forgotten to stay under the ceiling. */
  forgotten = 0;
  readonly #byActor = new Map<number, Dossier>();
  readonly #explain: Uint32Array | undefined;

  /** @param explain address whose ledger is kept whole */
  constructor(explain: Uint32Array | undefined) {
    this.#explain = explain;
  }

  get(actor: number): Dossier | undefined {
    return this.#byActor.get(actor);
  }

  /** The dossier of an actor, made when missing. */
  of(actor: number, actors: ActorTable): Dossier {
    const found = this.#byActor.get(actor);
    if (found !== undefined) return found;
    if (this.#byActor.size >= MOST_DOSSIERS) this.#makeRoom(actors);
    const dossier = new Dossier(this.#isExplained(actor, actors));
    this.#byActor.set(actor, dossier);
    return dossier;
  }

  forget(actor: number): void {
    this.#byActor.delete(actor);
  }

  #isExplained(actor: number, actors: ActorTable): boolean {
    const words = this.#explain;
    if (words === undefined) return false;
    for (let i = 0; i < 4; i++) if (actors.words[actor * 4 + i] !== words[i]) return false;
    return true;
  }

  #makeRoom(actors: ActorTable): void {
    const order = [...this.#byActor.keys()];
    const rank = (actor: number) => (actors.flags[actor]! & ActorFlag.decided ? 1e6 : 0) + actors.score[actor]!;
    order.sort((a, b) => rank(a) - rank(b) || actors.lastMs[a]! - actors.lastMs[b]!);
    for (const actor of order.slice(0, MOST_DOSSIERS >>> 3)) this.#byActor.delete(actor);
    this.forgotten += MOST_DOSSIERS >>> 3;
  }
}
