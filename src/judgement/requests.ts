import { mix } from "../bytes/hash.ts";
import { automaticPaths, isFileManagersName } from "../knowledge/automatic-paths.ts";
import type { CheckMatch, FieldAttack, Knowledge } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";
import { ActorFlag, Tallied } from "./actor-table.ts";
import type { AnsweredChecks } from "./answered-checks.ts";
import { Class, classes } from "./classes.ts";
import { Stage } from "./dossier.ts";
import { TextRole } from "./ledger.ts";
import { recalled } from "./memory.ts";
import { OwnPlaces } from "./own-places.ts";
import { endsInTitle } from "./page-titles.ts";
import { PathMemo } from "./path-memo.ts";
import { classOfRequest, succeeded } from "./request-class.ts";
import { SameAnswers, SHALLOW } from "./same-answers.ts";
import { NO_WEIGHT, PATIENCE_PER_HIT, SAME_ANSWER, type SequentialTest } from "./sequential-test.ts";
import type { Tools } from "./tools.ts";

/** What knowing the check adds to its class: visitors ask for it that much less often than for other things like it. */
const PROBE_BONUS = 1.2;
const EXPLOIT_BONUS = 2.5;
/**
 * An attack in a header field: no visitor's browser sends one, and one in a hundred first requests of scanners does. The likelihood
 * ratio is above 10,000; clipped as any other, so that no single observation convicts.
 */
const FIELD_ATTACK = 4.5;

/** Asking for product after product adds at most this. */
const MOST_OF_SPREAD = 1.5;

/** Parameters that a page's own forms and links may well give it at once; word lists of names are tried by the hundred. */
const USUAL_PARAMETERS = 12;

/** Directories and name: links to old pages lead there; lists of words begin at the root. */
const DEEP = 3;
/** Distinct things found that show a reader. */
const FEWEST_FOUND = 4;

const none: readonly CheckMatch[] = [];

/** Takes HTTP requests as evidence: which paths and parameters a source asks for, and how that ends. */
export class Requests {
  readonly #test: SequentialTest;
  readonly #knowledge: Knowledge;
  readonly #tools: Tools;
  readonly #automatic: ReadonlySet<number>;
  /** Template of `/`: an answer from there is never an answer to what the query or a header asked. */
  readonly #root: number;
  readonly #path: PathMemo;
  readonly #same = new SameAnswers();
  readonly #ownPlaces: OwnPlaces;
  readonly #answered: AnsweredChecks;

  constructor(test: SequentialTest, knowledge: Knowledge, tools: Tools, answered: AnsweredChecks) {
    this.#answered = answered;
    this.#tools = tools;
    this.#test = test;
    this.#knowledge = knowledge;
    this.#path = new PathMemo(test.estate);
    this.#ownPlaces = new OwnPlaces(test);
    this.#automatic = new Set(automaticPaths.map(templateHash));
    this.#root = templateHash("/");
  }

  /** Begins a run of rows. */
  start(): void {
    this.#path.start();
  }

  take(batch: Batch, row: number): void {
    const path = this.#path;
    const test = this.#test;
    path.read(batch, row);
    const attack = this.#knowledge.attackOf(batch, row);
    if (attack !== undefined) this.#takeAttack(batch, row, attack);
    // Most of all requests: a visitor in good standing uses what everybody uses.
    else if (test.actors.isEstablished(test.actor) && succeeded(batch.status[row]!) && path.isWellKnown) return;
    test.recall(path.low, path.high, batch.atMs[row]!);
    if (recalled.isNew) this.#takeNew(batch, row);
    else {
      const { weight, returns, unsettled } = recalled;
      if (unsettled && isContent(batch.status[row]!)) this.#letIn(batch, row);
      if (returns > 1) test.insist(batch, row, batch.path[row]!);
      if (path.markedValue) this.#takeMarked(batch, row);
      if (weight > 0 && isContent(batch.status[row]!)) this.#takeAnswer(batch, row);
    }
  }

  /** It has logged in to what it had asked for without: that was no guess. */
  #letIn(batch: Batch, row: number): void {
    const test = this.#test;
    const { slot, weight } = recalled;
    test.memory.setWeight(slot, 0);
    test.actors.add(test.actor, Tallied.misses, -1);
    test.sawHit(batch, row);
    if (weight <= 0) return;
    test.enter(batch, row, -weight, "logged in to it, as somebody does who has an account", batch.path[row]!);
    test.takeBack(weight);
  }

  /** What it had asked for in vain is answered now: by another host, or since something changed. */
  #takeAnswer(batch: Batch, row: number): void {
    const { dossier } = this.#test;
    const checks =
      dossier.checks.size === 0 || this.#path.low === this.#root ? none : this.#knowledge.checksOf(batch, row);
    const unanswered = checks.filter(({ check }) => dossier.checks.get(check.id)?.answered === 0 && !check.isShape);
    if (unanswered.length === 0) return;
    this.#count(batch, row, unanswered, false);
    this.#test.enter(batch, row, 0, noteOf(unanswered), batch.path[row]!);
  }

  #takeNew(batch: Batch, row: number): void {
    const test = this.#test;
    const { actor, actors } = test;
    const path = this.#path;
    const { slot } = recalled;
    path.readPlace();
    const status = batch.status[row]!;
    const isAutomatic = this.#automatic.has(path.plainLow) || (!path.isPlain && isFileManagersName(pathOf(batch, row)));
    const isLogin = isRefusedLogin(batch, row);
    let index: number = isLogin
      ? Class.popularMiss
      : classOfRequest(test.estate, path, status, isAutomatic, this.#knowsPage(batch, row));
    if (index === Class.missingPath) index = this.#classOfMiss(batch, row);
    const isSame =
      index === Class.newPath &&
      !path.identified &&
      this.#same.isUsual(status, batch.bytesSent[row]!, path.depth, batch.texts.lengths[batch.path[row]!]!);
    if (isSame) index = this.#classOfSame(status, batch.bytesSent[row]!);
    else if (index === Class.popularPath || index === Class.rarePath) this.#same.sawUsed(status, batch.bytesSent[row]!);
    const container = index === Class.newParameters ? path.page : path.directory;
    const ordinary = index === Class.popularPath || index === Class.ownSoftware || index === Class.popularMiss;
    const checks = ordinary && !path.markedValue ? none : this.#knowledge.checksOf(batch, row);
    const crowd = index === Class.newParameters ? Math.log(Math.max(1, path.parameters / USUAL_PARAMETERS)) : 0;
    const spread = checks.length === 0 || classes[index]!.guess ? 0 : this.#spread();
    const bonus = checkBonus(checks, ordinary) + crowd + spread;
    // An answer that was not seen (a capture cut short) is no sign of anything.
    const isUnseen = index === Class.unansweredPath && bonus === 0;
    const weight = isUnseen
      ? 0
      : test.weigh(
          batch,
          row,
          index,
          container,
          bonus,
          index === Class.missingNearby && isSame && checks.length === 0 ? SAME_ANSWER : noteOf(checks),
          batch.path[row]!,
          TextRole.path,
          path.low,
        );
    test.memory.setWeight(slot, weight, index === Class.logInAsked && checks.length === 0);
    const isAnyway = ordinary || isSame || index === Class.newParameters || path.low === this.#root;
    if (checks.length > 0) this.#count(batch, row, checks, isAnyway);
    this.#answered.take(actor, batch, row, checks);
    const found = succeeded(status);
    if (index === Class.missingPath && bonus === 0) this.#ownPlaces.sawMiss(path, batch.atMs[row]!, weight);
    if (isContent(status) && !isSame) this.#ownPlaces.sawHit(batch, row, path, index !== Class.newPath);
    if (found && index !== Class.sameAnswer) test.sawHit(batch, row);
    if (!found && !ordinary && status !== 0) actors.add(actor, Tallied.misses, 1);
    if (weight > NO_WEIGHT) this.#tools.takeGuess(batch, row);
    if (status !== 0) test.learn(path.low, path.high, found, index, path.directory, path.page, path.names);
  }

  /**
   * How much less likely it is that a visitor asks for yet another product: people who use several read many of their pages,
   * scanners move on.
   */
  #spread(): number {
    const { actor, actors, dossiers } = this.#test;
    const known = dossiers.get(actor)?.checks.size ?? 0;
    const patience = 1 + PATIENCE_PER_HIT * actors.get(actor, Tallied.hits);
    return Math.min(MOST_OF_SPREAD, Math.max(0, Math.log((1 + known) / patience)));
  }

  /** What is answered like other things that nobody uses: not there, if what is used is answered otherwise. */
  #classOfSame(status: number, bytes: number): number {
    const isTelling = this.#path.depth <= SHALLOW && this.#same.isUnlikeUsed(status, bytes);
    return isTelling ? Class.sameAnswer : Class.missingNearby;
  }

  /** What visitors do not use is missing: a guess, unless something tells that a link led there. */
  #classOfMiss(batch: Batch, row: number): number {
    if (this.#isStaleLink(this.#path, batch.atMs[row]!)) return Class.missingNearby;
    return endsInTitle(pathOf(batch, row)) ? Class.missingTitle : Class.missingPath;
  }

  /** Beside what the actor found; or deep in a place that is gone, for one who mostly finds what it asks for. */
  #isStaleLink(path: PathMemo, atMs: number): boolean {
    if (this.#ownPlaces.isNearby(path, atMs)) return true;
    const { actor, actors } = this.#test;
    const hits = actors.get(actor, Tallied.hits);
    return path.depth >= DEEP && hits >= FEWEST_FOUND && hits * 2 >= actors.get(actor, Tallied.misses);
  }

  /** Whether the actor has asked for the same page with other parameters. */
  #knowsPage(batch: Batch, row: number): boolean {
    if (this.#path.names === 0) return false;
    this.#test.recall(this.#path.page, ResourceKind.page, batch.atMs[row]!);
    return !recalled.isNew;
  }

  /** A field that carries an attack is judged by itself, wherever the request goes: once, and less for each other thing asked for with it. */
  #takeAttack(batch: Batch, row: number, { match, field }: FieldAttack): void {
    const test = this.#test;
    const low = batch.texts.hashLow[field]!;
    const high = batch.texts.hashHigh[field]! ^ ResourceKind.field;
    test.recall(low, high, batch.atMs[row]!);
    const isFirst = recalled.isNew;
    test.recall(mix(low, this.#path.low), mix(high, this.#path.high), batch.atMs[row]!);
    if (!recalled.isNew) return;
    this.#count(batch, row, [match], true);
    const { id, product } = match.check;
    test.enter(
      batch,
      row,
      isFirst ? FIELD_ATTACK : EXPLOIT_BONUS,
      `${id} (${product}) in a header field`,
      batch.path[row]!,
    );
  }

  /** Query values are no part of a template; one that looks like an attack string is judged by itself, once. */
  #takeMarked(batch: Batch, row: number): void {
    const id = batch.path[row]!;
    this.#test.recall(batch.texts.hashLow[id]!, batch.texts.hashHigh[id]!, batch.atMs[row]!);
    if (!recalled.isNew) return;
    const checks = this.#knowledge.checksOf(batch, row);
    const bonus = checkBonus(checks, true);
    if (bonus === 0) return;
    this.#count(batch, row, checks, true);
    this.#test.enter(batch, row, bonus, noteOf(checks), id);
  }

  /** @param isAnyway whether what was asked for is answered to anybody, so that the answer says nothing */
  #count(batch: Batch, row: number, checks: readonly CheckMatch[], isAnyway: boolean): void {
    const { dossier, actors, actor } = this.#test;
    const atMs = batch.atMs[row]!;
    const answered = isContent(batch.status[row]!) && !isAnyway;
    dossier.sawRequest(checks);
    for (const { check, share } of checks) {
      dossier.sawCheck(check, share, answered && check.isShape !== true, atMs);
      if (check.intent !== "exploit" || share < 1) continue;
      actors.mark(actor, ActorFlag.attempted);
      dossier.sawStage(Stage.attempted, atMs);
      this.#test.outOfBand.sawAttempt(actor, batch, row);
    }
  }
}

/** A log-in that was refused: somebody forgot or guesses a password, which is no guess at what exists. */
function isRefusedLogin(batch: Batch, row: number): boolean {
  const status = batch.status[row]!;
  if (status !== 401 && status !== 403) return false;
  const { bytes, starts, lengths } = batch.texts;
  const method = batch.method[row]!;
  return lengths[method] === 4 && bytes[starts[method]!] === 80;
}

function pathOf({ texts, path }: Batch, row: number): Uint8Array {
  const from = texts.starts[path[row]!]!;
  return texts.bytes.subarray(from, from + texts.lengths[path[row]!]!);
}

function isContent(status: number): boolean {
  return status >= 200 && status < 300;
}

function checkBonus(checks: readonly CheckMatch[], ordinary: boolean): number {
  let most = 0;
  for (const { check, share } of checks) most = Math.max(most, bonusOf(check, ordinary) * Math.max(share, 0.5));
  return most;
}

function bonusOf({ id, intent }: CheckMatch["check"], ordinary: boolean): number {
  if (isGeneric(id)) return PROBE_BONUS;
  if (intent === "exploit") return EXPLOIT_BONUS;
  // A probe for what visitors here use every day is an ordinary request.
  return ordinary ? 0 : PROBE_BONUS;
}

/** Checks for a shape of attack rather than for one product. */
function isGeneric(id: string): boolean {
  return id.startsWith("generic-");
}

function noteOf(checks: readonly CheckMatch[]): string {
  if (checks.length === 0) return "";
  const { id, product } = checks[0]!.check;
  const words = `${id} (${product})`;
  return checks.length === 1 ? `asks for ${words}` : `asks for one of ${checks.length} checks, such as ${words}`;
}

function templateHash(path: string): number {
  const template = emptyTemplate();
  const bytes = new TextEncoder().encode(path);
  readPathTemplate(bytes, 0, bytes.length, template);
  return template.low;
}
