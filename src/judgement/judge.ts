// Hot: once per observation; measured by bench/bench.ts. The fields and scratch records are reused so that an ordinary
// observation allocates nothing: it finds its actor, sees that the actor did this before, and is done.
import { isIpv4 } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import { automaticPaths } from "../knowledge/automatic-paths.ts";
import type { AgentLabel, CheckMatch, Knowledge } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { Count, Estate, ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";
import { Kind, Outcome } from "../observations/vocabulary.ts";
import { ACTOR_CEILING, ActorFlag, ActorTable } from "./actor-table.ts";
import { Class, classes } from "./classes.ts";
import {
  type ContactKeys,
  classOfContact,
  ftpPort,
  isAttempt,
  mayBeFtpData,
  readContactKeys,
  serviceKeys,
} from "./contact-class.ts";
import { type Dossier, Dossiers } from "./dossier.ts";
import { Lessons, resourceTag } from "./lessons.ts";
import { Memory, recalled } from "./memory.ts";
import { PathMemo } from "./path-memo.ts";
import { classOfRequest, succeeded } from "./request-class.ts";
import { Reveals } from "./reveals.ts";
import { thresholdOf } from "./threshold.ts";
import { VisitorModel } from "./visitor-model.ts";

/** Suspicion fades by half in this time: one guess a day still adds up. */
const HALF_LIFE_MS = 7 * 86_400_000;
/** Weights are clipped: no single observation convicts, and good behaviour cannot be banked. */
const MOST_WEIGHT = 3;
const MOST_WEAK_WEIGHT = 0.8;
const MOST_WEIGHT_WITH_CHECK = 4.5;
/** What a tool's signature or name may add: however sure, it takes something else beside it for a verdict. */
const MOST_SIGNATURE_WEIGHT = 8;
const LEAST_WEIGHT = -0.25;
/** How many guesses a visitor is forgiven for each distinct thing that it asked for and found. */
const PATIENCE_PER_HIT = 0.15;
/** Distinct services that a visitor may well use before using yet another one becomes telling. */
const USUAL_SERVICES = 6;
/** Distinct client hellos that the programs behind one address may well send. */
const USUAL_HELLOS = 4;
/** After this many dead links, the next one weighs half as much as the first. */
const WEAK_CROWD = 20;
/** Below this, an observation is no evidence and leaves no row in the ledger. */
const NO_WEIGHT = 0.05;
/** An actor that insists on more targets than this is not a client with a stale setting. */
const MOST_INSISTED = 16;
/** How much of the evidence must have been taken back before a verdict is. */
const REVOKING_SHARE = 0.6;
const IPV6_PREFIXES = [64, 56, 48] as const;

/** User agents whose label is remembered at once. */
const MOST_LABELS = 1 << 16;
const MEMORY_ENTRIES = 1 << 22;
const ESTATE_ROWS = 1 << 20;

/** Says whether an address belongs to the home networks. */
export interface HomeTest {
  has(words: Uint32Array, at: number): boolean;
}

export interface JudgeOptions {
  readonly knowledge: Knowledge;
  /** Undefined when home is not known: then every source is outside. */
  readonly home?: HomeTest | undefined;
  /** Wrong incidents a month that the user accepts. */
  readonly budget: number;
  /** Address words whose whole ledger is kept, for `explain`. */
  readonly explain?: Uint32Array | undefined;
  readonly actorCeiling?: number;
}

/** Reads observations in order of time and runs the sequential test on every actor. */
export class Judge {
  readonly actors: ActorTable;
  readonly dossiers: Dossiers;
  readonly reveals: Reveals;
  readonly estate = new Estate(ESTATE_ROWS);
  readonly model = new VisitorModel();
  readonly memory = new Memory(MEMORY_ENTRIES);
  readonly threshold: number;
  /** Observations taken in, and those left out because they were the home network's own traffic to outside. */
  observations = 0;
  outbound = 0;
  readonly #lessons: Lessons;
  readonly #knowledge: Knowledge;
  readonly #home: HomeTest | undefined;
  readonly #agents = new Map<number, AgentLabel>();
  readonly #automatic = new Set<number>();
  /** Template of `/`: an answer from there is never an answer to what the query or a header asked. */
  readonly #root: number;
  readonly #paths = new PathMemo();
  readonly #keys: ContactKeys = { low: 0, high: 0, host: 0, port: 0, foldedPort: 0 };
  readonly #otherKeys: ContactKeys = { low: 0, high: 0, host: 0, port: 0, foldedPort: 0 };
  #actor = 0;
  #actorHash = 0;
  #w0 = 0;
  #w1 = 0;
  #w2 = 0;
  #w3 = 0;

  constructor(options: JudgeOptions) {
    this.#knowledge = options.knowledge;
    this.#home = options.home;
    this.threshold = thresholdOf(options.budget);
    this.dossiers = new Dossiers(options.explain);
    this.reveals = new Reveals(options.knowledge);
    this.actors = new ActorTable(options.actorCeiling ?? ACTOR_CEILING, (row) => {
      this.dossiers.forget(row);
      this.reveals.forget(row);
      if (row === this.#actor) this.#actor = 0;
    });
    this.#lessons = new Lessons(this.actors, this.estate, this.model);
    for (const path of automaticPaths) this.#automatic.add(templateHash(path));
    this.#root = templateHash("/");
  }

  /** Takes in rows `from` to `to` (exclusive) of a batch. */
  observe(batch: Batch, from: number, to: number): void {
    this.#paths.start(batch);
    for (let row = from; row < to; row++) {
      if (this.#isOutbound(batch, row)) {
        this.outbound++;
        continue;
      }
      this.observations++;
      const kind = batch.kind[row];
      if (kind === Kind.request) this.#request(batch, row);
      else if (kind === Kind.contact) this.#contact(batch, row);
      else if (kind === Kind.hello) this.#hello(batch, row);
      else this.#reveal(batch, row);
    }
  }

  #isOutbound(batch: Batch, row: number): boolean {
    if (this.#home === undefined) return false;
    const at = row * 4;
    if (!this.#home.has(batch.source, at)) return false;
    const t = batch.target;
    if ((t[at]! | t[at + 1]! | t[at + 2]! | t[at + 3]!) === 0) return false;
    return !this.#home.has(t, at);
  }

  /** Finds the actor of the row and counts the observation. Consecutive rows often share their source. */
  #meet(batch: Batch, row: number): number {
    const at = row * 4;
    const s = batch.source;
    const atMs = batch.atMs[row]!;
    if (
      this.#actor === 0 ||
      s[at + 3] !== this.#w3 ||
      s[at + 2] !== this.#w2 ||
      s[at + 1] !== this.#w1 ||
      s[at] !== this.#w0
    ) {
      this.#w0 = s[at]!;
      this.#w1 = s[at + 1]!;
      this.#w2 = s[at + 2]!;
      this.#w3 = s[at + 3]!;
      this.#actor = this.actors.rowOf(this.#w0, this.#w1, this.#w2, this.#w3, isIpv4(s, at) ? 32 : 128, atMs);
      this.#actorHash = this.actors.hashOfRow(this.#actor);
    }
    const actor = this.#actor;
    this.actors.observations[actor]! += 1;
    if (atMs > this.actors.lastMs[actor]!) this.actors.lastMs[actor] = atMs;
    return actor;
  }

  /** Recalls the pair of the current actor and a resource. */
  #recall(low: number, high: number, atMs: number): void {
    this.memory.recall(mix(low, this.#actorHash), mix(high, this.#actorHash), atMs);
  }

  #contact(batch: Batch, row: number): void {
    if (!isAttempt(batch, row)) return;
    const actor = this.#meet(batch, row);
    const keys = this.#keys;
    readContactKeys(batch, row, keys);
    this.#recall(keys.low, keys.high, batch.atMs[row]!);
    if (recalled.isNew) this.#newContact(batch, row, actor, keys);
    else if (recalled.unsettled && isSettled(batch.outcome[row]!)) this.#settle(batch, row, actor, keys);
    else if (recalled.returns > 0) this.#returnTo(batch, row, actor, keys);
  }

  /**
   * It came back after a pause. To something that answers, or that the firewall lets through: whoever comes back has
   * found what it wanted there, which is the success that a firewall log cannot show. To something that fails: see
   * `#insist`.
   */
  #returnTo(batch: Batch, row: number, actor: number, keys: ContactKeys): void {
    const outcome = batch.outcome[row];
    if (outcome !== Outcome.admitted && outcome !== Outcome.answered) {
      if (recalled.returns > 1) this.#insist(batch, row, actor, 0);
      return;
    }
    const { slot, weight, returns } = recalled;
    if (weight > 0) {
      this.#enter(batch, row, actor, -1, -weight, "came back to it, as somebody does who is served there", 0);
      this.memory.setWeight(slot, 0);
      this.actors.refunded[actor]! += weight;
      this.actors.guesses[actor] = Math.max(0, this.actors.guesses[actor]! - 1);
      this.#reconsider(actor);
    }
    if (returns > 1 || outcome === Outcome.answered) return;
    this.actors.hits[actor]! += 1;
    this.#learn(actor, keys.low, keys.high, true, Class.oddService, keys.host, keys.port, 0);
  }

  /** A firewall had let it through; another input now shows how it ended, so it is weighed again. */
  #settle(batch: Batch, row: number, actor: number, keys: ContactKeys): void {
    const { slot, weight } = recalled;
    if (weight <= 0 && batch.outcome[row] === Outcome.answered) {
      this.actors.hits[actor]! += 1;
      this.memory.setWeight(slot, weight);
      return;
    }
    if (weight > 0) {
      this.#enter(batch, row, actor, -1, -weight, "another input shows how it ended", 0);
      this.actors.gained[actor]! -= weight;
      this.actors.guesses[actor] = Math.max(0, this.actors.guesses[actor]! - 1);
      this.#reconsider(actor);
    }
    this.actors.services[actor] = Math.max(0, this.actors.services[actor]! - 1);
    this.#newContact(batch, row, actor, keys);
  }

  #newContact(batch: Batch, row: number, actor: number, keys: ContactKeys): void {
    const slot = recalled.slot;
    const outcome = batch.outcome[row]!;
    const answered = outcome === Outcome.answered;
    const found = answered || outcome === Outcome.admitted;
    const own = recalled.isNew || !this.#lessons.hasTaught(actor, keys.low) ? 0 : 1;
    let index = classOfContact(this.estate, batch, row, keys, own);
    if (index !== Class.popularService && found && this.#isFtpData(batch, row)) index = Class.popularService;
    const failed = !found && outcome !== Outcome.unknown;
    const weight = this.#weigh(batch, row, actor, index, keys.host, 0, "", 0);
    this.memory.setWeight(slot, weight, !isSettled(outcome));
    if (answered) this.actors.hits[actor]! += 1;
    if (failed) this.actors.misses[actor]! += 1;
    if (found) this.actors.services[actor]! += 1;
    if (outcome !== Outcome.unknown) this.#learn(actor, keys.low, keys.high, found, index, keys.host, keys.port, 0);
    this.#sign(batch, row, actor);
  }

  /** A packet-level tool signature counts once per actor and tool. */
  #sign(batch: Batch, row: number, actor: number): void {
    const signature = this.#knowledge.signatureOf(batch, row);
    if (signature === undefined) return;
    this.#recall(hashOfText(signature.tool), ResourceKind.name, batch.atMs[row]!);
    if (!recalled.isNew) return;
    this.dossiers.of(actor, this.actors).sawTool(signature.tool, signature.weight, signature.because);
    this.#enter(batch, row, actor, -1, Math.min(signature.weight, MOST_SIGNATURE_WEIGHT), signature.because, 0);
  }

  #isFtpData(batch: Batch, row: number): boolean {
    if (!mayBeFtpData(batch.transport[row]!, batch.targetPort[row]!)) return false;
    serviceKeys(batch, row, batch.transport[row]!, ftpPort, this.#otherKeys);
    return this.memory.knows(mix(this.#otherKeys.low, this.#actorHash), mix(this.#otherKeys.high, this.#actorHash));
  }

  #request(batch: Batch, row: number): void {
    const actor = this.#meet(batch, row);
    const atMs = batch.atMs[row]!;
    const path = this.#paths;
    path.read(batch, row);
    this.#recall(path.low, path.high, atMs);
    if (recalled.isNew) this.#newRequest(batch, row, actor);
    else {
      if (recalled.returns > 1) this.#insist(batch, row, actor, batch.path[row]!);
      if (path.markedValue) this.#markedRequest(batch, row, actor);
    }
    const agent = batch.texts.hashLow[batch.agent[row]!]!;
    if (agent !== this.actors.lastAgent[actor] || this.actors.observations[actor] === 1)
      this.#agent(batch, row, actor, agent);
    const name = batch.host[row]!;
    if (name !== 0 && batch.texts.hashLow[name] !== this.actors.lastName[actor]) this.#name(batch, row, actor);
  }

  #newRequest(batch: Batch, row: number, actor: number): void {
    const slot = recalled.slot;
    const path = this.#paths;
    path.readPlace();
    const status = batch.status[row]!;
    const index = classOfRequest(
      this.estate,
      path,
      status,
      this.#automatic.has(path.low),
      this.#knowsPage(path, batch.atMs[row]!),
    );
    const container = index === Class.newParameters ? path.page : path.directory;
    const ordinary = index === Class.popularPath || index === Class.ownSoftware || index === Class.popularMiss;
    const checks = ordinary && !path.markedValue ? none : this.#knowledge.checksOf(batch, row);
    const weight = this.#weigh(
      batch,
      row,
      actor,
      index,
      container,
      checkBonus(checks, ordinary),
      noteOf(checks),
      batch.path[row]!,
    );
    this.memory.setWeight(slot, weight);
    if (checks.length > 0) this.#countChecks(batch, row, actor, checks, ordinary || path.low === this.#root);
    if (succeeded(status)) this.actors.hits[actor]! += 1;
    else if (index !== Class.ownSoftware && index !== Class.popularMiss && status !== 0)
      this.actors.misses[actor]! += 1;
    if (status !== 0)
      this.#learn(actor, path.low, path.high, succeeded(status), index, path.directory, path.page, path.names);
  }

  #knowsPage(path: PathMemo, atMs: number): boolean {
    if (path.names === 0) return false;
    this.#recall(path.page, ResourceKind.page, atMs);
    return !recalled.isNew;
  }

  /** Query values are no part of a template; one that looks like an attack string is judged by itself, once. */
  #markedRequest(batch: Batch, row: number, actor: number): void {
    const id = batch.path[row]!;
    this.#recall(batch.texts.hashLow[id]!, batch.texts.hashHigh[id]!, batch.atMs[row]!);
    if (!recalled.isNew) return;
    const checks = this.#knowledge.checksOf(batch, row);
    if (checks.length === 0) return;
    this.#countChecks(batch, row, actor, checks, true);
    this.#enter(batch, row, actor, -1, checkBonus(checks, true), noteOf(checks), id);
  }

  #countChecks(batch: Batch, row: number, actor: number, checks: readonly CheckMatch[], ordinary: boolean): void {
    const dossier = this.dossiers.of(actor, this.actors);
    const status = batch.status[row]!;
    const found = status >= 200 && status < 300 && !ordinary;
    for (const { check, share } of checks) {
      dossier.sawCheck(check, share, found && !isGeneric(check.id), batch.atMs[row]!);
      if (check.intent !== "exploit") continue;
      this.actors.flags[actor]! |= ActorFlag.attempted;
      dossier.sawStage("T1190", batch.atMs[row]!);
    }
  }

  #agent(batch: Batch, row: number, actor: number, hash: number): void {
    this.actors.lastAgent[actor] = hash;
    this.#label(batch, row, actor, batch.agent[row]!);
  }

  /** What a client says it is: a user agent, an SSH ident. It counts once per actor and text. */
  #label(batch: Batch, row: number, actor: number, id: number): void {
    const { texts } = batch;
    const hash = texts.hashLow[id]!;
    this.#recall(hash, texts.hashHigh[id]! ^ ResourceKind.name, batch.atMs[row]!);
    if (!recalled.isNew) return;
    let label = this.#agents.get(hash);
    if (label === undefined) {
      label = this.#knowledge.agentOf(texts.text(id));
      if (this.#agents.size >= MOST_LABELS) this.#agents.clear();
      this.#agents.set(hash, label);
    }
    if (label.kind === "research") this.actors.flags[actor]! |= ActorFlag.research;
    if (Math.abs(label.weight) < NO_WEIGHT) return;
    const note = label.tool === undefined ? `a client of kind ${label.kind}` : `a client that says it is ${label.tool}`;
    if (label.tool !== undefined && label.weight > 1)
      this.dossiers.of(actor, this.actors).sawTool(label.tool, label.weight, note);
    this.#enter(batch, row, actor, -1, clip(label.weight, MOST_SIGNATURE_WEIGHT), note, id);
  }

  #hello(batch: Batch, row: number): void {
    const actor = this.#meet(batch, row);
    const name = batch.host[row]!;
    if (name !== 0 && batch.texts.hashLow[name] !== this.actors.lastName[actor]) this.#name(batch, row, actor);
    if (batch.detail[row] === 0) return;
    this.#fingerprint(batch, row, actor);
    if (isText(batch, batch.service[row]!, SSH)) this.#label(batch, row, actor, batch.detail[row]!);
  }

  /**
   * The shape of a client's hello. A source speaks with the few programs that people there use; one whose every hello is
   * another is trying out what the server takes.
   */
  #fingerprint(batch: Batch, row: number, actor: number): void {
    const id = batch.detail[row]!;
    const low = mix(ResourceKind.hello, batch.texts.hashLow[id]!);
    const high = mix(batch.texts.hashHigh[id]!, ResourceKind.hello);
    this.#recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    const found = this.estate.find(low, resourceTag(high));
    const popular = this.estate.get(found, Count.hits) >= 2;
    const index = popular ? Class.popularHello : Class.anotherHello;
    if (!popular) {
      const hellos = ++this.actors.hellos[actor]!;
      if (hellos > USUAL_HELLOS) this.#weigh(batch, row, actor, index, HELLOS, Math.log(hellos / USUAL_HELLOS), "", id);
    }
    this.#learn(actor, low, high, true, index, HELLOS, 0, 0);
  }

  /** A host name asked for, in a Host header or a TLS server name. */
  #name(batch: Batch, row: number, actor: number): void {
    const id = batch.host[row]!;
    const texts = batch.texts;
    const numeric = isAddressText(texts.bytes, texts.starts[id]!, texts.lengths[id]!);
    const low = mix(ResourceKind.name, numeric ? 1 : texts.hashLow[id]!);
    const high = mix(numeric ? 1 : texts.hashHigh[id]!, ResourceKind.name);
    this.actors.lastName[actor] = texts.hashLow[id]!;
    this.#recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    const found = this.estate.find(low, resourceTag(high));
    const popular = this.estate.get(found, Count.hits) >= 2;
    const index = popular ? Class.popularName : numeric ? Class.addressAsName : Class.unknownName;
    // Until a few visitors have shown which names exist here, an unknown one says nothing.
    const namesKnown = this.estate.find(NAMES, NAMES);
    if (popular || this.estate.get(namesKnown, Count.hits) >= 8)
      this.#weigh(batch, row, actor, index, NAMES, 0, "", id);
    this.#learn(actor, low, high, true, index, NAMES, 0, 0);
  }

  #reveal(batch: Batch, row: number): void {
    const actor = this.#meet(batch, row);
    const { detail, target, targetPort, texts } = batch;
    const id = detail[row]!;
    const at = row * 4;
    const place = mix(mix(target[at + 2]!, target[at + 3]!), mix(target[at]! ^ target[at + 1]!, targetPort[row]!));
    const low = mix(place, texts.hashLow[id]!);
    const high = mix(place, texts.hashHigh[id]!);
    this.#recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    this.actors.flags[actor]! |= ActorFlag.told;
    this.reveals.told(actor, low, high, batch, row);
  }

  /** It came back to something that failed before: a setting that went stale insists, a scanner moves on. */
  #insist(batch: Batch, row: number, actor: number, text: number): void {
    const given = recalled.weight;
    // Nobody's stale setting names what scanners look for.
    if (given <= 0 || given > MOST_WEIGHT || recalled.returns > 3 || this.actors.guesses[actor]! > MOST_INSISTED)
      return;
    const weight = -given / 2;
    this.actors.refunded[actor]! -= weight;
    this.#enter(
      batch,
      row,
      actor,
      -1,
      weight,
      "came back to the same thing again, as a client with a stale setting does",
      text,
    );
    this.#reconsider(actor);
  }

  #reconsider(actor: number): void {
    const { flags, refunded, gained, score } = this.actors;
    if ((flags[actor]! & ActorFlag.decided) === 0) return;
    if (refunded[actor]! < REVOKING_SHARE * gained[actor]! || score[actor]! >= this.threshold / 2) return;
    flags[actor]! = (flags[actor]! & ~ActorFlag.decided) | ActorFlag.revoked;
  }

  /** Weighs one new thing asked for, enters it as evidence, and returns its weight. */
  #weigh(
    batch: Batch,
    row: number,
    actor: number,
    index: number,
    container: number,
    bonus: number,
    note: string,
    text: number,
  ): number {
    // Most of what visitors do: nothing to gain and nothing to lose.
    if (bonus === 0 && index === Class.popularPath && this.actors.score[actor] === 0) return LEAST_WEIGHT;
    let uses = 0;
    let singles = 0;
    if (classes[index]!.novel) {
      const found = this.estate.find(container, container);
      if (found >= 0) {
        const own = this.#lessons.ownIn(actor, container);
        const alone = classes[index]!.missing ? Count.singleMisses : Count.singleHits;
        uses = Math.max(0, this.estate.get(found, Count.hits) + this.estate.get(found, Count.misses) - own);
        singles = Math.max(0, this.estate.get(found, alone) - own);
      }
    }
    const known = this.model.probability(index, uses, singles);
    const ifVisitor = known * (classes[index]!.guess ? this.#patience(actor) : this.#breadth(batch, row, actor));
    const ifScanner = classes[index]!.ifScanner;
    const most = classes[index]!.weak ? MOST_WEAK_WEIGHT : MOST_WEIGHT;
    const ratio =
      Math.min(most, Math.log(ifScanner / ifVisitor)) * (classes[index]!.weak ? this.#fatigue(actor, index) : 1);
    const weight = clip(ratio + bonus, MOST_WEIGHT_WITH_CHECK);
    if (classes[index]!.guess) this.actors.guesses[actor]! += 1;
    if (Math.abs(weight) >= NO_WEIGHT) {
      this.#add(batch, row, actor, index, weight, ifScanner, ifVisitor * Math.exp(-bonus), note, text);
      if (weight > 0 && this.#w2 !== 0xffff)
        this.#weighPrefixes(batch, row, index, weight, ifScanner, ifVisitor, note, text);
    }
    return weight;
  }

  /**
   * How much of the tolerance for new things is left to an actor: a visitor who finds what it asks for may miss now and
   * then; one that does little but guess has used it up.
   */
  #patience(actor: number): number {
    const { guesses, hits } = this.actors;
    return Math.min(1, (1 + PATIENCE_PER_HIT * hits[actor]!) / (1 + guesses[actor]!));
  }

  /** Dead links come in crowds, so each further one says less: a broken site does not make its crawler a scanner. */
  #fatigue(actor: number, index: number): number {
    const seen = this.dossiers.get(actor)?.countByClass[index] ?? 0;
    return 1 / (1 + seen / WEAK_CROWD);
  }

  /** Visitors use a few services, not everything that exists: how much less likely the next one is. */
  #breadth(batch: Batch, row: number, actor: number): number {
    if (batch.kind[row] !== Kind.contact) return 1;
    return Math.min(1, USUAL_SERVICES / (1 + this.actors.services[actor]!));
  }

  /** Enters evidence of which only the likelihood ratio is known. */
  #enter(batch: Batch, row: number, actor: number, index: number, weight: number, note: string, text: number): void {
    const ifScanner = weight > 0 ? 0.5 : 0.5 * Math.exp(weight);
    this.#add(batch, row, actor, index, weight, ifScanner, ifScanner * Math.exp(-weight), note, text);
  }

  /** The sequential test: adds a weight to the actor's score, and lets the verdict fall when it reaches the threshold. */
  #add(
    batch: Batch,
    row: number,
    actor: number,
    index: number,
    weight: number,
    ifScanner: number,
    ifVisitor: number,
    note: string,
    text: number,
  ): void {
    const { score, scoredMs, flags, peak, gained } = this.actors;
    if (weight < 0 && score[actor] === 0) return;
    const atMs = batch.atMs[row]!;
    const before = score[actor]! * 2 ** (-Math.max(0, atMs - scoredMs[actor]!) / HALF_LIFE_MS);
    const after = Math.max(0, before + weight);
    score[actor] = after;
    if (atMs > scoredMs[actor]!) scoredMs[actor] = atMs;
    if (after > peak[actor]!) peak[actor] = after;
    if (weight > 0) {
      gained[actor]! += weight;
      this.actors.weighed[actor]! += 1;
    }
    const decides = after >= this.threshold && (flags[actor]! & ActorFlag.decided) === 0;
    if (decides) this.#decide(actor, atMs);
    const dossier = this.dossiers.of(actor, this.actors);
    if (weight > 0) noteStage(dossier, batch, row, index, note);
    const entry = dossier.ledger.next();
    entry.atMs = atMs;
    entry.position = batch.position[row]!;
    entry.input = batch.input;
    entry.kind = batch.kind[row]!;
    entry.classIndex = index;
    entry.transport = batch.transport[row]!;
    entry.port = batch.targetPort[row]!;
    entry.outcome = batch.outcome[row]!;
    entry.status = batch.status[row]!;
    entry.copyTarget(batch.target, row * 4);
    entry.weight = weight;
    entry.ifScanner = ifScanner;
    entry.ifVisitor = ifVisitor;
    entry.score = after;
    entry.decided = decides;
    entry.note = note;
    entry.method = entry.kind === Kind.request ? batch.texts.text(batch.method[row]!) : "";
    entry.copyText(batch, text);
    dossier.ledger.settle(entry);
  }

  #decide(actor: number, atMs: number): void {
    this.actors.flags[actor]! |= ActorFlag.decided;
    if (this.actors.decidedMs[actor] === 0) {
      this.actors.decidedMs[actor] = atMs;
      this.actors.decidedAfter[actor] = this.actors.weighed[actor]!;
      this.actors.decidedAtObservation[actor] = this.actors.observations[actor]!;
    }
    this.#lessons.withdraw(actor);
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
  ): void {
    if (this.actors.flags[this.#actor]! & ActorFlag.credible) return;
    const slot = recalled.slot;
    for (const length of IPV6_PREFIXES) {
      const w1 = length === 64 ? this.#w1 : length === 56 ? this.#w1 & 0xffffff00 : this.#w1 & 0xffff0000;
      const actor = this.actors.rowOf(this.#w0, w1 >>> 0, 0, 0, length, batch.atMs[row]!);
      this.actors.flags[actor]! |= ActorFlag.prefix;
      this.actors.observations[actor]! += 1;
      if (classes[index]!.guess) this.actors.guesses[actor]! += 1;
      if (batch.atMs[row]! > this.actors.lastMs[actor]!) this.actors.lastMs[actor] = batch.atMs[row]!;
      const hash = this.actors.hashOfRow(actor);
      const what = text !== 0 ? batch.texts.hashLow[text]! : this.#keys.low;
      this.memory.recall(mix(what, hash), mix(what ^ index, hash), batch.atMs[row]!);
      if (recalled.isNew) this.#add(batch, row, actor, index, weight, ifScanner, ifVisitor, note, text);
    }
    recalled.slot = slot;
  }

  #learn(
    actor: number,
    low: number,
    high: number,
    hit: boolean,
    index: number,
    container: number,
    second: number,
    third: number,
  ): void {
    const { flags, hits, misses, score } = this.actors;
    if (flags[actor]! & (ActorFlag.decided | ActorFlag.prefix)) return;
    const credible = (flags[actor]! & ActorFlag.credible) !== 0;
    const behaves = hits[actor]! > 0 && misses[actor]! * 2 <= hits[actor]!;
    if (credible && !behaves) this.#lessons.withdraw(actor);
    this.#lessons.note(actor, low, high, hit, index, container, second, third);
    if (!credible && behaves && score[actor]! < this.threshold / 3) this.#lessons.grant(actor);
  }
}

/** Which stage of a scan this evidence belongs to. */
function noteStage(dossier: Dossier, batch: Batch, row: number, index: number, note: string): void {
  const atMs = batch.atMs[row]!;
  if (index >= 0) dossier.countByClass[index]! += 1;
  if (batch.kind[row] === Kind.contact) {
    dossier.sawStage("T1595.001", atMs);
    if (dossier.targets.size < MOST_TARGETS)
      dossier.targets.add(batch.target[row * 4 + 2]! ^ batch.target[row * 4 + 3]!);
  } else if (note !== "") dossier.sawStage("T1595.002", atMs);
  else dossier.sawStage("T1595.003", atMs);
}

const MOST_TARGETS = 4096;
const none: readonly CheckMatch[] = [];
const HELLOS = mix(ResourceKind.hello, 0x48);
const NAMES = mix(ResourceKind.name, 0x4e);

function templateHash(path: string): number {
  const template = emptyTemplate();
  const bytes = new TextEncoder().encode(path);
  readPathTemplate(bytes, 0, bytes.length, template);
  return template.low;
}

/** Whether an outcome says what the target did, not only what a firewall did. */
function isSettled(outcome: number): boolean {
  return outcome !== Outcome.admitted && outcome !== Outcome.unknown;
}

function clip(weight: number, most: number): number {
  return Math.max(LEAST_WEIGHT, Math.min(most, weight));
}

/** What a known check adds: visitors ask for it that much less often than for other things of its class. */
function checkBonus(checks: readonly CheckMatch[], ordinary: boolean): number {
  let most = 0;
  for (const { check, share } of checks) {
    // A probe for what visitors here use every day is an ordinary request; an attack string in it is not.
    const bonus = isGeneric(check.id) ? 1.2 : check.intent === "exploit" ? 2.5 : ordinary ? 0 : 1.2;
    if (bonus * share > most) most = bonus * Math.max(share, 0.5);
  }
  return most;
}

/** Checks for a shape of attack rather than for one product. */
function isGeneric(id: string): boolean {
  return id.startsWith("generic-");
}

function noteOf(checks: readonly CheckMatch[]): string {
  if (checks.length === 0) return "";
  const first = checks[0]!.check;
  const words = `${first.id} (${first.product})`;
  return checks.length === 1 ? `asks for ${words}` : `asks for one of ${checks.length} checks, such as ${words}`;
}

const SSH = new TextEncoder().encode("ssh");

function isText(batch: Batch, id: number, text: Uint8Array): boolean {
  const { bytes, starts, lengths } = batch.texts;
  const at = starts[id]!;
  return lengths[id] === text.length && text.every((byte, i) => bytes[at + i] === byte);
}

function isAddressText(bytes: Uint8Array, start: number, length: number): boolean {
  if (bytes[start] === 91) return true;
  for (let i = start; i < start + length; i++) {
    const c = bytes[i]!;
    if (c !== 46 && c !== 58 && (c < 48 || c > 57)) return false;
  }
  return length > 0;
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
