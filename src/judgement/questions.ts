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
    if (!recalled.isNew) {
      if (recalled.returns > 1) test.insist(batch, row, batch.host[row]!);
    } else if (special === 0) this.#takeNew(batch, row);
    else this.#takeSpecial(batch, row, special);
  }

  #takeNew(batch: Batch, row: number): void {
    const test = this.#test;
    const { actor, actors } = test;
    const name = this.#name;
    const { slot } = recalled;
    name.readPlace(batch, row);
    const index = this.#classOf(batch, row);
    const weight = test.weigh(batch, row, index, name.zone, 0, "", batch.host[row]!);
    test.memory.setWeight(slot, weight);
    const status = batch.status[row]!;
    const found = status === ResponseCode.noError + 1;
    const missing =
      index === Class.missingQuestion || index === Class.derivedQuestion || index === Class.relayedQuestion;
    if (found) actors.add(actor, Tallied.hits, 1);
    else if (missing) actors.add(actor, Tallied.misses, 1);
    else if (index !== Class.popularAbsence) return;
    test.learn(name.low, name.high, found, index, name.zone, name.parent === name.zone ? 0 : name.parent);
  }

  #classOf(batch: Batch, row: number): number {
    const { estate } = this.#test;
    const { low, high, parent, isReverse, isAutomatic, isDeep } = this.#name;
    const status = batch.status[row]!;
    const flags = batch.known[row]!;
    const known = estate.find(low, resourceTag(high));
    const isMissing = status === ResponseCode.noSuchName + 1;
    if (estate.get(known, Count.hits) >= POPULAR) return isMissing ? Class.popularAbsence : Class.popularQuestion;
    if (status === ResponseCode.noError + 1) return Class.newQuestion;
    if (status === 0) return Class.unansweredQuestion;
    // Only a zone's own server knows that a name does not exist here; what others' zones lack is no guess at this estate.
    if (!isMissing || (flags & Asked.authority) === 0) return Class.foreignQuestion;
    if (estate.get(known, Count.misses) >= POPULAR) return Class.popularAbsence;
    if (isReverse || isAutomatic || (isDeep && estate.get(estate.find(parent, parent), Count.hits) === 0))
      return Class.derivedQuestion;
    return (flags & Asked.recursion) === 0 ? Class.relayedQuestion : Class.missingQuestion;
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
