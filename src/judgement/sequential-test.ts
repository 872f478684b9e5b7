// Hot: once per observation; measured by bench/bench.ts. The fields are reused so that an ordinary observation allocates
// nothing: it finds its actor, sees that the actor did this before, and is done.
import { isIpv4 } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Count, Estate } from "../observations/estate.ts";
import { Kind } from "../observations/vocabulary.ts";
import { ACTOR_CEILING, ActorFlag, ActorTable, Exact, Sum, Tallied } from "./actor-table.ts";
import { CampaignClues, MOST_FOR_A_SHARE } from "./campaign-clues.ts";
import { Class, classes } from "./classes.ts";
import { type Dossier, type Dossiers, Stage } from "./dossier.ts";
import { FingerprintUse, fingerprintOf } from "./fingerprint.ts";
import { TextRole } from "./ledger.ts";
import { Lessons } from "./lessons.ts";
import { Logins } from "./logins.ts";
import { Memory, recalled } from "./memory.ts";
import { OutOfBand } from "./out-of-band.ts";
import { VisitorModel } from "./visitor-model.ts";

/** Suspicion fades by half in this time: one guess a day still adds up. */
const HALF_LIFE_MS = 7 * 86_400_000;
/** A scan is over when its source was silent for this long; another one by the same source is another incident. */
export const LONGEST_SILENCE_MS = 7 * 86_400_000;
const FADE_PER_MS = Math.LN2 / HALF_LIFE_MS;
/** Weights are clipped: no single observation convicts, and good behaviour cannot be banked. */
const MOST_WEIGHT = 3;
const MOST_WEAK_WEIGHT = 0.8;
const MOST_WEIGHT_WITH_CHECK = 4.5;
/** What a tool's signature or name may add: however sure, it takes something else beside it for a verdict. */
const MOST_SIGNATURE_WEIGHT = 8;
const LEAST_WEIGHT = -0.25;
/** Below this, an observation is no evidence and leaves no row in the ledger. */
export const NO_WEIGHT = 0.05;
/** How many guesses a visitor is forgiven for each distinct thing that it asked for and found. */
export const PATIENCE_PER_HIT = 0.15;
/** What a guess counts for the next one when that may well be no guess: nobody said that there is nothing. */
const UNSURE = 0.5;
/** Distinct services that a visitor may well use before using yet another one becomes telling. */
const USUAL_SERVICES = 6;
/** Observations of one who does no more than look in at a service: a contact, a hello, what it was told, one request. */
const LOOKING_IN = 4;
/** After this many dead links, the next one weighs half as much as the first. */
const WEAK_CROWD = 20;
/** Who misses this share of what it asks for misses too much for a reader. */
const MOSTLY = 0.5;
/** An actor that insists on more targets than this is not a client with a stale setting. */
const MOST_INSISTED = 16;
/** How much of the evidence must have been taken back before a verdict is. */
const REVOKING_SHARE = 0.6;
/** With this many distinct successes an actor that behaves is in good standing. */
const ESTABLISHED_HITS = 24;
/** An actor teaches the estate only while its score is below this: one full guess is forgiven, whatever budget the user sets. */
export const MOST_WHILE_TEACHING = 3.07;
/** Of a visitor's successes, this many tell what its client looks like: the first may be a contact, the next a request. */
const FIRST_HITS = 3;
/** Note of a request that was answered like everything that does not exist here. */
export const SAME_ANSWER = "answered like whatever else nobody asked for before";
const IPV6_PREFIXES = [64, 56, 48] as const;
const IPV4_MAPPED = 0xffff;

const MEMORY_ENTRIES = 1 << 22;
const ESTATE_ROWS = 1 << 20;

/**
 * The sequential test (a CUSUM of log likelihood ratios; E. S. Page, Biometrika 41, 1954) on the actor at hand, with all
 * that it remembers. The files beside this one say what an observation is evidence of; this one keeps the score.
 */
export class SequentialTest {
  readonly actors: ActorTable;
  readonly dossiers: Dossiers;
  readonly estate = new Estate(ESTATE_ROWS);
  readonly model = new VisitorModel();
  readonly memory = new Memory(MEMORY_ENTRIES);
  readonly lessons: Lessons;
  /** Guesses of all sources, for finding out which of them belong together. */
  readonly clues = new CampaignClues();
  /** What credible visitors' clients look like. */
  readonly fingerprints = new FingerprintUse();
  readonly outOfBand = new OutOfBand();
  readonly logins = new Logins();
  readonly threshold: number;
  /** Row of the actor at hand. */
  actor = 0;
  #actorHash = 0;
  #w0 = 0;
  #w1 = 0;
  #w2 = 0;
  #w3 = 0;

  /** @param onForget told for every actor that is forgotten to make room */
  constructor(threshold: number, ceiling: number | undefined, dossiers: Dossiers, onForget: (actor: number) => void) {
    this.threshold = threshold;
    this.dossiers = dossiers;
    const actorCeiling = ceiling ?? ACTOR_CEILING;
    this.actors = new ActorTable(actorCeiling, (actor) => {
      dossiers.forget(actor);
      onForget(actor);
      this.outOfBand.forget(actor);
      this.logins.forget(actor);
      if (actor === this.actor) this.actor = 0;
    });
    this.lessons = new Lessons(actorCeiling, this.actors, this.estate, this.model);
  }

  /** Takes the source of a row as the actor at hand and counts the observation. Consecutive rows often share it. */
  meet(batch: Batch, row: number): void {
    const at = row * 4;
    const s = batch.source;
    const atMs = batch.atMs[row]!;
    // Signed, because larger numbers would be boxed.
    const w0 = s[at]! | 0;
    const w1 = s[at + 1]! | 0;
    const w2 = s[at + 2]! | 0;
    const w3 = s[at + 3]! | 0;
    if (this.actor === 0 || w3 !== this.#w3 || w2 !== this.#w2 || w1 !== this.#w1 || w0 !== this.#w0) {
      this.#w0 = w0;
      this.#w1 = w1;
      this.#w2 = w2;
      this.#w3 = w3;
      this.actor = this.actors.rowOf(w0, w1, w2, w3, isIpv4(s, at) ? 32 : 128);
      this.#actorHash = this.actors.memoryHashOf(this.actor);
    }
    const pauseMs = this.actors.see(this.actor, atMs);
    if (pauseMs > LONGEST_SILENCE_MS && this.actors.is(this.actor, ActorFlag.decided)) {
      this.#rearm(this.actor, batch, row, pauseMs);
      this.#actorHash = this.actors.memoryHashOf(this.actor);
    }
  }

  /** Recalls the pair of the actor at hand and a resource; the answer is in `recalled`. */
  recall(low: number, high: number, atMs: number): void {
    this.memory.recall(mix(low, this.#actorHash) | 0, mix(high, this.#actorHash) | 0, atMs);
  }

  /** Whether the actor at hand has met a resource, without touching it. */
  knows(low: number, high: number): boolean {
    return this.memory.knows(mix(low, this.#actorHash) | 0, mix(high, this.#actorHash) | 0);
  }

  /** The dossier of the actor at hand. */
  get dossier(): Dossier {
    return this.dossiers.of(this.actor, this.actors);
  }

  /**
   * Weighs one new thing asked for, enters it as evidence, and returns its weight.
   * @param index its class
   * @param container host, directory or page that it lies in, as a resource of the estate
   * @param bonus what knowledge adds, as a log likelihood ratio
   * @param note what knowledge says of it
   * @param text id of the text that was asked for, or 0
   * @param subject hash of what was asked for with its identifiers taken out, where that differs from the text's
   */
  weigh(
    batch: Batch,
    row: number,
    index: number,
    container: number,
    bonus = 0,
    note = "",
    text = 0,
    textIs: TextRole = TextRole.path,
    subject = 0,
  ): number {
    const { actor } = this;
    // Most of what visitors do: nothing to gain and nothing to lose.
    if (bonus === 0 && index === Class.popularPath && this.actors.exact(actor, Exact.score) === 0) return LEAST_WEIGHT;
    const kind = classes[index]!;
    const ifVisitor = this.#ifVisitor(batch, row, index, container);
    const isPopular = index === Class.popularService;
    const tiredness = kind.weak ? this.#fatigue(index) : isPopular ? this.#haste() : 1;
    const most = kind.usual ? 0 : kind.weak || isPopular ? MOST_WEAK_WEIGHT : MOST_WEIGHT;
    const ratio = Math.min(most, Math.log(kind.ifScanner / ifVisitor)) * tiredness;
    const weight = Math.max(LEAST_WEIGHT, Math.min(MOST_WEIGHT_WITH_CHECK, ratio + bonus));
    if (kind.guess) this.actors.add(actor, Tallied.guesses, 1);
    if (Math.abs(weight) < NO_WEIGHT) return weight;
    const isShare = kind.guess && this.actors.get(actor, Tallied.guesses) <= MOST_FOR_A_SHARE;
    if (weight > 0 && (isShare || bonus > 0)) this.clues.note(batch, row, index, weight, text, subject, bonus > 0);
    const ifVisitorKnown = bonus === 0 ? ifVisitor : ifVisitor * Math.exp(-bonus);
    this.#add(actor, batch, row, index, weight, kind.ifScanner, ifVisitorKnown, note, text, textIs);
    if (weight > 0 && this.#w2 !== IPV4_MAPPED)
      this.#weighPrefixes(batch, row, index, weight, kind.ifScanner, ifVisitorKnown, note, text, textIs);
    return weight;
  }

  /** Enters evidence of which only the log likelihood ratio is known. */
  enter(batch: Batch, row: number, weight: number, note: string, text = 0, textIs: TextRole = TextRole.path): void {
    const clipped = Math.min(weight, MOST_SIGNATURE_WEIGHT);
    const ifScanner = clipped > 0 ? 0.5 : 0.5 * Math.exp(clipped);
    this.#add(this.actor, batch, row, -1, clipped, ifScanner, ifScanner * Math.exp(-clipped), note, text, textIs);
  }

  /**
   * It came back to something that failed before: a setting that went stale insists, a scanner moves on. Takes back what
   * the pair in `recalled` was given, half at a time.
   */
  insist(batch: Batch, row: number, text: number): void {
    const given = recalled.weight;
    const { actor, actors } = this;
    // Nobody's stale setting names what scanners look for, nor is it long.
    if (given <= 0 || given > MOST_WEIGHT || recalled.returns > 3) return;
    if (actors.get(actor, Tallied.guesses) > MOST_INSISTED) return;
    this.enter(
      batch,
      row,
      -given / 2,
      "came back to the same thing again, as a client with a stale setting does",
      text,
    );
    this.takeBack(given / 2);
  }

  /** Notes that evidence of this weight no longer stands, and lets the verdict go when most of it does not. */
  takeBack(weight: number): void {
    const { actor, actors } = this;
    const refunded = actors.sum(actor, Sum.refunded) + weight;
    actors.setSum(actor, Sum.refunded, refunded);
    if (!actors.is(actor, ActorFlag.decided)) return;
    if (refunded < REVOKING_SHARE * actors.sum(actor, Sum.gained)) return;
    if (actors.exact(actor, Exact.score) >= this.threshold / 2) return;
    actors.mark(actor, ActorFlag.revoked);
    // What is taken back is the last scan; those before it stand.
    if (actors.get(actor, Tallied.episode) > 0) actors.mark(actor, ActorFlag.rearmed);
    else actors.unmark(actor, ActorFlag.decided);
  }

  /** Counts a success of the actor at hand; its first ones also tell what visitors' clients look like. */
  sawHit(batch: Batch, row: number): void {
    const { actor, actors } = this;
    const hits = actors.add(actor, Tallied.hits, 1);
    const isFirst = batch.kind[row] === Kind.contact ? actors.get(actor, Tallied.services) <= 1 : hits <= FIRST_HITS;
    if (isFirst && actors.get(actor, Tallied.guesses) === 0) this.fingerprints.count(fingerprintOf(batch, row));
  }

  /**
   * Lets the estate learn what the actor at hand asked for, if it has earned that: at least one real success, successes
   * not outnumbered by misses, a low score.
   * @param containers hashes of up to three containers that the resource lies in; 0 for none
   */
  learn(low: number, high: number, hit: boolean, index: number, container: number, second = 0, third = 0): void {
    const { actor, actors, lessons } = this;
    if (actors.is(actor, ActorFlag.decided | ActorFlag.prefix)) return;
    const credible = actors.is(actor, ActorFlag.credible);
    const hits = actors.get(actor, Tallied.hits);
    const behaves = hits > 0 && actors.get(actor, Tallied.misses) * 2 <= hits;
    if (credible && !behaves) lessons.withdraw(actor);
    lessons.note(actor, low, high, hit, index, container, second, third);
    if (hits === ESTABLISHED_HITS && behaves) actors.mark(actor, ActorFlag.established);
    if (!credible && behaves && actors.exact(actor, Exact.score) < MOST_WHILE_TEACHING) lessons.grant(actor);
  }

  /** P(this | visitor): the class's, in this place, for an actor with this past. */
  #ifVisitor(batch: Batch, row: number, index: number, container: number): number {
    const kind = classes[index]!;
    let uses = 0;
    let singles = 0;
    const found = kind.novel ? this.estate.find(container, container) : -1;
    if (found >= 0) {
      const own = this.lessons.ownIn(this.actor, container);
      const alone = kind.missing ? Count.singleMisses : Count.singleHits;
      uses = Math.max(0, this.estate.get(found, Count.hits) + this.estate.get(found, Count.misses) - own);
      singles = Math.max(0, this.estate.get(found, alone) - own);
    }
    const probability = this.model.probability(index, uses, singles);
    if (kind.guess) return probability * this.#patience(kind.missing || batch.kind[row] !== Kind.contact ? 1 : UNSURE);
    return batch.kind[row] === Kind.contact ? probability * this.#breadth() : probability;
  }

  /**
   * How much of the tolerance for new things is left to an actor: a visitor who finds what it asks for may miss now and
   * then; one that does little but guess has used it up.
   * @param share how much each guess before counts
   */
  #patience(share: number): number {
    const hits = this.actors.get(this.actor, Tallied.hits);
    return Math.min(1, (1 + PATIENCE_PER_HIT * hits) / (1 + share * this.actors.get(this.actor, Tallied.guesses)));
  }

  /** Visitors use a few services, not everything that exists: how much less likely the next one is. */
  #breadth(): number {
    return Math.min(1, USUAL_SERVICES / (1 + this.actors.get(this.actor, Tallied.services)));
  }

  /** Who sweeps what exists looks in and leaves; a visitor stays and does something. */
  #haste(): number {
    const { actor, actors } = this;
    const services = 1 + actors.get(actor, Tallied.services);
    return Math.min(1, (LOOKING_IN * services) / actors.get(actor, Tallied.observations));
  }

  /**
   * Dead links come in crowds, so each further one says less: a broken site does not make its crawler a scanner. They say the
   * less, the more of what the actor does is something else.
   */
  #fatigue(index: number): number {
    const { actor, actors } = this;
    const seen = this.dossiers.get(actor)?.countOf(index) ?? 0;
    const missing = (1 + Math.max(seen, actors.get(actor, Tallied.misses))) / actors.get(actor, Tallied.observations);
    return Math.min(1, missing / MOSTLY) / (1 + seen / WEAK_CROWD);
  }

  /** Adds a weight to an actor's score, and lets the verdict fall when it reaches the threshold. */
  #add(
    actor: number,
    batch: Batch,
    row: number,
    index: number,
    weight: number,
    ifScanner: number,
    ifVisitor: number,
    note: string,
    text: number,
    textIs: TextRole,
  ): void {
    const { actors } = this;
    const score = actors.exact(actor, Exact.score);
    if (weight < 0 && score === 0) return;
    const atMs = batch.atMs[row]!;
    const scoredMs = actors.exact(actor, Exact.scoredMs);
    const after = Math.max(0, score * fading(atMs - scoredMs) + weight);
    actors.setExact(actor, Exact.score, after);
    if (atMs > scoredMs) actors.setExact(actor, Exact.scoredMs, atMs);
    if (weight > 0) {
      actors.setSum(actor, Sum.gained, actors.sum(actor, Sum.gained) + weight);
      actors.add(actor, Tallied.weighed, 1);
    }
    const isOpen = !actors.is(actor, ActorFlag.decided) || actors.is(actor, ActorFlag.rearmed);
    const decides = after >= this.threshold && isOpen;
    if (decides) this.#decide(actor, atMs);
    this.dossiers.reserve(actors);
    const dossier = this.dossiers.of(actor, actors);
    if (weight > 0) noteStage(dossier, batch, row, index, weight, note, textIs);
    const id = dossier.ledger.enter(decides);
    this.dossiers.pool.write(id, dossier.ledger.entered - 1, batch, row, index, text, textIs);
    this.dossiers.pool.weigh(id, weight, ifScanner, ifVisitor, after, note);
  }

  #decide(actor: number, atMs: number): void {
    const { actors } = this;
    actors.mark(actor, ActorFlag.decided);
    actors.unmark(actor, ActorFlag.rearmed);
    if (actors.exact(actor, Exact.decidedMs) === 0) {
      actors.setExact(actor, Exact.decidedMs, atMs);
      actors.set(actor, Tallied.decidedAfter, actors.get(actor, Tallied.weighed));
      actors.set(actor, Tallied.decidedAtObservation, actors.get(actor, Tallied.observations));
    }
    this.lessons.withdraw(actor);
  }

  /** A scanner is back after a long silence: its earlier scan is closed, and what it does now is counted from nothing. */
  #rearm(actor: number, batch: Batch, row: number, pauseMs: number): void {
    const { actors } = this;
    const atMs = batch.atMs[row]!;
    const isScan = !actors.is(actor, ActorFlag.rearmed);
    this.dossiers.close(actor, isScan, actors.exact(actor, Exact.firstMs), atMs - pauseMs);
    actors.mark(actor, ActorFlag.rearmed);
    actors.add(actor, Tallied.episode, 1);
    const score = actors.exact(actor, Exact.score) * fading(atMs - actors.exact(actor, Exact.scoredMs));
    const note = `back after ${Math.round(pauseMs / 86_400_000)} days: a scan of its own, counted from nothing`;
    this.dossiers.of(actor, actors).firstMs = atMs;
    this.#add(actor, batch, row, -1, -score, 0.5, 0.5 * Math.exp(score), note, 0, TextRole.path);
  }

  /** IPv6: a source may rotate inside its /64, /56 or /48, so the same test runs on those, over distinct guesses. */
  #weighPrefixes(
    batch: Batch,
    row: number,
    index: number,
    weight: number,
    ifScanner: number,
    ifVisitor: number,
    note: string,
    text: number,
    textIs: TextRole,
  ): void {
    if (this.actors.is(this.actor, ActorFlag.credible)) return;
    const { slot } = recalled;
    const at = row * 4;
    const target = mix(batch.target[at + 2]!, batch.target[at + 3]!);
    const what = text !== 0 ? batch.texts.hashLow[text]! : mix(target, batch.targetPort[row]!);
    for (const length of IPV6_PREFIXES) {
      const w1 = length === 64 ? this.#w1 : length === 56 ? this.#w1 & 0xffffff00 : this.#w1 & 0xffff0000;
      const prefix = this.actors.rowOf(this.#w0, w1, 0, 0, length);
      this.actors.mark(prefix, ActorFlag.prefix);
      const pauseMs = this.actors.see(prefix, batch.atMs[row]!);
      if (pauseMs > LONGEST_SILENCE_MS && this.actors.is(prefix, ActorFlag.decided))
        this.#rearm(prefix, batch, row, pauseMs);
      const hash = this.actors.memoryHashOf(prefix);
      this.memory.recall(mix(what, hash), mix(what ^ index, hash), batch.atMs[row]!);
      if (!recalled.isNew) continue;
      if (classes[index]!.guess) this.actors.add(prefix, Tallied.guesses, 1);
      this.#add(prefix, batch, row, index, weight, ifScanner, ifVisitor, note, text, textIs);
    }
    recalled.slot = slot;
  }
}

/** Share of a score that is left after a time; a short one without the cost of an exponential. */
function fading(elapsedMs: number): number {
  const x = FADE_PER_MS * Math.max(0, elapsedMs);
  return x < 1e-4 ? 1 - x : Math.exp(-x);
}

/** A label that weighs no more than this is not that of a scanner. */
const MOST_OF_A_LABEL = 1;

/** Which stage of a scan this evidence belongs to. What client somebody uses is none, unless a scanner says what it is. */
function noteStage(
  dossier: Dossier,
  batch: Batch,
  row: number,
  index: number,
  weight: number,
  note: string,
  textIs: TextRole,
): void {
  const atMs = batch.atMs[row]!;
  if (index >= 0) dossier.sawClass(index);
  if ((batch.target[row * 4 + 2]! | batch.target[row * 4 + 3]!) !== 0)
    dossier.sawTarget(mix(batch.target[row * 4 + 2]!, batch.target[row * 4 + 3]!));
  const isClient = textIs === TextRole.label && weight <= MOST_OF_A_LABEL;
  if (isClient || index === Class.addressAsName) return;
  if (batch.kind[row] === Kind.contact) dossier.sawStage(Stage.swept, atMs);
  else dossier.sawStage(note === "" || note === SAME_ANSWER ? Stage.wordList : Stage.checked, atMs);
}
