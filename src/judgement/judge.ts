// Hot: once per observation; measured by bench/bench.ts.
import { mix } from "../bytes/hash.ts";
import type { Knowledge } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind, Known } from "../observations/vocabulary.ts";
import { ActorFlag, type ActorTable } from "./actor-table.ts";
import { AnsweredChecks } from "./answered-checks.ts";
import { Clients } from "./clients.ts";
import { Contacts } from "./contacts.ts";
import { Dossiers } from "./dossier.ts";
import { recalled } from "./memory.ts";
import { Names } from "./names.ts";
import { Questions } from "./questions.ts";
import { Requests } from "./requests.ts";
import { placeHash, Reveals } from "./reveals.ts";
import { SequentialTest } from "./sequential-test.ts";
import { Sight } from "./sight.ts";
import { thresholdOf } from "./threshold.ts";
import { Tools } from "./tools.ts";

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
  /** Most actors held at once, a power of two. */
  readonly actorCeiling?: number;
}

/** Reads observations in order of time and judges every source of them. */
export class Judge {
  readonly knowledge: Knowledge;
  readonly dossiers: Dossiers;
  readonly reveals: Reveals;
  readonly test: SequentialTest;
  /** What the inputs showed of each service. */
  readonly sight = new Sight();
  /** What addresses are called, and what clients claim to be. */
  readonly names = new Names();
  /** Observations taken in, and those left out because they were the home network's own traffic to outside. */
  observations = 0;
  /** Times of the first observation that was taken in, and of the last. */
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  outbound = 0;
  readonly #home: HomeTest | undefined;
  readonly #contacts: Contacts;
  readonly #requests: Requests;
  readonly #answered: AnsweredChecks;
  readonly #clients: Clients;
  readonly #questions: Questions;

  constructor(options: JudgeOptions) {
    const { knowledge } = options;
    this.knowledge = knowledge;
    this.#home = options.home;
    this.dossiers = new Dossiers(options.explain);
    this.reveals = new Reveals(knowledge);
    this.test = new SequentialTest(thresholdOf(options.budget), options.actorCeiling, this.dossiers, (actor) =>
      this.reveals.forget(actor),
    );
    this.#contacts = new Contacts(this.test, knowledge);
    const tools = new Tools(this.test, knowledge);
    this.#answered = new AnsweredChecks(this.reveals);
    this.#requests = new Requests(this.test, knowledge, tools, this.#answered);
    this.#clients = new Clients(this.test, knowledge, tools, this.names);
    this.#questions = new Questions(this.test);
  }

  get actors(): ActorTable {
    return this.test.actors;
  }

  /** The score at which an actor is called a scanner. */
  get threshold(): number {
    return this.test.threshold;
  }

  /** Times of the first and the last observation, for a state file. */
  get span(): readonly [number, number] {
    return [this.#firstMs, this.#lastMs];
  }

  /** Takes the span of an earlier run; false when it is none. */
  restoreSpan([firstMs, lastMs]: Float64Array): boolean {
    if (Number.isNaN(firstMs) || Number.isNaN(lastMs)) return false;
    this.#firstMs = firstMs!;
    this.#lastMs = lastMs!;
    return true;
  }

  /** Time from the first observation to the last, in milliseconds. */
  get lengthMs(): number {
    return Math.max(0, this.#lastMs - this.#firstMs);
  }

  /** Everything was observed: what was told on the look of a part of it is held against the whole. */
  settle(): void {
    this.#answered.settle();
  }

  /** Nothing more will be observed: gives back the room of what only observing and searching need. */
  stopObserving(): void {
    this.test.memory.release();
    this.test.lessons.release();
  }

  /** Takes in rows `from` to `to` (exclusive) of a batch. */
  observe(batch: Batch, from: number, to: number): void {
    if (to > from) {
      this.#firstMs = Math.min(this.#firstMs, batch.atMs[from]!);
      this.#lastMs = Math.max(this.#lastMs, batch.atMs[to - 1]!);
    }
    this.#requests.start();
    const { test } = this;
    for (let row = from; row < to; row++) {
      if (this.#isOutbound(batch, row)) {
        this.outbound++;
        test.outOfBand.sawOutbound(batch, row);
        if (batch.kind[row] === Kind.question) this.names.take(batch, row);
        continue;
      }
      this.observations++;
      this.sight.take(batch, row);
      const kind = batch.kind[row];
      if (kind === Kind.request) {
        test.meet(batch, row);
        this.#requests.take(batch, row);
        this.#clients.takeRequest(batch, row);
      } else if (kind === Kind.contact) {
        if ((batch.known[row]! & Known.name) !== 0) this.names.takeConfirmed(batch, row);
        this.#contacts.take(batch, row);
      } else if (kind === Kind.hello) {
        test.meet(batch, row);
        this.#clients.takeHello(batch, row);
      } else if (kind === Kind.ask) {
        test.meet(batch, row);
        this.#clients.takeAsk(batch, row);
      } else if (kind === Kind.question) {
        test.meet(batch, row);
        this.#questions.take(batch, row);
      } else {
        test.meet(batch, row);
        this.#takeReveal(batch, row);
      }
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

  #takeReveal(batch: Batch, row: number): void {
    const { test } = this;
    if (!this.reveals.tellSomething(batch, row)) return;
    const { detail, texts } = batch;
    const id = detail[row]!;
    const place = placeHash(batch, row);
    const low = mix(place, texts.hashLow[id]!);
    const high = mix(place, texts.hashHigh[id]!);
    test.recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    test.actors.mark(test.actor, ActorFlag.told);
    this.reveals.told(test.actor, low, high, batch, row);
  }
}
