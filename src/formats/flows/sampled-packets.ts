// Hot: once per sampled packet; measured by bench/log-formats.ts.
import { setIpv4 } from "../../bytes/address.ts";
import type { Tally } from "../../observations/tally.ts";
import { Known, Transport } from "../../observations/vocabulary.ts";
import { readTcpOptions, tcpOptions } from "../../wire/contacts/tcp-options.ts";
import { linkLayerOf } from "../../wire/links/index.ts";
import { EtherType, type LinkLayer } from "../../wire/links/link-layer.ts";
import { Fragments } from "../../wire/network/fragments.ts";
import { readIpv4 } from "../../wire/network/ipv4.ts";
import { readIpv6 } from "../../wire/network/ipv6.ts";
import { Packet } from "../../wire/packet.ts";
import type { ExportWitness } from "./export-witness.ts";
import type { FlowDraft } from "./flow-draft.ts";
import type { SamplingRates } from "./sampling-rates.ts";
import { readFlowSample, sample, samplesAt } from "./sflow.ts";

/** Formats of a flow sample's records, of enterprise 0. */
const RAW_PACKET = 1;
const SAMPLED_IPV4 = 3;
const SAMPLED_IPV6 = 4;

const CUT_SHORT = "an sFlow datagram is cut short or absurd";
const OTHER_PACKETS = "sampled packets that are no TCP, UDP, ICMP or SCTP over IP";

/** Header protocols (sFlow version 5, enum header_protocol) that are read, as LINKTYPE_ numbers. */
const linkByProtocol = new Map<number, LinkLayer | undefined>([
  [1, linkLayerOf(1)],
  [11, linkLayerOf(228)],
  [12, linkLayerOf(229)],
]);

/** Reads sFlow: packets that a switch picked out, with the first bytes of each. */
export class SampledPackets {
  readonly #flow: FlowDraft;
  readonly #rates: SamplingRates;
  readonly #packet = new Packet();
  /** Of samples, fragments never come together. */
  readonly #fragments = new Fragments();
  #others = 0;

  constructor(flow: FlowDraft, rates: SamplingRates) {
    this.#flow = flow;
    this.#rates = rates;
  }

  /** Reads the datagram `[at, end)`. Returns a reject, or undefined. */
  datagram(
    view: DataView,
    from: number,
    end: number,
    atMs: number,
    witness: ExportWitness,
    countsFlows: boolean,
  ): string | undefined {
    let at = samplesAt(view, from, end);
    if (at < 0) return CUT_SHORT;
    const count = view.getUint32(at - 4, false);
    for (let i = 0; i < count; i++) {
      if (end - at < 8) return CUT_SHORT;
      const type = view.getUint32(at, false);
      const next = at + 8 + view.getUint32(at + 4, false);
      if (next > end) return CUT_SHORT;
      if (readFlowSample(view, at + 8, next, type)) {
        if (countsFlows) witness.tally.records++;
        this.#sample(view, next, atMs, witness);
      }
      at = next;
    }
    return undefined;
  }

  tell(tally: Tally): void {
    if (this.#others > 0) tally.gap(OTHER_PACKETS, this.#others);
    this.#others = 0;
  }

  /** The header of the packet says more than the fields that some agents copy out of it. */
  #sample(view: DataView, end: number, atMs: number, witness: ExportWitness): void {
    const { rate, records, recordsAt } = sample;
    let fields = -1;
    let fieldsFormat = 0;
    let at = recordsAt;
    for (let i = 0; i < records && end - at >= 8; i++) {
      const format = view.getUint32(at, false);
      const body = at + 8;
      const next = body + view.getUint32(at + 4, false);
      if (next > end) break;
      if (format === RAW_PACKET && next - body >= 16) {
        this.#tellPacket(view, body, next, atMs, rate, witness);
        return;
      }
      if (format === SAMPLED_IPV4 || format === SAMPLED_IPV6) {
        fields = body;
        fieldsFormat = format;
      }
      at = next;
    }
    if (fields >= 0) this.#tellFields(view, fields, end, fieldsFormat, atMs, rate, witness);
  }

  #tellPacket(view: DataView, body: number, end: number, atMs: number, rate: number, witness: ExportWitness): void {
    const link = linkByProtocol.get(view.getUint32(body, false));
    const start = body + 16;
    const packet = this.#packet;
    if (packet.view !== view) packet.bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    packet.view = view;
    packet.start = start;
    packet.end = Math.min(end, start + view.getUint32(body + 12, false));
    packet.wireEnd = Math.max(packet.end, start + view.getUint32(body + 4, false));
    packet.atMs = atMs;
    packet.position = witness.position;
    if (!link || !this.#readHeaders(link)) this.#others++;
    else this.#tell(rate, witness);
  }

  #readHeaders(link: LinkLayer): boolean {
    const packet = this.#packet;
    const network = link.locate(packet);
    if (network < 0) return false;
    const isRead =
      packet.etherType === EtherType.ipv4
        ? readIpv4(packet, network, this.#fragments)
        : packet.etherType === EtherType.ipv6 && readIpv6(packet, network, this.#fragments);
    if (!isRead || packet.isGroupTraffic()) return false;
    const least = packet.protocol === Transport.tcp ? 14 : 4;
    return packet.transportEnd - packet.transport >= least && hasPorts(packet.protocol);
  }

  #tell(rate: number, witness: ExportWitness): void {
    const packet = this.#packet;
    const flow = this.#flow;
    const { view, transport } = packet;
    flow.clear();
    const { parties } = flow;
    setAddresses(packet, parties.addresses);
    parties.transport = packet.protocol;
    flow.atMs = packet.atMs;
    if (parties.isIcmp) parties.setIcmp(view.getUint8(transport), view.getUint8(transport + 1));
    else {
      parties.sourcePort = view.getUint16(transport, false);
      parties.targetPort = view.getUint16(transport + 2, false);
    }
    const isTcp = packet.protocol === Transport.tcp;
    flow.flags = isTcp ? view.getUint8(transport + 13) : 0;
    if (rate > 1) this.#rates.sampled(rate);
    const row = flow.tellPacket(witness);
    // The first packet's facts, where this is a first packet.
    if (row >= 0 && isTcp && (flow.flags & 22) === 2) this.#addFacts(row, witness);
  }

  #addFacts(row: number, witness: ExportWitness): void {
    const packet = this.#packet;
    const { view, transport } = packet;
    const { batch } = witness;
    let known = 0;
    if (packet.transportEnd - transport >= 16) {
      batch.tcpFlags[row] = view.getUint8(transport + 13);
      batch.window[row] = view.getUint16(transport + 14, false);
      batch.sequence[row] = view.getUint32(transport + 4, false);
      known |= Known.tcp | Known.sequence;
      readTcpOptions(packet, transport + 20, transport + ((view.getUint8(transport + 12) >>> 4) << 2));
      if (tcpOptions.complete) {
        batch.mss[row] = tcpOptions.mss;
        batch.synOptions[row] = tcpOptions.kinds;
        known |= Known.options;
      }
    }
    if (!packet.isIpv6) known |= Known.ip;
    batch.ipId[row] = packet.ipId;
    batch.ttl[row] = packet.ttl;
    batch.known[row] = known;
  }

  /** Fields that the agent copied: length, protocol, both addresses, both ports, TCP flags. */
  #tellFields(
    view: DataView,
    body: number,
    end: number,
    format: number,
    atMs: number,
    rate: number,
    witness: ExportWitness,
  ): void {
    const size = format === SAMPLED_IPV4 ? 4 : 16;
    const ports = body + 8 + 2 * size;
    const flow = this.#flow;
    flow.clear();
    const { parties } = flow;
    const protocol = end - ports < 12 ? 0 : view.getUint32(body + 4, false);
    if (!hasPorts(protocol)) {
      this.#others++;
      return;
    }
    for (let i = 0; i < 2; i++) {
      const at = body + 8 + i * size;
      if (size === 4) setIpv4(parties.addresses, 4 * i, view.getUint32(at, false));
      else for (let w = 0; w < 4; w++) parties.addresses[4 * i + w] = view.getUint32(at + 4 * w, false);
    }
    parties.transport = protocol;
    flow.atMs = atMs;
    // sFlow copies ICMP's type and code into the ports.
    if (parties.isIcmp) parties.setIcmp(view.getUint32(ports, false), view.getUint32(ports + 4, false));
    else {
      parties.sourcePort = view.getUint32(ports, false) & 0xffff;
      parties.targetPort = view.getUint32(ports + 4, false) & 0xffff;
    }
    flow.flags = view.getUint32(ports + 8, false) & 255;
    if (rate > 1) this.#rates.sampled(rate);
    flow.tellPacket(witness);
  }
}

function hasPorts(protocol: number): boolean {
  return (
    protocol === Transport.tcp ||
    protocol === Transport.udp ||
    protocol === Transport.icmp ||
    protocol === Transport.icmpv6 ||
    protocol === Transport.sctp
  );
}

function setAddresses(packet: Packet, words: Uint32Array): void {
  if (packet.isIpv6) {
    for (let w = 0; w < 8; w++) words[w] = packet.words[w]!;
    return;
  }
  setIpv4(words, 0, packet.sourceKey >>> 0);
  setIpv4(words, 4, packet.targetKey >>> 0);
}
