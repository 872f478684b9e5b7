// Hot: once per distinct request; measured by bench/knowledge.ts.
import type { TextTable } from "../../bytes/text-table.ts";
import type { Batch } from "../../observations/batch.ts";
import type { FieldAttack } from "../types.ts";
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

  /** The attack in a header field of a request: its user agent, its referer, its host, or one that few send. */
  attackOf({ texts, agent, referer, host, content }: Batch, row: number): FieldAttack | undefined {
    return (
      this.#attackIn(texts, agent[row]!) ??
      this.#attackIn(texts, referer[row]!) ??
      this.#attackIn(texts, host[row]!) ??
      this.#attackIn(texts, content[row]!)
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

  #attackIn(texts: TextTable, id: number): FieldAttack | undefined {
    if (id === 0) return undefined;
    const high = texts.hashHigh[id]!;
    const slot = texts.hashLow[id]! & (SLOTS - 1);
    if (this.#fields[slot] === high) return undefined;
    const start = texts.starts[id]!;
    const end = start + texts.lengths[id]!;
    const match = hasBrace(texts.bytes, start, end) ? headerShape(headOf(texts.text(id))) : undefined;
    if (match !== undefined) return { match, field: id };
    this.#fields[slot] = high;
    return undefined;
  }
}

/** A field, or of the lines of several those before the empty one: what follows is a body. */
function headOf(text: string): string {
  if (text.startsWith("\n")) return "";
  const end = text.indexOf("\n\n");
  return end < 0 ? text : text.slice(0, end);
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
