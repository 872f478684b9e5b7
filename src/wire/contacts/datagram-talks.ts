// Hot: once per datagram of a flow that is read; measured by bench/captures.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import { ascii } from "../conversations/ascii.ts";
import type { DatagramProtocol } from "../conversations/datagram-talk.ts";
import { said } from "../conversations/words.ts";
import type { FlowRows } from "../flow-rows.ts";
import { INITIATOR, INITIATOR_SHIFT, looksLikeService } from "../flow-state.ts";
import { DEAF, EXCHANGE, type FlowTable, RECORD_SHIFT, STATE, WANTED } from "../flow-table.ts";
import type { Packet } from "../packet.ts";

const UDP_HEADER = 8;
/** Lower bits of a WANTED word count the datagrams of that side, the others are the hash of what was told last. */
const COUNT_MASK = 63;

interface Listener {
  readonly protocol: DatagramProtocol;
  readonly service: Uint8Array;
}

/**
 * What datagrams other than those of name servers say. The first datagram of a flow tells the protocol, whose number
 * stands in the flow's EXCHANGE word (-2 and below); a flow that nobody understands is DEAF, and costs one look.
 */
export class DatagramTalks {
  readonly #table: FlowTable;
  readonly #rows: FlowRows;
  readonly #listeners: readonly Listener[];
  /** Numbers of the listeners that may understand a datagram, by its first byte. */
  readonly #byBeginning: readonly (readonly number[])[];

  constructor(table: FlowTable, rows: FlowRows, protocols: readonly DatagramProtocol[]) {
    this.#table = table;
    this.#rows = rows;
    this.#listeners = protocols.map((protocol) => ({ protocol, service: ascii(protocol.id) }));
    this.#byBeginning = Array.from({ length: 256 }, (_, byte) =>
      protocols.flatMap(({ beginnings }, number) => (beginnings.includes(byte) ? [number] : [])),
    );
  }

  /** Takes the first datagram of flow `id`. */
  open(packet: Packet, id: number, direction: number, sourcePort: number, targetPort: number): void {
    const start = packet.transport + UDP_HEADER;
    const end = packet.transportEnd;
    if (start >= end) return;
    const candidates = this.#byBeginning[packet.bytes[start]!]!;
    if (candidates.length === 0) return;
    const port = looksLikeService(sourcePort, targetPort) ? sourcePort : targetPort;
    for (const number of candidates) {
      if (!this.#listeners[number]!.protocol.recognise(packet.bytes, start, end, port)) continue;
      const { words } = this.#table;
      const at = id << RECORD_SHIFT;
      words[at + EXCHANGE] = -2 - number;
      words[at + WANTED] = words[at + WANTED + 1] = 0;
      this.hear(packet, id, direction);
      return;
    }
  }

  /** Takes a further datagram of a flow whose EXCHANGE is not DEAF. */
  hear(packet: Packet, id: number, direction: number): void {
    const { words } = this.#table;
    const at = id << RECORD_SHIFT;
    const { protocol, service } = this.#listeners[-2 - words[at + EXCHANGE]!]!;
    const isClient = direction === (words[at + STATE]! & INITIATOR) >>> INITIATOR_SHIFT;
    const start = packet.transport + UDP_HEADER;
    if (start >= packet.transportEnd) return;
    const memory = at + WANTED + direction;
    const known = words[memory]!;
    words[memory] = known + 1;
    // The opening tells what is wanted: after as many datagrams of one side as can be counted, nobody listens any more.
    if ((known & COUNT_MASK) === COUNT_MASK - 1) words[at + EXCHANGE] = DEAF;
    said.clear();
    if (isClient) protocol.ask(packet.bytes, start, packet.transportEnd);
    else protocol.reveal(packet.bytes, start, packet.transportEnd);
    const { bytes, length } = said;
    if (length === 0) return;
    hashBytes(bytes, 0, length);
    const { low, high } = hashed;
    if (((known ^ low) & ~COUNT_MASK) === 0) return;
    words[memory] = (low & ~COUNT_MASK) | (words[memory]! & COUNT_MASK);
    const row = this.#rows.start(isClient ? Kind.ask : Kind.reveal, id, packet.atMs, packet.position);
    const { batch } = this.#rows;
    batch.service[row] = batch.texts.add(service, 0, service.length);
    batch.detail[row] = batch.texts.addHashed(bytes, 0, length, low, high);
  }
}
