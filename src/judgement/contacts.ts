import type { Knowledge, PacketSignature } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { ResourceKind } from "../observations/estate.ts";
import { Known, Outcome } from "../observations/vocabulary.ts";
import { Tallied } from "./actor-table.ts";
import { Class } from "./classes.ts";
import {
  agreementsFor,
  type ContactKeys,
  classOfContact,
  isAttempt,
  readContactKeys,
  serviceKeys,
} from "./contact-class.ts";
import { recalled } from "./memory.ts";
import { ProbeHabits } from "./probe-habits.ts";
import { Reflections } from "./reflections.ts";
import type { SequentialTest } from "./sequential-test.ts";

/** Takes contacts as evidence: which services and unused places a source tries, and how that ends. */
export class Contacts {
  readonly #test: SequentialTest;
  readonly #knowledge: Knowledge;
  readonly #reflections: Reflections;
  readonly #habits = new ProbeHabits();
  readonly #keys: ContactKeys = { low: 0, high: 0, host: 0, port: 0, foldedPort: 0 };
  readonly #otherKeys: ContactKeys = { low: 0, high: 0, host: 0, port: 0, foldedPort: 0 };

  constructor(test: SequentialTest, knowledge: Knowledge) {
    this.#test = test;
    this.#reflections = new Reflections(test);
    this.#knowledge = knowledge;
  }

  take(batch: Batch, row: number): void {
    if (!isAttempt(batch, row)) return;
    const test = this.#test;
    const keys = this.#keys;
    test.meet(batch, row);
    readContactKeys(batch, row, keys);
    if ((batch.known[row]! & Known.login) !== 0) {
      test.logins.sawLetIn(test.actor, keys.foldedPort, batch.atMs[row]!);
      // Mostly the connection was told before, and more of it.
      if (test.actors.get(test.actor, Tallied.services) > 0) return;
    }
    test.recall(keys.low, keys.high, batch.atMs[row]!);
    if (recalled.isNew) this.#takeNew(batch, row, keys);
    else if (recalled.unsettled && isSettled(batch.outcome[row]!)) this.#settle(batch, row, keys);
    else if (this.#isReflection(batch, row, keys)) this.#excuse(batch, row);
    else if (recalled.returns > 0) this.#returnTo(batch, row, keys);
  }

  /** An answered question asked once too often, where it was given a weight. */
  #isReflection(batch: Batch, row: number, keys: ContactKeys): boolean {
    return (
      recalled.weight > 0 &&
      batch.outcome[row] === Outcome.answered &&
      this.#reflections.isOneTooMany(batch, row, keys.low)
    );
  }

  #excuse(batch: Batch, row: number): void {
    const { actor, actors } = this.#test;
    this.#reflections.excuse(batch, row, recalled.slot, recalled.weight);
    actors.add(actor, Tallied.guesses, -1);
  }

  #takeNew(batch: Batch, row: number, keys: ContactKeys): void {
    const test = this.#test;
    const { actor, actors } = test;
    const { slot } = recalled;
    const outcome = batch.outcome[row]!;
    const answered = outcome === Outcome.answered;
    const found = answered || outcome === Outcome.admitted;
    const own = recalled.isNew || !test.lessons.hasTaught(actor, keys.low) ? 0 : 1;
    let index = classOfContact(test.estate, batch, row, keys, own);
    const isAgreed = found && this.#isAgreedOn(batch, row);
    if (isAgreed) index = Class.popularService;
    const weight = isAgreed ? 0 : test.weigh(batch, row, index, keys.host);
    test.memory.setWeight(slot, weight, !isSettled(outcome));
    if (answered) test.sawHit(batch, row);
    else if (isSettled(outcome)) actors.add(actor, Tallied.misses, 1);
    if (found && !isAgreed) {
      actors.add(actor, Tallied.services, 1);
      test.logins.note(keys.low, keys.high, keys.foldedPort);
    }
    // Of what nobody saw the end, those who have earned it teach that it is used.
    const isUsed = found || outcome === Outcome.unknown;
    test.learn(keys.low, keys.high, isUsed, index, keys.host, keys.port);
    this.#sign(batch, row, this.#knowledge.signatureOf(batch, row));
    const habit = this.#habits.take(actor, batch, row);
    if (habit !== undefined) this.#sign(batch, row, this.#knowledge.toolOfHabit(habit));
  }

  /** A packet-level tool signature counts once per actor and tool. */
  #sign(batch: Batch, row: number, signature: PacketSignature | undefined): void {
    if (signature === undefined) return;
    const test = this.#test;
    test.recall(hashOfText(signature.tool), ResourceKind.name, batch.atMs[row]!);
    if (!recalled.isNew) return;
    test.dossier.sawTool(signature.tool, signature.weight, signature.because);
    test.enter(batch, row, signature.weight, signature.because);
  }

  /** A firewall had let it through; another input now shows how it ended, so it is weighed again. */
  #settle(batch: Batch, row: number, keys: ContactKeys): void {
    const test = this.#test;
    const { slot, weight } = recalled;
    if (weight <= 0 && batch.outcome[row] === Outcome.answered) {
      test.sawHit(batch, row);
      test.memory.setWeight(slot, weight);
      return;
    }
    if (weight > 0) {
      test.enter(batch, row, -weight, "another input shows how it ended");
      test.takeBack(weight);
      test.actors.add(test.actor, Tallied.guesses, -1);
    }
    test.actors.add(test.actor, Tallied.services, -1);
    this.#takeNew(batch, row, keys);
  }

  /**
   * It came back after a pause. To something that answers, or that the firewall lets through: whoever comes back has
   * found what it wanted there, which is the success that a firewall log cannot show. To something that fails: it insists.
   */
  #returnTo(batch: Batch, row: number, keys: ContactKeys): void {
    const test = this.#test;
    const { slot, weight, returns } = recalled;
    const outcome = batch.outcome[row];
    if (outcome !== Outcome.admitted && outcome !== Outcome.answered) {
      if (returns > 1) test.insist(batch, row, 0);
      return;
    }
    if (weight > 0) {
      test.enter(batch, row, -weight, "came back to it, as somebody does who is served there");
      test.memory.setWeight(slot, 0);
      test.takeBack(weight);
      test.actors.add(test.actor, Tallied.guesses, -1);
    }
    if (returns > 1 || outcome === Outcome.answered) return;
    test.actors.add(test.actor, Tallied.hits, 1);
    test.learn(keys.low, keys.high, true, Class.oddService, keys.host, keys.port);
  }

  /** Whether it uses a service of the host that tells its clients to come to further ports. */
  #isAgreedOn(batch: Batch, row: number): boolean {
    const transport = batch.transport[row]!;
    const keys = this.#otherKeys;
    for (const port of agreementsFor(transport, batch.targetPort[row]!)) {
      serviceKeys(batch, row, transport, port, keys);
      if (this.#test.knows(keys.low, keys.high)) return true;
    }
    return false;
  }
}

/** Whether an outcome says what the target did, not only what a firewall did. */
function isSettled(outcome: number): boolean {
  return outcome !== Outcome.admitted && outcome !== Outcome.unknown;
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
