// Hot: once per weighed guess; measured by bench/bench.ts. One block per source in one flat buffer.
import { avalanche, mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind } from "../observations/vocabulary.ts";
import { BLOCK, Cell, CLUE_CELLS, CLUES, ClueRoom, type ClueSource, HEAD, Head, TEXT_BYTES } from "./clue-room.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** Whoever guesses more than this scans for itself: the shares of one scan over many sources are small. */
export const MOST_FOR_A_SHARE = 64;

/** Sources remembered at once. */
export const CLUE_SOURCES = 1 << 15;
/** Sources whose first guess was the very same question: more of them are a flood, or a service that moved away. */
const MOST_ALIKE = 512;
/** Sources that guessed at one target: so that a flood of one host leaves room for what happens at others. */
const MOST_AT_TARGET = CLUE_SOURCES >>> 1;
const COUNTERS = 1 << 16;
/** Sources of which one leaves when there is no room. */
const LOOKED_AT = 8;
/** Sources that there is room for at the start. */
const FEWEST_BLOCKS = 64;

/** The guesses of every source that made some, in fixed memory. */
export class CampaignClues {
  /** Sources left out because too many asked the same, and sources forgotten to make room. */
  omitted = 0;
  forgotten = 0;
  #room = new ClueRoom(FEWEST_BLOCKS);
  /** Block + 1 by hash of the address. */
  #slots = new Uint32Array(256);
  readonly #counters = new Uint16Array(COUNTERS);
  #used = 0;
  /** When the last new source came, by the kind of what it did. */
  readonly #cameMs = new Float64Array(8).fill(Number.NEGATIVE_INFINITY);
  /** The next block to be reused once all are in use. */
  #hand = 0;
  readonly #ceiling: number;

  /** @param ceiling most sources held at once, a power of two */
  constructor(ceiling = CLUE_SOURCES) {
    this.#ceiling = ceiling;
  }

  /** Sources held. */
  get size(): number {
    return this.#used;
  }

  /**
   * Notes a guess. `text` is the id of the path or name asked for, or 0; `template` its hash without identifiers, or 0.
   * @param isCheck whether knowledge names what was asked for
   */
  note(
    batch: Batch,
    row: number,
    index: number,
    weight: number,
    text: number,
    template: number,
    isCheck: boolean,
  ): void {
    const { texts } = batch;
    const at = row * 4;
    const t = batch.target;
    const isContact = batch.kind[row] === Kind.contact;
    const host = isContact || batch.host[row] === 0 ? 0 : texts.hashLow[batch.host[row]!]!;
    const target = mix(mix(t[at]!, t[at + 1]!), mix(t[at + 2]!, t[at + 3]!) ^ host);
    const named = template === 0 ? texts.hashLow[text]! : template;
    const subject = text === 0 ? mix(batch.targetPort[row]!, batch.transport[row]!) : named;
    const question = mix(subject, target) >>> 0;
    const block = this.#blockOf(batch.source, at, batch.kind[row]!, batch.atMs[row]!, question, target);
    if (block < 0) return;
    this.#keep(block, batch, row, index, weight, text, isCheck, question, subject, target);
  }

  /** Where a source stands in `sources`, from 0; -1 when nothing is remembered of it. */
  placeOf(words: Uint32Array): number {
    return this.#slots[this.#slotOf(words[0]!, words[1]!, words[2]!, words[3]!)]! - 1;
  }

  /** The source that stands there. */
  at(place: number): ClueSource {
    return this.#room.read(place);
  }

  /** Everything remembered, in no order that means anything. */
  *sources(): Generator<ClueSource> {
    for (let place = 0; place < this.#used; place++) yield this.at(place);
  }

  /** The blocks in use, for a state file. */
  parts(): ArrayBufferView[] {
    return [this.#room.cells.subarray(0, this.#used * BLOCK), this.#counters];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([cells, counters]: readonly Uint8Array[]): boolean {
    const blocks = (cells?.length ?? -1) / (BLOCK * 4);
    if (cells === undefined || !Number.isInteger(blocks) || blocks < 0 || blocks > this.#ceiling) return false;
    if (counters?.length !== this.#counters.byteLength) return false;
    while (this.#room.cells.length < blocks * BLOCK) this.#grow();
    this.#room.bytes.set(cells);
    new Uint8Array(this.#counters.buffer).set(counters);
    this.#used = blocks;
    this.#slots.fill(0);
    for (let block = 0; block < blocks; block++) {
      const base = block * BLOCK;
      this.#room.cells[base + Head.kept] = Math.min(CLUES, this.#room.cells[base + Head.kept]!);
      for (let i = 0; i < CLUES; i++) {
        const length = base + HEAD + i * CLUE_CELLS + Cell.length;
        this.#room.cells[length] = Math.min(TEXT_BYTES, this.#room.cells[length]!);
      }
      const [w0, w1, w2, w3] = this.#room.cells.subarray(base, base + 4);
      this.#slots[this.#slotOf(w0!, w1!, w2!, w3!)] = block + 1;
    }
    return true;
  }

  #keep(
    block: number,
    batch: Batch,
    row: number,
    index: number,
    weight: number,
    text: number,
    isCheck: boolean,
    question: number,
    subject: number,
    target: number,
  ): void {
    const cells = this.#room.cells;
    const base = block * BLOCK;
    const atMs = batch.atMs[row]!;
    cells[base + Head.total]! += 1;
    if (atMs > this.#room.doubles[(base >>> 1) + Head.last]!) this.#room.doubles[(base >>> 1) + Head.last] = atMs;
    const kept = cells[base + Head.kept]!;
    let into = kept;
    if (kept === CLUES) {
      into = 0;
      for (let i = 1; i < CLUES; i++) if (this.#questionOf(base, i) > this.#questionOf(base, into)) into = i;
      if (this.#questionOf(base, into) <= question) return;
    }
    for (let i = 0; i < kept; i++) if (this.#questionOf(base, i) === question) return;
    if (kept < CLUES) cells[base + Head.kept] = kept + 1;
    const at = base + HEAD + into * CLUE_CELLS;
    const sinceMs = atMs - this.#room.doubles[(base >>> 1) + Head.first]!;
    cells[at + Cell.after] = Math.max(0, Math.min(0xffffffff, sinceMs));
    cells[at + Cell.question] = question;
    cells[at + Cell.subject] = subject;
    cells[at + Cell.target] = target;
    cells[at + Cell.fingerprint] = fingerprintOf(batch, row);
    cells[at + Cell.kinds] = batch.kind[row]! | (index << 8) | (isCheck ? 0x10000 : 0) | (batch.transport[row]! << 24);
    cells[at + Cell.port] = batch.targetPort[row]!;
    this.#room.floats[at + Cell.weight] = weight;
    this.#copyText(batch, text, at);
  }

  #questionOf(base: number, clue: number): number {
    return this.#room.cells[base + HEAD + clue * CLUE_CELLS + Cell.question]!;
  }

  #copyText(batch: Batch, text: number, at: number): void {
    const length = text === 0 ? 0 : Math.min(batch.texts.lengths[text]!, TEXT_BYTES);
    const from = batch.texts.starts[text]!;
    const to = (at + Cell.text) * 4;
    for (let i = 0; i < length; i++) this.#room.bytes[to + i] = batch.texts.bytes[from + i]!;
    this.#room.cells[at + Cell.length] = length;
  }

  /** The block of a source, made when missing; -1 when it is left out. */
  #blockOf(source: Uint32Array, at: number, kind: number, atMs: number, question: number, target: number): number {
    const [w0, w1, w2, w3] = [source[at]!, source[at + 1]!, source[at + 2]!, source[at + 3]!];
    const slot = this.#slotOf(w0, w1, w2, w3);
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1;
    if (this.#isCrowded(question, MOST_ALIKE) || this.#isCrowded(target, MOST_AT_TARGET)) {
      this.omitted++;
      return -1;
    }
    const block = this.#newBlock();
    const base = block * BLOCK;
    const cells = this.#room.cells;
    cells.fill(0, base, base + BLOCK);
    cells[base + Head.pause] = Math.max(0, Math.min(0xffffffff, atMs - this.#cameMs[kind]!));
    this.#cameMs[kind] = atMs;
    cells[base] = w0;
    cells[base + 1] = w1;
    cells[base + 2] = w2;
    cells[base + 3] = w3;
    this.#room.doubles[(base >>> 1) + Head.first] = atMs;
    this.#room.doubles[(base >>> 1) + Head.last] = atMs;
    this.#slots[this.#slotOf(w0, w1, w2, w3)] = block + 1;
    return block;
  }

  /** Counts one more, and says whether there were too many already. */
  #isCrowded(what: number, most: number): boolean {
    const at = mix(what, most) & (COUNTERS - 1);
    if (this.#counters[at]! >= most) return true;
    this.#counters[at]! += 1;
    return false;
  }

  #newBlock(): number {
    if (this.#used < this.#ceiling) {
      if ((this.#used + 1) * BLOCK > this.#room.cells.length) this.#grow();
      return this.#used++;
    }
    // All are in use: of a few from all over, whoever guessed least goes, and of those whoever came in the greatest rush.
    let leaving = this.#hand;
    for (let i = 1; i < LOOKED_AT; i++) {
      const other = (this.#hand + i * (this.#ceiling / LOOKED_AT)) & (this.#ceiling - 1);
      if (this.#worthOf(other) < this.#worthOf(leaving)) leaving = other;
    }
    this.#hand = (this.#hand + 1) & (this.#ceiling - 1);
    this.forgotten++;
    this.#dropSlot(leaving);
    return leaving;
  }

  #worthOf(block: number): number {
    const base = block * BLOCK;
    return this.#room.cells[base + Head.total]! * 2 ** 32 + this.#room.cells[base + Head.pause]!;
  }

  #slotOf(w0: number, w1: number, w2: number, w3: number): number {
    const cells = this.#room.cells;
    const mask = this.#slots.length - 1;
    let slot = hashOf(w0, w1, w2, w3) & mask;
    for (let block = this.#slots[slot]!; block !== 0; block = this.#slots[slot]!) {
      const base = (block - 1) * BLOCK;
      if (cells[base + 3] === w3 && cells[base + 2] === w2 && cells[base + 1] === w1 && cells[base] === w0) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Takes a block's slot away and closes the gap (linear probing; D. Knuth, TAOCP 3, 6.4, algorithm R). */
  #dropSlot(block: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const home = (b: number) => {
      const base = b * BLOCK;
      return (
        hashOf(
          this.#room.cells[base]!,
          this.#room.cells[base + 1]!,
          this.#room.cells[base + 2]!,
          this.#room.cells[base + 3]!,
        ) & mask
      );
    };
    let gap = home(block);
    while (slots[gap] !== block + 1) gap = (gap + 1) & mask;
    for (let at = (gap + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      if (((at - home(slots[at]! - 1)) & mask) < ((at - gap) & mask)) continue;
      slots[gap] = slots[at]!;
      gap = at;
    }
    slots[gap] = 0;
  }

  #grow(): void {
    const room = new ClueRoom(Math.min((this.#room.cells.length / BLOCK) * 4, this.#ceiling));
    room.cells.set(this.#room.cells);
    this.#room = room;
    const { cells } = room;
    this.#slots = new Uint32Array(this.#slots.length * 4);
    for (let block = 0; block < this.#used; block++) {
      const base = block * BLOCK;
      this.#slots[this.#slotOf(cells[base]!, cells[base + 1]!, cells[base + 2]!, cells[base + 3]!)] = block + 1;
    }
  }
}

function hashOf(w0: number, w1: number, w2: number, w3: number): number {
  return avalanche(Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ w3);
}
