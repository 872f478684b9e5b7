// Hot: once per record; measured by bench/log-formats.ts.
import { MAPPED } from "../bytes/address.ts";
import type { Cells } from "../bytes/cells.ts";
import { Kind, Transport } from "../observations/vocabulary.ts";
import type { Witness } from "./define-line-format.ts";

/** Who acts on what, as a record tells it; one reused object a format. */
export class Parties {
  /** Source words at 0, target words at 4. */
  readonly addresses = new Uint32Array(8);
  sourcePort = 0;
  targetPort = 0;
  transport = 0;

  /** Reads both addresses; returns why not. */
  read(cells: Cells, source: number, target: number): string | undefined {
    if (!cells.address(source, this.addresses, 0)) return "source is not an address";
    if (!cells.address(target, this.addresses, 4)) return "target is not an address";
    return undefined;
  }

  clearTarget(): void {
    for (let i = 4; i < 8; i++) this.addresses[i] = 0;
    this.targetPort = 0;
  }

  /** The record's first end is the one that answered. */
  swap(): void {
    const { addresses, sourcePort } = this;
    for (let i = 0; i < 4; i++) {
      const word = addresses[i]!;
      addresses[i] = addresses[i + 4]!;
      addresses[i + 4] = word;
    }
    this.sourcePort = this.targetPort;
    this.targetPort = sourcePort;
  }

  /**
   * Turns a record of one packet around when it is an answer: from a well-known port (below 1024) to one that is not. Only
   * for records that do not tell who began. Returns whether it was turned.
   */
  turnAnswer(): boolean {
    const isAnswer = this.sourcePort > 0 && this.sourcePort < 1024 && this.targetPort >= 1024;
    if (isAnswer) this.swap();
    return isAnswer;
  }

  /** For ICMP: type and code stand where the target's port does. */
  setIcmp(type: number, code: number): void {
    this.sourcePort = 0;
    this.targetPort = ((type & 255) << 8) | (code & 255);
  }

  get isIcmp(): boolean {
    return this.transport === Transport.icmp || this.transport === Transport.icmpv6;
  }

  /** Adds a row with both parties; the columns of its kind that the caller does not set are "not known". */
  addRow(witness: Witness, kind: number, atMs: number): number {
    const { batch } = witness;
    const row = batch.add(kind, atMs, witness.position);
    witness.tally.sawTime(atMs);
    const { source, target } = batch;
    const { addresses } = this;
    const four = row * 4;
    for (let i = 0; i < 4; i++) {
      source[four + i] = addresses[i]!;
      target[four + i] = addresses[4 + i]!;
    }
    batch.sourcePort[row] = this.sourcePort;
    batch.targetPort[row] = this.targetPort;
    batch.transport[row] = this.transport;
    if (kind === Kind.contact) {
      batch.known[row] = 0;
      batch.outcome[row] = 0;
      return row;
    }
    batch.status[row] = 0;
    batch.bytesSent[row] = 0;
    batch.method[row] = 0;
    batch.host[row] = 0;
    batch.path[row] = 0;
    batch.agent[row] = 0;
    batch.referer[row] = 0;
    batch.service[row] = 0;
    batch.detail[row] = 0;
    return row;
  }

  addContact(witness: Witness, atMs: number, outcome: number): number {
    const row = this.addRow(witness, Kind.contact, atMs);
    witness.batch.outcome[row] = outcome;
    return row;
  }

  /** Whether both addresses are IPv4. */
  get isIpv4(): boolean {
    return this.addresses[2] === MAPPED && this.addresses[0] === 0 && this.addresses[1] === 0;
  }
}
