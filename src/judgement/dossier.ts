import { CheckSession } from "../knowledge/checks/check-session.ts";
import type { Check, CheckMatch } from "../knowledge/types.ts";
import { ActorFlag, type ActorTable } from "./actor-table.ts";
import { Class, classes } from "./classes.ts";
import { LEDGER_CELLS, Ledger, LedgerPool } from "./ledger.ts";
import type { PathOrder } from "./path-order.ts";
import type { StoredDossier } from "./state-dossiers.ts";
import { TargetLists } from "./target-lists.ts";

/** Most checks and tools told apart per actor; more are counted by the ledger only. */
const MOST_CHECKS = 2000;
/** Most actors with evidence held at once; the least suspicious are forgotten first, and counted. */
const MOST_DOSSIERS = 1 << 15;

export interface CheckCount {
  /** The check; once an exploit attempt was seen, in that form. */
  check: Check;
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

/** Index of each stage in `stageIds`. */
export const Stage = { swept: 0, checked: 1, wordList: 2, gathered: 3, attempted: 4 } as const;

export interface StageSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Scans of one actor that are over and still told; of more, the latest. */
const MOST_CLOSED = 12;

/** Most targets told apart per actor. */
const MOST_TARGETS = 256;

/**
 * Cells of a dossier: its ledger's, the last target, how many there are and the block where they begin, counts by class,
 * then two times of each stage in double precision.
 */
const LAST_TARGET = LEDGER_CELLS;
const TARGETS = LAST_TARGET + 1;
const TARGET_BLOCK = TARGETS + 1;
const CLASSES = TARGET_BLOCK + 1;
const TIMES = (CLASSES + classes.length + 1) & ~1;
const DOSSIER_CELLS = TIMES + 4 * stageIds.length;

/** Where the numbers of all dossiers lie. */
interface DossierRoom {
  readonly pool: LedgerPool;
  readonly cells: Uint32Array;
  /** The same cells, as times. */
  readonly times: Float64Array;
  readonly targets: TargetLists;
}

/** What is kept in words about an actor with evidence against it. Its numbers lie in cells that the owner provides. */
export class Dossier {
  readonly ledger: Ledger;
  readonly #cells: Uint32Array;
  readonly #times: Float64Array;
  /** Where its cells begin, for whoever provides them. */
  readonly base: number;
  /** Times of the first and the last observation of the scan that it tells of, when they are not the actor's: else 0. */
  firstMs = 0;
  lastMs = 0;
  /** The order in which paths were asked for in earlier runs, whose rows are not there any more. */
  orderBefore: PathOrder | undefined;
  // Most actors never need these: made when first written to.
  #checks: Map<string, CheckCount> | undefined;
  #tools: Map<string, ToolSight> | undefined;
  #session: CheckSession | undefined;
  readonly #lists: TargetLists;

  /** @param base number of the first of its cells, even; all are 0 */
  constructor(room: DossierRoom, base: number, whole: boolean) {
    this.ledger = new Ledger(room.pool, room.cells, base, whole);
    this.#cells = room.cells;
    this.#times = room.times;
    this.#lists = room.targets;
    this.base = base;
  }

  get checks(): ReadonlyMap<string, CheckCount> {
    return this.#checks ?? noChecks;
  }

  get tools(): ReadonlyMap<string, ToolSight> {
    return this.#tools ?? noTools;
  }

  /** Distinct targets that contacts name; at most 256 are told apart. */
  get targets(): number {
    return this.#cells[this.base + TARGETS]!;
  }

  /** Whether a target is among those told apart. */
  hasTarget(hash: number): boolean {
    return this.#lists.has(this.#cells[this.base + TARGET_BLOCK]!, this.targets, hash);
  }

  get stages(): readonly { readonly technique: StageId; readonly span: StageSpan }[] {
    return stageIds.flatMap((technique, stage) => {
      const at = this.#timesOf(stage);
      const firstMs = this.#times[at]!;
      return firstMs === 0 ? [] : [{ technique, span: { firstMs, lastMs: this.#times[at + 1]! } }];
    });
  }

  /** Evidence of a class of observation. */
  countOf(index: number): number {
    return this.#cells[this.base + CLASSES + index]!;
  }

  /** Whether any of its evidence is a request. */
  get hasAskedWeb(): boolean {
    for (let index = Class.popularPath; index <= Class.missingTitle; index++) if (this.countOf(index) > 0) return true;
    return false;
  }

  sawClass(index: number): void {
    this.#cells[this.base + CLASSES + index]! += 1;
  }

  sawTarget(hash: number): void {
    const cells = this.#cells;
    const { base, targets } = this;
    if ((targets > 0 && hash === cells[base + LAST_TARGET]) || targets === MOST_TARGETS) return;
    cells[base + LAST_TARGET] = hash;
    if (this.hasTarget(hash)) return;
    cells[base + TARGET_BLOCK] = this.#lists.add(cells[base + TARGET_BLOCK]!, targets, hash);
    cells[base + TARGETS] = targets + 1;
  }

  /** Takes what one request may be, so that others can narrow it. */
  sawRequest(matches: readonly CheckMatch[]): void {
    this.#session ??= new CheckSession();
    this.#session.saw(matches);
  }

  /** The checks without those that another explains as well and more besides: of many that share a request, the one whose others came. */
  get likelyChecks(): CheckCount[] {
    const all = [...this.checks.values()];
    if (this.#session === undefined) return all;
    const likely = new Map(this.#session.checks().map(({ check, share }) => [check.id, share]));
    return all.filter(({ check, share }) => share === 1 || likely.has(check.id));
  }

  sawCheck(check: Check, share: number, answered: boolean, atMs: number): void {
    this.#checks ??= new Map();
    const seen = this.#checks.get(check.id);
    if (seen === undefined) {
      if (this.#checks.size < MOST_CHECKS)
        this.#checks.set(check.id, { check, count: 1, answered: answered ? 1 : 0, share, firstMs: atMs, lastMs: atMs });
      return;
    }
    seen.count++;
    if (check.intent === "exploit") seen.check = check;
    if (answered) seen.answered++;
    seen.share = Math.max(seen.share, share);
    seen.lastMs = Math.max(seen.lastMs, atMs);
  }

  /** @param stage index into `stageIds` */
  sawStage(stage: number, atMs: number): void {
    const at = this.#timesOf(stage);
    const times = this.#times;
    if (times[at] === 0) times[at] = atMs;
    if (atMs > times[at + 1]!) times[at + 1] = atMs;
  }

  #timesOf(stage: number): number {
    return (this.base + TIMES) / 2 + 2 * stage;
  }

  /** What a state file carries of it. */
  store(): Omit<StoredDossier, "actor" | "isOver" | "order"> {
    return {
      firstMs: this.firstMs,
      lastMs: this.lastMs,
      entered: this.ledger.entered,
      times: [...this.#times.subarray(this.#timesOf(0), this.#timesOf(stageIds.length))],
      classes: classes.flatMap((_, index): [number, number][] =>
        this.countOf(index) > 0 ? [[index, this.countOf(index)]] : [],
      ),
      checks: [...this.checks.values()],
      tools: [...this.tools.values()],
      targets: this.#lists.list(this.#cells[this.base + TARGET_BLOCK]!, this.targets),
    };
  }

  /** Takes what `store` gave in an earlier run, into an empty dossier. */
  restore(
    stored: Omit<StoredDossier, "actor" | "isOver" | "checks"> & { readonly checks: readonly CheckCount[] },
  ): void {
    this.firstMs = stored.firstMs;
    this.lastMs = stored.lastMs;
    this.orderBefore = stored.order;
    this.ledger.entered = stored.entered;
    this.#times.set(stored.times, this.#timesOf(0));
    for (const [index, count] of stored.classes) this.#cells[this.base + CLASSES + index] = count;
    if (stored.checks.length > 0) this.#checks = new Map(stored.checks.map((count) => [count.check.id, count]));
    if (stored.tools.length > 0) this.#tools = new Map(stored.tools.map((tool) => [tool.name, tool]));
    for (const hash of stored.targets) this.sawTarget(hash);
  }

  sawTool(name: string, weight: number, because: string): void {
    this.#tools ??= new Map();
    const seen = this.#tools.get(name);
    if (seen === undefined || seen.weight < weight) this.#tools.set(name, { name, weight, because });
  }

  /** Gives back what it took of the room that all share. */
  release(): void {
    this.ledger.release();
    this.#lists.release(this.#cells[this.base + TARGET_BLOCK]!);
    this.#cells.fill(0, this.base, this.base + DOSSIER_CELLS);
  }
}

const noChecks: ReadonlyMap<string, CheckCount> = new Map();
const noTools: ReadonlyMap<string, ToolSight> = new Map();

/** Evidence rows of all actors together, and those that have a text. */
const MOST_ROWS = 1 << 19;
const MOST_TEXTS = 1 << 18;

/** Dossiers by actor row. */
export class Dossiers {
  /** Dossiers forgotten to stay under the ceiling. */
  forgotten = 0;
  readonly #room: DossierRoom;
  readonly #byActor: (Dossier | undefined)[] = [];
  /** Of scans that are over, by actors that came back, oldest first. */
  readonly #closed = new Map<number, Dossier[]>();
  #count = 0;
  /** Numbers of first cells that were given back. */
  readonly #free: number[] = [];
  #used = 0;
  readonly #explain: Uint32Array | undefined;

  /** @param explain address whose ledger is kept whole */
  constructor(explain: Uint32Array | undefined) {
    // Made at full size at once: untouched pages cost nothing.
    const cells = new Uint32Array(MOST_DOSSIERS * DOSSIER_CELLS);
    this.#room = {
      pool: new LedgerPool(MOST_ROWS, MOST_TEXTS),
      cells,
      times: new Float64Array(cells.buffer),
      targets: new TargetLists(MOST_DOSSIERS, MOST_TARGETS),
    };
    this.#explain = explain;
  }

  get pool(): LedgerPool {
    return this.#room.pool;
  }

  get(actor: number): Dossier | undefined {
    return this.#byActor[actor];
  }

  /** The dossier of an actor, made when missing. */
  of(actor: number, actors: ActorTable): Dossier {
    const found = this.#byActor[actor];
    if (found !== undefined) return found;
    if (this.#count >= MOST_DOSSIERS) this.#makeRoom(actors);
    while (this.#byActor.length <= actor) this.#byActor.push(undefined);
    const base = this.#free.pop() ?? this.#used++ * DOSSIER_CELLS;
    const dossier = new Dossier(this.#room, base, this.#isExplained(actor, actors));
    this.#byActor[actor] = dossier;
    this.#count++;
    return dossier;
  }

  /** Makes sure that one more evidence row can be entered. */
  reserve(actors: ActorTable): void {
    while (this.#room.pool.room === 0 && this.#makeRoom(actors));
  }

  /** Dossiers of the actor's scans, oldest first: those that are over, and the last one unless it is only back and has not scanned again. */
  scansOf(actor: number, actors: ActorTable): readonly Dossier[] {
    const closed = this.#closed.get(actor) ?? [];
    const open = this.#byActor[actor];
    const isBack = closed.length > 0 && actors.is(actor, ActorFlag.rearmed);
    return open === undefined || isBack ? closed : [...closed, open];
  }

  /** All of the actor's dossiers, oldest first. */
  allOf(actor: number): readonly Dossier[] {
    const open = this.#byActor[actor];
    return [...(this.#closed.get(actor) ?? []), ...(open === undefined ? [] : [open])];
  }

  /**
   * The actor was silent for long: what was found out before is kept apart from what it does now.
   * @param isScan whether that was a scan; what was none is forgotten
   * @param firstMs first observation of the actor
   * @param lastMs last observation before the silence
   */
  close(actor: number, isScan: boolean, firstMs: number, lastMs: number): void {
    const dossier = this.#byActor[actor];
    if (dossier === undefined) return;
    this.#byActor[actor] = undefined;
    if (!isScan) {
      this.#release(dossier);
      return;
    }
    const closed = this.#closed.get(actor) ?? [];
    this.#closed.set(actor, closed);
    dossier.firstMs ||= firstMs;
    dossier.lastMs = lastMs;
    closed.push(dossier);
    if (closed.length > MOST_CLOSED) this.#release(closed.shift()!);
  }

  forget(actor: number): void {
    const dossier = this.#byActor[actor];
    if (dossier !== undefined) this.#release(dossier);
    this.#byActor[actor] = undefined;
    for (const closed of this.#closed.get(actor) ?? []) this.#release(closed);
    this.#closed.delete(actor);
  }

  #release(dossier: Dossier): void {
    dossier.release();
    this.#free.push(dossier.base);
    this.#count--;
  }

  #isExplained(actor: number, actors: ActorTable): boolean {
    const words = this.#explain;
    if (words === undefined) return false;
    return actors.wordsOf(actor).every((word, i) => word === words[i]);
  }

  /** Forgets the dossiers of the least suspicious quarter, if there are any; that of an explained actor stays. */
  #makeRoom(actors: ActorTable): boolean {
    const rows: number[] = [];
    for (let actor = 0; actor < this.#byActor.length; actor++) {
      const isHeld = this.#byActor[actor] !== undefined || this.#closed.has(actor);
      if (isHeld && !this.#isExplained(actor, actors)) rows.push(actor);
    }
    if (rows.length === 0) return false;
    const ranks = Float64Array.from(rows, (actor) => actors.rank(actor)).sort();
    let leaving = Math.max(1, rows.length >>> 2);
    const most = ranks[leaving - 1]!;
    this.forgotten += leaving;
    for (const actor of rows) {
      if (leaving === 0) break;
      if (actors.rank(actor) > most) continue;
      this.forget(actor);
      leaving--;
    }
    return true;
  }
}
