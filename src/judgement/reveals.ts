import { formatAddress } from "../bytes/address.ts";
import type { Knowledge, Software } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";

const MOST_EXPOSURES = 4096;
const MOST_TOLD_EACH = 256;
const MOST_ACTORS = 1 << 16;

/** Something that a server of ours told about itself. */
export interface Revealed {
  readonly target: string;
  readonly port: number;
  readonly transport: number;
  readonly service: string;
  /** What the server said, as it said it: never print it unescaped. */
  readonly text: string;
  readonly software: Software | undefined;
}

/** Which server words were seen, and which actors were told them. */
export class Reveals {
  /** Reveals and listeners left out because the tables were full. */
  omitted = 0;
  readonly all: Revealed[] = [];
  readonly #indexByHash = new Map<number, number>();
  readonly #toldByActor = new Map<number, number[]>();
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** `actor` was told what `row` of the batch holds, for the first time. The two hashes name place and words. */
  told(actor: number, low: number, high: number, batch: Batch, row: number): void {
    const index = this.#indexOf(low + (high & 0x1fffff) * 2 ** 32, batch, row);
    if (index < 0) return;
    const told = this.#toldByActor.get(actor);
    if (told !== undefined && told.length < MOST_TOLD_EACH) told.push(index);
    else if (told === undefined && this.#toldByActor.size < MOST_ACTORS) this.#toldByActor.set(actor, [index]);
    else this.omitted++;
  }

  /** Indexes into `all` of what an actor was told. */
  learnedBy(actor: number): readonly number[] {
    return this.#toldByActor.get(actor) ?? [];
  }

  forget(actor: number): void {
    this.#toldByActor.delete(actor);
  }

  #indexOf(hash: number, batch: Batch, row: number): number {
    const known = this.#indexByHash.get(hash);
    if (known !== undefined) return known;
    if (this.all.length >= MOST_EXPOSURES) {
      this.omitted++;
      return -1;
    }
    const service = batch.texts.text(batch.service[row]!);
    const text = batch.texts.text(batch.detail[row]!);
    const index = this.all.length;
    this.all.push({
      target: formatAddress(batch.target, row * 4),
      port: batch.targetPort[row]!,
      transport: batch.transport[row]!,
      service,
      text,
      software: this.#knowledge.softwareOf(service, text),
    });
    this.#indexByHash.set(hash, index);
    return index;
  }
}
