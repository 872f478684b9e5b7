// Hot: once per observation; measured by bench/captures.ts.
import { MAPPED } from "../bytes/address.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind, Transport } from "../observations/vocabulary.ts";
import { INITIATOR, INITIATOR_SHIFT, KNOWN_SHIFT, POSITION_SHIFT } from "./flow-state.ts";
import {
  FIRST_AT,
  FIRST_POSITION,
  type FlowTable,
  IPV6_KIND,
  KIND,
  MSS_TTL_FLAGS,
  OPTIONS,
  PORTS,
  RECORD_SHIFT,
  SEQUENCE,
  STATE,
  WINDOW_ID,
} from "./flow-table.ts";

/** Writes rows about flows: the source is always the flow's initiator, the target its responder. */
export class FlowRows {
  batch: Batch;
  readonly #flows: FlowTable;

  constructor(flows: FlowTable, batch: Batch) {
    this.#flows = flows;
    this.batch = batch;
  }

  /** Adds a row with addresses, ports and transport of flow `id`. */
  start(kind: number, id: number, atMs: number, position: number): number {
    const { batch } = this;
    const { words } = this.#flows;
    const row = batch.add(kind, atMs, position);
    const at = id << RECORD_SHIFT;
    const initiator = (words[at + STATE]! & INITIATOR) >>> INITIATOR_SHIFT;
    const protocol = words[at + KIND]! & 255;
    this.#writeAddress(batch.source, row << 2, id, initiator);
    this.#writeAddress(batch.target, row << 2, id, initiator ^ 1);
    const ports = words[at + PORTS]!;
    const isIcmp = protocol === Transport.icmp || protocol === Transport.icmpv6;
    batch.sourcePort[row] = isIcmp ? 0 : initiator === 0 ? ports >>> 16 : ports & 0xffff;
    batch.targetPort[row] = isIcmp ? words[at + OPTIONS]! : initiator === 0 ? ports & 0xffff : ports >>> 16;
    batch.transport[row] = protocol;
    return row;
  }

  /** Position of the first packet of flow `id`. */
  positionOf(id: number): number {
    const { words } = this.#flows;
    const at = id << RECORD_SHIFT;
    return (words[at + STATE]! >>> POSITION_SHIFT) * 4294967296 + (words[at + FIRST_POSITION]! >>> 0);
  }

  /** Tells the contact of flow `id`, with what its first packet showed. */
  contact(id: number, outcome: number): void {
    const { words, floats } = this.#flows;
    const at = id << RECORD_SHIFT;
    const row = this.start(Kind.contact, id, floats[(at >> 1) + FIRST_AT]!, this.positionOf(id));
    const { batch } = this;
    const windowAndId = words[at + WINDOW_ID]!;
    const mssTtlFlags = words[at + MSS_TTL_FLAGS]!;
    batch.outcome[row] = outcome;
    batch.known[row] = (words[at + STATE]! >>> KNOWN_SHIFT) & 15;
    batch.tcpFlags[row] = mssTtlFlags;
    batch.ttl[row] = mssTtlFlags >>> 8;
    batch.mss[row] = mssTtlFlags >>> 16;
    batch.window[row] = windowAndId >>> 16;
    batch.ipId[row] = windowAndId;
    batch.sequence[row] = words[at + SEQUENCE]!;
    batch.synOptions[row] = words[at + OPTIONS]!;
  }

  #writeAddress(column: Uint32Array, at: number, id: number, end: number): void {
    const { words, addresses } = this.#flows;
    const record = id << RECORD_SHIFT;
    if (words[record + KIND]! & IPV6_KIND) {
      const from = (id << 3) + (end << 2);
      column[at] = addresses[from]!;
      column[at + 1] = addresses[from + 1]!;
      column[at + 2] = addresses[from + 2]!;
      column[at + 3] = addresses[from + 3]!;
      return;
    }
    column[at] = 0;
    column[at + 1] = 0;
    column[at + 2] = MAPPED;
    column[at + 3] = words[record + end]!;
  }
}
