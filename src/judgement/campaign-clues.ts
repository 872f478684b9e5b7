// Hot: once per weighed guess; measured by bench/bench.ts. One block per source in one flat buffer.
import { avalanche, mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind } from "../observations/vocabulary.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** One guess of a source, as remembered for finding out who else took part. */
export interface Clue {
  readonly atMs: number;
  /** What was asked of whom: no two sources of a shared-out scan ask the same. */
  readonly question: number;
  /** What was asked, whoever was asked: a port, a path. */
  readonly subject: number;
  /** The address, or the host name, that was asked. */
  readonly target: number;
  readonly fingerprint: number;
  /** `Kind` of the observation. */
  readonly kind: number;
  readonly classIndex: number;
  /** Whether knowledge names what was asked for. */
  readonly isCheck: boolean;
  readonly transport: number;
  readonly port: number;
  readonly weight: number;
  /** The first bytes of the path or name asked for. */
  readonly text: Uint8Array;
}

/** What is remembered of one source. */
export interface ClueSource {
  readonly words: Uint32Array;
  /** Guesses noted, the kept ones among them. */
  readonly total: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly clues: readonly Clue[];
}

/** Clues kept of one source: those whose questions have the smallest hashes, so that two sources who ask the same keep the same (a bottom-k sketch; A. Broder, 1997). */
const CLUES = 4;
const TEXT_WORDS = 6;
const TEXT_BYTES = TEXT_WORDS * 4;
const CLUE_CELLS = 10 + TEXT_WORDS;
/** Address, counts, times, then the clues. */
const HEAD = 10;
const BLOCK = HEAD + CLUES * CLUE_CELLS;
const Head = { total: 4, kept: 5, first: 3, last: 4 } as const;
const Cell = {
  after: 0,
  question: 1,
  subject: 2,
  target: 3,
  fingerprint: 4,
  kinds: 5,
  port: 6,
  weight: 7,
  length: 8,
  text: 9,
};

/** Whoever guesses more than this scans for itself: the shares of one scan over many sources are small. */
export const MOST_FOR_A_SHARE = 64;

/** Sources remembered at once. */
export const CLUE_SOURCES = 1 << 15;
/** Sources whose first guess was the very same question: more of them are a flood, or a service that moved away. */
const MOST_ALIKE = 512;
/** Sources that guessed at one target: so that a flood of one host leaves room for what happens at others. */
const MOST_AT_TARGET = CLUE_SOURCES >>> 1;
const COUNTERS = 1 << 16;

/** The guesses of every source that made some, in fixed memory. */
export class CampaignClues {
  /** Sources left out because too many asked the same, and sources forgotten to make room. */
  omitted = 0;
  forgotten = 0;
  #cells = new Uint32Array(64 * BLOCK);
  #floats = new Float32Array(this.#cells.buffer);
  #doubles = new Float64Array(this.#cells.buffer);
  #bytes = new Uint8Array(this.#cells.buffer);
  /** Block + 1 by hash of the address. */
  #slots = new Uint32Array(256);
  readonly #counters = new Uint16Array(COUNTERS);
  #used = 0;
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
    const block = this.#blockOf(batch.source, at, batch.atMs[row]!, question, target);
    if (block < 0) return;
    this.#keep(block, batch, row, index, weight, text, isCheck, question, subject, target);
  }

  /** Where a source stands in `sources`, from 0; -1 when nothing is remembered of it. */
  placeOf(words: Uint32Array): number {
    return this.#slots[this.#slotOf(words[0]!, words[1]!, words[2]!, words[3]!)]! - 1;
  }

  /** Everything remembered, in no order that means anything. */
  *sources(): Generator<ClueSource> {
    for (let block = 0; block < this.#used; block++) yield this.#read(block);
  }

  /** The blocks in use, for a state file. */
  parts(): ArrayBufferView[] {
    return [this.#cells.subarray(0, this.#used * BLOCK), this.#counters];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([cells, counters]: readonly Uint8Array[]): boolean {
    const blocks = (cells?.length ?? -1) / (BLOCK * 4);
    if (cells === undefined || !Number.isInteger(blocks) || blocks < 0 || blocks > this.#ceiling) return false;
    if (counters?.length !== this.#counters.byteLength) return false;
    while (this.#cells.length < blocks * BLOCK) this.#grow();
    this.#bytes.set(cells);
    new Uint8Array(this.#counters.buffer).set(counters);
    this.#used = blocks;
    this.#slots.fill(0);
    for (let block = 0; block < blocks; block++) {
      const base = block * BLOCK;
      this.#cells[base + Head.kept] = Math.min(CLUES, this.#cells[base + Head.kept]!);
      for (let i = 0; i < CLUES; i++) {
        const length = base + HEAD + i * CLUE_CELLS + Cell.length;
        this.#cells[length] = Math.min(TEXT_BYTES, this.#cells[length]!);
      }
      const [w0, w1, w2, w3] = this.#cells.subarray(base, base + 4);
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
    const cells = this.#cells;
    const base = block * BLOCK;
    const atMs = batch.atMs[row]!;
    cells[base + Head.total]! += 1;
    if (atMs > this.#doubles[(base >>> 1) + Head.last]!) this.#doubles[(base >>> 1) + Head.last] = atMs;
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
    const sinceMs = atMs - this.#doubles[(base >>> 1) + Head.first]!;
    cells[at + Cell.after] = Math.max(0, Math.min(0xffffffff, sinceMs));
    cells[at + Cell.question] = question;
    cells[at + Cell.subject] = subject;
    cells[at + Cell.target] = target;
    cells[at + Cell.fingerprint] = fingerprintOf(batch, row);
    cells[at + Cell.kinds] = batch.kind[row]! | (index << 8) | (isCheck ? 0x10000 : 0) | (batch.transport[row]! << 24);
    cells[at + Cell.port] = batch.targetPort[row]!;
    this.#floats[at + Cell.weight] = weight;
    this.#copyText(batch, text, at);
  }

  #questionOf(base: number, clue: number): number {
    return this.#cells[base + HEAD + clue * CLUE_CELLS + Cell.question]!;
  }

  #copyText(batch: Batch, text: number, at: number): void {
    const length = text === 0 ? 0 : Math.min(batch.texts.lengths[text]!, TEXT_BYTES);
    const from = batch.texts.starts[text]!;
    const to = (at + Cell.text) * 4;
    for (let i = 0; i < length; i++) this.#bytes[to + i] = batch.texts.bytes[from + i]!;
    this.#cells[at + Cell.length] = length;
  }

  /** The block of a source, made when missing; -1 when it is left out. */
  #blockOf(source: Uint32Array, at: number, atMs: number, question: number, target: number): number {
    const [w0, w1, w2, w3] = [source[at]!, source[at + 1]!, source[at + 2]!, source[at + 3]!];
    const slot = this.#slotOf(w0, w1, w2, w3);
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1;
    if (this.#isCrowded(question, MOST_ALIKE) || this.#isCrowded(target, MOST_AT_TARGET)) {
      this.omitted++;
      return -1;
    }
    const block = this.#newBlock();
    const base = block * BLOCK;
    const cells = this.#cells;
    cells.fill(0, base, base + BLOCK);
    cells[base] = w0;
    cells[base + 1] = w1;
    cells[base + 2] = w2;
    cells[base + 3] = w3;
    this.#doubles[(base >>> 1) + Head.first] = atMs;
    this.#doubles[(base >>> 1) + Head.last] = atMs;
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
      if ((this.#used + 1) * BLOCK > this.#cells.length) this.#grow();
      return this.#used++;
    }
    // All are in use: of the next few, whoever guessed least goes.
    let leaving = this.#hand;
    for (let i = 1; i < 8; i++) {
      const other = (this.#hand + i) & (this.#ceiling - 1);
      if (this.#cells[other * BLOCK + Head.total]! < this.#cells[leaving * BLOCK + Head.total]!) leaving = other;
    }
    this.#hand = (this.#hand + 8) & (this.#ceiling - 1);
    this.forgotten++;
    this.#dropSlot(leaving);
    return leaving;
  }

  #slotOf(w0: number, w1: number, w2: number, w3: number): number {
    const cells = this.#cells;
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
      return hashOf(this.#cells[base]!, this.#cells[base + 1]!, this.#cells[base + 2]!, this.#cells[base + 3]!) & mask;
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
    const cells = new Uint32Array(Math.min(this.#cells.length * 4, this.#ceiling * BLOCK));
    cells.set(this.#cells);
    this.#cells = cells;
    this.#floats = new Float32Array(cells.buffer);
    this.#doubles = new Float64Array(cells.buffer);
    this.#bytes = new Uint8Array(cells.buffer);
    this.#slots = new Uint32Array(this.#slots.length * 4);
    for (let block = 0; block < this.#used; block++) {
      const base = block * BLOCK;
      this.#slots[this.#slotOf(cells[base]!, cells[base + 1]!, cells[base + 2]!, cells[base + 3]!)] = block + 1;
    }
  }

  #read(block: number): ClueSource {
    const base = block * BLOCK;
    const cells = this.#cells;
    const firstMs = this.#doubles[(base >>> 1) + Head.first]!;
    const clues: Clue[] = [];
    for (let i = 0; i < cells[base + Head.kept]!; i++) {
      clues.push(new KeptClue(cells, this.#floats, this.#bytes, base + HEAD + i * CLUE_CELLS, firstMs));
    }
    clues.sort((a, b) => a.atMs - b.atMs || a.question - b.question);
    return {
      words: cells.slice(base, base + 4),
      total: cells[base + Head.total]!,
      firstMs,
      lastMs: this.#doubles[(base >>> 1) + Head.last]!,
      clues,
    };
  }
}

/** A clue as read where it lies: there may be hundreds of thousands. */
class KeptClue implements Clue {
  readonly atMs: number;
  readonly question: number;
  readonly #cells: Uint32Array;
  readonly #floats: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #at: number;

  constructor(cells: Uint32Array, floats: Float32Array, bytes: Uint8Array, at: number, firstMs: number) {
    this.atMs = firstMs + cells[at + Cell.after]!;
    this.question = cells[at + Cell.question]!;
    this.#cells = cells;
    this.#floats = floats;
    this.#bytes = bytes;
    this.#at = at;
  }

  get subject(): number {
    return this.#get(Cell.subject);
  }

  get target(): number {
    return this.#get(Cell.target);
  }

  get fingerprint(): number {
    return this.#get(Cell.fingerprint);
  }

  get kind(): number {
    return this.#get(Cell.kinds) & 255;
  }

  get classIndex(): number {
    return (this.#get(Cell.kinds) >>> 8) & 255;
  }

  get isCheck(): boolean {
    return (this.#get(Cell.kinds) & 0x10000) !== 0;
  }

  get transport(): number {
    return this.#get(Cell.kinds) >>> 24;
  }

  get port(): number {
    return this.#get(Cell.port);
  }

  get weight(): number {
    return this.#floats[this.#at + Cell.weight]!;
  }

  get text(): Uint8Array {
    const from = (this.#at + Cell.text) * 4;
    return this.#bytes.slice(from, from + this.#get(Cell.length));
  }

  #get(cell: number): number {
    return this.#cells[this.#at + cell]!;
  }
}

function hashOf(w0: number, w1: number, w2: number, w3: number): number {
  return avalanche(Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ w3);
}
