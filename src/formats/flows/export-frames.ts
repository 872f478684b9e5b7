import type { Batch } from "../../observations/batch.ts";
import { ENDED, type Framing } from "../captures/framed-decoder.ts";
import { CUT_SHORT, type ExportReader, IPFIX_HEADER, V9_HEADER } from "./export-reader.ts";
import type { ExportWitness } from "./export-witness.ts";
import { fixedLayout } from "./netflow-fixed.ts";
import { SFLOW_VERSION } from "./sflow.ts";

const ABSURD = "not a flow export, or the length of one is absurd: nothing after it can be trusted";
const NO_TIME = "sFlow tells no time of its own: give a capture of its datagrams";

/**
 * Cuts a file of export datagrams, one after the other, into whole datagrams; those of version 9, which do not tell their
 * length, into header and sets. Ids of sets are 0, 1 or above 255, so a 9 where a set could start is the next header.
 */
export class ExportFrames implements Framing {
  readonly #reader: ExportReader;
  readonly #witness: ExportWitness;
  /** Within a datagram of version 9. */
  #isInV9 = false;
  /** Within the zeros that fill it up. */
  #isInPadding = false;
  /** What is left over is shorter than any header: padding. */
  #isLeftover = false;

  constructor(reader: ExportReader, witness: ExportWitness) {
    this.#reader = reader;
    this.#witness = witness;
  }

  begin(batch: Batch): void {
    this.#witness.batch = batch;
  }

  settle(): void {
    this.#reader.settle();
  }

  end(batch: Batch): void {
    this.begin(batch);
    this.settle();
  }

  takeFrames(_bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start;
    while (end - at >= 4) {
      const length = this.#isInV9 ? this.#setLength(view, at) : this.#datagramLength(view, at, end);
      if (length < 0) return this.#giveUp(view, at);
      if (length === 0) continue;
      if (at + length > end) {
        this.#isLeftover = false;
        return at;
      }
      this.#take(view, at, length);
      at += length;
    }
    this.#isLeftover = true;
    return at;
  }

  lengthOf(view: DataView, have: number): number {
    if (have < 4) return 4;
    const length = this.#isInV9 ? this.#setLength(view, 0) : this.#datagramLength(view, 0, have);
    return Math.max(length, have + 1);
  }

  cutShort(): void {
    if (!this.#isInPadding && !(this.#isInV9 && this.#isLeftover)) this.#reject(CUT_SHORT);
  }

  count(): void {}

  #take(view: DataView, at: number, length: number): void {
    let reject: string | undefined;
    if (this.#isInV9) reject = length === 1 ? undefined : this.#reader.set(view, at, at + length);
    else if (view.getUint16(at, false) === 9) {
      this.#reader.openV9(view, at);
      this.#isInV9 = true;
    } else reject = this.#reader.datagram(view, at, at + length, 0, Number.NaN);
    if (reject !== undefined) this.#reject(reject);
  }

  #reject(reason: string): void {
    const { tally } = this.#witness;
    tally.records++;
    tally.reject(reason, ++this.#witness.position);
  }

  #giveUp(view: DataView, at: number): number {
    this.#reject(view.getUint32(at, false) === SFLOW_VERSION ? NO_TIME : ABSURD);
    return ENDED;
  }

  /** Length of the set at `at`; 0 when the datagram is over; 1 for a byte of padding; -1 when it is absurd. */
  #setLength(view: DataView, at: number): number {
    const id = view.getUint16(at, false);
    const length = view.getUint16(at + 2, false);
    if (id > 1 && id < 256) {
      this.#isInV9 = false;
      this.#isInPadding = false;
      return 0;
    }
    if (length >= 4 && !this.#isInPadding) return length;
    this.#isInPadding = id === 0;
    return this.#isInPadding ? 1 : -1;
  }

  #datagramLength(view: DataView, at: number, end: number): number {
    const version = view.getUint16(at, false);
    const count = view.getUint16(at + 2, false);
    if (version === 9) return V9_HEADER;
    if (version === 10) return count < IPFIX_HEADER ? -1 : count;
    const layout = fixedLayout(version);
    if (layout) return count > layout.most ? -1 : layout.header + count * layout.record;
    return end > at && version === 0 && count === 0 ? 1 : -1;
  }
}
