// Hot: six times per HTTP request; measured by bench/captures.ts.
import { hashBytes, hashed } from "../bytes/hash.ts";
import { TextTable } from "../bytes/text-table.ts";
import { startsWith } from "./conversations/ascii.ts";

/** A book beyond this is closed and a new one begun, so that the words in use stay near in memory. */
const MOST_TEXTS = 1 << 15;
const MOST_BYTES = 1 << 22;
/** What a full book takes: the texts' buffer has doubled, and each has four numbers here and two told. */
export const BOOK_BYTES = 2 * MOST_BYTES + MOST_TEXTS * 32;

/**
 * Texts of rows that cannot be written yet, by number. What is said again and again (hosts, agents, header names) is
 * kept once, and put into a batch's own texts once per chunk.
 */
export class PhraseBook {
  /** How many things refer to it; a full book lives until nobody does. */
  users = 0;
  /** Tells it from all books before and after. */
  readonly serial: number;
  readonly #texts = new TextTable();
  /** Of each phrase: its id in a batch, and the number of the chunk that the batch is of. */
  #told = new Uint32Array(2048);

  constructor(serial: number) {
    this.serial = serial;
  }

  get isFull(): boolean {
    return this.#texts.size >= MOST_TEXTS || this.#texts.bytes.length > MOST_BYTES;
  }

  /** The number of `bytes[start, end)`; 0 when it is empty. */
  add(bytes: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    hashBytes(bytes, start, end);
    return this.#texts.addHashed(bytes, start, end, hashed.low, hashed.high);
  }

  /** The number of a text whose hash is known. */
  addHashed(text: Uint8Array, hash: { readonly low: number; readonly high: number }): number {
    return this.#texts.addHashed(text, 0, text.length, hash.low, hash.high);
  }

  /** Copies a phrase to the start of `to`. @returns its length, cut to what there is room for */
  copy(phrase: number, to: Uint8Array): number {
    const { bytes, starts, lengths } = this.#texts;
    const start = starts[phrase]!;
    const length = Math.min(lengths[phrase]!, to.length);
    for (let i = 0; i < length; i++) to[i] = bytes[start + i]!;
    return length;
  }

  /** Whether `part` stands anywhere in a phrase. */
  includes(phrase: number, part: Uint8Array): boolean {
    const { bytes, starts, lengths } = this.#texts;
    const start = starts[phrase]!;
    const last = start + lengths[phrase]! - part.length;
    for (let at = start; at <= last; at++) if (startsWith(bytes, at, at + part.length, part)) return true;
    return false;
  }

  /** The id of a phrase in the texts of the batch that chunk number `chunk` is written to. */
  idIn(batch: TextTable, phrase: number, chunk: number): number {
    if (phrase === 0) return 0;
    const at = phrase << 1;
    if (at < this.#told.length && this.#told[at + 1] === chunk) return this.#told[at]!;
    const texts = this.#texts;
    if (at >= this.#told.length) this.#told = widened(this.#told, texts.starts.length << 1);
    const start = texts.starts[phrase]!;
    const end = start + texts.lengths[phrase]!;
    const id = batch.addHashed(texts.bytes, start, end, texts.hashLow[phrase]! | 0, texts.hashHigh[phrase]! | 0);
    this.#told[at] = id;
    this.#told[at + 1] = chunk;
    return id;
  }
}

function widened(words: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length);
  wider.set(words);
  return wider;
}
