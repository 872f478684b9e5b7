import { Outcome, Transport } from "../../observations/vocabulary.ts";
import type { FlowLife } from "../flow-life.ts";
import { CLOSED, DATA, FIRST, FIRST_SHIFT, INITIATOR, INITIATOR_SHIFT, Phase, TWO_WAY } from "../flow-state.ts";
import { IPV6_KIND, RECORD_SHIFT, STATE } from "../flow-table.ts";
import { readAddresses } from "../network/ipv6.ts";
import type { Packet } from "../packet.ts";
import type { DatagramContacts } from "./datagrams.ts";

/** Queries of ICMP (RFC 792, RFC 950) by type, and the reply's type: echo, timestamp, information, address mask. */
const replyOfQuery: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18 };
/** ICMPv6 echo (RFC 4443). Neighbour discovery, multicast listeners and routers are no contacts. */
const replyOfQueryV6: Readonly<Record<number, number>> = { 128: 129 };

/** Query type by type of a query or reply; 0 for all others. */
const queryOf = queryTable(replyOfQuery);
const queryOfV6 = queryTable(replyOfQueryV6);

/** Reads ICMP: queries are contacts, errors are the outcome of the contacts that they quote. */
export class IcmpContacts {
  readonly #life: FlowLife;
  readonly #datagrams: DatagramContacts;

  constructor(life: FlowLife, datagrams: DatagramContacts) {
    this.#life = life;
    this.#datagrams = datagrams;
  }

  /** Takes an ICMP packet of which at least eight bytes were captured. */
  see(packet: Packet): void {
    const { bytes, view, transport } = packet;
    const type = bytes[transport]!;
    const query = queryOf[type]!;
    if (query !== 0) this.#exchange(packet, Transport.icmp, query, type);
    else if (type === 3 || type === 11 || type === 12) {
      const isRefusal = type === 3 && bytes[transport + 1] === 3;
      this.#quoted(packet, isRefusal ? Outcome.refused : Outcome.unreachable, view.getUint8(transport + 8) >>> 4);
    }
  }

  /** Takes an ICMPv6 packet of which at least eight bytes were captured. */
  seeV6(packet: Packet): void {
    const { bytes, transport } = packet;
    const type = bytes[transport]!;
    const query = queryOfV6[type]!;
    if (query !== 0) this.#exchange(packet, Transport.icmpv6, query, type);
    else if (type === 1 || type === 3 || type === 4) {
      const isRefusal = type === 1 && bytes[transport + 1] === 4;
      this.#quoted(packet, isRefusal ? Outcome.refused : Outcome.unreachable, 6);
    }
  }

  #exchange(packet: Packet, protocol: number, query: number, type: number): void {
    const kind = protocol | (query << 9);
    const id = packet.view.getUint16(packet.transport + 4, false);
    if (type === query) this.#datagrams.query(packet, kind, id, (type << 8) | packet.bytes[packet.transport + 1]!);
    else this.#datagrams.reply(packet, kind, id);
  }

  /** The error quotes the packet that it is about: at least its IP header and eight bytes (RFC 792). */
  #quoted(packet: Packet, outcome: number, version: number): void {
    const at = packet.transport + 8;
    if (version === 4 ? !quoteIpv4(packet, at) : version !== 6 || !quoteIpv6(packet, at)) return;
    const { view, bytes, transport } = packet;
    let kind: number = packet.protocol;
    let sourcePort = 0;
    let targetPort = 0;
    if (kind === Transport.tcp || kind === Transport.udp || kind === Transport.sctp) {
      sourcePort = view.getUint16(transport, false);
      targetPort = view.getUint16(transport + 2, false);
    } else if (kind === Transport.icmp || kind === Transport.icmpv6) {
      sourcePort = view.getUint16(transport + 4, false);
      targetPort = sourcePort;
      kind |= bytes[transport]! << 9;
    }
    this.#conclude(packet, sourcePort, targetPort, packet.isIpv6 ? kind | IPV6_KIND : kind, outcome);
  }

  #conclude(packet: Packet, sourcePort: number, targetPort: number, kind: number, outcome: number): void {
    const life = this.#life;
    const found = life.table.locate(packet, sourcePort, targetPort, kind);
    if (found < 0) return;
    const id = found >> 1;
    const at = (id << RECORD_SHIFT) + STATE;
    const state = life.table.words[at]!;
    const phase = state & Phase.mask;
    const isInitiators = (found & 1) === (state & INITIATOR) >>> INITIATOR_SHIFT;
    const isLoneProbe =
      phase === Phase.middle && !(state & (DATA | TWO_WAY)) && (found & 1) === (state & FIRST) >>> FIRST_SHIFT;
    if (!isInitiators || (phase !== Phase.asked && !isLoneProbe)) return;
    life.tell(id, outcome);
    life.table.words[at]! |= CLOSED;
    life.exchanges.close(id);
  }
}

function quoteIpv4(packet: Packet, at: number): boolean {
  const { view, bytes } = packet;
  if (packet.transportEnd - at < 28) return false;
  const headerLength = (bytes[at]! & 15) << 2;
  if (headerLength < 20 || packet.transportEnd - at < headerLength + 8) return false;
  packet.isIpv6 = false;
  packet.protocol = bytes[at + 9]!;
  packet.sourceKey = view.getInt32(at + 12, false);
  packet.targetKey = view.getInt32(at + 16, false);
  packet.transport = at + headerLength;
  return true;
}

function quoteIpv6(packet: Packet, at: number): boolean {
  if (packet.transportEnd - at < 48 || packet.bytes[at]! >>> 4 !== 6) return false;
  packet.isIpv6 = true;
  packet.protocol = packet.bytes[at + 6]!;
  packet.transport = at + 40;
  readAddresses(packet, at);
  return true;
}

function queryTable(replies: Readonly<Record<number, number>>): Uint8Array {
  const table = new Uint8Array(256);
  for (const [query, reply] of Object.entries(replies)) {
    table[Number(query)] = Number(query);
    table[reply] = Number(query);
  }
  return table;
}
