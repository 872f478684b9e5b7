// Hot: once per distinct request; measured by bench/knowledge.ts.
import type { Batch } from "../../observations/batch.ts";
import type { CheckMatch } from "../types.ts";
import { headerShape } from "./attack-shapes.ts";

/** Slots of the header memory: user agents and referers repeat, so a few thousand serve nearly every request. */
const SLOTS = 1 << 14;

/**
 * Remembers by hash whether a header field carries an attack, so that the same user agent is not read again with every
 * request. Looking an answer up or finding it anew gives the same, so the memory cannot be seen from outside.
 */
export class HeaderMemory {
  /** Upper half of the hash of a harmless text; its lower half chose the slot. */
  readonly #fields = new Uint32Array(SLOTS);
  readonly #details = new Uint32Array(SLOTS);

  shapeOf(batch: Batch, row: number): CheckMatch | undefined {
    return (
      this.#shapeOfText(batch, batch.agent[row]!) ??
      this.#shapeOfText(batch, batch.referer[row]!) ??
      this.#shapeOfText(batch, batch.host[row]!)
    );
  }

  /** Whether the list of header names has one that a check asks about. */
  hasOneOf(names: readonly Uint8Array[], batch: Batch, id: number): boolean {
    if (id === 0) return false;
    const high = batch.texts.hashHigh[id]!;
    const slot = batch.texts.hashLow[id]! & (SLOTS - 1);
    if (this.#details[slot] === high) return false;
    for (const name of names) if (hasFolded(batch, id, name)) return true;
    this.#details[slot] = high;
    return false;
  }

  #shapeOfText(batch: Batch, id: number): CheckMatch | undefined {
    if (id === 0) return undefined;
    const texts = batch.texts;
    const high = texts.hashHigh[id]!;
    const slot = texts.hashLow[id]! & (SLOTS - 1);
    if (this.#fields[slot] === high) return undefined;
    const start = texts.starts[id]!;
    const shape = hasBrace(texts.bytes, start, start + texts.lengths[id]!) ? headerShape(texts.text(id)) : undefined;
    if (shape === undefined) this.#fields[slot] = high;
    return shape;
  }
}

function hasBrace(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === 123) return true;
  return false;
}

/** Whether a text of the batch contains `piece`, which is in lower case. */
export function hasFolded(batch: Batch, id: number, piece: Uint8Array): boolean {
  const { bytes, starts, lengths } = batch.texts;
  const start = starts[id]!;
  for (let i = start, last = start + lengths[id]! - piece.length; i <= last; i++) {
    let k = 0;
    while (k < piece.length && folded(bytes[i + k]!) === piece[k]) k++;
    if (k === piece.length) return true;
  }
  return false;
}

function folded(c: number): number {
  return c >= 65 && c <= 90 ? c | 32 : c;
}
