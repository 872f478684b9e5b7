// Hot: once per question; measured by bench/bench.ts.
import type { Batch } from "../observations/batch.ts";
import { Count } from "../observations/estate.ts";
import { Asked, ResponseCode } from "../observations/vocabulary.ts";
import { Tallied } from "./actor-table.ts";
import { Class } from "./classes.ts";
import { resourceTag } from "./lessons.ts";
import { recalled } from "./memory.ts";
import { QuestionName } from "./question-name.ts";
import type { SequentialTest } from "./sequential-test.ts";

/** Distinct credible visitors that make a name popular, or a missing one. */
const POPULAR = 2;
/**
 * Missing names that count against one resolver. Who sends a word list through a public resolver must not get that blocked;
 * who only pretends to be one comes as far as a suspect.
 */
const MOST_RELAYED = 8;
/** Whoever was given a zone is its second name server, or was let in by mistake: it says less than a refusal. */
const GIVEN = -2.5;
const TRANSFER_NOTE = "as only its second name servers do";
const SERVER_NOTE = "as who looks for its weaknesses does";

/** Takes questions to name servers as evidence: which names a source asks for, and whether they exist. */
export class Questions {
  readonly #test: SequentialTest;
  readonly #name = new QuestionName();

  constructor(test: SequentialTest) {
    this.#test = test;
  }

  take(batch: Batch, row: number): void {
    const test = this.#test;
    const name = this.#name;
    name.read(batch, row);
    const special = specialOf(batch, row);
    test.recall(name.low ^ special, name.high, batch.atMs[row]!);
    const isOpen = recalled.isNew || (recalled.unsettled && batch.status[row] !== 0);
    if (!isOpen) {
      if (recalled.returns > 1) test.insist(batch, row, batch.host[row]!);
    } else if (special === 0) this.#takeNew(batch, row);
    else this.#takeSpecial(batch, row, special);
  }

  #takeNew(batch: Batch, row: number): void {
    const test = this.#test;
    const name = this.#name;
    const { slot } = recalled;
    const status = batch.status[row]!;
    // Only a zone's own server knows what exists here: what others' zones hold or lack, or what is refused because it is
    // not this server's, is no guess at this estate.
    const isOwn = (batch.known[row]! & Asked.authority) !== 0;
    const found = isOwn && status === ResponseCode.noError + 1;
    const missing = isOwn && status === ResponseCode.noSuchName + 1;
    if (!found && !missing) {
      test.memory.setWeight(slot, 0, status === 0);
      return;
    }
    name.readPlace(batch, row);
    const index = this.#classOf(batch, row, missing);
    const weight = this.#isTelling(batch, row, index)
      ? test.weigh(batch, row, index, name.zone, 0, "", batch.host[row]!)
      : 0;
    test.memory.setWeight(slot, weight);
    if (found) test.actors.add(test.actor, Tallied.hits, 1);
    else if (index !== Class.popularAbsence) test.actors.add(test.actor, Tallied.misses, 1);
    test.learn(name.low, name.high, found, index, name.zone, name.parent === name.zone ? 0 : name.parent);
  }

  #classOf(batch: Batch, row: number, missing: boolean): number {
    const { estate } = this.#test;
    const { low, high, parent, isReverse, isAutomatic, isDeep } = this.#name;
    const known = estate.find(low, resourceTag(high));
    const isPopular = estate.get(known, Count.hits) >= POPULAR;
    if (!missing) return isPopular ? Class.popularQuestion : Class.newQuestion;
    if (isPopular || estate.get(known, Count.misses) >= POPULAR) return Class.popularAbsence;
    if ((batch.known[row]! & Asked.recursion) === 0) return Class.relayedQuestion;
    if (isReverse || isAutomatic) return Class.derivedQuestion;
    // Nothing can be found below a name that does not exist (RFC 8020): clients that add their own domain to a name do that.
    if (isDeep && estate.get(estate.find(parent, parent), Count.hits) === 0) return Class.derivedQuestion;
    return Class.missingQuestion;
  }

  /**
   * A name that exists was learned from somebody, however long the tail of a zone is; only of addresses' names everybody
   * knows that they exist. And what a resolver asks for, its clients want to know.
   */
  #isTelling(batch: Batch, row: number, index: number): boolean {
    const isRelayed = (batch.known[row]! & Asked.recursion) === 0;
    if (index === Class.newQuestion) return this.#name.isReverse && !isRelayed;
    if (index !== Class.relayedQuestion) return true;
    return (this.#test.dossiers.get(this.#test.actor)?.countOf(index) ?? 0) < MOST_RELAYED;
  }

  #takeSpecial(batch: Batch, row: number, special: number): void {
    const test = this.#test;
    const { slot } = recalled;
    const isTransfer = special === TRANSFER;
    const given = batch.status[row] === ResponseCode.noError + 1;
    const index = isTransfer ? Class.transferAttempt : Class.serverQuestion;
    const bonus = isTransfer && given ? GIVEN : 0;
    const note = isTransfer ? TRANSFER_NOTE : SERVER_NOTE;
    const weight = test.weigh(batch, row, index, 0, bonus, note, batch.host[row]!);
    test.memory.setWeight(slot, weight);
  }
}

const TRANSFER = 0x41584652;
const SERVER = 0x43480000;

/** `TRANSFER` for AXFR and IXFR, `SERVER` for what is asked of the server itself (class CH), else 0. */
function specialOf(batch: Batch, row: number): number {
  const { bytes, starts, lengths } = batch.texts;
  const id = batch.method[row]!;
  const at = starts[id]!;
  if (lengths[id]! < 4) return 0;
  if (bytes[at] === 67 && bytes[at + 1] === 72 && bytes[at + 2] === 32) return SERVER;
  return bytes[at + 1] === 88 && bytes[at + 2] === 70 && bytes[at + 3] === 82 ? TRANSFER : 0;
}
