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

/** What the code of an error means for the packet that it quotes; undefined where the target is still there. */
type OutcomeOfCode = (code: number) => Outcome | undefined;

/** A packet that took too long to reach its target; not one of which the target lacks fragments (code 1). */
const timeExceeded: OutcomeOfCode = (code) => (code === 0 ? Outcome.unreachable : undefined);

/** Errors by type (RFC 792; RFC 1812, section 5.2.7.1). A path that carries less (RFC 1191) is no outcome. */
const errors: Readonly<Record<number, OutcomeOfCode>> = {
  3: (code) => {
    if (code === 2 || code === 3) return Outcome.refused;
    if (code === 4) return undefined;
    return code === 9 || code === 10 || (code >= 13 && code <= 15) ? Outcome.denied : Outcome.unreachable;
  },
  11: timeExceeded,
  12: () => Outcome.unreachable,
};

/** The same of ICMPv6 (RFC 4443, section 3; code 6 is a route that rejects). An unknown next header is a protocol that is refused. */
const errorsV6: Readonly<Record<number, OutcomeOfCode>> = {
  1: (code) => {
    if (code === 4) return Outcome.refused;
    return code === 1 || code === 5 || code === 6 ? Outcome.denied : Outcome.unreachable;
  },
  3: timeExceeded,
  4: (code) => (code === 1 ? Outcome.refused : Outcome.unreachable),
};

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
    const { bytes, transport } = packet;
    const type = bytes[transport]!;
    const query = queryOf[type]!;
    if (query !== 0) this.#exchange(packet, Transport.icmp, query, type);
    else this.#error(packet, errors[type]?.(bytes[transport + 1]!), bytes[transport + 8]! >>> 4);
  }

  /** Takes an ICMPv6 packet of which at least eight bytes were captured. */
  seeV6(packet: Packet): void {
    const { bytes, transport } = packet;
    const type = bytes[transport]!;
    const query = queryOfV6[type]!;
    if (query !== 0) this.#exchange(packet, Transport.icmpv6, query, type);
    else this.#error(packet, errorsV6[type]?.(bytes[transport + 1]!), 6);
  }

  #exchange(packet: Packet, protocol: number, query: number, type: number): void {
    const kind = protocol | (query << 9);
    const id = packet.view.getUint16(packet.transport + 4, false);
    if (type === query) this.#datagrams.query(packet, kind, id, (type << 8) | packet.bytes[packet.transport + 1]!);
    else this.#datagrams.reply(packet, kind, id);
  }

  /** The error quotes the packet that it is about: at least its IP header and eight bytes (RFC 792). */
  #error(packet: Packet, outcome: number | undefined, version: number): void {
    if (outcome === undefined) return;
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
