import { formatAddress } from "../bytes/address.ts";
import { hashBytes, hashed, mix } from "../bytes/hash.ts";
import type { Leak } from "../knowledge/software/leak.ts";
import { leaksIn } from "../knowledge/software/leaks.ts";
import type { Knowledge, Software } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import type { StoredReveals } from "./state-reveals.ts";

const MOST_EXPOSURES = 4096;
const MOST_TOLD_EACH = 256;
const MOST_ACTORS = 1 << 16;
/** Wordings that are remembered as naming something, or nothing; when there are more, all are looked at again. */
const MOST_WORDINGS = 1 << 13;

/** Something that a server of ours told about itself. */
export interface Revealed {
  readonly target: string;
  readonly port: number;
  readonly transport: number;
  readonly service: string;
  /** What the server said, as it said it: never print it unescaped. */
  readonly text: string;
  readonly software: Software | undefined;
  /** What the words tell beside software. */
  readonly leaks?: readonly Leak[];
}

/** That an actor was told something for the first time: what (index into `all`), when, and where that stands. */
export interface Telling {
  readonly index: number;
  readonly atMs: number;
  readonly input: number;
  readonly position: number;
}

/** Stands for an input of an earlier run, which has no name in this one. */
const EARLIER = -1;

/** Numbers that a telling is kept in. */
const TELLING = 4;

/** Which server words were seen, and which actors were told them. */
export class Reveals {
  /** Reveals and listeners left out because the tables were full. */
  omitted = 0;
  readonly all: Revealed[] = [];
  readonly #indexByHash = new Map<number, number>();
  /** Tellings of each actor, one behind the other: numbers, for there may be very many. */
  readonly #toldByActor = new Map<number, number[]>();
  readonly #namesByWording = new Map<number, boolean>();
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Whether the words in `row` name software, or tell something beside it. Most titles of pages and names of cookies do not. */
  tellSomething(batch: Batch, row: number): boolean {
    const { texts, service, detail } = batch;
    const id = detail[row]!;
    const wording = mix(texts.hashLow[id]!, texts.hashHigh[id]!) ^ texts.hashLow[service[row]!]!;
    let known = this.#namesByWording.get(wording);
    if (known === undefined) {
      const [place, said] = [texts.text(service[row]!), texts.text(id)];
      known = this.#knowledge.softwareOf(place, said) !== undefined || leaksIn(place, said).length > 0;
      if (this.#namesByWording.size >= MOST_WORDINGS) this.#namesByWording.clear();
      this.#namesByWording.set(wording, known);
    }
    return known;
  }

  /** `actor` was told what `row` of the batch holds, for the first time. The two hashes name place and words. */
  told(actor: number, low: number, high: number, batch: Batch, row: number): void {
    const { texts, service, detail } = batch;
    const index = this.#indexOf(numberOf(low, high), batch, row, () => ({
      service: texts.text(service[row]!),
      text: texts.text(detail[row]!),
    }));
    if (index >= 0) this.#tellIndex(actor, index, batch, row);
  }

  #tellIndex(actor: number, index: number, batch: Batch, row: number): void {
    const told = this.#toldByActor.get(actor);
    if (told !== undefined && isAmong(index, told)) return;
    const telling = [index, batch.atMs[row]!, batch.input, batch.position[row]!];
    if (told !== undefined && told.length < MOST_TOLD_EACH * TELLING) told.push(...telling);
    else if (told === undefined && this.#toldByActor.size < MOST_ACTORS) this.#toldByActor.set(actor, telling);
    else this.omitted++;
  }

  /** `actor` was told words of `service` that no row holds. @returns their index in `all`; -1 when there is no room */
  tell(actor: number, service: string, text: string, batch: Batch, row: number): number {
    const place = placeHash(batch, row);
    const bytes = Buffer.from(text);
    hashBytes(bytes, 0, bytes.length);
    const number = numberOf(mix(place, hashed.low), mix(place, hashed.high));
    const index = this.#indexOf(number, batch, row, () => ({ service, text }));
    if (index >= 0) this.#tellIndex(actor, index, batch, row);
    return index;
  }

  /** Takes words back that turned out to tell nothing. */
  withdraw(index: number): void {
    this.all[index] = { ...this.all[index]!, text: "", software: undefined, leaks: [] };
  }

  /** Rows of the actors that were told something. */
  listeners(): IterableIterator<number> {
    return this.#toldByActor.keys();
  }

  /** What an actor was told, in the order that it was. */
  toldTo(actor: number): Telling[] {
    const told = this.#toldByActor.get(actor) ?? [];
    return Array.from({ length: told.length / TELLING }, (_, i) => {
      const [index, atMs, input, position] = told.slice(i * TELLING) as [number, number, number, number];
      return { index, atMs, input, position };
    });
  }

  /** What a state file carries of it. */
  store(): StoredReveals {
    return {
      all: [...this.#indexByHash].map(([hash, index]) => {
        const { target, port, transport, service, text } = this.all[index]!;
        return { hash, target, port, transport, service, text };
      }),
      told: [...this.#toldByActor.keys()].map((actor) => ({
        actor,
        tellings: this.toldTo(actor).map(({ index, atMs }) => [index, atMs]),
      })),
    };
  }

  /** Takes what `store` gave in an earlier run, before anything else is told. */
  restore({ all, told }: StoredReveals): void {
    for (const { hash, ...revealed } of all.slice(0, MOST_EXPOSURES)) {
      this.#indexByHash.set(hash, this.all.length);
      const { service, text } = revealed;
      this.all.push({
        ...revealed,
        software: this.#knowledge.softwareOf(service, text),
        leaks: leaksIn(service, text),
      });
    }
    for (const { actor, tellings } of told.slice(0, MOST_ACTORS)) {
      const known = tellings.slice(0, MOST_TOLD_EACH);
      this.#toldByActor.set(
        actor,
        known.flatMap(([index, atMs]) => [index, atMs, EARLIER, 0]),
      );
    }
  }

  forget(actor: number): void {
    this.#toldByActor.delete(actor);
  }

  #indexOf(hash: number, batch: Batch, row: number, words: () => Pick<Revealed, "service" | "text">): number {
    const known = this.#indexByHash.get(hash);
    if (known !== undefined) return known;
    if (this.all.length >= MOST_EXPOSURES) {
      this.omitted++;
      return -1;
    }
    const { service, text } = words();
    const index = this.all.length;
    this.all.push({
      target: formatAddress(batch.target, row * 4),
      port: batch.targetPort[row]!,
      transport: batch.transport[row]!,
      service,
      text,
      software: this.#knowledge.softwareOf(service, text),
      leaks: leaksIn(service, text),
    });
    this.#indexByHash.set(hash, index);
    return index;
  }
}

/** Names the service that a row is about. */
export function placeHash({ target, targetPort }: Batch, row: number): number {
  const at = row * 4;
  return mix(mix(target[at + 2]!, target[at + 3]!), mix(target[at]! ^ target[at + 1]!, targetPort[row]!));
}

function numberOf(low: number, high: number): number {
  return low + (high & 0x1fffff) * 2 ** 32;
}

/** Whether an actor was told `index` before: what it met may be forgotten, what it was told is not. */
function isAmong(index: number, told: readonly number[]): boolean {
  for (let at = 0; at < told.length; at += TELLING) if (told[at] === index) return true;
  return false;
}
