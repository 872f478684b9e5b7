// Hot: once per packet; measured by bench/captures.ts.
import { Batch } from "../observations/batch.ts";
import type { Tally } from "../observations/tally.ts";
import { Transport } from "../observations/vocabulary.ts";
import { Budget } from "./budget.ts";
import { DatagramTalks } from "./contacts/datagram-talks.ts";
import { DatagramContacts } from "./contacts/datagrams.ts";
import { IcmpContacts } from "./contacts/icmp.ts";
import { DatagramQuestions } from "./contacts/questions.ts";
import { TcpContacts } from "./contacts/tcp.ts";
import { datagramProtocols } from "./conversations/datagrams.ts";
import { protocols } from "./conversations/index.ts";
import { TlsSecrets } from "./conversations/tls-secrets.ts";
import { type ExchangeLimits, Exchanges, ordinaryLimits } from "./exchanges.ts";
import { FlowLife } from "./flow-life.ts";
import { FlowRows } from "./flow-rows.ts";
import { FlowTable } from "./flow-table.ts";
import { ethernet } from "./links/ethernet.ts";
import { EtherType, type LinkLayer, UNREADABLE } from "./links/link-layer.ts";
import { readLlc } from "./links/llc.ts";
import { Fragments } from "./network/fragments.ts";
import { readIpv4 } from "./network/ipv4.ts";
import { NO_NEXT_HEADER, readIpv6 } from "./network/ipv6.ts";
import { Packet } from "./packet.ts";
import { PacketClock } from "./packet-clock.ts";
import { Gap } from "./tally-words.ts";
import { isTunnelPort, tunnelByEtherType, tunnelByPort, tunnelByProtocol } from "./tunnels/index.ts";
import type { Tunnel } from "./tunnels/tunnel.ts";

/** Tunnels in tunnels, and headers before IP in each: deeper nests are hostile or broken. */
const MOST_TUNNELS = 8;
const MOST_WRAPPERS = 8;
const UDP_HEADER = 8;
/** The IP protocol number of the authentication header. */
const AUTHENTICATION = 51;

/** Ceilings of what is kept about packets. */
export interface WireLimits extends ExchangeLimits {
  /** Flows followed at once; a power of two. At most 176 bytes each. */
  readonly flows: number;
  /** Bytes held of all that is put together: fragments, streams, what they carry sealed or compressed, requests without their answers. */
  readonly bytes: number;
}

export const ordinaryWireLimits: WireLimits = { ...ordinaryLimits, flows: 1 << 18, bytes: 128 * 1024 * 1024 };

/**
 * Packets become observations. Give it packets in the order of the capture, between `begin` and `settle` of each chunk:
 * ```ts
 * wire.begin(batch);
 * wire.packet(link, bytes, view, start, end, wireEnd, atMs, position); // for each packet of the chunk
 * wire.settle();                                                       // at the end of the chunk
 * wire.end(batch);                                                     // at the end of the input; again while `hasMore`
 * ```
 */
export class Wire {
  /** Session keys: those that the user gave, and what the capture itself brings (pcapng). */
  readonly secrets: TlsSecrets;
  /** After `end`: there is more to tell, and `end` is to be called again with another batch. */
  hasMore = false;
  readonly #packet = new Packet();
  readonly #clock = new PacketClock();
  readonly #budget: Budget;
  readonly #fragments: Fragments;
  readonly #tally: Tally;
  readonly #rows: FlowRows;
  readonly #exchanges: Exchanges;
  readonly #life: FlowLife;
  readonly #tcp: TcpContacts;
  readonly #datagrams: DatagramContacts;
  readonly #questions: DatagramQuestions;
  readonly #icmp: IcmpContacts;
  #cutPackets = 0;
  #shortHeaders = 0;
  #tunnels = 0;
  #nested = 0;
  #encryptedFrames = 0;
  /** Tunnels that the part of the packet at hand is in. */
  #depth = 0;

  constructor(tally: Tally, limits: WireLimits = ordinaryWireLimits, secrets?: TlsSecrets) {
    this.secrets = new TlsSecrets(secrets);
    const table = new FlowTable(limits.flows);
    const budget = new Budget(limits.bytes);
    this.#budget = budget;
    this.#fragments = new Fragments(budget);
    this.#tally = tally;
    this.#rows = new FlowRows(table, new Batch(1));
    this.#exchanges = new Exchanges(table, this.#rows, protocols, limits, tally, this.secrets, budget);
    this.#life = new FlowLife(table, this.#rows, this.#exchanges, this.#clock, tally);
    this.#tcp = new TcpContacts(this.#life);
    this.#questions = new DatagramQuestions(this.#rows);
    this.#datagrams = new DatagramContacts(
      this.#life,
      this.#questions,
      new DatagramTalks(table, this.#rows, datagramProtocols),
    );
    this.#icmp = new IcmpContacts(this.#life, this.#datagrams);
  }

  /** Bytes held of what is put together. */
  get heldBytes(): number {
    return this.#budget.held;
  }

  /** Rows go to `batch` from now on. What an unfinished batch holds of the chunk before stays known. */
  begin(batch: Batch): void {
    if (batch !== this.#rows.batch || batch.length === 0) this.#exchanges.nextChunk();
    this.#rows.batch = batch;
  }

  /**
   * Takes one packet: `bytes[start, end)` was captured, and on the wire it ended at `wireEnd`. `view` is over the same
   * memory as `bytes`. Nothing of it is kept.
   */
  packet(
    link: LinkLayer,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    wireEnd: number,
    atMs: number,
    position: number,
  ): void {
    const packet = this.#packet;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = start;
    packet.end = end;
    packet.wireEnd = wireEnd;
    packet.atMs = atMs;
    packet.position = position;
    if (wireEnd > end) this.#cutPackets++;
    this.#clock.see(atMs);
    this.#life.expire();
    const network = link.locate(packet);
    if (network < 0) this.#unlocated(network);
    else if (packet.etherType === EtherType.ipv4) {
      if (readIpv4(packet, network, this.#fragments)) this.#transport(packet);
    } else if (packet.etherType === EtherType.ipv6) {
      if (readIpv6(packet, network, this.#fragments)) this.#transport(packet);
    } else if (!this.#unwrap(packet, network)) this.#shortHeaders++;
    if (this.#fragments.hasStale) this.#takeStaleFragments();
  }

  /** The chunk is done with: tells the tally what was counted. */
  settle(): void {
    this.#count(Gap.cutPackets, this.#cutPackets);
    this.#count(Gap.shortHeaders, this.#shortHeaders);
    this.#count(Gap.tunnels, this.#tunnels);
    this.#count(Gap.nesting, this.#nested);
    this.#count(Gap.encryptedFrames, this.#encryptedFrames);
    this.#count(Gap.fragments, this.#fragments.lost);
    this.#count(Gap.contradictions, this.#fragments.contradictions);
    this.#cutPackets = 0;
    this.#shortHeaders = 0;
    this.#tunnels = 0;
    this.#nested = 0;
    this.#encryptedFrames = 0;
    this.#fragments.lost = 0;
    this.#fragments.contradictions = 0;
  }

  /** Tells what was still open at the end of the input. */
  end(batch: Batch): void {
    this.begin(batch);
    if (!this.hasMore) {
      this.#fragments.giveUpAll();
      this.#takeStaleFragments();
      this.#questions.end();
    }
    this.hasMore = this.#life.end();
    this.settle();
  }

  #transport(packet: Packet): void {
    const captured = packet.transportEnd - packet.transport;
    switch (packet.protocol) {
      case Transport.tcp:
        if (captured >= 14) this.#tcp.see(packet);
        else this.#shortHeaders++;
        return;
      case Transport.udp:
        if (captured < 4) this.#shortHeaders++;
        else if (captured <= UDP_HEADER || !this.#udpTunnel(packet)) this.#datagrams.udp(packet);
        return;
      case Transport.icmp:
        if (captured >= 8) this.#icmp.see(packet);
        else this.#shortHeaders++;
        return;
      case Transport.icmpv6:
        if (captured >= 8) this.#icmp.seeV6(packet);
        else this.#shortHeaders++;
        return;
      case Transport.sctp:
        if (captured >= 4) this.#datagrams.sctp(packet);
        else this.#shortHeaders++;
        return;
      case NO_NEXT_HEADER:
        if (packet.isIpv6) return;
        this.#datagrams.other(packet);
        return;
      case AUTHENTICATION:
        if (!packet.isIpv6 && captured >= 12) this.#authenticated(packet);
        else this.#shortHeaders++;
        return;
      default: {
        const tunnel = tunnelByProtocol.get(packet.protocol);
        if (tunnel !== undefined) {
          if (this.#open(packet, tunnel, packet.transport)) return;
          this.#tunnels++;
        }
        this.#datagrams.other(packet);
      }
    }
  }

  /** IPv4's transport behind an authentication header (RFC 4302); IPv6 reads its own. */
  #authenticated(packet: Packet): void {
    const { bytes, transport } = packet;
    packet.protocol = bytes[transport]!;
    packet.transport += (bytes[transport + 1]! + 2) << 2;
    if (packet.protocol === AUTHENTICATION || packet.transport > packet.transportEnd) this.#shortHeaders++;
    else this.#transport(packet);
  }

  #unlocated(why: number): void {
    if (why === UNREADABLE) this.#encryptedFrames++;
    else this.#shortHeaders++;
  }

  /** Opens a datagram to or from a tunnel's port; false when it is an ordinary one. */
  #udpTunnel(packet: Packet): boolean {
    const ports = packet.view.getUint32(packet.transport, false);
    const port = isTunnelPort(ports & 0xffff) ? ports & 0xffff : ports >>> 16;
    return isTunnelPort(port) && this.#open(packet, tunnelByPort.get(port)!, packet.transport + UDP_HEADER);
  }

  /** Takes the packet inside a tunnel whose header is at `at`; false when it is none, and then nothing has changed. */
  #open(packet: Packet, tunnel: Tunnel, at: number): boolean {
    if (this.#depth === MOST_TUNNELS) {
      this.#nested++;
      return true;
    }
    const { end, wireEnd, toGroup } = packet;
    packet.end = packet.transportEnd;
    packet.wireEnd = packet.transportWireEnd;
    packet.toGroup = false;
    const inside = tunnel.open(packet, at);
    this.#depth++;
    const isOpened = inside >= 0 && this.#unwrap(packet, inside);
    this.#depth--;
    if (isOpened) return true;
    packet.end = end;
    packet.wireEnd = wireEnd;
    packet.toGroup = toGroup;
    return false;
  }

  /** Takes off what stands before IP: tags, labels, frames in frames. @returns false when that is cut short. */
  #unwrap(packet: Packet, at: number): boolean {
    for (let wrappers = 0; at >= 0 && wrappers < MOST_WRAPPERS; wrappers++) {
      const type = packet.etherType;
      if (type === EtherType.ipv4 || type === EtherType.ipv6) return this.#network(packet, at);
      if (type === EtherType.none) return true;
      if (type <= EtherType.longestLlc) at = readLlc(packet, at);
      else if (type === EtherType.ethernet) {
        packet.start = at;
        at = ethernet.locate(packet);
      } else if (type === EtherType.filtered) return this.#filtered(packet, at);
      else {
        const tunnel = tunnelByEtherType.get(type);
        if (tunnel === undefined) return true;
        at = tunnel.open(packet, at);
      }
    }
    if (at >= 0) this.#nested++;
    return at >= 0;
  }

  #network(packet: Packet, at: number): boolean {
    const isIpv4 = packet.etherType === EtherType.ipv4;
    if (at >= packet.end || packet.bytes[at]! >>> 4 !== (isIpv4 ? 4 : 6)) return false;
    if (isIpv4 ? readIpv4(packet, at, this.#fragments) : readIpv6(packet, at, this.#fragments)) this.#transport(packet);
    return true;
  }

  /** A packet of which a firewall's log tells what became of it. */
  #filtered(packet: Packet, at: number): boolean {
    const life = this.#life;
    life.opened = -1;
    packet.etherType = packet.inner;
    const isRead = this.#unwrap(packet, at);
    if (life.opened >= 0) life.judge(life.opened, packet.verdict);
    return isRead;
  }

  #takeStaleFragments(): void {
    while (this.#fragments.takeStale(this.#packet)) this.#transport(this.#packet);
  }

  #count(gap: string, times: number): void {
    if (times > 0) this.#tally.gap(gap, times);
  }
}
