import { parseAddress } from "../bytes/address.ts";
import { Kind, Known, type Outcome } from "../observations/vocabulary.ts";
import type { Witness } from "./define-line-format.ts";
import type { QuestionRecord } from "./question-record.ts";

const NOBODY = new Uint8Array(0);

/**
 * A connection as a server's own log tells it: who came, to which of its addresses when that is told, and with which
 * transport. One reused record: `begin`, set, `tell`.
 */
export class ContactRecord {
  atMs = Number.NaN;
  readonly source = new Uint32Array(4);
  readonly target = new Uint32Array(4);
  sourcePort = 0;
  targetPort = 0;
  transport = 6;
  /** The source's confirmed name: `#named[nameAt, nameEnd)`; empty when the log tells none. */
  #named: Uint8Array = NOBODY;
  #nameAt = 0;
  #nameEnd = 0;

  begin(atMs: number): void {
    this.atMs = atMs;
    this.source.fill(0);
    this.target.fill(0);
    this.sourcePort = 0;
    this.targetPort = 0;
    this.transport = 6;
    this.#nameEnd = this.#nameAt;
  }

  /** Takes the source's address; false when it is none. */
  setSource(bytes: Uint8Array, start: number, end: number): boolean {
    return parseAddress(bytes, start, end, this.source, 0);
  }

  /** Takes the target's address; what is none stays not known. */
  setTarget(bytes: Uint8Array, start: number, end: number): void {
    if (!parseAddress(bytes, start, end, this.target, 0)) this.target.fill(0);
  }

  /** Takes the source's name, which the server has looked up and confirmed (RFC 8499, "forward-confirmed reverse DNS"). */
  setName(bytes: Uint8Array, start: number, end: number): void {
    this.#named = bytes;
    this.#nameAt = start;
    this.#nameEnd = end;
  }

  /**
   * Adds a contact.
   * @param more further bits of `Known`
   */
  tell(witness: Witness, outcome: Outcome, more = 0): void {
    const row = this.#add(witness, Kind.contact);
    const { batch } = witness;
    const isNamed = this.#nameEnd > this.#nameAt;
    batch.outcome[row] = outcome;
    batch.known[row] = more | (isNamed ? Known.name : 0);
    if (isNamed) batch.host[row] = batch.texts.add(this.#named, this.#nameAt, this.#nameEnd);
  }

  /** Adds a question to a name server. */
  tellQuestion(witness: Witness, question: QuestionRecord): void {
    question.fill(witness, this.#add(witness, Kind.question));
  }

  /** Adds a hello: what the client said of itself to the service, such as `ssh`. */
  tellHello(witness: Witness, service: string, bytes: Uint8Array, start: number, end: number): void {
    const row = this.#add(witness, Kind.hello);
    const { batch } = witness;
    batch.method[row] = 0;
    batch.host[row] = 0;
    batch.path[row] = 0;
    batch.agent[row] = 0;
    batch.referer[row] = 0;
    batch.agent[row] = 0;
    batch.service[row] = batch.texts.addText(service);
    batch.detail[row] = batch.texts.add(bytes, start, end);
  }

  #add(witness: Witness, kind: Kind): number {
    const { batch } = witness;
    const row = batch.add(kind, this.atMs, witness.position);
    for (let w = 0; w < 4; w++) {
      batch.source[4 * row + w] = this.source[w]!;
      batch.target[4 * row + w] = this.target[w]!;
    }
    batch.sourcePort[row] = this.sourcePort <= 65535 ? this.sourcePort : 0;
    batch.targetPort[row] = this.targetPort <= 65535 ? this.targetPort : 0;
    batch.transport[row] = this.transport;
    witness.tally.sawTime(this.atMs);
    return row;
  }
}

/** The decimal number at `at`; 0 when there is none. */
export function portAt(bytes: Uint8Array, at: number, end: number): number {
  let port = 0;
  for (let i = at; i < end && i < at + 6; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    port = port * 10 + digit;
  }
  return port;
}
