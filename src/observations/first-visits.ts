// Hot: once per observation when there are several inputs, of the first 200,000.
import type { Batch } from "./batch.ts";
import { KeyTable } from "./key-table.ts";
import { Kind, Outcome, Transport } from "./vocabulary.ts";

/** Sources remembered at most; with the last of them it looks no further. */
const MOST_SOURCES = 4096;

const portsOfWeb: readonly number[] = [80, 443, 8000, 8080, 8443];

/** What an input tells of a source first: a connection to a web server, or a request. */
type Told = 0 | 1;
const CONTACT: Told = 0;
const REQUEST: Told = 1;

/**
 * When each input first told of a source's connection to a web server that was let through, and when of its request: a firewall's log and
 * a web server's log have nothing else in common.
 */
export class FirstVisits {
  readonly #inputs: number;
  readonly #sources = new KeyTable(4);
  readonly #source = new Uint32Array(4);
  /** By source, input and what was told. */
  readonly #atMs: Float64Array;

  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#atMs = new Float64Array(MOST_SOURCES * inputs * 2).fill(Number.NaN);
  }

  /** Looks at one contact or request. */
  observe(batch: Batch, row: number): void {
    const isRequest = batch.kind[row] === Kind.request;
    if (this.#sources.size === MOST_SOURCES || (!isRequest && !isWebContact(batch, row))) return;
    for (let w = 0; w < 4; w++) this.#source[w] = batch.source[row * 4 + w]!;
    const cell = this.#cell(this.#sources.add(this.#source), batch.input, isRequest ? REQUEST : CONTACT);
    if (Number.isNaN(this.#atMs[cell]!)) this.#atMs[cell] = batch.atMs[row]!;
  }

  /** How much later `b` told of sources than `a`, where one of them tells connections and the other requests. */
  differences(a: number, b: number): number[] {
    const [requestsOfB, requestsOfA] = [this.#apart(a, CONTACT, b, REQUEST), this.#apart(a, REQUEST, b, CONTACT)];
    return requestsOfB.length >= requestsOfA.length ? requestsOfB : requestsOfA;
  }

  #apart(a: number, toldByA: Told, b: number, toldByB: Told): number[] {
    const apart: number[] = [];
    for (let source = 0; source < this.#sources.size; source++) {
      const ms = this.#atMs[this.#cell(source, b, toldByB)]! - this.#atMs[this.#cell(source, a, toldByA)]!;
      if (!Number.isNaN(ms)) apart.push(ms);
    }
    return apart;
  }

  #cell(source: number, input: number, told: Told): number {
    return (source * this.#inputs + input) * 2 + told;
  }
}

function isWebContact(batch: Batch, row: number): boolean {
  const outcome = batch.outcome[row]!;
  return (
    batch.kind[row] === Kind.contact &&
    batch.transport[row] === Transport.tcp &&
    (outcome === Outcome.admitted || outcome === Outcome.answered) &&
    portsOfWeb.includes(batch.targetPort[row]!)
  );
}
